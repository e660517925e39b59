"""What the database keeps without being able to read it: encrypted with the keys of the installation."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from portail.domain import reglages


class Illisible(ValueError):
    """Sealed with a key that the installation has no more."""


def sceller(texte: str) -> str:
    """`texte`, that only this installation can read back."""
    return _coffre().encrypt(texte.encode()).decode()


def desceller(scelle: str) -> str:
    """What was sealed; :class:`Illisible` when none of the keys opens it."""
    try:
        return _coffre().decrypt(scelle.encode()).decode()
    except (InvalidToken, ValueError) as erreur:  # no key at all is a ValueError
        raise Illisible("scellé avec une clé que PORTAIL_CLES ne contient plus") from erreur


def est_a_jour(scelle: str) -> bool:
    """Whether the first key opens it: the others are of no use to it."""
    try:
        Fernet(reglages.lire().cles[0]).decrypt(scelle.encode())
    except InvalidToken:
        return False
    return True


def resceller(scelle: str) -> str:
    """The same text, sealed with the first key; :class:`Illisible` when none opens it."""
    try:
        return _coffre().rotate(scelle.encode()).decode()
    except InvalidToken as erreur:
        raise Illisible("scellé avec une clé que PORTAIL_CLES ne contient plus") from erreur


def _coffre() -> MultiFernet:
    return MultiFernet([Fernet(cle) for cle in reglages.lire().cles])
