"""All that a family keeps of a year: its invoices and avoirs, its receipts, its attestation for the taxes."""

from dataclasses import dataclass

from peewee import fn

from models import Compte, Facture, Famille
from portail import clock
from portail.domain import attestations, droits, papiers, payeurs, recus
from portail.domain.attestations import Attestation
from portail.domain.papiers import FactureImprimee
from portail.domain.recus import RecuImprime
from portail.domain.refus import Introuvable


@dataclass(frozen=True)
class Annee:
    annee: int
    factures: list[FactureImprimee]
    recus: list[RecuImprime]
    attestation: Attestation

    @property
    def fichier(self) -> str:
        return f"facturation-{self.annee}"


def rassembler(compte: Compte, famille: Famille, annee: int | None) -> Annee:
    """What the account reads of that year, or of this one. :class:`Introuvable` when there is nothing at all.

    As many queries whatever the number of invoices.
    """
    annee = clock.aujourdhui().year if annee is None else annee
    attestation = attestations.attester(compte, famille, annee)
    regard = droits.regard(compte, famille)
    tout = Annee(annee, papiers.de_l_annee(regard, annee), recus.de_l_annee(regard, annee), attestation)
    if not (tout.factures or tout.recus or attestation.feuilles):
        raise Introuvable(f"Vous n’avez aucun document de facturation pour {annee}.")
    return tout


def annees(regard: droits.Regard) -> list[int]:
    """The years that the account may have documents of, the last first. One query besides its rights."""
    premiere = Facture.select(fn.MIN(Facture.exercice)).where(payeurs.lisibles(regard)).scalar()
    return list(range(clock.aujourdhui().year, premiere - 1, -1)) if premiere else []
