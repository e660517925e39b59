"""Which period the accounts are wanted of: the last full month, unless another is said."""

import datetime as dt

from werkzeug.datastructures import MultiDict

from portail.domain.exports import Periode
from portail.forms.listes import lire_periode, repetes


def lire_la_periode(parametres: MultiDict[str, str], aujourdhui: dt.date) -> tuple[Periode, list[str]]:
    """The period, and a sentence for each thing that cannot be: it is left out."""
    erreurs = repetes(parametres, ("du", "au"))
    dernier = aujourdhui.replace(day=1) - dt.timedelta(1)
    return Periode(*lire_periode(parametres, dernier.replace(day=1), dernier, erreurs)), erreurs
