"""Which of the days asked for with a pre-registration are booked once it is accepted, and which wait.

The act does it; an agent reads it before answering: the very same sharing out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import workflows as w
from models import Preinscription, Seance
from portail import clock
from portail.domain import calendrier
from portail.domain.calendrier import JoursParticuliers
from portail.domain.places import Places, prendre_ensemble
from portail.domain.regles import Situation, obstacle_place


@dataclass
class Part:
    """What becomes of the days that one pre-registration asks for, in the order of time."""

    reserves: list[Seance] = field(default_factory=list)
    en_liste: list[Seance] = field(default_factory=list)
    impossibles: list[tuple[Seance, str]] = field(default_factory=list)
    """And why."""


def repartir(
    inscriptions: Iterable[Preinscription],
    voulus: Mapping[int, Sequence[int]],
    places: Places,
    statuts: Mapping[tuple[int, int], str],
    particuliers: JoursParticuliers | None = None,
) -> dict[int, Part]:
    """By pre-registration, in their order: booked while places last, then on the waiting list.

    `voulus`: the séances that each asks for; `statuts`: what a child has on a séance already; `places` are
    taken as it goes. One query, unless the particular days of these séances are known.
    """
    particuliers = particuliers or _jours_particuliers(places.seances.values())
    parts = {}
    for inscription in inscriptions:
        part = parts[inscription.id] = Part()
        for seance in (places.seances[ident] for ident in voulus.get(inscription.id, ())):
            statut = statuts.get((inscription.enfant_id, seance.id), w.NON_RESERVE)
            if pourquoi := _obstacle(seance, inscription, statut, particuliers):
                part.impossibles.append((seance, pourquoi))
            elif prendre_ensemble(places, [seance.id]):
                part.reserves.append(seance)
            else:
                part.en_liste.append(seance)
    return parts


def _jours_particuliers(seances: Iterable[Seance]) -> JoursParticuliers | None:
    jours = [seance.jour for seance in seances]
    return calendrier.jours_particuliers(min(jours), max(jours)) if jours else None


def _obstacle(
    seance: Seance, inscription: Preinscription, statut: str, particuliers: JoursParticuliers | None
) -> str:
    """Why the child cannot be booked there, in few words; empty when nothing prevents it."""
    activite = inscription.activite
    situation = Situation(
        statut,
        seance.jour,
        seance.debut,
        0,
        seance.limite_reservation,
        seance.limite_absence,
        activite.reservable,
        inscription.debut <= seance.jour <= inscription.fin,
        particuliers.empeche(seance, activite) if particuliers else None,
    )
    if obstacle := obstacle_place(situation, clock.maintenant()):
        return obstacle.bref
    return "" if statut == w.NON_RESERVE else f"déjà « {w.CRENEAU.etats[statut].libelle} »"
