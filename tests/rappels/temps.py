"""What the tests of the reminders share: a moment of Paris, the round made then, a séance of one's own."""

import datetime as dt

from models import Activite, Seance
from portail import clock
from portail.domain import rappels

OUVERTURE = dt.datetime(2026, 12, 1, 12, tzinfo=clock.PARIS)
"""Forty-eight hours before the deadline of the canteen and of the centre, Thursday 3 December at noon."""


def le(jour: int, heure: int = 12, minute: int = 0, seconde: int = 0) -> dt.datetime:
    """That moment of December 2026."""
    return dt.datetime(2026, 12, jour, heure, minute, seconde, tzinfo=clock.PARIS)


def rappeler(quand: dt.datetime = OUVERTURE) -> int:
    """The round made at that moment; gives how many mails it wrote."""
    with clock.figer(quand):
        return rappels.ecrire_les_rappels()


def seance(activite: Activite, jour: dt.date, limite: dt.datetime, **autres) -> Seance:
    """One more séance, booked until `limite`."""
    heures = {"debut": dt.time(16, 30), "fin": dt.time(18, 30), "places": 10}
    limites = {"limite_reservation": limite, "limite_absence": limite}
    return Seance.create(activite=activite, jour=jour, **(heures | limites | autres))
