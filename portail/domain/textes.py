"""What people type, made clean before anything else looks at it."""

import unicodedata

DANS_UN_NOM = " -'’"
"""What a name holds besides letters: nothing to make a link of in a mail, a formula in a sheet."""
PAS_UN_NOM = "Écrivez-le avec des lettres seulement, comme sur une carte d’identité."


def est_un_nom(texte: str) -> bool:
    """Letters, whatever the alphabet, and what joins them."""
    categories = {unicodedata.category(c)[0] for c in texte if c not in DANS_UN_NOM}
    return categories <= {"L", "M"} and "L" in categories


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
