"""The payments of the world of the guarantees: one of Moreau, that an agent must look at, one of Da Silva."""

from models import Compte, Facture, FactureDuPaiement, Paiement, Responsable
from portail.domain.payfip import Ordre, Resultat
from tests import factures
from tests.monde import JEUDI, MAINTENANT, Monde

IDOPS = {"claire": "c" * 36, "paulo": "p" * 36}
"""What PayFiP calls the operations of Claire and Paulo."""


class Tresor:
    """PayFiP, as it answers in these tests: it opens what is asked, and has received a cent less."""

    def creer(self, ordre: Ordre) -> str:
        return f"op-{ordre.refdet}"

    def detail(self, idop: str) -> Resultat:
        sien = Paiement.get(Paiement.idop == idop)
        return Resultat(idop, "012345", sien.refdet, sien.montant - 1, "P")

    def page(self, idop: str) -> str:
        return f"https://payfip.example/{idop}"


def poser(ville: Monde) -> None:
    _poser(ville.claire, _facture(ville, ville.adulte_claire, ville.noe), anomalie="Un centime de moins")
    _poser(ville.paulo, _facture(ville, ville.adulte_paulo, ville.tomas))


def de(compte: Compte) -> int:
    """The payment of this account."""
    return Paiement.get(Paiement.compte == compte).id


def reference(compte: Compte) -> str:
    """Ours, of that payment."""
    return Paiement.get(Paiement.compte == compte).refdet


def facture(compte: Compte) -> int:
    """The invoice that it is for."""
    return FactureDuPaiement.get(FactureDuPaiement.paiement == de(compte)).facture_id


def champs(ville: Monde) -> dict[str, tuple[list[str], list[str]]]:
    """What the fields of these routes may hold, and what they could name of others."""
    return {
        "facture": ([str(facture(ville.claire))], [str(facture(ville.paulo))]),
        "au_nom_de": ([str(ville.adulte_claire.id)], []),
        "idop": ([IDOPS["claire"]], []),
    }


def _facture(ville: Monde, payeur: Responsable, enfant) -> Facture:
    return factures.facture(payeur, [(enfant, ville.seance(ville.soir, JEUDI), 1_200)])


def _poser(compte: Compte, emise: Facture, **champs: str) -> None:
    paiement = Paiement.create(
        famille=emise.famille_id,
        payeur=emise.payeur_id,
        compte=compte,
        refdet=f"{emise.id:020}A",
        idop=IDOPS["claire" if champs else "paulo"],
        montant=emise.total,
        cree_le=MAINTENANT,
        **champs,
    )
    FactureDuPaiement.create(paiement=paiement, facture=emise, montant=emise.total)
