"""The other parent of these tests, with more or less of a right over the children."""

from models import Compte, Enfant, LienParental
from tests.actes import abonner
from tests.monde import Monde


def en_parent(monde: Monde, droit: str, *enfants: Enfant) -> Compte:
    """Julien's account, with this right over these children; over all of them when none is said."""
    les_siens = [e.id for e in enfants] or [e.id for e in Enfant.select()]
    LienParental.update(droit=droit).where(
        LienParental.responsable == monde.adulte_julien, LienParental.enfant.in_(les_siens)
    ).execute()
    julien = Compte.get_or_none(Compte.email == "julien@example.org") or abonner(
        monde.moreau, "julien@example.org"
    )
    Compte.update(mot_de_passe=monde.claire.mot_de_passe).where(Compte.id == julien.id).execute()
    return Compte.get_by_id(julien.id)
