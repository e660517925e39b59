"""One invoice as the family reads it: by child, what is billed and why, what was paid, or taken back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import JOIN, Case, fn

from models import Enfant, Facture, Imputation, LigneDeFacture, Reglement
from portail import clock
from portail.domain import lecture_factures, recus
from portail.domain.creneaux import EnfantVu
from portail.domain.droits import Regard
from portail.domain.encaissement import MOYENS
from portail.domain.lecture_factures import FactureVue


@dataclass(frozen=True)
class JourFacture:
    """One line: a child on a séance, or its month."""

    ligne_id: int
    jour: dt.date
    montant: int
    repris: int
    """What avoirs have taken back of it."""


@dataclass(frozen=True)
class Poste:
    """The lines of a child that say the same, at the same price, for the same reason."""

    libelle: str
    """« Cantine Jules-Ferry ». The child is named once, above."""
    explication: str
    unitaire: int
    au_mois: bool
    jours: Sequence[JourFacture]

    @property
    def total(self) -> int:
        return sum(jour.montant for jour in self.jours)

    @property
    def id(self) -> int:
        """Of its first line: where a line opens on the page."""
        return self.jours[0].ligne_id


@dataclass(frozen=True)
class PartDEnfant:
    """What is billed of one child."""

    enfant: EnfantVu
    postes: Sequence[Poste]

    @property
    def total(self) -> int:
        return sum(poste.total for poste in self.postes)


@dataclass(frozen=True)
class Mouvement:
    """What came off an invoice: money, or an avoir; below zero, what was put back."""

    jour: dt.date
    montant: int
    libelle: str
    """How the money came; empty for an avoir."""
    motif: str
    """Why money was put back."""
    facture_id: int | None
    numero: str
    """The avoir; seen from the avoir, the invoice that it pays."""
    recu_id: int | None = None
    """The receipt of the money, if the account may have it."""


@dataclass(frozen=True)
class FactureLue:
    """The page of one invoice, or of one avoir."""

    vue: FactureVue
    destinataire: Sequence[str]
    motif: str
    enfants: Sequence[PartDEnfant]
    mouvements: Sequence[Mouvement]
    avoirs: Sequence[FactureVue]
    """Those that take some of it back, whatever they pay."""
    origine: FactureVue | None
    """Of an avoir: the invoice that it corrects."""

    @property
    def payable(self) -> bool:
        """Whether it may be paid now: something is left of it, and no operation is open."""
        return self.vue.reste > 0 and not self.vue.en_paiement

    @property
    def libre(self) -> int:
        """Of an avoir: what pays nothing yet, and will come off the next invoices."""
        return -self.vue.total - sum(m.montant for m in self.mouvements) if self.vue.est_un_avoir else 0


def lire(regard: Regard, facture_id: int) -> FactureLue:
    """This invoice, if the account reads it; :class:`Introuvable` otherwise. A constant number of queries.

    Its avoirs and the invoice that it corrects are the same adult’s: who reads the one reads the others.
    """
    facture = lecture_factures.facture_lue(regard, facture_id)
    liees = lecture_factures.celles(
        (Facture.id == facture.id) | (Facture.origine == facture) | (Facture.id == (facture.origine_id or 0))
    )
    par_id = {vue.id: vue for vue in liees}
    return FactureLue(
        par_id[facture.id],
        facture.destinataire.splitlines(),
        facture.motif,
        _enfants(facture),
        _mouvements(facture, regard),
        [vue for vue in liees if vue.est_un_avoir and vue.id != facture.id],
        par_id.get(facture.origine_id),
    )


# ——— inside ———


def _enfants(facture: Facture) -> list[PartDEnfant]:
    reprises = _reprises(facture)
    requete = (
        LigneDeFacture.select(LigneDeFacture, Enfant)
        .join(Enfant)
        .where(LigneDeFacture.facture == facture)
        .order_by(Enfant.rang, Enfant.id, LigneDeFacture.jour, LigneDeFacture.rang)
    )
    par_enfant: dict[int, list[LigneDeFacture]] = defaultdict(list)
    for ligne in requete:
        par_enfant[ligne.enfant_id].append(ligne)
    return [
        PartDEnfant(
            EnfantVu(siennes[0].enfant_id, siennes[0].enfant.prenom, siennes[0].enfant.rang),
            list(_postes(siennes, reprises)),
        )
        for siennes in par_enfant.values()
    ]


def _postes(lignes: Iterable[LigneDeFacture], reprises: dict[int, int]) -> Iterable[Poste]:
    """Those of one child, by what they say: the order is that of the first day of each."""
    groupes: dict[tuple, list[JourFacture]] = defaultdict(list)
    for li in lignes:
        libelle = li.libelle.removeprefix(f"{li.enfant.prenom}, ")
        cle = (li.activite_id, libelle, li.explication, li.montant, li.seance_id is None)
        groupes[cle].append(JourFacture(li.id, li.jour, li.montant, reprises.get(li.id, 0)))
    for (_, libelle, explication, montant, au_mois), jours in groupes.items():
        yield Poste(libelle, explication, montant, au_mois, jours)


def _reprises(facture: Facture) -> dict[int, int]:
    """By line of this invoice that avoirs took back: how much."""
    reprise = LigneDeFacture.alias()
    requete = (
        reprise.select(reprise.origine, fn.SUM(reprise.montant))
        .join(Facture, on=reprise.facture == Facture.id)
        .where(Facture.origine == facture)
        .group_by(reprise.origine)
    )
    return {ligne: -int(montant) for ligne, montant in requete.tuples()}


def _mouvements(facture: Facture, regard: Regard) -> list[Mouvement]:
    """What paid this invoice, the first first; or what this avoir paid."""
    autre, de_l_avoir = Facture.alias(), facture.total < 0
    ici, la_bas = (
        (Imputation.avoir, Imputation.facture) if de_l_avoir else (Imputation.facture, Imputation.avoir)
    )
    requete = (
        Imputation.select(
            Imputation.quand,
            Imputation.montant,
            Reglement.recu_le,
            Reglement.moyen,
            Reglement.motif,
            autre.id,
            autre.exercice,
            autre.rang,
            Case(None, [(recus.lisibles(regard), Reglement.id)]),
        )
        .join(Reglement, JOIN.LEFT_OUTER, on=Imputation.reglement == Reglement.id)
        .join_from(Imputation, autre, JOIN.LEFT_OUTER, on=la_bas == autre.id)
        .where(ici == facture)
        .order_by(Imputation.id)
    )
    return [_mouvement(*rangee) for rangee in requete.tuples()]


def _mouvement(quand, montant, recu_le, moyen, motif, autre_id, exercice, rang, recu_id) -> Mouvement:
    numero = Facture(exercice=exercice, rang=rang).numero if autre_id else ""
    jour = recu_le or clock.a_paris(quand).date()
    return Mouvement(jour, montant, MOYENS.get(moyen, ""), motif or "", autre_id, numero, recu_id)
