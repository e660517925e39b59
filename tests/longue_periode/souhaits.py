"""What the tests of long demandes share: the wish that Claire types, and its address."""

import datetime as dt

import workflows as w
from models import Activite, Enfant, MotifAbsence
from portail.domain.apercu_long import Apercu
from portail.domain.droits import regard
from portail.domain.jours_voulus import TOUTES, Habitude
from portail.domain.longue_periode import apercevoir
from portail.domain.souhait_long import SouhaitLong
from tests.monde import LUNDI, Monde

VENDREDI = dt.date(2026, 12, 18)
ADRESSE = "/famille/planning/longue-periode"


def souhait(
    enfants: list[Enfant], activites: list[Activite], jours: tuple[int, ...] = (0, 1), **autres
) -> SouhaitLong:
    """These weekdays, every week, from Monday 7 to Friday 18 December 2026."""
    valeurs = {
        "nature": w.NATURE_RESERVATION,
        "debut": LUNDI,
        "fin": VENDREDI,
        "habitudes": frozenset(Habitude(jour, TOUTES) for jour in jours),
    } | autres
    return SouhaitLong(
        enfants=frozenset(e.id for e in enfants), activites=frozenset(a.id for a in activites), **valeurs
    )


def absences(enfants: list[Enfant], activites: list[Activite], **autres) -> SouhaitLong:
    return souhait(enfants, activites, (), nature=w.NATURE_ABSENCE, **autres)


def voir(monde: Monde, voulu: SouhaitLong) -> Apercu:
    """What Claire would get of it."""
    claire, moreau = monde.claire, monde.moreau
    return apercevoir(claire, moreau, voulu, regard=regard(claire, moreau))


def devenir(apercu: Apercu) -> dict[tuple[str, str], str]:
    """What becomes of each day of each child: (« Léa », « 2026-12-07 ») → issue."""
    return {(li.creneau.enfant.prenom, li.jour.isoformat()): li.issue for li in apercu.lignes}


def motif(nom: str = "Maladie", **valeurs) -> MotifAbsence:
    return MotifAbsence.create(nom=nom, **valeurs)
