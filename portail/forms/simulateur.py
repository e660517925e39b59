"""What the simulator is asked: a child, activities, a quotient to try."""

from werkzeug.datastructures import MultiDict

from portail.domain.projet_de_tarif import QUOTIENT_MAX
from portail.domain.simulateur import ACTIVITES_MAX, Choix
from portail.forms.planning import lire_ids
from portail.forms.tarifs import lire_le_montant


def lire_le_choix(parametres: MultiDict[str, str]) -> tuple[Choix, str]:
    """What the address asks, and what is wrong with the quotient; empty when nothing is."""
    quotient, erreur = None, ""
    try:
        quotient = lire_le_montant(parametres.get("quotient"))
    except ValueError as faute:
        erreur = str(faute)
    if quotient is not None and quotient > QUOTIENT_MAX:
        quotient, erreur = None, "Ce quotient est trop grand : vérifiez-le."
    activites = tuple(lire_ids(parametres, "activite"))[:ACTIVITES_MAX]
    return Choix(tuple(lire_ids(parametres, "enfant")), activites, quotient), erreur
