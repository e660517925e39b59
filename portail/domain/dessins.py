"""Small plots as data: where each column stands, how high, in which words. The template writes the SVG.

What a plot shows is always in a table beside it: the drawing is for the eye, the table for everybody.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portail.mots import phrase

LARGEUR, HAUTEUR = 380, 170
GAUCHE, DROITE, HAUT, BAS = 44, 4, 10, 24
"""Margins: the scale on the left, the weeks below."""
ETIQUETTES = 6
"""How many weeks are named under the columns, at most."""


@dataclass(frozen=True)
class Serie:
    """One thing that is counted, week after week."""

    nom: str
    classe: str
    """How it is drawn: `plein` (dark) or `clair` (light, with an outline): apart in greyscale too."""
    valeurs: Sequence[float | None]


@dataclass(frozen=True)
class Barre:
    x: float
    y: float
    largeur: float
    hauteur: float
    classe: str
    dit: str
    """« la semaine du 23 novembre, places : 1 204 »."""


@dataclass(frozen=True)
class Dessin:
    """A plot, ready to be written. Lengths in the units of its own box."""

    titre: str
    description: str
    barres: list[Barre]
    graduations: list[tuple[float, str]]
    """Where each line of the scale is, and what it says."""
    etiquettes: list[tuple[float, str]]
    legende: list[tuple[str, str]]
    """Class and name of each series, when there are several."""
    largeur: int = LARGEUR
    hauteur: int = HAUTEUR
    gauche: int = GAUCHE
    droite: int = LARGEUR - DROITE
    pied: int = HAUTEUR - BAS


def colonnes(
    titre: str,
    semaines: Sequence[str],
    series: Sequence[Serie],
    dire: Callable[[float], str],
    *,
    graduer: Callable[[float], str] | None = None,
    situer: Callable[[str], str] = lambda semaine: f"la semaine du {semaine}",
    empilees: bool = False,
) -> Dessin:
    """Columns by week. Several series stand one before the other, the first behind, or are `empilees`.

    `dire` says a value in words; `graduer`, a line of the scale, when it is said otherwise; `situer`, what a
    column stands for, when it is no week.
    """
    assembler = sum if empilees else max
    par_semaine = zip(*(serie.valeurs for serie in series), strict=True)
    plafond, pas = _echelle(max((assembler(v or 0 for v in valeurs) for valeurs in par_semaine), default=0))
    utile, pied = HAUTEUR - HAUT - BAS, HAUTEUR - BAS
    large = (LARGEUR - GAUCHE - DROITE) / max(len(semaines), 1)
    barres = []
    for rang, semaine in enumerate(semaines):
        base = 0.0
        for serie in series:
            valeur = serie.valeurs[rang]
            if not valeur:
                continue
            hauteur = valeur / plafond * utile
            x = GAUCHE + rang * large + large * 0.14
            y = pied - base - hauteur
            dit = f"{situer(semaine)}, {serie.nom} : {dire(valeur)}"
            barres.append(Barre(_net(x), _net(y), _net(large * 0.72), _net(hauteur), serie.classe, dit))
            base += hauteur if empilees else 0
    nombre = round(plafond / pas)
    graduer = graduer or dire
    graduations = [(_net(pied - n * pas / plafond * utile), graduer(n * pas)) for n in range(nombre + 1)]
    saut = -(-len(semaines) // ETIQUETTES) or 1
    etiquettes = [
        (_net(GAUCHE + (rang + 0.5) * large), semaine)
        for rang, semaine in enumerate(semaines)
        if rang % saut == 0
    ]
    legende = [(serie.classe, serie.nom) for serie in series] if len(series) > 1 else []
    return Dessin(
        titre, _decrire(list(map(situer, semaines)), series, dire), barres, graduations, etiquettes, legende
    )


def _decrire(semaines: Sequence[str], series: Sequence[Serie], dire: Callable[[float], str]) -> str:
    """What the eye takes from it: how much it was at first and at last, and the highest."""
    phrases = []
    for serie in series:
        connues = [(v, s) for v, s in zip(serie.valeurs, semaines, strict=True) if v]
        if not connues:
            phrases.append(f"{serie.nom} : rien sur la période.")
            continue
        haut, quand = max(connues, key=lambda couple: couple[0])
        phrases.append(phrase(f"{serie.nom} : au plus {dire(haut)}, {quand}"))
    return " ".join(phrases)


def _echelle(sommet: float) -> tuple[float, float]:
    """A round top, at least as high, and the step between the lines: two to five of them."""
    if sommet <= 0:
        return 1.0, 1.0
    pas = 1.0
    while sommet / pas > 5:
        for facteur in (2, 2.5, 2):
            pas *= facteur
            if sommet / pas <= 5:
                break
    return pas * -(-sommet // pas), pas


def _net(longueur: float) -> float:
    return round(longueur, 1)
