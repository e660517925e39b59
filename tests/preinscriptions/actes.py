"""What the tests of the agents' side share: a family asks, an agent accepts."""

from models import Activite, Demande, Enfant, Preinscription
from portail.domain import moderation, preinscriptions
from tests.monde import Monde
from tests.preinscriptions.souhaits import souhait


def deposer(monde: Monde, activite: Activite, *enfants: Enfant, **plus) -> Demande:
    """Claire asks that these children be registered."""
    return preinscriptions.deposer(monde.claire, monde.moreau, souhait(activite, *enfants, **plus))


def inscrire(monde: Monde, activite: Activite, enfant: Enfant, **plus) -> Preinscription:
    """The child, registered there, the days asked for booked."""
    moderation.accepter(monde.sophie, deposer(monde, activite, enfant, **plus).id)
    return Preinscription.get(Preinscription.enfant == enfant, Preinscription.activite == activite)
