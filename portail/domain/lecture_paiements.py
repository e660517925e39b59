"""What a family may pay online, and its operations; the operations of the town, for its agents."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from peewee import JOIN, Expression, fn

import workflows as w
from models import (
    Compte,
    Evenement,
    Facture,
    FactureDuPaiement,
    Famille,
    Paiement,
    Prelevement,
    Remise,
    Responsable,
    Solde,
)
from portail import clock, mots
from portail.domain import anomalies_de_paiement, droits, payeurs, payfip, suite_des_paiements
from portail.domain.droits import Regard
from portail.domain.paiements import OUVRIR, REPRISE
from portail.domain.refus import Introuvable

A_VERIFIER, EN_COURS, TOUS = "a-verifier", "en-cours", "tous"
LISTES = {A_VERIFIER: "À vérifier", EN_COURS: "En cours", TOUS: "Tous"}
PAR_PAGE = 50
FAITS = {
    OUVRIR: "Paiement ouvert",
    w.PAYER: "Payé",
    w.REFUSER: "Refusé par la banque",
    w.ANNULER: "Abandonné sur la page de PayFiP",
    w.EXPIRER: "Resté sans suite",
    suite_des_paiements.SIGNALER: "Signalé",
    suite_des_paiements.RELACHER: "Factures rendues : elles peuvent être payées autrement",
    anomalies_de_paiement.TRAITER: "Vérifié",
}


# ——— what may be paid ———


@dataclass(frozen=True)
class APayer:
    """An invoice of which something is left to pay."""

    id: int
    numero: str
    mois: dt.date
    echeance: dt.date
    reste: int
    total: int
    choisie: bool
    empeche: str = ""
    """Why it cannot be paid now; empty: it can."""
    paiement_id: int | None = None
    """The operation that is open about it."""

    @property
    def etat(self) -> w.Etat:
        return w.etat_facture(self.total, self.reste, self.echeance, clock.aujourdhui())


@dataclass(frozen=True)
class Groupe:
    """The invoices in one name: PayFiP takes several at once, all of one adult."""

    payeur_id: int
    payeur: str
    factures: tuple[APayer, ...]

    @cached_property
    def payables(self) -> list[APayer]:
        return [facture for facture in self.factures if not facture.empeche]

    @cached_property
    def choisies(self) -> list[APayer]:
        return [facture for facture in self.payables if facture.choisie]

    @cached_property
    def total(self) -> int:
        return sum(facture.reste for facture in self.choisies)

    @property
    def trop_peu(self) -> bool:
        return 0 < self.total < payfip.MONTANT_MIN


def a_payer(regard: Regard, payeur_id: int | None, choisies: Collection[int]) -> list[Groupe]:
    """What is left to pay, in each name, the oldest first; all of it is chosen, unless some are said.

    `payeur_id`: in whose name the choice was made, even if nothing is left of it. :class:`Introuvable` when
    an invoice that is said is not theirs.
    """
    lues = Facture.id.in_(list(choisies)) & payeurs.lisibles(regard)
    if choisies and Facture.select().where(lues).count() != len(choisies):
        raise Introuvable("Cette facture n’existe pas.")
    dues = list(
        Facture.select(Facture, Solde.reste, Responsable.prenom, Responsable.nom)
        .join(Solde)
        .join_from(Facture, Responsable)
        .where(payeurs.lisibles(regard), Solde.reste > 0)
        .order_by(Facture.payeur, Facture.echeance, Facture.id)
        .objects()
    )
    ids = [facture.id for facture in dues]
    tenues, prelevements = _tenues(ids, regard.compte), _prelevements(ids)
    groupes: dict[int, list[APayer]] = {}
    noms = {}
    for facture in dues:
        noms[facture.payeur_id] = f"{facture.prenom} {facture.nom}"
        empeche, paiement_id = tenues.get(facture.id, ("", None))
        groupes.setdefault(facture.payeur_id, []).append(
            APayer(
                facture.id,
                facture.numero,
                facture.mois,
                facture.echeance,
                facture.reste,
                facture.total,
                True,
                empeche or prelevements.get(facture.id, ""),
                paiement_id,
            )
        )
    return [
        Groupe(ident, noms[ident], tuple(_choisir(siennes, ident == payeur_id, set(choisies))))
        for ident, siennes in groupes.items()
    ]


def _choisir(siennes: list[APayer], dit: bool, choisies: set[int]) -> list[APayer]:
    """`dit`: the choice was made for these, and stands even when it is empty."""
    if not dit and not any(facture.id in choisies for facture in siennes):
        return siennes
    return [APayer(**{**vars(facture), "choisie": facture.id in choisies}) for facture in siennes]


def _tenues(ids: list[int], compte: Compte) -> dict[int, tuple[str, int]]:
    """By invoice: what is said of the operation that is open about it, and which one it is."""
    requete = (
        FactureDuPaiement.select(FactureDuPaiement.facture, Paiement)
        .join(Paiement)
        .where(FactureDuPaiement.facture.in_(ids or [0]), FactureDuPaiement.ouverte)
        .objects(Paiement)
    )
    dites = {}
    for paiement in requete:
        if paiement.anomalie:
            phrase = "paiement à vérifier par la mairie"
        elif clock.maintenant() < paiement.cree_le + REPRISE:
            qui = "par vous " if paiement.compte_id == compte.id else ""
            debut = mots.heure(clock.a_paris(paiement.cree_le).time())
            phrase = f"paiement commencé {qui}à {debut}"
        else:
            continue
        dites[paiement.facture] = (phrase, paiement.id)
    return dites


def _prelevements(ids: list[int]) -> dict[int, str]:
    requete = (
        Prelevement.select(Prelevement.facture, Remise.jour)
        .join(Remise)
        .where(Prelevement.facture.in_(ids or [0]), Prelevement.statut == w.PREVU)
        .tuples()
    )
    return {facture: f"prélèvement prévu le {mots.jour_annee(jour)}" for facture, jour in requete}


# ——— one operation ———


@dataclass(frozen=True)
class Fait:
    """One line of its story."""

    quand: dt.datetime
    dit: str
    par: str
    detail: str


@dataclass(frozen=True)
class PaiementVu:
    """An operation, with the invoices that it is for."""

    paiement: Paiement
    factures: tuple[Facture, ...]
    famille: str
    payeur: str
    compte: str
    faits: tuple[Fait, ...] = ()

    @property
    def id(self) -> int:
        return self.paiement.id

    @property
    def etat(self) -> w.Etat:
        return w.PAIEMENT.etats[self.paiement.statut]

    @property
    def a_verifier(self) -> bool:
        return bool(self.paiement.anomalie) and self.paiement.traitee_le is None

    @property
    def ouvert(self) -> bool:
        return self.paiement.statut == w.OUVERT

    @property
    def a_demander(self) -> bool:
        return self.paiement.statut in suite_des_paiements.A_DEMANDER and self.paiement.idop is not None

    @property
    def a_reprendre(self) -> bool:
        """Whether the page of PayFiP still opens for it."""
        age = clock.maintenant() - self.paiement.cree_le
        return self.ouvert and bool(self.paiement.idop) and not self.a_verifier and age < payfip.VALIDITE

    @property
    def attend(self) -> bool:
        """Whether the result is likely to come while one looks."""
        age = clock.maintenant() - self.paiement.cree_le
        return self.ouvert and not self.a_verifier and age < REPRISE

    @property
    def encaissable(self) -> bool:
        return self.a_verifier and self.a_demander and self.paiement.recu is not None


def lire(compte: Compte, famille: Famille, paiement_id: int) -> PaiementVu:
    """This operation, for whoever opened it or reads all its invoices; :class:`Introuvable` for others."""
    lisibles = payeurs.lisibles(droits.regard(compte, famille))
    payees = (
        FactureDuPaiement.select(FactureDuPaiement.paiement)
        .join(Facture)
        .where(FactureDuPaiement.paiement == paiement_id)
    )
    lues = Paiement.id.in_(payees.where(lisibles)) & Paiement.id.not_in(payees.where(~lisibles))
    sien = (Paiement.famille == famille) & ((Paiement.compte == compte) | lues)
    return _un(Paiement.id == paiement_id, sien)


def par_reference(refdet: str) -> int:
    """The id of the operation that has this reference; :class:`Introuvable` when none has."""
    ident = Paiement.select(Paiement.id).where(Paiement.refdet == refdet).scalar()
    if ident is None:
        raise Introuvable("Ce paiement n’existe pas.")
    return ident


def lire_pour_un_agent(agent: Compte, paiement_id: int) -> PaiementVu:
    """The same, with its story, for whoever follows the money of the town."""
    anomalies_de_paiement.exiger(agent)
    vu = _un(Paiement.id == paiement_id)
    lignes = (
        Evenement.select(Evenement, Compte)
        .join(Compte, JOIN.LEFT_OUTER)
        .where(Evenement.objet == "paiement", Evenement.objet_id == paiement_id)
        .order_by(Evenement.id)
    )
    faits = tuple(
        Fait(e.quand, FAITS.get(e.acte, e.acte), e.auteur.nom_complet if e.auteur else "", e.detail)
        for e in lignes
    )
    return PaiementVu(**{**vars(vu), "faits": faits})


def raconter(paiement: Paiement) -> str:
    """What PayFiP has just said of it, in one sentence."""
    if paiement.anomalie and paiement.traitee_le is None:
        return "Ce paiement est à vérifier."
    if paiement.statut != w.OUVERT:
        return f"PayFiP a répondu : {w.PAIEMENT.etats[paiement.statut].libelle.lower()}."
    return f"Toujours en cours : {paiement.reponse or 'PayFiP vient d’être interrogé'}."


# ——— those of the town ———


@dataclass(frozen=True)
class Page:
    """Operations, the last first; `suite`: below which id the next page begins."""

    lignes: tuple[PaiementVu, ...]
    suite: int | None
    a_verifier: int
    en_cours: int


def lister(agent: Compte, liste: str, avant: int | None) -> Page:
    """One page of them. As many queries whatever their number."""
    anomalies_de_paiement.exiger(agent)
    conditions = [_dans_la_liste(liste)] if liste != TOUS else []
    if avant:
        conditions.append(Paiement.id < avant)
    lus = _lire(*conditions, limite=PAR_PAGE + 1)
    return Page(
        tuple(lus[:PAR_PAGE]),
        lus[PAR_PAGE - 1].id if len(lus) > PAR_PAGE else None,
        *(
            Paiement.select(fn.COUNT(Paiement.id)).where(_dans_la_liste(une)).scalar()
            for une in (A_VERIFIER, EN_COURS)
        ),
    )


def _dans_la_liste(liste: str) -> Expression:
    if liste == A_VERIFIER:
        return (Paiement.anomalie != "") & Paiement.traitee_le.is_null()
    return Paiement.statut == w.OUVERT


def _un(*conditions: Expression) -> PaiementVu:
    lus = _lire(*conditions, limite=1)
    if not lus:
        raise Introuvable("Ce paiement n’existe pas.")
    return lus[0]


def _lire(*conditions: Expression, limite: int) -> list[PaiementVu]:
    requete = (
        Paiement.select(Paiement, Famille, Responsable, Compte)
        .join(Famille)
        .join_from(Paiement, Responsable)
        .join_from(Paiement, Compte)
        .order_by(Paiement.id.desc())
        .limit(limite)
    )
    paiements = list(requete.where(*conditions) if conditions else requete)
    factures: dict[int, list[Facture]] = {}
    for tenue in (
        FactureDuPaiement.select(FactureDuPaiement, Facture)
        .join(Facture)
        .where(FactureDuPaiement.paiement.in_([p.id for p in paiements] or [0]))
        .order_by(Facture.echeance, Facture.id)
    ):
        factures.setdefault(tenue.paiement_id, []).append(tenue.facture)
    return [
        PaiementVu(
            paiement,
            tuple(factures.get(paiement.id, ())),
            paiement.famille.nom,
            paiement.payeur.nom_complet,
            paiement.compte.nom_complet,
        )
        for paiement in paiements
    ]
