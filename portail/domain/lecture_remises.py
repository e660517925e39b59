"""The remises of direct debits, as those who collect read them: the list, one with its debits."""

import datetime as dt
from dataclasses import dataclass

from peewee import Case, fn

import workflows as w
from models import Compte, Facture, Famille, Mandat, Prelevement, Remise, Responsable
from portail import clock
from portail.domain import perimetre, preparation_de_remise, remises
from portail.domain.refus import Introuvable

PAR_PAGE = 25
DEBITS_PAR_PAGE = 100


@dataclass(frozen=True)
class RemiseVue:
    """One remise on the list."""

    id: int
    jour: dt.date
    creee_le: dt.datetime
    par: str
    emportee_le: dt.datetime | None
    encaissee_le: dt.datetime | None
    combien: int
    """The debits that were not called off."""
    montant: int
    prevus: int
    rejetes: int

    @property
    def etape(self) -> str:
        """Where it stands, in words."""
        if not self.combien:
            return "Annulée"
        if not self.emportee_le:
            return "Fichier à emporter"
        if self.prevus and self.jour <= clock.aujourdhui():
            return "À encaisser"
        return "À la banque" if self.prevus else "Encaissée"

    @property
    def a_encaisser(self) -> bool:
        return bool(self.prevus and self.emportee_le and self.jour <= clock.aujourdhui())


@dataclass(frozen=True)
class DebitVu:
    """One debit of a remise."""

    id: int
    facture_id: int
    numero: str
    payeur: str
    famille_id: int
    rum: str
    montant: int
    premier: bool
    etat: w.Etat
    motif: str
    revoque: bool
    """Whether the mandate was taken back since."""


@dataclass(frozen=True)
class Page:
    remises: list[RemiseVue]
    page: int
    pages: int


@dataclass(frozen=True)
class Detail:
    """One remise, and a page of its debits."""

    remise: RemiseVue
    debits: list[DebitVu]
    page: int
    pages: int

    def actes(self, debit: DebitVu) -> tuple[str, ...]:
        """What may be done of this debit."""
        if not self.remise.emportee_le:
            return (w.ANNULER,) if debit.etat.code == w.PREVU else ()
        return (w.REJETER,) if debit.etat.code in (w.PREVU, w.ENCAISSE) else ()

    def montre(self, prelevement_id: int) -> bool:
        """Whether this page has the form of this debit: something may still be done of it."""
        return any(debit.id == prelevement_id and self.actes(debit) for debit in self.debits)


def lister(agent: Compte, page: int = 1) -> Page:
    """The last ones first. Two queries."""
    perimetre.exiger_toute_la_ville(agent)
    pages = max(-(-Remise.select().count() // PAR_PAGE), 1)
    page = min(page, pages)
    lues = _requete().order_by(Remise.id.desc()).paginate(page, PAR_PAGE)
    return Page([_vue(remise) for remise in lues], page, pages)


def lire(agent: Compte, remise_id: int, page: int = 1) -> Detail:
    """:class:`Introuvable` when there is none for this agent. Three queries."""
    perimetre.exiger_toute_la_ville(agent)
    remise = _requete().where(Remise.id == remise_id).first()
    if remise is None:
        raise Introuvable(remises.INCONNUE)
    vue = _vue(remise)
    combien = Prelevement.select().where(Prelevement.remise == remise_id).count()
    pages = max(-(-combien // DEBITS_PAR_PAGE), 1)
    page = min(page, pages)
    return Detail(vue, _debits(remise_id, page), page, pages)


def preparer(agent: Compte, jour: dt.date) -> preparation_de_remise.Preparation:
    """What a remise of that day would hold, for whoever may make it."""
    perimetre.exiger_toute_la_ville(agent)
    return preparation_de_remise.preparer(jour)


def remise_de(agent: Compte, prelevement_id: int) -> int:
    """Which remise this debit is in; :class:`Introuvable` when there is none for this agent."""
    perimetre.exiger_toute_la_ville(agent)
    vise = Prelevement.get_or_none(Prelevement.id == prelevement_id)
    if vise is None:
        raise Introuvable(remises.INCONNU)
    return vise.remise_id


# ——— inside ———


def _requete():
    def compter(*statuts: str):
        return fn.COUNT(Case(None, [(Prelevement.statut.in_(statuts), Prelevement.id)]))

    gardes = tuple(code for code in w.PRELEVEMENT.codes if code != w.ANNULEE)
    somme = fn.COALESCE(fn.SUM(Case(None, [(Prelevement.statut.in_(gardes), Prelevement.montant)], 0)), 0)
    siens = Prelevement.select().where(Prelevement.remise == Remise.id)
    return Remise.select(
        Remise,
        Compte,
        siens.select(compter(*gardes)).alias("combien"),
        siens.select(somme).alias("montant"),
        siens.select(compter(w.PREVU)).alias("prevus"),
        siens.select(compter(w.REJETE)).alias("rejetes"),
    ).join(Compte)


def _vue(remise) -> RemiseVue:
    return RemiseVue(
        remise.id,
        remise.jour,
        remise.creee_le,
        remise.creee_par.nom_complet,
        remise.emportee_le,
        remise.encaissee_le,
        remise.combien,
        int(remise.montant),
        remise.prevus,
        remise.rejetes,
    )


def _debits(remise_id: int, page: int) -> list[DebitVu]:
    lus = (
        Prelevement.select(Prelevement, Mandat, Facture, Responsable, Famille)
        .join(Mandat)
        .join_from(Prelevement, Facture)
        .join(Responsable)
        .join_from(Facture, Famille)
        .where(Prelevement.remise == remise_id)
        .order_by(Prelevement.id)
        .paginate(page, DEBITS_PAR_PAGE)
    )
    return [
        DebitVu(
            p.id,
            p.facture_id,
            p.facture.numero,
            p.facture.payeur.nom_complet,
            p.facture.famille_id,
            p.mandat.rum,
            p.montant,
            p.premier,
            w.PRELEVEMENT.etats[p.statut],
            p.motif,
            p.mandat.statut == w.REVOQUE,
        )
        for p in lus
    ]
