"""Plain text as the town types it, into titles, paragraphs, lists and links. No HTML comes from it: pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

LIEN = re.compile(r"https://[^\s<>\"«»]+[^\s<>\"«».,;:!?)’]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
"""An address of the web, or of a mail box, as it stands in a sentence."""
TITRE, SOUS_TITRE, LISTE, PARAGRAPHE = "titre", "sous-titre", "liste", "paragraphe"


@dataclass(frozen=True)
class Morceau:
    """A piece of a line: `lien` is where it leads, if anywhere."""

    texte: str
    lien: str = ""


@dataclass(frozen=True)
class Bloc:
    genre: str
    lignes: list[list[Morceau]]


def lire(texte: str) -> list[Bloc]:
    """« # Titre », « ## Sous-titre », « - de liste »; an empty line parts two paragraphs."""
    blocs: list[Bloc] = []
    for genre, groupe in groupby(map(_ligne, texte.splitlines()), key=lambda ligne: ligne[0]):
        lignes = [morceaux(contenu) for _, contenu in groupe]
        if genre in (TITRE, SOUS_TITRE):
            blocs += [Bloc(genre, [ligne]) for ligne in lignes]
        elif genre:
            blocs.append(Bloc(genre, lignes))
    return blocs


def morceaux(ligne: str) -> list[Morceau]:
    """The line, its addresses apart."""
    return list(_decouper(ligne))


def _ligne(ligne: str) -> tuple[str, str]:
    ligne = ligne.strip()
    for debut, genre in (("## ", SOUS_TITRE), ("# ", TITRE), ("- ", LISTE), ("– ", LISTE)):
        if ligne.startswith(debut):
            return genre, ligne[len(debut) :].strip()
    return (PARAGRAPHE if ligne else ""), ligne


def _decouper(ligne: str) -> Iterator[Morceau]:
    fin = 0
    for trouve in LIEN.finditer(ligne):
        if trouve.start() > fin:
            yield Morceau(ligne[fin : trouve.start()])
        adresse = trouve[0]
        yield Morceau(adresse, adresse if adresse.startswith("https://") else f"mailto:{adresse}")
        fin = trouve.end()
    if fin < len(ligne) or not ligne:
        yield Morceau(ligne[fin:])
