"""What the town says of its activities: descriptions, documents asked for, opening windows."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

ASSURANCE = "Attestation d’assurance scolaire et extrascolaire"
AISANCE = "Attestation d’aisance aquatique"
OUVRE_AVANT, CLOT_AVANT = dt.timedelta(90), dt.timedelta(11)
"""When the pre-registrations of a course open, and close, before its first day."""


@dataclass(frozen=True)
class Offre:
    """What is read of an activity before asking for it."""

    description: str
    pieces: str = ""
    ages: tuple[int, int] | None = None
    ouvre: dt.date | None = None
    clot: dt.date | None = None


DES_REGLES = {
    "matin": Offre(
        "Avant la classe, dans l’école : jeux calmes et lecture. L’arrivée est libre jusqu’à 8 h 20."
    ),
    "cantine": Offre(
        "Le repas de midi, servi à table en maternelle, en libre-service en élémentaire. "
        "Les menus sont affichés à l’école."
    ),
    "soir": Offre(
        "Après la classe : goûter fourni, devoirs au calme pour qui le souhaite, jeux dans la cour. "
        "Le départ est libre à partir de 17 h."
    ),
    "centre": Offre(
        "Le mercredi et pendant les vacances, à la journée, repas et goûter compris. "
        "Prévoyez une tenue qui ne craint rien."
    ),
}
_STAGES = {
    "cirque": "Jonglage, équilibre et acrobatie au sol, avec un spectacle pour les familles le vendredi.",
    "théâtre": "Jeux de scène et improvisation, avec une représentation pour les familles le vendredi.",
    "escalade": "Découverte du mur, du nœud de huit et de l’assurage. Le matériel est prêté.",
    "voile": "Optimist et dériveur sur le plan d’eau. Les gilets sont prêtés.",
}


def du_stage(discipline: str, lundi: dt.date) -> Offre:
    """What is said of the course of that week."""
    pieces = f"{ASSURANCE}\n{AISANCE}" if discipline == "voile" else ASSURANCE
    description = f"{_STAGES[discipline]} De 9 h à 17 h, du lundi au vendredi, pique-nique à prévoir."
    return Offre(description, pieces, None, lundi - OUVRE_AVANT, lundi - CLOT_AVANT)


def _echecs(jour: dt.date) -> Offre:
    return Offre("Pour apprendre, puis jouer en tournoi. Un animateur du club de la ville est présent.")


def _natation(jour: dt.date) -> Offre:
    return Offre(
        "À la piscine, par petits groupes de niveau. Le trajet en car depuis l’école est compris.",
        f"{ASSURANCE}\n{AISANCE}",
    )


def _multisport(jour: dt.date) -> Offre:
    """Full for a while: nobody asks any more."""
    return Offre(
        "Un sport nouveau toutes les six semaines : hand, athlétisme, badminton, escrime.",
        ASSURANCE,
        clot=jour - dt.timedelta(10),
    )


def _musique(jour: dt.date) -> Offre:
    """Soon to open."""
    return Offre(
        "Chants, rythmes et premiers instruments, en petits groupes.",
        ages=(3, 6),
        ouvre=jour + dt.timedelta(20),
    )


ATELIERS: tuple[tuple[str, str, Callable[[dt.date], Offre]], ...] = (
    ("Atelier d’échecs", "Maison des associations", _echecs),
    ("École de natation", "Piscine des Grands-Prés", _natation),
    ("École multisport", "Gymnase Colette-Besson", _multisport),
    ("Éveil musical", "École de musique", _musique),
)
"""Name, place, and what is said of it on a given day."""
