"""« Rien de réservé »: the weeks in which nothing is asked of an activity, whereas it could be. Pure.

The home, the reminders by mail and the calendar feed, that rings, ask the same function: what the one shows,
the others tell.
"""

import datetime as dt
from collections.abc import Collection, Iterable

import workflows as w
from portail.domain.creneaux import Creneau

HABITUDE = 14
"""Days back in which a booking tells that the child comes."""
HORIZON = 21
"""Days ahead in which one tells it too."""


def lundi(jour: dt.date) -> dt.date:
    """The Monday of its week."""
    return jour - dt.timedelta(jour.weekday())


def habitues(creneaux: Iterable[Creneau], aujourdhui: dt.date) -> set[tuple[int, int]]:
    """(activity, child) where the child comes, as these créneaux tell: something stands there these days."""
    debut, fin = aujourdhui - dt.timedelta(HABITUDE), aujourdhui + dt.timedelta(HORIZON)
    return {
        (creneau.seance.activite.id, creneau.enfant.id)
        for creneau in creneaux
        if creneau.statut != w.NON_RESERVE and debut <= creneau.seance.jour <= fin
    }


def semaines_vides(creneaux: Iterable[Creneau], habitues: Collection[tuple[int, int]]) -> list[list[Creneau]]:
    """The free slots of each such week, one list an activity, a week and a child, in this order.

    A week has all its slots free and still open, or it is not one of them: whoever let the first deadline go
    has chosen. `habitues`: (activity, child) where the child comes. Where a child of the family comes, only
    the children who come are recalled: the others have chosen.
    """
    frequentees = {activite_id for activite_id, _ in habitues}
    semaines: dict[tuple[int, dt.date, int], list[Creneau]] = {}
    for creneau in creneaux:
        if creneau.seance.fermeture:
            continue  # closed since: there is nothing to book that day, and what was booked there is void
        cle = (creneau.seance.activite.id, lundi(creneau.seance.jour), creneau.enfant.id)
        semaines.setdefault(cle, []).append(creneau)
    return [
        siens
        for (activite_id, _, enfant_id), siens in sorted(semaines.items(), key=lambda semaine: semaine[0])
        if (activite_id not in frequentees or (activite_id, enfant_id) in habitues)
        and all(creneau.acte_possible == w.DEMANDER for creneau in siens)
    ]
