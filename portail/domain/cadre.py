"""What part of the planning is looked at: a view, a date, the children and activities shown. Pure."""

import calendar
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar
from urllib.parse import urlencode

from portail import mots

MOIS, SEMAINE, SEMAINE5, JOUR = "mois", "semaine", "semaine5", "jour"
VUES = {MOIS: "1 mois", SEMAINE: "7 jours", SEMAINE5: "5 jours", JOUR: "1 jour"}
"""The guide's four views (§4), with the words of their buttons."""

PAS = {
    MOIS: ("Mois précédent", "Mois suivant"),
    SEMAINE: ("Semaine précédente", "Semaine suivante"),
    SEMAINE5: ("Semaine précédente", "Semaine suivante"),
    JOUR: ("Jour précédent", "Jour suivant"),
}

ANNEES = range(2000, 2100)
"""The years that the planning can show."""

AUCUN = "aucun"
"""What the address says when every child, or every activity, is hidden: no value at all means all."""


@dataclass(frozen=True)
class Cadre:
    """`enfants`, `activites`: the ids shown, None for all."""

    vue: str
    date: dt.date
    enfants: frozenset[int] | None = None
    activites: frozenset[int] | None = None
    choix: bool = False
    """Whether slots are being chosen, to be asked for together."""

    VUES: ClassVar = VUES
    PAS: ClassVar = PAS

    @property
    def en_semaine(self) -> bool:
        return self.vue in (SEMAINE, SEMAINE5)

    @property
    def classe(self) -> str:
        """How the days are laid out."""
        return {MOIS: "mois", SEMAINE: "semaine sept", SEMAINE5: "semaine", JOUR: "journee"}[self.vue]

    @property
    def debut(self) -> dt.date:
        """First day drawn: a month begins on the Monday of its first week."""
        if self.vue == JOUR:
            return self.date
        premier = self.date.replace(day=1) if self.vue == MOIS else self.date
        return premier - dt.timedelta(premier.weekday())

    @property
    def fin(self) -> dt.date:
        """Last day drawn, included: a month ends on the Sunday of its last week."""
        match self.vue:
            case "mois":
                dernier = self.date.replace(day=calendar.monthrange(self.date.year, self.date.month)[1])
                return dernier + dt.timedelta(6 - dernier.weekday())
            case "semaine":
                return self.debut + dt.timedelta(6)
            case "semaine5":
                return self.debut + dt.timedelta(4)
            case _:
                return self.date

    def hors(self, jour: dt.date) -> bool:
        """Whether a day drawn belongs to the month before or after."""
        return self.vue == MOIS and jour.month != self.date.month

    def commence_avant(self, jour: dt.date) -> bool:
        """Whether `jour` is in this month, some days of which are already behind it."""
        return (
            self.vue == MOIS and (jour.year, jour.month) == (self.date.year, self.date.month) and jour.day > 1
        )

    @property
    def titre(self) -> tuple[str, str]:
        """The heading in two weights: (« Décembre », « 2026 »), (« Lundi 7 », « décembre 2026 »)."""
        match self.vue:
            case "mois":
                nom = mots.MOIS[self.date.month - 1]
                return nom.capitalize(), str(self.date.year)
            case "jour":
                jour = f"{mots.JOURS[self.date.weekday()]} {mots.quantieme(self.date)}"
                return jour.capitalize(), mots.mois_annee(self.date)
            case _:
                debut, fin = self.debut, self.fin
                if debut.month == fin.month:
                    return f"{mots.quantieme(debut)} – {fin.day}", mots.mois_annee(fin)
                return f"{mots.jour_mois(debut)} – {mots.jour_mois(fin)}", str(fin.year)

    @property
    def nom(self) -> str:
        """The period in one breath, for the page's title and for screen readers."""
        if self.en_semaine:
            return f"Semaine {mots.du_au(self.debut, self.fin)}"
        return " ".join(self.titre)

    def decaler(self, sens: int) -> "Cadre":
        """The period before (`sens` = -1) or after (1)."""
        if self.vue == MOIS:
            rang = self.date.year * 12 + self.date.month - 1 + sens
            return replace(self, date=dt.date(rang // 12, rang % 12 + 1, 1))
        return replace(self, date=self.date + dt.timedelta(sens * (1 if self.vue == JOUR else 7)))

    @property
    def voisins(self) -> tuple["Cadre | None", "Cadre | None"]:
        """The period before and the period after; None at the ends of the calendar."""
        avant, apres = self.decaler(-1), self.decaler(1)
        return (
            avant if avant.debut.year >= ANNEES.start else None,
            apres if apres.fin.year < ANNEES.stop else None,
        )

    def vers(self, **changements) -> "Cadre":
        """The same look at something else: another view, another date."""
        return replace(self, **changements)

    def montre_enfant(self, enfant_id: int) -> bool:
        return self.enfants is None or enfant_id in self.enfants

    def montre_activite(self, activite_id: int) -> bool:
        return self.activites is None or activite_id in self.activites

    def basculer_enfant(self, enfant_id: int, tous: Collection[int]) -> "Cadre":
        """The same with this child hidden if shown, shown if hidden."""
        return replace(self, enfants=_basculer(self.enfants, enfant_id, tous))

    def basculer_activite(self, activite_id: int, toutes: Collection[int]) -> "Cadre":
        """The same with this activity hidden if shown, shown if hidden."""
        return replace(self, activites=_basculer(self.activites, activite_id, toutes))

    def parametres(self) -> list[tuple[str, str]]:
        """The address's parameters, in a stable order: the same look has one address."""
        paires = [("vue", self.vue), ("date", self.date.isoformat())]
        for nom, ids in (("enfant", self.enfants), ("activite", self.activites)):
            if ids is not None:
                paires += [(nom, str(i)) for i in sorted(ids)] or [(nom, AUCUN)]
        return [*paires, ("choix", "1")] if self.choix else paires

    @cached_property
    def requete(self) -> str:
        """The query string of this look."""
        return urlencode(self.parametres())


def _basculer(montres: frozenset[int] | None, lequel: int, tous: Collection[int]) -> frozenset[int] | None:
    actuels = frozenset(tous) if montres is None else montres & frozenset(tous)
    nouveaux = actuels ^ {lequel}
    return None if nouveaux == frozenset(tous) else nouveaux
