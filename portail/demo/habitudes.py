"""The bookings of the whole school year: each child's weekly habits, then who gets the places."""

from random import Random

import workflows as w
from portail.demo.equipements import MERCREDI, SCOLAIRES, SEMAINE, ActiviteDemo, Equipements, SeanceDemo
from portail.demo.familles import EnfantDemo, FamilleDemo
from portail.demo.temps import Temps

ISSUES = ("", w.RESERVE, w.PRESENT, w.ABSENT, w.LISTE_ATTENTE)
RIEN, RESERVE, PRESENT, ABSENT, LISTE = range(len(ISSUES))

ASSIDUITE = 0.94
"""How often a child is booked on a day that is its habit."""
POINTES_ABSENTS = 0.05
ABSENCES_PREVUES = 0.006
PLACES_D_UN_ATELIER = 12
RESTENT_EN_LISTE = 0.6
"""Of those who find a future séance full, the part that waits."""


def vouloir(enfant: EnfantDemo, alea: Random, temps: Temps) -> None:
    """Give the child the séances of its habits, one habit for each activity."""
    for activite in dict.fromkeys(i.activite for i in enfant.inscriptions if i.validee):
        jours, vacances = _habitude(activite, alea)
        vouloir_ces_jours(enfant, activite, jours, vacances, alea, temps)


def _habitude(activite: ActiviteDemo, alea: Random) -> tuple[tuple[int, ...], float]:
    """Weekdays, and the part of the holiday weeks in which they hold."""
    if activite.genre == "stage":
        return SEMAINE, 1.0
    if activite.genre == "centre":
        jours = SEMAINE if alea.random() < 0.4 else tuple(alea.sample(SEMAINE, 3))
        return (*jours, MERCREDI) if alea.random() < 0.8 else jours, 0.35
    if activite.genre == "cantine" and alea.random() < 0.6:
        return SCOLAIRES, 1.0
    # Some are pre-registered just in case, and have no habit at all.
    return tuple(alea.sample(SCOLAIRES, alea.choices((0, 1, 2, 3), (15, 25, 35, 25))[0])), 1.0


def vouloir_ces_jours(
    enfant: EnfantDemo,
    activite: ActiviteDemo,
    jours: tuple[int, ...],
    vacances: float,
    alea: Random,
    temps: Temps,
) -> None:
    """Book these weekdays wherever a pre-registration covers them; in holidays, some weeks only."""
    periodes = [(i.debut, i.fin) for i in enfant.inscriptions if i.activite is activite and i.validee]
    semaines: dict[tuple[int, int], bool] = {}
    for seance in activite.seances:
        if seance.jour.weekday() not in jours or not any(d <= seance.jour <= f for d, f in periodes):
            continue
        if activite.genre == "centre" and seance.horaire.periode == "vacances":
            semaine = seance.jour.isocalendar()[:2]
            if semaine not in semaines:
                semaines[semaine] = alea.random() < vacances
            if not semaines[semaine]:
                continue
        if alea.random() < ASSIDUITE:
            enfant.voulues.append(seance.id)
            seance.voulue += 1


def dimensionner(equipements: Equipements) -> None:
    """Places sized to demand: enough nearly everywhere, not quite where the town is short of room."""
    for activite in equipements.activites:
        for horaire in activite.horaires:
            seances = [s for s in activite.seances if s.horaire is horaire]
            demande = sorted(s.voulue + s.prises for s in seances) or [0]
            if _a_l_etroit(activite, horaire.jour):
                horaire.places = max(demande[int(len(demande) * 0.75)], 4)
            elif activite.genre == "atelier":
                horaire.places = PLACES_D_UN_ATELIER
            else:
                horaire.places = _au_multiple_de_cinq(demande[-1] * 1.12 + 3)
            for seance in seances:
                seance.places = max(horaire.places, seance.prises)


def _a_l_etroit(activite: ActiviteDemo, jour: int) -> bool:
    match activite.genre:
        case "stage":
            return True
        case "centre":
            return jour in (1, MERCREDI)
        case "soir":
            return jour == 1
    return False


def _au_multiple_de_cinq(nombre: float) -> int:
    return -int(-nombre // 5) * 5


def attribuer(
    familles: list[FamilleDemo],
    seances: list[SeanceDemo],
    decidees: set[tuple[int, int]],
    alea: Random,
    temps: Temps,
) -> None:
    """Who gets what was wanted, in turn. `decidees`: the (child, séance) of which `demandes.py` tells."""
    for famille in familles:
        for enfant in famille.enfants:
            enfant.issues = bytearray(
                RIEN if (enfant.id, numero) in decidees else _issue(seances[numero - 1], alea, temps)
                for numero in enfant.voulues
            )
    for seance in seances:
        if seance.complete:
            seance.places = seance.prises


def _issue(seance: SeanceDemo, alea: Random, temps: Temps) -> int:
    """What a booking has become; the place it holds is counted."""
    libre, tirage = seance.prises < seance.places, alea.random()
    if seance.jour < temps.aujourdhui:
        issue = RIEN if not libre else ABSENT if tirage < POINTES_ABSENTS else PRESENT
    elif not libre:
        issue = LISTE if tirage < RESTENT_EN_LISTE else RIEN
    else:
        issue = ABSENT if tirage < ABSENCES_PREVUES else RESERVE
    seance.prises += issue in (RESERVE, PRESENT)
    return issue
