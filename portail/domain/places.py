"""The places left on séances: each one's own, and those that its activity shares with others.

A capacity is shared by the day (the meals of a kitchen) or by the hour (a room, that only séances at the same
time have to share). What is taken of it is what is taken of the séances that share it: whoever gives a place
locks them all, and counts. Whoever only looks reads what the database has summed up (`JourDeCapacite`).
"""

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import workflows as w
from models import Capacite, CapaciteActivite, JourDeCapacite, Reservation, Seance, verrouiller
from portail.domain.preparees import preparee

C = TypeVar("C")


class SeanceComptee(Protocol):
    """What is counted of a séance."""

    @property
    def id(self) -> int: ...
    @property
    def jour(self) -> dt.date: ...
    @property
    def debut(self) -> dt.time: ...
    @property
    def fin(self) -> dt.time: ...
    @property
    def places(self) -> int: ...
    @property
    def prises(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Comptee:
    """The same, of a row that holds more than a séance."""

    id: int
    jour: dt.date
    debut: dt.time
    fin: dt.time
    places: int
    prises: int


@dataclass(frozen=True)
class Partage:
    """One capacity, and the activities that share it."""

    nom: str
    places: int
    simultanee: bool
    activites: frozenset[int]


@dataclass(slots=True)
class _Commun:
    """What is shared of one capacity on one day."""

    partage: Partage
    seances: list[int]
    ailleurs: int
    """What is taken of it on séances that are not here; of a capacity by the day."""


class Places:
    """The places left, kept as an act gives and frees them."""

    def __init__(
        self,
        seances: Iterable[tuple[int, SeanceComptee]],
        partages: Sequence[Partage],
        ailleurs: Mapping[tuple[int, dt.date], int] | None = None,
    ) -> None:
        """`seances`: each with the id of its activity, all those that share a capacity among them.

        `ailleurs`: of a capacity by the day, by its rank, what is taken that day on séances not among them.
        """
        self._tous_partages = partages
        self.seances: dict[int, Any] = {}
        self._prises: dict[int, int] = {}
        self._communs: dict[int, list[_Commun]] = {}
        du_jour: dict[tuple[int, dt.date], _Commun] = {}
        les_miens: dict[tuple[int, dt.date], list[_Commun]] = {}
        for activite_id, seance in seances:
            self.seances[seance.id] = seance
            self._prises[seance.id] = seance.prises
            miens = les_miens.get((activite_id, seance.jour))
            if miens is None:
                miens = les_miens[activite_id, seance.jour] = [
                    du_jour.setdefault(
                        (rang, seance.jour),
                        _Commun(partage, [], (ailleurs or {}).get((rang, seance.jour), 0)),
                    )
                    for rang, partage in enumerate(partages)
                    if activite_id in partage.activites
                ]
            for commun in miens:
                commun.seances.append(seance.id)
            self._communs[seance.id] = miens

    def restantes(self, seance_id: int) -> int:
        """How many places can be given there; zero or less when it is full."""
        propres = self.seances[seance_id].places - self._prises[seance_id]
        partagees = [c.partage.places - self._occupation(c, seance_id) for c in self._communs[seance_id]]
        return min([propres, *partagees])

    def saturee(self, seance_id: int) -> str:
        """Which shared capacity leaves no place there, where the séance itself still has some; else empty."""
        if self.seances[seance_id].places <= self._prises[seance_id]:
            return ""
        communs = self._communs[seance_id]
        pleines = (c.partage.nom for c in communs if c.partage.places <= self._occupation(c, seance_id))
        return next(pleines, "")

    def debordee(self, seance_id: int) -> str:
        """Which shared capacity holds fewer than are taken of it there; empty when none does."""
        communs = self._communs[seance_id]
        trop = (c.partage.nom for c in communs if c.partage.places < self._occupation(c, seance_id))
        return next(trop, "")

    def manque(self, seance_id: int) -> int:
        """How many places more are taken there of the shared capacities than they hold."""
        ecarts = [self._occupation(c, seance_id) - c.partage.places for c in self._communs[seance_id]]
        return max([0, *ecarts])

    def partagent(self, activite_id: int) -> bool:
        """Whether the séances of this activity share places with others."""
        return any(activite_id in partage.activites for partage in self._tous_partages)

    def copie(self, prises: Mapping[int, int] | None = None) -> "Places":
        """The same, on which places may be taken to see; with other places taken, by séance, when given."""
        autre = copy.copy(self)
        autre._prises = self._prises | dict(prises or {})
        return autre

    def prendre(self, seance_id: int) -> None:
        self._prises[seance_id] += 1

    def rendre(self, seance_id: int) -> None:
        self._prises[seance_id] -= 1

    def autour(self, seance_ids: Iterable[int]) -> set[int]:
        """These séances, and those to which a place freed there may go; of those that are counted here.

        Children tied since the séances were locked wait elsewhere too: `liste_attente.reprendre` goes there.
        """
        return {
            autre
            for ident in seance_ids
            if ident in self.seances
            for autre in [ident, *(a for commun in self._communs[ident] for a in commun.seances)]
        }

    def _occupation(self, commun: _Commun, seance_id: int) -> int:
        """How much of it is taken that day; of a room, at the fullest moment of this séance."""
        if not commun.partage.simultanee:
            return commun.ailleurs + sum(self._prises[autre] for autre in commun.seances)
        seance = self.seances[seance_id]
        presentes = [
            (self.seances[autre], self._prises[autre])
            for autre in commun.seances
            if self.seances[autre].debut < _fin(seance) and seance.debut < _fin(self.seances[autre])
        ]
        instants = {max(s.debut, seance.debut) for s, _ in presentes}
        return max(sum(prises for s, prises in presentes if s.debut <= i < _fin(s)) for i in instants)


def verrouiller_les_places(seance_ids: Collection[int], aussi: Collection[int] = ()) -> Places:
    """Lock these séances, and those with which they share places or tied children; count what is left.

    In id order, once a transaction, before anything else is locked. Three queries, a few more when there is
    something to share. `aussi`: séances to be locked with them, and not counted.
    """
    ids, partages = _atteintes(seance_ids)
    tenues = verrouiller(Seance, ids.union(aussi))
    return Places(((s.activite_id, s) for s in tenues.values() if s.id in ids), partages)


def prevoir_les_places(seance_ids: Collection[int]) -> Places:
    """What :func:`verrouiller_les_places` would count now, without a lock: to show what an act would do."""
    ids, partages = _atteintes(seance_ids)
    seances: Iterable[Seance] = Seance.select().where(Seance.id.in_(sorted(ids))) if ids else ()
    return Places(((s.activite_id, s) for s in seances), partages)


def lire_les_places(seances: Iterable[tuple[int, SeanceComptee]]) -> Places:
    """The same without a lock, to show: as it is now, and may not be a moment later.

    `seances`: each with the id of its activity. One query, one more to read those who share a room with them,
    and one more for capacities by the day: what the town takes of them is kept summed up, and the other
    séances that share them, one or a hundred, are not read.
    """
    toutes = {seance.id: (activite_id, seance) for activite_id, seance in seances}
    if not toutes:
        return Places((), ())
    jours = [seance.jour for _, seance in toutes.values()]
    debut, fin = min(jours), max(jours)
    partages = _en_partages(_capacites_de(sorted({activite_id for activite_id, _ in toutes.values()})))
    if voisines := sorted({a for p in partages.values() if p.simultanee for a in p.activites}):
        for activite_id, *lue in _comptees(voisines, debut, fin):
            toutes.setdefault(lue[0], (activite_id, Comptee(*lue)))
    ailleurs: dict[tuple[int, dt.date], int] = defaultdict(int)
    rangs = {ident: rang for rang, ident in enumerate(partages)}
    if cuisines := [ident for ident, partage in partages.items() if not partage.simultanee]:
        for ident, jour, prises in _prises_par_jour(cuisines, debut, fin):
            ailleurs[rangs[ident], jour] = prises
        for activite_id, seance in toutes.values():
            for ident in cuisines:
                if activite_id in partages[ident].activites:
                    ailleurs[rangs[ident], seance.jour] -= seance.prises
    return Places(toutes.values(), list(partages.values()), ailleurs)


@preparee
def _comptees(activites, debut, fin):
    return Seance.select(
        Seance.activite, Seance.id, Seance.jour, Seance.debut, Seance.fin, Seance.places, Seance.prises
    ).where(Seance.activite.in_(activites), Seance.jour.between(debut, fin))


@preparee
def _prises_par_jour(capacites, debut, fin):
    return JourDeCapacite.select(JourDeCapacite.capacite, JourDeCapacite.jour, JourDeCapacite.prises).where(
        JourDeCapacite.capacite.in_(capacites), JourDeCapacite.jour.between(debut, fin)
    )


@preparee
def _capacites_de(activites):
    """Those that these activities share: of a room, all its activities; else these."""
    mienne = CapaciteActivite.alias()
    return (
        _toutes_les_capacites()
        .join(mienne, on=mienne.capacite == Capacite.id)
        .where(mienne.activite.in_(activites))
        .where(Capacite.simultanee | CapaciteActivite.activite.in_(activites))
        .distinct()
    )


def compter_les_places(seance_ids: Collection[int]) -> Places:
    """The same of the séances of these ids, read here: one query more."""
    ids = sorted(set(seance_ids))
    seances: Iterable[Seance] = Seance.select().where(Seance.id.in_(ids)) if ids else ()
    return lire_les_places((seance.activite_id, seance) for seance in seances)


def attribuer(places: Places, voeux: Iterable[tuple[C, int, object]]) -> dict[C, str]:
    """Where each of these ends, in their order: a place, while there are any, else the waiting list.

    A wish is what it is called, its séance, and what ties it to others: those tied alike get their places
    together or not at all. The places are taken.
    """
    groupes: dict[object, list[tuple[C, int]]] = {}
    for rang, (cle, seance_id, lien) in enumerate(voeux):
        groupes.setdefault(("seul", rang) if lien is None else ("lien", lien), []).append((cle, seance_id))
    issues: dict[C, str] = {}
    for groupe in groupes.values():
        issue = w.RESERVE if prendre_ensemble(places, [s for _, s in groupe]) else w.LISTE_ATTENTE
        issues |= {cle: issue for cle, _ in groupe}
    return issues


def prendre_ensemble(places: Places, seance_ids: Sequence[int]) -> bool:
    """Take one place on each of these, if there is one for each; else none, and say so."""
    prises: list[int] = []
    for seance_id in seance_ids:
        if places.restantes(seance_id) <= 0:
            for prise in prises:
                places.rendre(prise)
            return False
        places.prendre(seance_id)
        prises.append(seance_id)
    return True


# ——— inside ———


def _fin(seance: SeanceComptee) -> dt.time:
    """Its last hour, that day: a night ends on the next one."""
    return seance.fin if seance.fin > seance.debut else dt.time.max


def _atteintes(seance_ids: Collection[int]) -> tuple[set[int], list[Partage]]:
    """These séances, and all that a place given or freed there bears on; the capacities, if one is shared."""
    ids, partages = set(seance_ids), list[Partage]()
    nouvelles = ids
    while nouvelles:
        if not partages and _partagent(sorted(nouvelles)):
            partages = _partages()
        nouvelles = (_liees(nouvelles) | _voisines(nouvelles, partages)) - ids
        ids = ids | nouvelles
    return ids, partages


@preparee
def _partagent(seances):
    de_l_activite = CapaciteActivite.activite == Seance.activite
    return (
        CapaciteActivite.select(CapaciteActivite.id)
        .join(Seance, on=de_l_activite)
        .where(Seance.id.in_(seances))
        .limit(1)
    )


def _partages() -> list[Partage]:
    """The capacities of the town: a few rows."""
    return list(_en_partages(_capacites()).values())


def _en_partages(rangees: Iterable[tuple]) -> dict[int, Partage]:
    """By its id, each capacity of these rows."""
    activites: dict[tuple, set[int]] = defaultdict(set)
    for *capacite, activite_id in rangees:
        activites[tuple(capacite)].add(activite_id)
    return {
        ident: Partage(nom, places, simultanee, frozenset(siennes))
        for (ident, nom, places, simultanee), siennes in activites.items()
    }


@preparee
def _capacites():
    return _toutes_les_capacites()


def _toutes_les_capacites():
    return (
        Capacite.select(
            Capacite.id, Capacite.nom, Capacite.places, Capacite.simultanee, CapaciteActivite.activite
        )
        .join(CapaciteActivite)
        .order_by(Capacite.id)
    )


def _voisines(seance_ids: Collection[int], partages: Sequence[Partage]) -> set[int]:
    """The séances of the same days with which these share places, directly or through others."""
    ensembles = _ensembles(partages)
    lues = _situees(list(seance_ids)) if ensembles else ()
    miens = {(ensembles[activite], jour) for activite, jour in lues if activite in ensembles}
    if not miens:
        return set()
    touches, jours = {ensemble for ensemble, _ in miens}, sorted({jour for _, jour in miens})
    activites = sorted(a for a, ensemble in ensembles.items() if ensemble in touches)
    lues = _des_jours(activites, jours)
    return {ident for ident, activite, jour in lues if (ensembles[activite], jour) in miens}


@preparee
def _situees(seances):
    return Seance.select(Seance.activite, Seance.jour).where(Seance.id.in_(seances)).distinct()


@preparee
def _des_jours(activites, jours):
    voulues = Seance.activite.in_(activites), Seance.jour.in_(jours)
    return Seance.select(Seance.id, Seance.activite, Seance.jour).where(*voulues)


def _ensembles(partages: Sequence[Partage]) -> dict[int, int]:
    """By activity, the number of its set: those that share a capacity, and so on from one to the next."""
    numeros: dict[int, int] = {}
    for rang, partage in enumerate(partages):
        touches = {numeros[a] for a in partage.activites if a in numeros}
        numeros |= {a: rang for a, numero in numeros.items() if numero in touches}
        numeros |= dict.fromkeys(partage.activites, rang)
    return numeros


def _liees(seance_ids: Collection[int]) -> set[int]:
    """The séances of the children who are tied to those who wait here."""
    return {seance_id for (seance_id,) in _liees_a(list(seance_ids) or [0])}


@preparee
def _liees_a(seances):
    frere = Reservation.alias()
    return (
        Reservation.select(frere.seance)
        .join(frere, on=frere.fratrie == Reservation.fratrie)
        .where(
            Reservation.seance.in_(seances),
            Reservation.fratrie.is_null(False),
            Reservation.statut == w.LISTE_ATTENTE,
            frere.statut == w.LISTE_ATTENTE,
        )
    )
