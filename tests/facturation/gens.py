"""Who reads the invoices of the tests: the second parent, and an account that nobody knows."""

import workflows as w
from models import Abonnement, Compte, LienParental, Responsable
from tests.monde import MAINTENANT


def compte_de(monde, email: str, prenom: str) -> Compte:
    """An account subscribed to the Moreau file, known by its address if a sheet has it."""
    compte = Compte.create(
        email=email,
        prenom=prenom,
        nom="Moreau",
        role="famille",
        mot_de_passe=monde.claire.mot_de_passe,
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
    )
    Abonnement.create(compte=compte, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    return compte


def separer(monde) -> None:
    """Claire and Julien live apart."""
    for adulte, voie, commune in (
        (monde.adulte_claire, "12 rue du Port", "Saint-Alban-sur-Loire"),
        (monde.adulte_julien, "3 rue des Lilas", "Ailleurs"),
    ):
        Responsable.update(voie=voie, commune=commune).where(Responsable.id == adulte.id).execute()


def lier(monde, droit: str, *enfants) -> None:
    """The right of Julien over these children; over all when none is said."""
    LienParental.update(droit=droit).where(
        LienParental.responsable == monde.adulte_julien,
        LienParental.enfant.in_(enfants or (monde.lea, monde.noe, monde.ines)),
    ).execute()
