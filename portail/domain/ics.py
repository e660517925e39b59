"""A calendar as other programs read it: iCalendar, RFC 5545, with what RFC 7986 adds. Pure."""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Alarm, Calendar, Event, Timezone, vDuration, vText

CONFIRME, PEUT_ETRE, ANNULE = "CONFIRMED", "TENTATIVE", "CANCELLED"
RAFRAICHIR = dt.timedelta(hours=1)
"""How often we ask to be read again; each program does as it pleases, once a day for some."""
FUSEAU = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
"""The hour of Paris, by its present rule: what is written here is of these years."""


@dataclass(frozen=True)
class RendezVous:
    """One event. `debut` and `fin` are civil hours of Paris, `change_le` and `sonne_le` instants."""

    uid: str
    """Stable for what it stands for, whatever becomes of it; unique in the world."""
    debut: dt.datetime
    fin: dt.datetime
    titre: str
    texte: str
    lien: str
    change_le: dt.datetime
    """When what it tells changed last."""
    statut: str = CONFIRME
    lieu: str = ""
    version: int = 0
    """Grows with each change."""
    sonne_le: dt.datetime | None = None
    """When it reminds of itself."""


def ecrire(nom: str, rendez_vous: Iterable[RendezVous]) -> bytes:
    """The calendar, as it is sent: the same to the byte as long as nothing of it has changed.

    No METHOD: it is published, it invites nobody. The child's time is not the parent's: nothing makes busy.
    """
    calendrier = Calendar()
    calendrier.add("prodid", "-//Portail Citoyen//Planning des activites//FR")
    calendrier.add("version", "2.0")
    calendrier.add("calscale", "GREGORIAN")
    calendrier.add("name", _texte(nom))
    calendrier.add("x-wr-calname", _texte(nom))
    calendrier.add("x-wr-timezone", vText("Europe/Paris"))
    calendrier.add("refresh-interval", vDuration(RAFRAICHIR), parameters={"VALUE": "DURATION"})
    calendrier.add("x-published-ttl", vDuration(RAFRAICHIR))
    calendrier.add_component(Timezone.from_ical(FUSEAU))
    for un in rendez_vous:
        calendrier.add_component(_evenement(un))
    return calendrier.to_ical()


def _evenement(un: RendezVous) -> Event:
    evenement = Event()
    evenement.add("uid", vText(un.uid))
    evenement.add("dtstamp", un.change_le)
    evenement.add("last-modified", un.change_le)
    evenement.add("sequence", un.version)
    evenement.add("dtstart", un.debut)
    evenement.add("dtend", un.fin)
    evenement.add("summary", _texte(un.titre))
    evenement.add("description", _texte(un.texte))
    if un.lieu:
        evenement.add("location", _texte(un.lieu))
    evenement.add("url", un.lien)
    evenement.add("status", un.statut)
    evenement.add("transp", "TRANSPARENT")
    if un.sonne_le:
        rappel = Alarm()
        rappel.add("action", "DISPLAY")
        rappel.add("description", _texte(un.titre))
        rappel.add("trigger", un.sonne_le - un.debut.astimezone(dt.UTC))
        evenement.add_component(rappel)
    return evenement


def _texte(texte: str) -> vText:
    """Words as they may stand in a line: its ends are those of the text, nothing else cuts it."""
    lignes = texte.replace("\r\n", "\n").replace("\r", "\n")
    return vText("".join(c if c == "\n" or not _coupe(c) else " " for c in lignes))


def _coupe(caractere: str) -> bool:
    return unicodedata.category(caractere) in ("Cc", "Zl", "Zp")
