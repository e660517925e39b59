"""The roll calls of a day: each séance in sight, who is expected, who is there. A few queries for all."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from peewee import JOIN, Case, fn

import workflows as w
from models import Activite, Enfant, Lieu, Pointage, Presence, Reservation, Seance
from portail import mots
from portail.domain import calendrier
from portail.domain.perimetre import Perimetre
from portail.domain.pointage import ABSENT, ATTENDU, CONFLIT, PRESENT


@dataclass(frozen=True)
class Totaux:
    """Of a séance, or of several."""

    attendus: int = 0
    presents: int = 0
    absents: int = 0
    restants: int = 0
    """Expected, and not pointed yet."""
    sans_reservation: int = 0
    """Among those who are there."""
    partis: int = 0
    conflits: int = 0

    def __add__(self, autre: "Totaux") -> "Totaux":
        return Totaux(*(a + b for a, b in zip(self.valeurs, autre.valeurs, strict=True)))

    @property
    def valeurs(self) -> tuple[int, ...]:
        return (
            *(self.attendus, self.presents, self.absents, self.restants),
            *(self.sans_reservation, self.partis, self.conflits),
        )


@dataclass(frozen=True)
class SeanceDuJour:
    id: int
    activite: str
    lieu: str
    plage: str
    fermeture: str | None
    """Why it does not take place: the calendar closes its day, or the town cancelled it."""
    totaux: Totaux


@dataclass(frozen=True)
class Depart:
    """A child who left with somebody who is none of those who may come: to be looked at."""

    seance_id: int
    enfant_id: int
    enfant: str
    quand: dt.datetime
    avec: str
    motif: str


@dataclass(frozen=True)
class Jour:
    jour: dt.date
    seances: list[SeanceDuJour]
    departs: list[Depart]
    mention: str
    """Bank holiday, closure, school holidays; or nothing."""
    marque: str

    @property
    def totaux(self) -> Totaux:
        return sum((s.totaux for s in self.seances), Totaux())


def du_jour(perimetre: Perimetre, jour: dt.date) -> Jour:
    """Every séance of that day that this account has in sight. Seven queries."""
    marque = marquer(perimetre, jour)
    seances = list(
        Seance.select(Seance, Activite, Lieu)
        .join(Activite)
        .join(Lieu)
        .where(Seance.jour == jour, *perimetre.seances())
        .order_by(Seance.debut, Lieu.nom, Activite.rang, Activite.nom, Seance.id)
    )
    particuliers = calendrier.jours_particuliers(jour, jour)
    ids = [seance.id for seance in seances]
    comptes = totaux(ids)
    vues = [
        SeanceDuJour(
            s.id,
            s.activite.nom,
            s.activite.lieu.nom,
            mots.plage(s.debut, s.fin),
            particuliers.empeche(s, s.activite),
            comptes[s.id],
        )
        for s in seances
    ]
    return Jour(jour, vues, _departs(ids), particuliers.mention(jour), marque)


def marquer(perimetre: Perimetre, jour: dt.date) -> str:
    """What moves whenever a total of that day may have: two numbers that only grow. One query."""
    siennes = Seance.select(Seance.id).where(Seance.jour == jour, *perimetre.seances())
    dernier = Pointage.select(fn.MAX(Pointage.id)).where(Pointage.seance.in_(siennes))
    lues = Seance.select(fn.COUNT(Seance.id), fn.SUM(Seance.mouvements), dernier).where(
        Seance.jour == jour, *perimetre.seances()
    )
    return "-".join(str(nombre or 0) for nombre in (*lues.tuples().get(), jour.toordinal()))


def totaux(seances: Collection[int]) -> dict[int, Totaux]:
    """Of each of these séances. Three queries."""
    comptes = {ident: dict.fromkeys(Totaux.__dataclass_fields__, 0) for ident in seances}
    for seance_id, statut, etat, sans, nombre in _creneaux(seances):
        sien = comptes[seance_id]
        attendu = statut in ATTENDU or (sans is not None and not sans)
        sien["attendus"] += nombre * attendu
        sien["restants"] += nombre * (attendu and not etat and statut != w.PRESENT)
        sien["presents"] += nombre * (not etat and statut == w.PRESENT)
        sien["sans_reservation"] -= nombre * (etat == PRESENT and bool(sans) and attendu)
    for seance_id, *nombres in _presences(seances):
        for nom, nombre in zip(("presents", "absents", "sans_reservation", "partis"), nombres, strict=True):
            comptes[seance_id][nom] += nombre or 0
    conflits = (
        Pointage.select(Pointage.seance, fn.COUNT(Pointage.enfant.distinct()))
        .where(Pointage.seance.in_(list(seances) or [0]), Pointage.issue == CONFLIT)
        .group_by(Pointage.seance)
    )
    for seance_id, nombre in conflits.tuples():
        comptes[seance_id]["conflits"] = nombre
    return {ident: Totaux(**siens) for ident, siens in comptes.items()}


# ——— inside ———


def _creneaux(seances: Collection[int]):
    """(séance, status of the créneau, what was pointed, whether without a booking, how many)."""
    sienne = (Presence.seance == Reservation.seance) & (Presence.enfant == Reservation.enfant)
    return (
        Reservation.select(
            Reservation.seance,
            Reservation.statut,
            Presence.etat,
            Presence.sans_reservation,
            fn.COUNT(Reservation.id),
        )
        .join(Presence, JOIN.LEFT_OUTER, on=sienne)
        .where(Reservation.seance.in_(list(seances) or [0]), Reservation.statut.in_((*ATTENDU, w.ABSENT)))
        .group_by(Reservation.seance, Reservation.statut, Presence.etat, Presence.sans_reservation)
        .tuples()
    )


def _presences(seances: Collection[int]):
    """(séance, there, absent, there without a booking that stands, gone)."""
    present = Presence.etat == PRESENT
    conditions = (present, Presence.etat == ABSENT, present & Presence.sans_reservation)
    partis = Presence.parti_le.is_null(False)
    comptes = (fn.SUM(Case(None, [(condition, 1)], 0)) for condition in (*conditions, partis))
    return (
        Presence.select(Presence.seance, *comptes)
        .where(Presence.seance.in_(list(seances) or [0]))
        .group_by(Presence.seance)
        .tuples()
    )


def _departs(seances: Collection[int]) -> list[Depart]:
    requete = (
        Presence.select(Presence, Enfant)
        .join(Enfant)
        .where(Presence.seance.in_(list(seances) or [0]), Presence.parti_motif != "")
        .order_by(Presence.parti_le)
    )
    return [
        Depart(p.seance_id, p.enfant_id, p.enfant.nom_complet, p.parti_le, p.parti_avec, p.parti_motif)
        for p in requete
    ]
