"""What the tests of a payment ask again and again: how the money stands, whatever happened."""

from models import Courriel, Imputation, Paiement, Reglement
from portail.domain import paiements
from tests.factures import reste


def ouvrir(monde, service, *factures, compte=None) -> Paiement:
    """An operation for what is left of these invoices, by Claire."""
    qui, ids = compte or monde.claire, [f.id for f in factures]
    return paiements.ouvrir(qui, monde.moreau, ids, sum(map(reste, factures)), service).paiement


def argent() -> list[tuple[str, int]]:
    """Every receipt: how it came, how much."""
    return [(r.moyen, r.montant) for r in Reglement.select().order_by(Reglement.id)]


def impute() -> int:
    return sum(i.montant for i in Imputation.select())


def accuses() -> list[Courriel]:
    """The receipts mailed to whoever paid."""
    return list(Courriel.select().where(Courriel.cle.startswith("paiement:")))


def maintenant(paiement: Paiement) -> Paiement:
    return Paiement.get_by_id(paiement.id)


def vu(reponse) -> str:
    """What an answer says, its no-break spaces made plain."""
    return reponse.text.replace("\u00a0", " ").replace("\u202f", " ")
