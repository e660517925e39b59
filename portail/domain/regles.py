"""The rules of a créneau, pure: what stands in the way of a booking or of an absence, in words.

One function for a click, the long form, a pre-registration with days, and an agent at the counter. The
planning asks it to draw the slot, the act asks it again in its transaction: what the browser sends is a wish.
"""

import datetime as dt
from dataclasses import dataclass

import workflows as w
from portail import clock, mots


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the rules look at, for one child on one séance, at one moment."""

    statut: str
    jour: dt.date
    debut: dt.time
    places: int
    prises: int
    limite_reservation: dt.datetime
    limite_absence: dt.datetime
    reservable: bool
    inscrit: bool
    """Whether a validated pre-registration of the child covers the day."""
    fermeture: str | None
    """Why the séance does not take place after all, if so: « Noël, jour férié »."""

    @property
    def places_restantes(self) -> int:
        return max(self.places - self.prises, 0)

    @property
    def complete(self) -> bool:
        return self.prises >= self.places

    def commence(self) -> dt.datetime:
        """The instant at which the séance starts."""
        return clock.instant(self.jour, self.debut)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be done: `bref` for a tooltip, `phrase` for the person who asked."""

    bref: str
    phrase: str


def obstacle_place(s: Situation, maintenant: dt.datetime) -> Obstacle | None:
    """What prevents giving the child a place, or a rank in the list, whoever gives it; None if nothing does.

    The family's deadline is not among it: whoever asked in time is answered when the town can.
    """
    if s.commence() <= maintenant:
        return Obstacle("Séance passée", "Cette séance est passée : elle ne peut plus être réservée.")
    if s.fermeture:
        return Obstacle(s.fermeture, f"Il n’y a pas d’accueil ce jour-là ({s.fermeture}).")
    if not s.inscrit:
        return Obstacle(
            "Non inscrit ce jour-là",
            "La pré-inscription de l’enfant à cette activité ne couvre pas ce jour : "
            "la réservation n’est possible que sur une journée où l’enfant est inscrit.",
        )
    return None


def obstacle_reservation(s: Situation, maintenant: dt.datetime) -> Obstacle | None:
    """What prevents asking for a booking now; None when nothing does. A full séance does not: one waits."""
    if obstacle := obstacle_place(s, maintenant):
        return obstacle
    if not s.reservable:
        return Obstacle("Fermée à la réservation", "Cette activité n’est pas ouverte à la réservation.")
    if s.limite_reservation <= maintenant:
        return Obstacle(
            "Délai de réservation dépassé",
            f"Le délai est dépassé : il fallait réserver avant le {mots.moment(s.limite_reservation)}. "
            "Le Guichet Familles peut encore vous répondre par téléphone.",
        )
    return None


def obstacle_absence(s: Situation, maintenant: dt.datetime) -> Obstacle | None:
    """What prevents declaring an absence now; None when it can be declared."""
    if s.statut == w.NON_RESERVE:
        return Obstacle(
            "Rien de réservé", "Rien n’est réservé ce jour-là : il n’y a pas d’absence à déclarer."
        )
    if s.commence() <= maintenant:
        return Obstacle(
            "Séance passée", "Cette séance est passée : l’absence ne peut plus être déclarée en ligne."
        )
    if s.limite_absence <= maintenant:
        return Obstacle(
            "Délai de modification dépassé",
            f"Le délai est dépassé : l’absence était à déclarer avant le {mots.moment(s.limite_absence)}. "
            "Prévenez tout de même le Guichet Familles par téléphone.",
        )
    return None
