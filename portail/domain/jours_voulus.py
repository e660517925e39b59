"""Which days a family wants with a pre-registration: its weekly habits, then day by day. Pure.

A habit is a weekday and how often: every week, the even weeks, the odd ones, by the number that the week has
in the calendar (ISO 8601, as printed on every French diary).
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from portail import mots

TOUTES, PAIRES, IMPAIRES = "toutes", "paires", "impaires"
FREQUENCES = {TOUTES: "Chaque semaine", PAIRES: "Semaines paires", IMPAIRES: "Semaines impaires"}


@dataclass(frozen=True, order=True)
class Habitude:
    """« le mardi, chaque semaine »."""

    jour: int
    """0 = Monday … 6 = Sunday."""
    frequence: str

    @property
    def code(self) -> str:
        """As a form carries it: « 1-toutes »."""
        return f"{self.jour}-{self.frequence}"

    def tombe(self, jour: dt.date) -> bool:
        """Whether that day is one of them."""
        if jour.weekday() != self.jour:
            return False
        paire = jour.isocalendar().week % 2 == 0
        return self.frequence == TOUTES or paire == (self.frequence == PAIRES)


@dataclass(frozen=True)
class Choix:
    """What the form holds: the habits, those that its calendar was drawn from, the days ticked in it."""

    habitudes: frozenset[Habitude] = frozenset()
    appliquees: frozenset[Habitude] = frozenset()
    coches: frozenset[dt.date] = frozenset()
    montre: tuple[dt.date, dt.date] | None = None
    """First and last day of that calendar; None when it showed none."""


def lire_habitude(code: str) -> Habitude | None:
    """The habit that a form carries under this code; None when it is not one."""
    jour, _, frequence = code.partition("-")
    if jour in "0123456" and len(jour) == 1 and frequence in FREQUENCES:
        return Habitude(int(jour), frequence)
    return None


def lire_habitudes(codes: Iterable[str]) -> frozenset[Habitude]:
    """Those of these codes that are habits."""
    return frozenset(filter(None, map(lire_habitude, codes)))


def voulus(choix: Choix, jours: Iterable[dt.date], inertes: Collection[dt.date] = ()) -> frozenset[dt.date]:
    """Those of these days that are wanted.

    As ticked; unless the habits of that weekday have changed since the calendar was drawn, or the day was not
    in it: then as the habits say. `inertes`: the days that could not be ticked, that follow the habits too.
    """
    return frozenset(jour for jour in jours if _voulu(choix, jour, jour in inertes))


def _voulu(choix: Choix, jour: dt.date, inerte: bool) -> bool:
    d_habitude = any(habitude.tombe(jour) for habitude in choix.habitudes)
    montre = choix.montre is not None and choix.montre[0] <= jour <= choix.montre[1]
    if not montre or _du(choix.habitudes, jour) != _du(choix.appliquees, jour):
        return d_habitude
    return jour in choix.coches or (inerte and d_habitude)


def _du(habitudes: Iterable[Habitude], jour: dt.date) -> set[str]:
    return {habitude.frequence for habitude in habitudes if habitude.jour == jour.weekday()}


def dire(habitudes: Iterable[Habitude]) -> str:
    """« mardi et jeudi, chaque semaine ; vendredi, semaines paires »."""
    tries = sorted(habitudes)
    dits = []
    for frequence, nom in FREQUENCES.items():
        jours = [mots.JOURS[h.jour] for h in tries if h.frequence == frequence]
        if jours:
            dits.append(f"{mots.enumeration(jours)}, {nom[0].lower()}{nom[1:]}")
    return " ; ".join(dits)
