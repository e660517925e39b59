"""What an agent types to pre-register the children of a family."""

from werkzeug.datastructures import MultiDict

from portail.domain.inscription_au_guichet import Saisie
from portail.forms.planning import lire_entier


def lire_la_saisie(saisie: MultiDict[str, str]) -> Saisie:
    """As it came; an id that is none names nobody."""
    enfants = {lire_entier(texte) or 0 for texte in saisie.getlist("enfants")}
    return Saisie(
        lire_entier(saisie.get("activite_choisie")),
        frozenset(enfants),
        saisie.get("debut", ""),
        saisie.get("fin", ""),
    )
