"""The weeks that the figures are about, and what of the town: shared by all of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from peewee import Case, Field

from models import Activite
from portail import clock, mots
from portail.domain import choix_de_liste as c
from portail.domain.choix_de_liste import Choix, Possibles
from portail.domain.perimetre import Perimetre

SEMAINES_MAX = 53
UNE_SEMAINE = dt.timedelta(7)


@dataclass(frozen=True)
class Periode:
    """Whole weeks, from a Monday to a Sunday, and the activities that are counted."""

    lundis: tuple[dt.date, ...]
    activites: list[int] = field(default_factory=list)
    entier: bool = True
    """The whole town is counted: what is about no activity, too."""

    @property
    def du(self) -> dt.date:
        return self.lundis[0]

    @property
    def au(self) -> dt.date:
        return self.lundis[-1] + dt.timedelta(6)

    @property
    def debut(self) -> dt.datetime:
        """The first instant, midnight in Paris."""
        return clock.instant(self.du, dt.time())

    @property
    def fin(self) -> dt.datetime:
        """The first instant after."""
        return clock.instant(self.au + dt.timedelta(1), dt.time())

    @property
    def ids(self) -> list[int]:
        return self.activites or [0]

    @property
    def noms(self) -> list[str]:
        """« 23 nov. », for the foot of a drawing."""
        return [f"{lundi.day} {mots.MOIS_COURTS[lundi.month - 1]}" for lundi in self.lundis]

    def rang_du_jour(self, jour: Field):
        """The expression of the number of the week, from 0, of a date: the same on both engines."""
        return self._rang(jour, self.lundis[1:])

    def rang_de_l_instant(self, instant: Field):
        """Of an instant, by the midnights of Paris."""
        return self._rang(instant, [clock.instant(lundi, dt.time()) for lundi in self.lundis[1:]])

    @staticmethod
    def _rang(colonne: Field, suivants: Sequence[dt.date]):
        if not suivants:
            return Case(None, [(colonne.is_null(), 0)], 0)
        # halves: a row meets five comparisons, not fifty
        return _par_moities(colonne, list(enumerate(suivants)), len(suivants))


def _par_moities(colonne: Field, bornes: list[tuple[int, dt.date]], apres: int):
    """`bornes`: (number of the week before, first day of the next); `apres`: the number of the last week."""
    milieu = len(bornes) // 2
    rang, borne = bornes[milieu]
    avant = _par_moities(colonne, bornes[:milieu], rang) if milieu else rang
    reste = bornes[milieu + 1 :]
    suite = _par_moities(colonne, reste, apres) if reste else apres
    return Case(None, [(colonne < borne, avant)], suite)


def semaines(du: dt.date, au: dt.date) -> tuple[dt.date, ...]:
    """The Mondays of the weeks that these days are in, `SEMAINES_MAX` at most."""
    lundi = du - dt.timedelta(du.weekday())
    combien = min((au - lundi).days // 7 + 1, SEMAINES_MAX)
    return tuple(lundi + rang * UNE_SEMAINE for rang in range(combien))


def etablir(choix: Choix, perimetre: Perimetre) -> tuple[Periode, Possibles]:
    """What is counted. Three queries. :class:`Introuvable` for what is out of sight."""
    possibles = c.possibles(c.CHIFFRES, choix, perimetre)
    lundis = semaines(choix.du, choix.au)
    voulues = c.activites_voulues(choix, perimetre)
    if not voulues:
        return Periode(lundis), possibles
    requete = Activite.select(Activite.id).where(*voulues).order_by(Activite.id)
    return Periode(lundis, [ident for (ident,) in requete.tuples()], entier=False), possibles
