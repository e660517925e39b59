"""What became of a long demande: each line of it, then what of the wish could not be asked for, and why.

A constant number of queries, whatever the number of lines.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import fn

import workflows as w
from models import Demande, Famille, Ligne, Reservation
from portail import clock
from portail.domain import lecture_planning, longue_periode
from portail.domain.apercu_long import (
    ANNULE,
    DEMANDE,
    EN_LISTE,
    ISSUES,
    OBTENU,
    REFUSE,
    SUITES,
    LigneExaminee,
    Volet,
    compter,
    dire_les_comptes,
)
from portail.domain.creneaux import Creneau
from portail.domain.depot_creneaux import Depot
from portail.domain.droits import Regard
from portail.domain.examen_creneaux import GENRES, Voeu
from portail.domain.souhait_long import SouhaitLong

MOTS = ISSUES | SUITES
TIENNENT = (w.RESERVE, w.PRESENT, w.ABSENT, w.LISTE_ATTENTE)
"""In which a créneau is as it was granted."""


@dataclass(frozen=True)
class Suite:
    """The demande and its lines, as the account that reads it may."""

    id: int
    numero: str
    nature: str
    deposee_le: dt.datetime
    statuts: frozenset[str]
    """Those of the lines that are read."""
    annulable: bool
    """Whether whoever reads it can still withdraw something of it."""
    volets: list[Volet]

    @property
    def dits(self) -> list[tuple[int, str]]:
        """How many lines became what, in words."""
        return dire_les_comptes(compter(self.volets, list(SUITES) + list(ISSUES)), MOTS)

    @property
    def en_attente(self) -> bool:
        return w.EN_ATTENTE in self.statuts

    @property
    def annulee(self) -> bool:
        return self.statuts == {w.ANNULEE}

    @property
    def premier(self) -> dt.date:
        """The first day of what it asks for."""
        jours = [ligne.jour for volet in self.volets for ligne in volet.lignes if ligne.issue in SUITES]
        return min(jours, default=clock.aujourdhui())


def lire_la_suite(regard: Regard, demande_id: int, souhait: SouhaitLong | None) -> Suite | None:
    """What became of this demande. None when the family has no such demande, or may read nothing of it.

    `souhait`: what was wished for, as the address still tells it; None when it no longer does. Of another
    nature than the demande, it is not its own.
    """
    demande = Demande.get_or_none(
        Demande.id == demande_id, Demande.famille == regard.famille, Demande.nature.in_(list(GENRES))
    )
    rendues = _lignes(demande_id, regard) if demande else {}
    if demande is None or not rendues:
        return None
    creneaux = lecture_planning.creneaux(regard.famille, list(rendues), regard=regard)
    lignes = [_devenue(c, rendues[c.enfant.id, c.seance.id]) for c in creneaux]
    autres = _autres(regard, souhait, set(rendues)) if souhait and souhait.nature == demande.nature else []
    return Suite(
        demande.id,
        demande.numero,
        demande.nature,
        demande.deposee_le,
        frozenset(rendue.statut for rendue in rendues.values()),
        any(r.statut == w.EN_ATTENTE and enfant in regard.decide for (enfant, _), r in rendues.items()),
        _reunir(lignes, autres),
    )


def demande_de(famille: Famille, depot: Depot) -> int | None:
    """The demande that a request made; of what was asked for a moment ago already, the last that did.

    None when nothing of all this was ever asked for by anybody: the town has taken it over.
    """
    if depot.demande:
        return depot.demande.id
    enfants, seances = {e for e, _ in depot.deja}, {s for _, s in depot.deja}
    derniere = Ligne.select(fn.MAX(Ligne.demande)).join(Reservation).switch(Ligne).join(Demande)
    return derniere.where(
        Demande.famille == famille,
        Reservation.enfant.in_(sorted(enfants) or [0]),
        Reservation.seance.in_(sorted(seances) or [0]),
    ).scalar()


# ——— inside ———


@dataclass(frozen=True)
class _Rendue:
    """A line of the demande, as it is answered."""

    statut: str
    motif: str
    facturee: bool | None


def _lignes(demande_id: int, regard: Regard) -> dict[Voeu, _Rendue]:
    """The lines of the demande about children whom one may follow."""
    requete = (
        Ligne.select(Reservation.enfant, Reservation.seance, Ligne.statut, Ligne.motif, Ligne.facturee)
        .join(Reservation)
        .where(Ligne.demande == demande_id, Reservation.enfant.in_(list(regard.suit) or [0]))
        .order_by(Ligne.id)
        .tuples()
    )
    return {(enfant, seance): _Rendue(*reste) for enfant, seance, *reste in requete}


def _devenue(creneau: Creneau, rendue: _Rendue) -> LigneExaminee:
    """What became of one line, in words."""
    facture = {None: "", True: "Facturée", False: "Non facturée"}[rendue.facturee]
    if rendue.statut == w.EN_ATTENTE:
        return LigneExaminee(creneau, DEMANDE, facture, rendue.facturee)
    if rendue.statut == w.ANNULEE:
        return LigneExaminee(creneau, ANNULE, "")
    if rendue.statut == w.REFUSEE:
        return LigneExaminee(creneau, REFUSE, rendue.motif)
    if creneau.statut == w.LISTE_ATTENTE:
        return LigneExaminee(creneau, EN_LISTE, creneau.rang_en_mots)
    if creneau.statut in TIENNENT and facture:
        return LigneExaminee(creneau, OBTENU, facture, rendue.facturee)
    return LigneExaminee(creneau, OBTENU, creneau.etat.phrase)


def _autres(regard: Regard, souhait: SouhaitLong, rendues: set[Voeu]) -> list[Volet]:
    """What of the wish is not in the demande, and why: looked at again, by the same rules."""
    apercu = longue_periode.apercevoir(regard.compte, regard.famille, souhait, regard=regard)
    volets = []
    for v in apercu.volets:
        restes = [
            ligne
            for ligne in v.lignes
            if not ligne.retenue and (v.enfant.id, ligne.creneau.seance.id) not in rendues
        ]
        volets.append(Volet(v.enfant, v.activite, restes, v.fermes))
    return volets


def _reunir(lignes: Iterable[LigneExaminee], autres: Sequence[Volet]) -> list[Volet]:
    """One child and one activity at a time: what was asked for, then the rest."""
    volets: dict[tuple[int, int], Volet] = {(v.enfant.id, v.activite.id): v for v in autres}
    for ligne in lignes:
        enfant, activite = ligne.creneau.enfant, ligne.creneau.seance.activite
        volets.setdefault((enfant.id, activite.id), Volet(enfant, activite, [], [])).lignes.append(ligne)
    pleins = [v for v in volets.values() if v.lignes or v.fermes]
    return sorted(pleins, key=lambda v: (v.enfant.rang, v.enfant.id, v.activite.rang, v.activite.id))
