"""The code abonné that a letter holds: made at random, read with care, kept as a hash.

Twelve symbols, « K7QM-4RTX-9WPH »: eleven drawn from 31, 54 bits, and a last one that catches a slip of the
pen. No 0, O, 1, I or L. The short number of a family file (`Famille.code_abonne`) is another thing: digits
only, and a second fact goes with it.
"""

import hashlib
import hmac
import re
import secrets

from portail.domain import reglages
from portail.domain.refus import Refus

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 symbols, a prime number: the check catches any wrong symbol and any two that changed places."""
LONGUEUR = 12
CHAMP = "code"


def tirer() -> str:
    """A new code, without its hyphens."""
    hasard = "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR - 1))
    return hasard + _controle(hasard)


def presenter(code: str) -> str:
    """As it is printed: « K7QM-4RTX-9WPH »."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def lire(saisi: str) -> str:
    """The code as it was meant: capitals, without spaces nor hyphens. Nothing is looked up.

    :class:`Refus` when it cannot be a code: a symbol that codes never hold, a length, a slip of the pen.
    """
    code = re.sub(r"[\s\-–—.]+", "", saisi).upper()
    if not code:
        raise Refus("Indiquez votre code abonné.", champ=CHAMP)
    if est_court(code):
        return code
    etrangers = sorted(set(code) - set(ALPHABET))
    if etrangers:
        raise Refus(
            f"Un code abonné ne contient jamais « {etrangers[0]} » : ni 0, ni 1, ni I, L ou O. Relisez-le.",
            champ=CHAMP,
        )
    if len(code) != LONGUEUR:
        raise Refus(
            f"Un code abonné compte {LONGUEUR} caractères : vous en avez saisi {len(code)}.", champ=CHAMP
        )
    if _controle(code[:-1]) != code[-1]:
        raise Refus("Ce code contient une faute de frappe : relisez-le caractère par caractère.", champ=CHAMP)
    return code


def est_court(code: str) -> bool:
    """Whether it is the short number of a file, from the town's former software."""
    return code.isascii() and code.isdigit() and len(code) < LONGUEUR


def empreinte(code: str) -> str:
    """What is stored and looked up: keyed, since 54 bits alone could be searched through on a stolen copy."""
    return hmac.new(reglages.lire().secret, f"code-abonne:{code}".encode(), hashlib.sha256).hexdigest()


def _controle(debut: str) -> str:
    """The weighted sum of the symbols, modulo 31; the weights are all different and none is zero."""
    somme = sum(rang * ALPHABET.index(symbole) for rang, symbole in enumerate(debut, start=1))
    return ALPHABET[somme % len(ALPHABET)]
