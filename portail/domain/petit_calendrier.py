"""The small calendar of a pre-registration: month by month, what each day can be asked for. Pure."""

import calendar
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from portail import mots
from portail.domain.creneaux import SeanceVue
from portail.domain.examen import JourExamine

OUVERTS = 2
"""How many months are unfolded from the start."""


@dataclass(frozen=True)
class Case:
    """One day of the calendar that the activity has; the others are struck."""

    jour: dt.date
    coche: bool
    complet: bool
    obstacle: str
    """Why it cannot be asked for, in few words; empty when it can."""

    @property
    def nom(self) -> str:
        """What is said of it to those who do not see: « lundi 4 janvier, complet : liste d’attente »."""
        suite = self.obstacle or ("complet : liste d’attente" if self.complet else "")
        return ", ".join(filter(None, (mots.jour_long(self.jour), suite)))


@dataclass(frozen=True)
class Mois:
    premier: dt.date
    semaines: list[list[Case | dt.date | None]]
    """Seven a week: a day of the activity, a day without it, or nothing."""
    deplie: bool

    @property
    def cases(self) -> list[Case]:
        return [case for semaine in self.semaines for case in semaine if isinstance(case, Case)]

    @property
    def coches(self) -> int:
        return sum(case.coche for case in self.cases)

    @property
    def notes(self) -> list[str]:
        """What the drawing alone would not say: the days that are full, those that cannot be asked for."""
        par_raison: dict[str, list[str]] = {}
        for case in self.cases:
            raison = case.obstacle or ("Complet, liste d’attente" if case.complet else "")
            if raison:
                par_raison.setdefault(raison, []).append(mots.quantieme(case.jour))
        return [f"{raison} : le {mots.enumeration(jours)}." for raison, jours in par_raison.items()]


def par_jour(examines: Iterable[JourExamine]) -> dict[dt.date, list[JourExamine]]:
    """The séances, day by day: an activity may take place twice on the same day."""
    jours: dict[dt.date, list[JourExamine]] = {}
    for examine in examines:
        jours.setdefault(examine.seance.jour, []).append(examine)
    return jours


def inertes(jours: dict[dt.date, list[JourExamine]]) -> frozenset[dt.date]:
    """The days of which nothing can be asked for."""
    return frozenset(jour for jour, siens in jours.items() if all(e.obstacle for e in siens))


def dessiner(
    debut: dt.date, fin: dt.date, jours: dict[dt.date, list[JourExamine]], voulus: Collection[dt.date]
) -> list[Mois]:
    """The months from `debut` to `fin`, the first ones unfolded; a month without any séance is left out."""
    dessines: list[Mois] = []
    for annee, mois in sorted({(jour.year, jour.month) for jour in jours if debut <= jour <= fin}):
        premier = dt.date(annee, mois, 1)
        semaines = [
            [_case(jour, mois, jours, voulus) for jour in semaine]
            for semaine in calendar.Calendar().monthdatescalendar(annee, mois)
        ]
        dessines.append(Mois(premier, semaines, len(dessines) < OUVERTS))
    return dessines


def _case(
    jour: dt.date, mois: int, jours: dict[dt.date, list[JourExamine]], voulus: Collection[dt.date]
) -> Case | dt.date | None:
    if jour.month != mois:
        return None
    if jour not in jours:
        return jour
    possibles = [e for e in jours[jour] if e.obstacle is None]
    obstacle = jours[jour][0].obstacle
    bref = obstacle.bref if obstacle and not possibles else ""
    complet = bool(possibles) and all(e.complet for e in possibles)
    return Case(jour, jour in voulus and not bref, complet, bref)


def dire_par_mois(seances: Sequence[SeanceVue]) -> list[tuple[dt.date, str]]:
    """« janvier 2027 » : « mardi 5, jeudi 7… »: many days, in few lines."""
    return dire_les_jours(seance.jour for seance in seances)


def dire_les_jours(jours: Iterable[dt.date]) -> list[tuple[dt.date, str]]:
    """The same, of days: each said once, in their order."""
    mois: dict[dt.date, list[str]] = {}
    for jour in dict.fromkeys(jours):
        mois.setdefault(jour.replace(day=1), []).append(f"{mots.jour_semaine(jour)} {mots.quantieme(jour)}")
    return [(premier, ", ".join(jours)) for premier, jours in mois.items()]
