"""Two files made one: which other file, who is whom, and the last word of the agent."""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField
from wtforms.validators import InputRequired

from portail.domain.doublons import Pareils
from portail.forms.comptes import SensibleForm
from portail.forms.planning import lire_entier


class ReunionForm(SensibleForm):
    """The last word: it cannot be undone."""

    certain = BooleanField(
        "J’ai relu ce qui précède : c’est bien la même famille",
        [InputRequired("Cochez cette case : la réunion ne se défait pas.")],
    )


def lire_les_pareils(saisie: MultiDict[str, str], proposes: Pareils) -> Pareils:
    """Who is whom: « e12-45 » a child, « a3-7 » an adult, as the selects say; `proposes` before any was."""
    if "pareil" not in saisie:
        return proposes
    lus = [texte for texte in saisie.getlist("pareil") if texte]
    return Pareils(_couples(lus, "e"), _couples(lus, "a"))


def _couples(lus: Iterable[str], genre: str) -> dict[int, int]:
    couples = {}
    for texte in lus:
        gauche, _, droite = texte[1:].partition("-")
        vide, garde = lire_entier(gauche), lire_entier(droite)
        if texte[0] == genre and vide and garde:
            couples[vide] = garde
    return couples
