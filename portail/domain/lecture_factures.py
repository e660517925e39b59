"""The invoices that an account of a family reads, what is owed, what was received: through
`payeurs.lisibles`, or nothing. As many queries whatever the number of invoices.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from peewee import JOIN, Expression, ModelSelect

import workflows as w
from models import (
    Compte,
    Enfant,
    Facture,
    FactureDuPaiement,
    Famille,
    LigneDeFacture,
    Prelevement,
    Remise,
    Responsable,
    Solde,
)
from portail import clock, mots
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
    payeur_id: int
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
    def emise(self) -> dt.date:
        """The civil day of its issue."""
        return clock.a_paris(self.emise_le).date()

    @property
    def en_retard(self) -> bool:
        return self.etat.code == w.EN_RETARD

    @property
    def nom(self) -> str:
        """« Facture de novembre 2026 », « Avoir sur octobre 2026 »."""
        if self.est_un_avoir:
            return f"Avoir sur {mots.mois_annee(self.mois)}"
        return f"Facture {mots.de(mots.mois_annee(self.mois))}"

    @property
    def suite(self) -> str:
        """What is under way about it, besides its state; empty when nothing is."""
        if self.en_paiement:
            return "Paiement en cours"
        return f"Prélèvement prévu le {mots.jour_mois(self.preleve_le)}" if self.preleve_le else ""

    @property
    def paye(self) -> int:
        """What receipts and avoirs have taken off it."""
        return 0 if self.est_un_avoir else self.total - self.reste


def facture_de(compte: Compte, famille: Famille, facture_id: int) -> Facture:
    """This invoice, or avoir, if the account reads it. :class:`Introuvable` otherwise. Three queries."""
    return facture_lue(droits.regard(compte, famille), facture_id)


def facture_lue(regard: Regard, facture_id: int) -> Facture:
    """The same, for whoever has read the rights already. Two queries."""
    return _une(Facture.select().where(Facture.id == facture_id), regard)


def ligne_lue(regard: Regard, ligne_id: int) -> LigneDeFacture:
    """This line of an invoice that the account reads, with its `facture` and its `enfant`. Two queries."""
    requete = LigneDeFacture.select(LigneDeFacture, Facture, Enfant).join(Facture).switch().join(Enfant)
    return _une(requete.where(LigneDeFacture.id == ligne_id), regard)


def factures(regard: Regard) -> list[FactureVue]:
    """All that the account reads, the last first. Two queries."""
    return _vues(_requete().where(payeurs.lisibles(regard)))


def dues(regard: Regard) -> list[FactureVue]:
    """Those that are not all paid, the oldest due first. Two queries."""
    restent = _vues(_requete().where(payeurs.lisibles(regard), Solde.reste > 0))
    return sorted(restent, key=lambda f: (f.echeance, f.id))


def celles(condition: Expression) -> list[FactureVue]:
    """Those of a condition, whoever may read them: the caller has asked. The last first. One query."""
    return _vues(_requete().where(condition))


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
            Facture.payeur,
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


def _lire(
    ident, exercice, rang, mois, emise_le, echeance, total, reste, payeur_id, prenom, nom, ouverte, jour
) -> FactureVue:
    return FactureVue(
        ident,
        Facture(exercice=exercice, rang=rang).numero,
        mois,
        emise_le,
        echeance,
        total,
        reste or 0,
        payeur_id,
        f"{prenom} {nom}",
        ouverte is not None,
        jour,
    )
