"""« Ce que je reçois », as its form says it: a box that is not ticked is not sent."""

from werkzeug.datastructures import MultiDict

from portail.domain.reception import CHAMP, Choix
from portail.forms.planning import lire_entier

AUCUNE = 0
"""What stands for an activity that no number names: it is on nobody's list."""


def lire_le_choix(saisie: MultiDict[str, str]) -> Choix:
    """What is wanted."""
    sauf = frozenset(lire_entier(valeur) or AUCUNE for valeur in saisie.getlist(CHAMP))
    return Choix(bool(saisie.get("rappels")), sauf, bool(saisie.get("accuses")))
