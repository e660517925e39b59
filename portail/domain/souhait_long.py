"""What a family wishes over a long period: which children, which activities, which days. Pure.

Read from an address, kept in it from the form to the preview, from there to what became of it.
"""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from portail import mots
from portail.domain import jours_voulus
from portail.domain.jours_voulus import Habitude

JOURS_MAX = 400
"""A school year and a summer: the longest period that one demande may cover."""
SEMAINES_PASSEES = 8
"""How many past weeks can be copied."""

TOUTES, SCOLAIRE, VACANCES = "toutes", "scolaire", "vacances"
PERIODES = {
    TOUTES: "Toute la période",
    SCOLAIRE: "Seulement en période scolaire",
    VACANCES: "Seulement pendant les vacances",
}


@dataclass(frozen=True)
class SouhaitLong:
    """What a family wants, over a long period."""

    nature: str
    """`reservation` or `absence`."""
    enfants: frozenset[int]
    activites: frozenset[int]
    debut: dt.date
    fin: dt.date
    """First and last day, both included."""
    habitudes: frozenset[Habitude] = frozenset()
    """The weekdays wanted; every one when an absence names none."""
    comme: dt.date | None = None
    """The Monday of a past week to copy, instead of the weekdays: what each child had booked in it."""
    periode: str = TOUTES
    ensemble: bool = False
    motif: int | None = None
    documents: tuple[int, ...] = ()

    @property
    def parametres(self) -> list[tuple[str, str]]:
        """As an address carries it, and the fields of a form; the documents, that go with the act, apart."""
        paires = [("nature", self.nature)]
        paires += [("enfants", str(ident)) for ident in sorted(self.enfants)]
        paires += [("activites", str(ident)) for ident in sorted(self.activites)]
        paires += [("debut", self.debut.isoformat()), ("fin", self.fin.isoformat())]
        paires += [("semaine", habitude.code) for habitude in sorted(self.habitudes)]
        paires += [("comme", self.comme.isoformat())] if self.comme else []
        paires += [("periode", self.periode)] if self.periode != TOUTES else []
        paires += [("ensemble", "1")] if self.ensemble else []
        return paires + ([("motif", str(self.motif))] if self.motif else [])

    @property
    def requete(self) -> str:
        """The query string of this wish."""
        return urlencode(self.parametres)


def semaines_passees(jour: dt.date) -> list[dt.date]:
    """The Mondays of the weeks that can be copied on the day `jour`, this one first."""
    lundi = jour - dt.timedelta(jour.weekday())
    return [lundi - dt.timedelta(7 * n) for n in range(SEMAINES_PASSEES + 1)]


def dire(s: SouhaitLong) -> str:
    """The wish in words: « du 4 janvier au 2 juillet 2027, lundi et mardi, chaque semaine »."""
    jours = jours_voulus.dire(s.habitudes)
    if s.comme:
        jours = f"comme la semaine du {mots.jour_annee(s.comme)}"
    periode = "" if s.periode == TOUTES else PERIODES[s.periode].lower()
    return ", ".join(filter(None, (mots.du_au(s.debut, s.fin), jours, periode)))
