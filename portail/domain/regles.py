"""The rules of a créneau, pure: what stands in the way of a booking or of an absence, in words.

One function for a click, the long form, a pre-registration with days, and an agent at the counter. The
planning asks it to draw the slot, the act asks it again in its transaction: what the browser sends is a wish.
"""

import datetime as dt
from dataclasses import dataclass

import workflows as w
from models import FACTURATIONS
from portail import clock, mots


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the rules look at, for one child on one séance, at one moment."""

    statut: str
    jour: dt.date
    debut: dt.time
    restantes: int
    """Places left: the séance's own, and those of what it shares with others (`places.py`)."""
    limite_reservation: dt.datetime
    limite_absence: dt.datetime
    reservable: bool
    inscrit: bool
    """Whether a validated pre-registration of the child covers the day."""
    fermeture: str | None
    """Why the séance does not take place after all, if so: « Noël, jour férié »."""
    absence_tardive: bool = False
    """Whether an absence may still be told after its deadline."""

    @property
    def complete(self) -> bool:
        return self.restantes <= 0

    def commence(self) -> dt.datetime:
        """The instant at which the séance starts."""
        return clock.instant(self.jour, self.debut)


PASSEE, FERMEE, NON_INSCRIT, NON_RESERVABLE, TARDIF, RIEN = (
    "passee", "fermee", "non_inscrit", "non_reservable", "tardif", "rien",
)  # fmt: skip
"""The kinds of obstacle, that a long demande counts."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be done: `bref` for a tooltip, `phrase` for the person who asked."""

    bref: str
    phrase: str
    genre: str = ""


def obstacle_place(s: Situation, maintenant: dt.datetime) -> Obstacle | None:
    """What prevents giving the child a place, or a rank in the list, whoever gives it; None if nothing does.

    The family's deadline is not among it: whoever asked in time is answered when the town can.
    """
    if s.commence() <= maintenant:
        return Obstacle("Séance passée", "Cette séance est passée : elle ne peut plus être réservée.", PASSEE)
    if s.fermeture:
        return Obstacle(s.fermeture, f"Il n’y a pas d’accueil ce jour-là ({s.fermeture}).", FERMEE)
    if not s.inscrit:
        return Obstacle(
            "Non inscrit ce jour-là",
            "La pré-inscription de l’enfant à cette activité ne couvre pas ce jour : "
            "la réservation n’est possible que sur une journée où l’enfant est inscrit.",
            NON_INSCRIT,
        )
    return None


def obstacle_reservation(s: Situation, maintenant: dt.datetime) -> Obstacle | None:
    """What prevents asking for a booking now; None when nothing does. A full séance does not: one waits."""
    if obstacle := obstacle_place(s, maintenant):
        return obstacle
    if not s.reservable:
        phrase = "Cette activité n’est pas ouverte à la réservation."
        return Obstacle("Fermée à la réservation", phrase, NON_RESERVABLE)
    if s.limite_reservation <= maintenant:
        return Obstacle(
            "Délai de réservation dépassé",
            f"Le délai est dépassé : il fallait réserver avant le {mots.moment(s.limite_reservation)}. "
            "Le Guichet Familles peut encore vous répondre par téléphone.",
            TARDIF,
        )
    return None


def obstacle_promotion(s: Situation, maintenant: dt.datetime) -> Obstacle | None:
    """What prevents a place that frees from going by itself to the child who waits; None when it does.

    Until the deadline of bookings: after it a family counts on no place any more, and an agent calls it.
    """
    if obstacle := obstacle_place(s, maintenant):
        return obstacle
    if s.limite_reservation <= maintenant:
        limite = mots.moment(s.limite_reservation)
        phrase = f"Depuis le {limite}, une place qui se libère n’est plus donnée d’elle-même."
        return Obstacle("Délai de réservation dépassé", phrase, TARDIF)
    return None


def obstacle_absence(s: Situation, maintenant: dt.datetime) -> Obstacle | None:
    """What prevents declaring an absence now; None when it can be declared."""
    if s.statut == w.NON_RESERVE:
        return Obstacle(
            "Rien de réservé", "Rien n’est réservé ce jour-là : il n’y a pas d’absence à déclarer.", RIEN
        )
    if s.commence() <= maintenant:
        return Obstacle(
            "Séance passée",
            "Cette séance est passée : l’absence ne peut plus être déclarée en ligne.",
            PASSEE,
        )
    if s.limite_absence <= maintenant and not s.absence_tardive:
        return Obstacle(
            "Délai de modification dépassé",
            f"Le délai est dépassé : l’absence était à déclarer avant le {mots.moment(s.limite_absence)}. "
            "Prévenez tout de même le Guichet Familles par téléphone.",
            TARDIF,
        )
    return None


# ——— whether an absence is billed ———

JAMAIS, HORS_DELAI, TOUJOURS = FACTURATIONS


@dataclass(frozen=True, slots=True)
class Facturation:
    """Whether an absence is billed, and the sentence that says why."""

    facturee: bool
    phrase: str


def facturation(regle: str, motif: str, justificatif: str, a_temps: bool) -> Facturation:
    """What the town's rule says of an absence: by its reason, and whether it was told before the deadline.

    `regle` is that of the reason, one of `FACTURATIONS`; `motif` its name, empty when none was given;
    `justificatif` the document that goes with it, if one does.
    """
    if regle == TOUJOURS:
        return Facturation(True, f"Facturée : motif « {motif} ».")
    if regle == JAMAIS:
        piece = f", sur justificatif ({justificatif})" if justificatif else ""
        return Facturation(False, f"Non facturée : motif « {motif} »{piece}.")
    if a_temps:
        return Facturation(False, "Non facturée : déclarée avant la date limite.")
    return Facturation(True, "Facturée : déclarée après la date limite.")


# ——— how full ———

DERNIERES = 10
"""Below one place left in so many, they are the last ones."""


def dire_les_places(restantes: int, places: int, en_niveau: bool) -> str:
    """« 14 places restantes sur 60 », or, as the town likes it: « Dernières places ». Never a negative."""
    if restantes <= 0:
        return "Complet"
    if not en_niveau:
        return f"{mots.pluriel(restantes, 'place restante', 'places restantes')} sur {places}"
    return "Dernières places" if restantes * DERNIERES <= places or restantes == 1 else "Places disponibles"
