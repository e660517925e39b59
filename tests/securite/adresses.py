"""Every route of the portal, with an address that exists in the small world, and who may call it."""

from dataclasses import dataclass

import workflows as w
from models import Abonnement, Demande, Ligne
from portail.access import Acces
from tests.monde import JEUDI, MAINTENANT, Monde

ROLES = {
    "famille": "claire",
    "agent": "sophie",
    "gestionnaire": "gestionnaire",
    "animateur": "animateur",
}


@dataclass(frozen=True)
class Route:
    methode: str
    url: str
    endpoint: str
    acces: Acces

    @property
    def lit(self) -> bool:
        return self.methode == "GET"


def routes(app, monde: Monde) -> list[Route]:
    """A route with a parameter that is not known here must be given a value below."""
    demande = Demande.create(
        famille=monde.moreau, auteur=monde.claire, nature=w.NATURE_RESERVATION, deposee_le=MAINTENANT
    )
    reservation = monde.poser(monde.lea, monde.seance(monde.cantine, JEUDI), w.RESERVATION_ATTENTE)
    Ligne.create(demande=demande, reservation=reservation)
    valeurs = {
        "filename": "app.js",
        "enfant_id": monde.lea.id,
        "seance_id": monde.seance(monde.cantine, JEUDI).id,
        "demande_id": demande.id,
        "famille_id": monde.moreau.id,
        "abonnement_id": Abonnement.get(Abonnement.compte == monde.claire).id,
        "jeton_activation": "a" * 43,
        "jeton_oubli": "m" * 43,
    }
    trouvees = []
    with app.test_request_context():
        adaptateur = app.url_map.bind("localhost")
        for regle in app.url_map.iter_rules():
            url = adaptateur.build(regle.endpoint, {nom: valeurs[nom] for nom in regle.arguments})
            acces = app.view_functions[regle.endpoint].acces
            for methode in sorted(regle.methods - {"HEAD", "OPTIONS"}):
                trouvees.append(Route(methode, url, regle.endpoint, acces))
    return trouvees
