"""Which tariffs are taken over, from which school year to which."""

from werkzeug.datastructures import MultiDict

from portail.forms.copie_d_activites import ANNEES
from portail.forms.planning import lire_entier, lire_ids


def lire_les_annees(parametres: MultiDict[str, str]) -> tuple[int | None, int | None]:
    """What the address says; what cannot be is left out."""
    de, vers = (lire_entier(parametres.get(nom)) for nom in ("de", "vers"))
    return de if de in ANNEES else None, vers if vers in ANNEES else None


def lire_les_voulus(saisie: MultiDict[str, str]) -> set[int]:
    """The tariffs that are ticked."""
    return set(lire_ids(saisie, "garde"))
