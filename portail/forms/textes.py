"""What people type, made clean before anything else looks at it."""

import unicodedata


def ranger(texte: str | None) -> str:
    """As it is kept: spaces made single, accents in one way."""
    return " ".join(unicodedata.normalize("NFC", texte or "").split())


def au_net(texte: str | None) -> str:
    """One line of text, without the characters that nobody sees: some turn the words that follow around."""
    return ranger(_visible(texte or ""))


def au_net_par_lignes(texte: str | None) -> str:
    """The same, the lines kept."""
    return "\n".join(au_net(ligne) for ligne in (texte or "").splitlines()).strip()


def _visible(texte: str) -> str:
    return "".join(c for c in texte if c.isspace() or not unicodedata.category(c).startswith("C"))
