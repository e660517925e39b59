"""The adults of the Moreau family as billing tells them apart: together, or each with a share."""

import workflows as w
from models import Abonnement, Compte, PartDePayeur, Responsable
from tests.monde import MAINTENANT


def compte_de_julien(monde) -> Compte:
    """An account for the second adult of the family, who has none in the world."""
    compte = Compte.create(
        email="julien@example.org",
        prenom="Julien",
        nom="Moreau",
        role="famille",
        mot_de_passe=monde.claire.mot_de_passe,
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
    )
    Abonnement.create(compte=compte, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    return compte


def separer(monde) -> None:
    """The parents live apart, and pay half each of what Léa costs."""
    for adulte, voie in (
        (monde.adulte_claire, "3 rue du Port"),
        (monde.adulte_julien, "8 quai des Tilleuls"),
    ):
        Responsable.update(voie=voie).where(Responsable.id == adulte.id).execute()
        PartDePayeur.create(enfant=monde.lea, responsable=adulte, part=50)
