"""A browser in which somebody has signed in before, known again by the mark that it keeps.

Its failed sign-ins are counted apart from those of strangers: whoever attacks an account slows strangers
down, never the person at home (OWASP, « device cookies »).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from models import Compte
from portail.domain import reglages

SEPARATEUR = "~"
GARDEES = 4
"""How many accounts a browser is known for: a family computer has several."""


def reconnaitre(marques: str, compte: Compte | None) -> str:
    """What names this browser among those known of the account; empty for a stranger."""
    if compte is None:
        return ""
    return next((n for n, signe in _lire(marques) if hmac.compare_digest(_signe(n, compte), signe)), "")


def marquer(marques: str, compte: Compte) -> str:
    """The marks to keep in a browser where `compte` has just signed in, the last one first.

    A mark holds until the password changes: a new password makes strangers of all.
    """
    connue = reconnaitre(marques, compte)
    nom = connue or secrets.token_urlsafe(16)
    autres = [(n, s) for n, s in _lire(marques) if n != connue][: GARDEES - 1]
    return SEPARATEUR.join(f"{n}.{s}" for n, s in [(nom, _signe(nom, compte)), *autres])


def _lire(marques: str) -> Iterable[tuple[str, str]]:
    for marque in marques[:1000].split(SEPARATEUR):
        nom, _, signe = marque.partition(".")
        if nom and len(signe) == 64 and marque.isascii():
            yield nom, signe


def _signe(nom: str, compte: Compte) -> str:
    texte = f"appareil:{nom}:{compte.id}:{compte.mot_de_passe}"
    return hmac.new(reglages.lire().secret, texte.encode(), hashlib.sha256).hexdigest()
