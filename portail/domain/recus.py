"""A receipt: what an adult paid, how, when, and what it paid for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from peewee import Expression, fn

from models import Compte, Facture, Famille, Imputation, Reglement, Responsable
from portail.domain import droits, payeurs
from portail.domain.caisse import TOUS_LES_MOYENS
from portail.domain.refus import Introuvable

INTROUVABLE = "Ce reçu n’existe pas, ou il n’est pas le vôtre."


@dataclass(frozen=True)
class PartPayee:
    """How much of it went to one invoice."""

    numero: str
    mois: dt.date
    montant: int


@dataclass(frozen=True)
class RecuImprime:
    reglement: Reglement
    parts: list[PartPayee]
    contrepartie: Reglement | None
    """Its undoing, when the money did not come after all."""

    @property
    def nom(self) -> str:
        return f"Reçu n° {self.reglement.id}"

    @property
    def fichier(self) -> str:
        return f"recu-{self.reglement.id}"

    @property
    def moyen(self) -> str:
        return TOUS_LES_MOYENS[self.reglement.moyen]

    @property
    def reste(self) -> int:
        """What has paid no invoice yet: a credit."""
        return self.reglement.montant - sum(part.montant for part in self.parts)


def recu_de(compte: Compte, famille: Famille, reglement_id: int) -> RecuImprime:
    """This receipt, if it is the account's, or paid nothing but invoices that it reads. Three queries."""
    siens = lisibles(droits.regard(compte, famille))
    reglement = _lire().where(Reglement.id == reglement_id, siens).first()
    if reglement is None:
        raise Introuvable(INTROUVABLE)
    return imprimer([reglement])[0]


def lisibles(regard: droits.Regard) -> Expression:
    """A condition on `Reglement`: the receipts of the family that this account reads; not their undoing."""
    payees = Imputation.select(Imputation.id).join(Facture).where(Imputation.reglement == Reglement.id)
    siennes = payeurs.lisibles(regard)
    du_foyer = fn.EXISTS(payees.where(siennes)) & ~fn.EXISTS(payees.where(~siennes))
    return (
        (Reglement.famille == regard.famille.id)
        & Reglement.contrepartie_de.is_null()
        & ((Reglement.payeur == (regard.moi or 0)) | du_foyer)
    )


def imprimer(reglements: Sequence[Reglement]) -> list[RecuImprime]:
    """What each of these receipts says on paper, their payers and families read with them. Two queries."""
    ids = [reglement.id for reglement in reglements] or [0]
    parts = _parts(ids)
    defaits = {
        contre.contrepartie_de_id: contre
        for contre in Reglement.select().where(Reglement.contrepartie_de.in_(ids))
    }
    return [RecuImprime(r, parts[r.id], defaits.get(r.id)) for r in reglements]


def tous(regard: droits.Regard) -> list[RecuImprime]:
    """All that the account reads, the last first. Four queries."""
    return imprimer(
        list(_lire().where(lisibles(regard)).order_by(Reglement.recu_le.desc(), Reglement.id.desc()))
    )


def de_l_annee(regard: droits.Regard, annee: int) -> list[RecuImprime]:
    """Those that the account reads of the money that came that year. Three queries."""
    requete = _lire().where(
        lisibles(regard), Reglement.recu_le.between(dt.date(annee, 1, 1), dt.date(annee, 12, 31))
    )
    return imprimer(list(requete.order_by(Reglement.recu_le, Reglement.id)))


# ——— inside ———


def _lire():
    return Reglement.select(Reglement, Responsable, Famille).join(Responsable).join_from(Reglement, Famille)


def _parts(reglements: Collection[int]) -> dict[int, list[PartPayee]]:
    requete = (
        Imputation.select(
            Imputation.reglement, Facture.exercice, Facture.rang, Facture.mois, fn.SUM(Imputation.montant)
        )
        .join(Facture)
        .where(Imputation.reglement.in_(reglements))
        .group_by(Imputation.reglement, Facture.exercice, Facture.rang, Facture.mois)
        .order_by(Facture.exercice, Facture.rang)
        .tuples()
    )
    parts: dict[int, list[PartPayee]] = defaultdict(list)
    for reglement, exercice, rang, mois, montant in requete:
        numero = Facture(exercice=exercice, rang=rang).numero
        parts[reglement].append(PartPayee(numero, mois, int(montant)))
    return parts
