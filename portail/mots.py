"""French words for dates, hours and numbers: one way to say them, on the screen, in refusals and in mail."""

import datetime as dt

from portail import clock

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
MOIS_COURTS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def quantieme(jour: dt.date) -> str:
    """« 1er », « 2 »."""
    return "1er" if jour.day == 1 else str(jour.day)


def jour_long(jour: dt.date) -> str:
    """« jeudi 3 décembre »."""
    return f"{JOURS[jour.weekday()]} {quantieme(jour)} {MOIS[jour.month - 1]}"


def jour_annee(jour: dt.date) -> str:
    """« jeudi 3 décembre 2026 »."""
    return f"{jour_long(jour)} {jour.year}"


def jour_court(jour: dt.date) -> str:
    """« jeu. 3 déc. »."""
    return f"{JOURS[jour.weekday()][:3]}. {quantieme(jour)} {MOIS_COURTS[jour.month - 1]}"


def mois_annee(jour: dt.date) -> str:
    """« décembre 2026 »."""
    return f"{MOIS[jour.month - 1]} {jour.year}"


def heure(h: dt.time) -> str:
    """« 11 h 30 », « 8 h »."""
    return f"{h.hour} h {h.minute:02}" if h.minute else f"{h.hour} h"


def plage(debut: dt.time, fin: dt.time) -> str:
    """« 11 h 30 – 13 h 30 »."""
    return f"{heure(debut)} – {heure(fin)}"


def moment(instant: dt.datetime) -> str:
    """An instant as Paris reads it: « jeudi 3 décembre à 12 h »."""
    local = clock.a_paris(instant)
    return f"{jour_long(local.date())} à {heure(local.time())}"


def moment_court(instant: dt.datetime) -> str:
    """« 22 h 04 » today, else « mar. 1er déc., 22 h 04 »."""
    local = clock.a_paris(instant)
    if local.date() == clock.aujourdhui():
        return heure(local.time())
    return f"{jour_court(local.date())}, {heure(local.time())}"


def pluriel(n: int, mot: str, mots: str | None = None) -> str:
    """« 1 place », « 2 places »; in French zero is singular."""
    return f"{n} {mot if abs(n) < 2 else mots or mot + 's'}"


def enumeration(mots: list[str]) -> str:
    """« Léa », « Léa et Noé », « Léa, Noé et Inès »."""
    return mots[0] if len(mots) == 1 else f"{', '.join(mots[:-1])} et {mots[-1]}" if mots else ""
