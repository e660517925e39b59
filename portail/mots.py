"""French words for dates, hours and numbers: one way to say them, on the screen, in refusals and in mail."""

import datetime as dt
import re
import unicodedata
from functools import lru_cache

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
MOIS_COURTS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)


def quantieme(jour: dt.date) -> str:
    """« 1er », « 2 »."""
    return "1er" if jour.day == 1 else str(jour.day)


def jour_long(jour: dt.date) -> str:
    """« jeudi 3 décembre »."""
    return f"{JOURS[jour.weekday()]} {quantieme(jour)} {MOIS[jour.month - 1]}"


def jour_semaine(jour: dt.date) -> str:
    """« jeudi »."""
    return JOURS[jour.weekday()]


def nom_du_mois(jour: dt.date) -> str:
    """« décembre »."""
    return MOIS[jour.month - 1]


def jour_mois(jour: dt.date) -> str:
    """« 3 décembre »."""
    return f"{quantieme(jour)} {MOIS[jour.month - 1]}"


def jour_annee(jour: dt.date) -> str:
    """« 3 décembre 2026 »."""
    return f"{jour_mois(jour)} {jour.year}"


def jour_court(jour: dt.date) -> str:
    """« jeu. 3 déc. »."""
    return f"{JOURS[jour.weekday()][:3]}. {quantieme(jour)} {MOIS_COURTS[jour.month - 1]}"


def du_au(premier: dt.date, dernier: dt.date) -> str:
    """« du 4 janvier au 2 juillet 2027 », « du 2 au 18 décembre 2026 », « le 4 janvier 2027 »."""
    if premier == dernier:
        return f"le {jour_annee(premier)}"
    debut = jour_mois(premier) if premier.year == dernier.year else jour_annee(premier)
    if (premier.year, premier.month) == (dernier.year, dernier.month):
        debut = quantieme(premier)
    return f"du {debut} au {jour_annee(dernier)}"


def mois_annee(jour: dt.date) -> str:
    """« décembre 2026 »."""
    return f"{MOIS[jour.month - 1]} {jour.year}"


def heure(h: dt.time) -> str:
    """« 11 h 30 », « 8 h »."""
    return f"{h.hour} h {h.minute:02}" if h.minute else f"{h.hour} h"


def plage(debut: dt.time, fin: dt.time) -> str:
    """« 11 h 30 – 13 h 30 »."""
    return f"{heure(debut)} – {heure(fin)}"


@lru_cache(4096)
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


def moment_annee(instant: dt.datetime) -> str:
    """« jeudi 3 décembre 2026 à 12 h »: what is kept, on paper, says the year."""
    local = clock.a_paris(instant)
    return f"{jour_semaine(local.date())} {jour_annee(local.date())} à {heure(local.time())}"


def moment_date(instant: dt.datetime) -> str:
    """« jeu. 3 déc. 2026, 12 h »."""
    local = clock.a_paris(instant)
    return f"{jour_court(local.date())} {local.year}, {heure(local.time())}"


def pluriel(n: int, mot: str, mots: str | None = None) -> str:
    """« 1 place », « 2 places »; in French zero is singular."""
    return f"{n} {mot if abs(n) < 2 else mots or mot + 's'}"


def ordinal(n: int) -> str:
    """« 1er », « 2e »."""
    return f"{n}{'er' if n == 1 else 'e'}"


def enumeration(mots: list[str]) -> str:
    """« Léa », « Léa et Noé », « Léa, Noé et Inès »."""
    return mots[0] if len(mots) == 1 else f"{', '.join(mots[:-1])} et {mots[-1]}" if mots else ""


H_MUETS = ("hel", "hen", "her", "hil", "hip", "hon", "hor", "hub", "hug", "hya")
"""How a first name begins whose h is not heard: « d’Hélène », but « de Hassan »."""


def de(nom: str) -> str:
    """« de Léa », « d’Estelle »."""
    return f"d’{nom}" if _elide(nom) else f"de {nom}"


def que(nom: str) -> str:
    """« que Léa », « qu’Estelle »."""
    return f"qu’{nom}" if _elide(nom) else f"que {nom}"


def _elide(nom: str) -> bool:
    """Whether « de » loses its vowel before this name: « d’Yves », but « de Yasmine »."""
    decompose = unicodedata.normalize("NFKD", nom.casefold())
    lettres = "".join(c for c in decompose if not unicodedata.combining(c))
    if lettres.startswith("y"):
        return not lettres.startswith(("ya", "ye", "yi", "yo", "yu"))
    return lettres.startswith((*"aeiouœæ", *H_MUETS))


def periode(premier: dt.date, dernier: dt.date) -> str:
    """« ven. 4 déc. », « 14 – 18 déc. », « 28 nov. – 4 déc. », with the years when they differ."""
    if premier == dernier:
        return jour_court(premier)
    fin = f"{quantieme(dernier)} {MOIS_COURTS[dernier.month - 1]}"
    if premier.year != dernier.year:
        return f"{quantieme(premier)} {MOIS_COURTS[premier.month - 1]} {premier.year} – {fin} {dernier.year}"
    if premier.month != dernier.month:
        return f"{quantieme(premier)} {MOIS_COURTS[premier.month - 1]} – {fin}"
    return f"{quantieme(premier)} – {fin}"


def echeance(instant: dt.datetime) -> str:
    """Until when, in few words: « en retard », « aujourd’hui, 12 h », « jeu. 10, 12 h », « 7 janv. »."""
    if instant <= clock.maintenant():
        return "en retard"
    local = clock.a_paris(instant)
    jours = (local.date() - clock.aujourdhui()).days
    if jours < 2:
        return f"{('aujourd’hui', 'demain')[jours]}, {heure(local.time())}"
    if jours < 7:
        return f"{JOURS[local.weekday()][:3]}. {quantieme(local.date())}, {heure(local.time())}"
    return f"{quantieme(local.date())} {MOIS_COURTS[local.month - 1]}"


def dans(instant: dt.datetime, maintenant: dt.datetime) -> str:
    """How soon, from an instant to a later one: « dans 2 jours », « demain », « dans 3 h », « dans 5 min ».

    Days are those of the calendar in Paris: at 23 h, noon of the next day is « demain ».
    """
    jours = (_jour_a_paris(instant) - _jour_a_paris(maintenant)).days
    if jours > 1:
        return f"dans {jours} jours"
    if jours == 1:
        return "demain"
    minutes = int((instant - maintenant).total_seconds() // 60)
    if minutes >= 60:
        return f"dans {minutes // 60} h"
    return f"dans {minutes} min" if minutes > 0 else "dans moins d’une minute"


@lru_cache(4096)
def _jour_a_paris(instant: dt.datetime) -> dt.date:
    """A page asks it of the same deadlines again and again."""
    return clock.a_paris(instant).date()


def anciennete(instant: dt.datetime) -> str:
    """How long ago: « à l’instant », « il y a 5 min », « il y a 3 h », « hier », « il y a 12 jours »."""
    minutes = int((clock.maintenant() - instant).total_seconds() // 60)
    jours = (clock.aujourdhui() - clock.a_paris(instant).date()).days
    if minutes < 1:
        return "à l’instant"
    if minutes < 60:
        return f"il y a {minutes} min"
    if jours < 1:
        return f"il y a {minutes // 60} h"
    return "hier" if jours == 1 else f"il y a {jours} jours"


def annees(naissance: dt.date, jour: dt.date) -> int:
    """How many years old somebody is on that day; who was born on 29 February is older from 1 March."""
    passees = jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))
    return max(passees, 0)


def age(naissance: dt.date, jour: dt.date) -> str:
    """How old a child is on that day: « 8 ans »."""
    return pluriel(annees(naissance, jour), "an")


def tranche_d_age(age_min: int, age_max: int) -> str:
    """« 6 – 11 ans », « 6 ans »."""
    return pluriel(age_min, "an") if age_min == age_max else f"{age_min} – {pluriel(age_max, 'an')}"


def nombre(n: int) -> str:
    """« 1 204 »: thousands apart, never broken at the end of a line."""
    return f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def euros(cents: int) -> str:
    """« 1 204,50 € », of cents; « −3,45 € » below zero."""
    entiers, reste = divmod(abs(cents), 100)
    signe = "\N{MINUS SIGN}" if cents < 0 else ""
    return f"{signe}{nombre(entiers)},{reste:02}\N{NO-BREAK SPACE}€"


def pourcent(part: float) -> str:
    """« 83 % » for 0.83."""
    return f"{round(100 * part)}\N{NO-BREAK SPACE}%"


def duree(heures: float) -> str:
    """How long something took: « 40 min », « 5 h », « 2 j 4 h », « 12 j »."""
    if heures < 1:
        return f"{max(round(heures * 60), 1)} min"
    entieres = round(heures)
    jours, reste = divmod(entieres, 24)
    if not jours:
        return f"{entieres} h"
    return f"{jours} j {reste} h" if reste and jours < 7 else f"{jours + (reste >= 12 and jours >= 7)} j"


def jour_en_chiffres(jour: dt.date) -> str:
    """« 03/12/2026 »: in the column of a list."""
    return f"{jour:%d/%m/%Y}"


def jour_du_mois(jour: dt.date) -> str:
    """« lun. 7 »: in a list that says the month."""
    return f"{JOURS[jour.weekday()][:3]}. {quantieme(jour)}"


def poids(octets: int) -> str:
    """How much a file weighs: « 240 Ko », « 1,2 Mo »."""
    if octets < 1_000_000:
        return f"{max(round(octets / 1000), 1)} Ko"
    return f"{octets / 1_000_000:.1f} Mo".replace(".", ",")


def phrase(texte: str) -> str:
    """`texte` with its full stop, unless an abbreviation has put one: « …, 14 – 18 déc. »."""
    return texte if texte.endswith((".", "!", "?", "…")) else f"{texte}."


def d_un_tenant(texte: str) -> str:
    """The same sentence: no telephone, date or hour is cut at the end of a line, none begins with a colon."""
    telephone = r"(?<!\d)(?:\+\d{1,3} \d|0\d)(?: \d\d){4}(?! ?\d)"
    date = rf"\b(?:1er|\d\d?) (?:{'|'.join(MOIS)})\b"
    heure = r"\b\d\d? h(?: \d\d)?\b"
    return re.sub(
        rf"{telephone}|{date}|{heure}| (?=[:;?!])", lambda dit: dit[0].replace(" ", "\u00a0"), texte
    )
