"""The invoices that an account of a family reads, what is owed, what was received: through
`payeurs.lisibles`, or nothing. As many queries whatever the number of invoices.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from peewee import JOIN, ModelSelect

import workflows as w
from models import (
    Compte,
    Facture,
    FactureDuPaiement,
    Famille,
    LigneDeFacture,
    Prelevement,
    Remise,
    Responsable,
    Solde,
)
from portail import clock
from portail.domain import droits, payeurs
from portail.domain.droits import Regard
from portail.domain.refus import Introuvable

INTROUVABLE = "Cette facture n’existe pas."


@dataclass(frozen=True)
class FactureVue:
    """An invoice, or an avoir, as a list shows it."""

    id: int
    numero: str
    mois: dt.date
    emise_le: dt.datetime
    echeance: dt.date
    total: int
    reste: int
    """What is left to pay; of an avoir, nothing."""
    payeur: str
    """Whose name it bears."""
    en_paiement: bool
    """Whether an operation with the payment service is open about it."""
    preleve_le: dt.date | None
    """When it will be debited, if it is to be."""

    @cached_property
    def etat(self) -> w.Etat:
        return w.etat_facture(self.total, self.reste, self.echeance, clock.aujourdhui())

    @property
    def est_un_avoir(self) -> bool:
        return self.total < 0

    @property
    def paye(self) -> int:
        """What receipts and avoirs have taken off it."""
        return 0 if self.est_un_avoir else self.total - self.reste


def facture_de(compte: Compte, famille: Famille, facture_id: int) -> Facture:
    """This invoice, or avoir, if the account reads it. :class:`Introuvable` otherwise. Three queries."""
    return _une(Facture.select().where(Facture.id == facture_id), droits.regard(compte, famille))


def ligne_de(compte: Compte, famille: Famille, ligne_id: int) -> LigneDeFacture:
    """This line of an invoice that the account reads, its `facture` with it. Three queries."""
    requete = LigneDeFacture.select(LigneDeFacture, Facture).join(Facture)
    return _une(requete.where(LigneDeFacture.id == ligne_id), droits.regard(compte, famille))


def factures(regard: Regard) -> list[FactureVue]:
    """All that the account reads, the last first. Two queries."""
    return _vues(_requete().where(payeurs.lisibles(regard)))


def vue(facture: Facture) -> FactureVue:
    """One that :func:`facture_de` has given, as a list shows it. One query."""
    return next(iter(_vues(_requete().where(Facture.id == facture.id))))


# ——— inside ———


def _une(requete: ModelSelect, regard: Regard):
    trouvee = requete.where(payeurs.lisibles(regard)).first()
    if trouvee is None:
        raise Introuvable(INTROUVABLE)
    return trouvee


def _requete() -> ModelSelect:
    """Invoices, with what each is left with, the operation open about it, the debit foreseen."""
    return (
        Facture.select(
            Facture.id,
            Facture.exercice,
            Facture.rang,
            Facture.mois,
            Facture.emise_le,
            Facture.echeance,
            Facture.total,
            Solde.reste,
            Responsable.prenom,
            Responsable.nom,
            FactureDuPaiement.id,
            Remise.jour,
        )
        .join(Responsable)
        .join_from(Facture, Solde, JOIN.LEFT_OUTER)
        .join_from(
            Facture,
            FactureDuPaiement,
            JOIN.LEFT_OUTER,
            on=(FactureDuPaiement.facture == Facture.id) & FactureDuPaiement.ouverte,
        )
        .join_from(
            Facture,
            Prelevement,
            JOIN.LEFT_OUTER,
            on=(Prelevement.facture == Facture.id) & (Prelevement.statut == w.PREVU),
        )
        .join(Remise, JOIN.LEFT_OUTER)
        .order_by(Facture.emise_le.desc(), Facture.id.desc())
    )


def _vues(requete: ModelSelect) -> list[FactureVue]:
    return [_lire(*rangee) for rangee in requete.tuples()]


def _lire(ident, exercice, rang, mois, emise_le, echeance, total, reste, prenom, nom, ouverte, jour):
    return FactureVue(
        ident,
        Facture(exercice=exercice, rang=rang).numero,
        mois,
        emise_le,
        echeance,
        total,
        reste or 0,
        f"{prenom} {nom}",
        ouverte is not None,
        jour,
    )
