"""What a long demande would give, or has given: créneau by créneau, counted and told in few words. Pure."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import workflows as w
from models import MotifAbsence
from portail import mots
from portail.domain import petit_calendrier
from portail.domain.creneaux import ActiviteVue, Creneau, EnfantVu
from portail.domain.examen_creneaux import AUTRE_ETAT, DEJA, LIE, POSSIBLE, SUIVI
from portail.domain.regles import FERMEE, NON_INSCRIT, NON_RESERVABLE, PASSEE, RIEN, TARDIF
from portail.domain.souhait_long import SouhaitLong

EN_LISTE = "en_liste"
"""Possible, but no place is left today: the waiting list."""
ISSUES = {
    POSSIBLE: ("créneau possible", "créneaux possibles"),
    EN_LISTE: ("complet : liste d’attente", "complets : liste d’attente"),
    DEJA: ("déjà fait", "déjà faits"),
    TARDIF: ("trop tard", "trop tard"),
    FERMEE: ("fermé", "fermés"),
    NON_INSCRIT: ("non inscrit", "non inscrits"),
    NON_RESERVABLE: ("fermé à la réservation", "fermés à la réservation"),
    RIEN: ("sans réservation", "sans réservation"),
    PASSEE: ("passé", "passés"),
    LIE: ("empêché : ensemble ou pas du tout", "empêchés : ensemble ou pas du tout"),
    SUIVI: ("suivi seulement", "suivis seulement"),
    AUTRE_ETAT: ("impossible", "impossibles"),
}
"""What a line may become, in words, one and several; in the order in which the preview counts them."""

DEMANDE, OBTENU, REFUSE, ANNULE = "demande", "obtenu", "refuse", "annule"
SUITES = {
    DEMANDE: ("en attente de la mairie", "en attente de la mairie"),
    OBTENU: ("enregistré", "enregistrés"),
    EN_LISTE: ("en liste d’attente", "en liste d’attente"),
    REFUSE: ("refusé par la mairie", "refusés par la mairie"),
    ANNULE: ("annulé", "annulés"),
}
"""What became of the lines of a demande, before what could not be asked for."""


@dataclass(frozen=True)
class LigneExaminee:
    """One créneau of the wish, and what the demande would make of it."""

    creneau: Creneau
    issue: str
    pourquoi: str
    facturee: bool | None = None
    immediate: bool = False
    """Whether the answer comes at once, without an agent."""

    @property
    def jour(self) -> dt.date:
        return self.creneau.seance.jour

    @property
    def retenue(self) -> bool:
        """Whether the demande would hold it."""
        return self.issue in (POSSIBLE, EN_LISTE)


@dataclass(frozen=True)
class Groupe:
    """The lines of which the same becomes, for the same reason."""

    issue: str
    pourquoi: str
    jours: list[dt.date]

    @property
    def par_mois(self) -> list[tuple[dt.date, str]]:
        """« janvier 2027 » : « mardi 5, jeudi 7… »."""
        return petit_calendrier.dire_les_jours(self.jours)


@dataclass(frozen=True)
class Volet:
    """One child in one activity: the lines, by what becomes of them."""

    enfant: EnfantVu
    activite: ActiviteVue
    lignes: list[LigneExaminee]
    fermes: list[tuple[dt.date, str]]
    """The days wanted on which the activity does not take place, and why."""

    @property
    def groupes(self) -> list[Groupe]:
        """The lines, by what becomes of them and why, in the order of the counts; all closed days at once."""
        groupes: dict[tuple[str, str], list[dt.date]] = {}
        for ligne in self.lignes:
            groupes.setdefault((ligne.issue, ligne.pourquoi), []).append(ligne.jour)
        fermes = list(self.fermes)
        for (issue, pourquoi), jours in list(groupes.items()):
            if issue == FERMEE:
                fermes += [(jour, pourquoi) for jour in jours]
                del groupes[issue, pourquoi]
        if fermes:
            raisons = dict.fromkeys(pourquoi for _, pourquoi in sorted(fermes))
            groupes[FERMEE, " ; ".join(raisons)] = [jour for jour, _ in fermes]
        rangs = list(SUITES | ISSUES)
        tries = sorted(groupes.items(), key=lambda groupe: rangs.index(groupe[0][0]))
        return [Groupe(issue, pourquoi, sorted(jours)) for (issue, pourquoi), jours in tries]

    @property
    def retenues(self) -> list[LigneExaminee]:
        return [ligne for ligne in self.lignes if ligne.retenue]


@dataclass
class Apercu:
    """What the wish would give today. `fautes`: by field of the form, what has to be mended."""

    souhait: SouhaitLong
    volets: list[Volet] = field(default_factory=list)
    fautes: dict[str, str] = field(default_factory=dict)
    motif: MotifAbsence | None = None

    @property
    def lignes(self) -> list[LigneExaminee]:
        return [ligne for volet in self.volets for ligne in volet.lignes]

    @property
    def comptes(self) -> dict[str, int]:
        """How many lines become what, those that there are, in the order of `ISSUES`."""
        return compter(self.volets, ISSUES)

    @property
    def dits(self) -> list[tuple[int, str]]:
        """(128, « créneaux possibles »), (6, « complets : liste d’attente »)… A zero is told of the first."""
        comptes = {POSSIBLE: 0} | self.comptes
        return dire_les_comptes(comptes)

    @property
    def resume(self) -> str:
        """« 128 créneaux possibles, 6 complets : liste d’attente, 4 trop tard. »"""
        dits = [f"{mots.nombre(n)} {mot}" for n, mot in self.dits]
        return f"{', '.join(dits)}."

    @property
    def retenues(self) -> int:
        """How many créneaux the demande would hold."""
        return sum(ligne.retenue for ligne in self.lignes)

    @property
    def facturees(self) -> int:
        return sum(bool(ligne.facturee) for ligne in self.lignes if ligne.retenue)

    @property
    def attendues(self) -> int:
        """How many of them an agent has to answer."""
        return sum(ligne.retenue and not ligne.immediate for ligne in self.lignes)

    @property
    def bouton(self) -> str:
        """« Demander 134 réservations », « Déclarer une absence »."""
        reserve = self.souhait.nature == w.NATURE_RESERVATION
        verbe, mot = ("Demander", "réservation") if reserve else ("Déclarer", "absence")
        combien = "une" if self.retenues == 1 else mots.nombre(self.retenues)
        return f"{verbe} {combien} {mot}{'s' if self.retenues > 1 else ''}"

    @property
    def echeance(self) -> str:
        """Until when the first of them can be asked for: « jeudi 3 décembre à 12 h, dans 2 jours »."""
        reserve = self.souhait.nature == w.NATURE_RESERVATION
        dites = [
            (s.limite_reservation, ligne.creneau.avant_reservation)
            if reserve
            else (s.limite_absence, ligne.creneau.avant_absence)
            for ligne in self.lignes
            if ligne.retenue and (s := ligne.creneau.seance)
        ]
        maintenant = self.lignes[0].creneau.maintenant if self.lignes else None
        a_venir = [dite for dite in dites if maintenant is None or dite[0] > maintenant]
        return min(a_venir)[1] if a_venir else ""


def compter(volets: Iterable[Volet], ordre: Iterable[str]) -> dict[str, int]:
    """How many lines become what, those that there are, in this order."""
    combien: Counter[str] = Counter()
    for volet in volets:
        combien.update(ligne.issue for ligne in volet.lignes)
        combien[FERMEE] += len(volet.fermes)
    return {issue: combien[issue] for issue in ordre if combien[issue]}


def dire_les_comptes(comptes: dict[str, int], mots_de: dict[str, tuple[str, str]] = ISSUES) -> list[tuple]:
    """Each count with its word, in the singular or in the plural."""
    return [(n, mots_de[issue][n > 1]) for issue, n in comptes.items()]
