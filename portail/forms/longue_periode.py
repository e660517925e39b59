"""A long demande, as an address or a form carries it: a wish, read here, checked later."""

from werkzeug.datastructures import MultiDict

from portail.domain.documents import EN_SOUFFRANCE_MAX
from portail.domain.jours_voulus import lire_habitudes
from portail.domain.redaction_longue import BrouillonLong
from portail.domain.souhait_long import TOUTES
from portail.forms.planning import lire_entier, lire_ids
from portail.forms.textes import au_net
from workflows import NATURE_RESERVATION

LONGUEUR_MAX = 20
"""Of a date, a code, a number: more is none of them."""


def lire_le_brouillon(saisie: MultiDict[str, str], envoye: bool) -> BrouillonLong:
    """The draft. `envoye`: the form was sent, and what is not in it was not chosen; else it is proposed."""
    return BrouillonLong(
        _texte(saisie, "nature") or NATURE_RESERVATION,
        _ids(saisie, "enfants", envoye),
        _ids(saisie, "activites", envoye),
        _texte(saisie, "debut") if envoye or "debut" in saisie else None,
        _texte(saisie, "fin") if envoye or "fin" in saisie else None,
        lire_habitudes(saisie.getlist("semaine")),
        _texte(saisie, "comme"),
        _texte(saisie, "periode") or TOUTES,
        bool(saisie.get("ensemble")),
        _texte(saisie, "motif"),
        tuple(lire_ids(saisie, "document")[:EN_SOUFFRANCE_MAX]),
    )


def _ids(saisie: MultiDict[str, str], nom: str, envoye: bool) -> frozenset[int] | None:
    """The ids under this name; what is none stays one that nobody has."""
    if nom not in saisie and not envoye:
        return None
    return frozenset(lire_entier(texte) or 0 for texte in saisie.getlist(nom))


def _texte(saisie: MultiDict[str, str], nom: str) -> str:
    return au_net(saisie.get(nom))[:LONGUEUR_MAX]
