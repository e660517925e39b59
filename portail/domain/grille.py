"""The rows of a week: the hours of the day told once in the margin, each séance in its row. Pure."""

import datetime as dt
from dataclasses import dataclass
from itertools import combinations

from portail import mots
from portail.domain.lecture_planning import GroupeSeance, Planning

RANGEES_AU_PLUS = 8
"""Rows that the look has; a family has three or four."""

Plage = tuple[dt.time, dt.time]


@dataclass(frozen=True)
class Rangees:
    """`plages`: the hours of each row, in order. A séance longer than several rows spans them all."""

    plages: list[Plage]

    @property
    def noms(self) -> list[tuple[str, str]]:
        return [(mots.heure(debut), mots.heure(fin)) for debut, fin in self.plages]

    def rang(self, groupe: GroupeSeance) -> int:
        """The row of a séance, from 1; 0 when it spans them all."""
        plage = (groupe.seance.debut, groupe.seance.fin)
        return self.plages.index(plage) + 1 if plage in self.plages else 0

    def par_rang(self, groupes: list[GroupeSeance]) -> list[tuple[int, list[GroupeSeance]]]:
        """A day's séances by row: two schools' canteens at the same hours share theirs."""
        rangs: dict[int, list[GroupeSeance]] = {}
        for groupe in groupes:
            rangs.setdefault(self.rang(groupe), []).append(groupe)
        return sorted(rangs.items())


def rangees(planning: Planning) -> Rangees:
    """The rows that these days need: every range of hours but those that run across several others."""
    plages = {(g.seance.debut, g.seance.fin) for jour in planning.jours for g in jour.groupes}
    courtes = sorted(plage for plage in plages if not _traverse(plage, plages))
    return Rangees(courtes[:RANGEES_AU_PLUS])


def _traverse(plage: Plage, plages: set[Plage]) -> bool:
    """Whether it overlaps two others that do not meet each other: the Wednesday centre, from 8 h to 18 h."""
    croisees = [autre for autre in plages if autre != plage and _se_croisent(plage, autre)]
    return any(not _se_croisent(a, b) for a, b in combinations(croisees, 2))


def _se_croisent(une: Plage, autre: Plage) -> bool:
    return une[0] < autre[1] and autre[0] < une[1]
