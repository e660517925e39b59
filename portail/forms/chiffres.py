"""Which weeks, and what of the town, the figures are wanted of."""

import datetime as dt

from werkzeug.datastructures import MultiDict

from portail.domain.choix_de_liste import CHIFFRES, Choix
from portail.forms.listes import lire_choix

AVANT, APRES = dt.timedelta(7 * 8), dt.timedelta(7 * 3)
"""What is shown first: eight weeks behind, three ahead, whose places are being booked."""


def lire_questions(parametres: MultiDict[str, str], aujourdhui: dt.date) -> tuple[Choix, list[str]]:
    """What is wanted, and a sentence for each thing that cannot be: it is left out."""
    lundi = aujourdhui - dt.timedelta(aujourdhui.weekday())
    return lire_choix(parametres, CHIFFRES, aujourdhui, (lundi - AVANT, lundi + APRES + dt.timedelta(6)))
