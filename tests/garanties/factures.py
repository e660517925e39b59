"""The invoices of the world of the guarantees: of Moreau, and of Da Silva, an avoir and a receipt on each."""

from models import Enfant, Facture, Famille, LigneDeFacture, Responsable
from portail.domain import avoirs
from tests import factures
from tests.monde import HIER, MAINTENANT, Monde


def emettre(ville: Monde) -> None:
    """Two lines an invoice; one of them is taken back in part, and some of the rest is paid."""
    for payeur, enfant in ((ville.adulte_claire, ville.lea), (ville.adulte_paulo, ville.tomas)):
        _emettre(ville, payeur, enfant)


def facture(famille: Famille) -> int:
    """The invoice of this family, not its avoir."""
    return Facture.get(Facture.famille == famille, Facture.total > 0).id


def avoir(famille: Famille) -> int:
    return Facture.get(Facture.famille == famille, Facture.total < 0).id


def reprise(facture_id: int) -> dict[str, list[str]]:
    """What the form of an avoir on this invoice would send: a euro of its first line."""
    ligne = LigneDeFacture.select().where(LigneDeFacture.facture == facture_id).order_by(LigneDeFacture.id)[0]
    faits = Facture.select().where(Facture.origine == facture_id).count()
    return {"ligne": [str(ligne.id)], "de": [str(ligne.id)], "montant": ["1,00"], "avoirs": [str(faits)]}


def lignes(famille: Famille) -> list[int]:
    """The lines of all that was issued to it."""
    requete = LigneDeFacture.select().join(Facture).where(Facture.famille == famille)
    return [ligne.id for ligne in requete.order_by(LigneDeFacture.id)]


# ——— inside ———


def _emettre(ville: Monde, payeur: Responsable, enfant: Enfant) -> None:
    seances = [ville.seance(ville.soir, jour) for jour in (HIER, MAINTENANT.date())]
    emise = factures.facture(payeur, [(enfant, seance, 345) for seance in seances])
    avoirs.emettre(ville.sophie, emise.id, {LigneDeFacture.get(facture=emise).id: 100}, "Séance écourtée")
    factures.encaisser(payeur, 200, emise)
