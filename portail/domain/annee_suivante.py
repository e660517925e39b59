"""A date moved to another school year: the same day of the same holidays, of the same weeks of term."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models import Calendrier
from portail.domain.calendrier import annee_scolaire, calendrier_publie
from portail.domain.ville import la_ville

SEMAINE = dt.timedelta(7)


@dataclass(frozen=True)
class Vacances:
    """School holidays of the town's zone; both ends included."""

    nom: str
    debut: dt.date
    fin: dt.date
    annee: int
    """In which the school year begins that they belong to."""


def deplaceur(annees: Sequence[int]) -> Callable[[dt.date, int], dt.date]:
    """How to move a date by so many school years, among these and those beside them. One query.

    The first and last days of a school year, 1 September and 31 August, are those of the other one. Within
    holidays, the same weekday of the same week of them. In term, the first day of class after holidays and
    the last one before them stay so; any other day is counted from the nearest of these, to the same weekday.
    Where the calendar of a year has no such holidays, the same weekday, 52 weeks later for each year.
    """
    vacances = _lire(range(min(annees) - 1, max(annees) + 2))
    bords = [bord for v in vacances for bord in _bords(v)]

    def deplacer(jour: dt.date, de_combien: int) -> dt.date:
        if (jour.month, jour.day) in ((9, 1), (8, 31)):
            return jour.replace(year=jour.year + de_combien)
        dedans = next((v for v in vacances if v.debut <= jour <= v.fin), None)
        if dedans:
            la = _la_meme(vacances, dedans, de_combien)
            if la is None:
                return jour + 52 * de_combien * SEMAINE
            return min(_le_meme_jour(jour, la.debut + (jour - dedans.debut)), la.fin)
        proches = sorted(bords, key=lambda bord: abs((jour - bord[0]).days))
        for bord, v, compter in proches[:2]:
            if la := _la_meme(vacances, v, de_combien):
                la_bas = compter(la)
                return la_bas if jour == bord else _le_meme_jour(jour, la_bas + (jour - bord))
        return jour + 52 * de_combien * SEMAINE

    return deplacer


def _le_meme_jour(jour: dt.date, pres_de: dt.date) -> dt.date:
    """The day nearest to `pres_de` that is the same weekday as `jour`."""
    ecart = (jour.weekday() - pres_de.weekday()) % 7
    return pres_de + dt.timedelta(ecart if ecart <= 3 else ecart - 7)


def _bords(v: Vacances):
    """The last day of class before them, the first one after: the day, of which, and how to find it again."""
    yield v.debut - dt.timedelta(1), v, lambda la: la.debut - dt.timedelta(1)
    yield v.fin + dt.timedelta(1), v, lambda la: la.fin + dt.timedelta(1)


def _la_meme(vacances: Sequence[Vacances], une: Vacances, de_combien: int) -> Vacances | None:
    voulue = (une.nom, une.annee + de_combien)
    return next((v for v in vacances if (v.nom, v.annee) == voulue), None)


def _lire(annees: range) -> list[Vacances]:
    """The holidays of these school years: the town's own rows; where it has none yet, what is published."""
    zone = la_ville().zone
    premier, dernier = dt.date(annees.start, 9, 1), dt.date(annees.stop, 8, 31)
    lignes = Calendrier.select().where(
        Calendrier.genre == "vacances",
        Calendrier.zone == zone,
        Calendrier.debut >= premier,
        Calendrier.debut <= dernier,
    )
    siennes = [Vacances(v.nom, v.debut, v.fin, annee_scolaire(v.debut)[0].year) for v in lignes]
    connues = {v.annee for v in siennes}
    publiees = [
        Vacances(p.nom, p.debut, p.fin, annee)
        for annee in annees
        if annee not in connues
        for p in calendrier_publie(zone, annee)
        if p.genre == "vacances"
    ]
    return sorted([*siennes, *publiees], key=lambda v: v.debut)
