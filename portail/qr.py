"""A QR code as a drawing: no picture to fetch, no style in the page."""

from collections.abc import Iterator
from dataclasses import dataclass

import segno

MARGE = 4
"""Modules left blank around the code: readers ask for them (ISO/IEC 18004)."""


@dataclass(frozen=True)
class Dessin:
    cote: int
    """Of the square, in modules, the margin included."""
    trace: str
    """The dark modules, as the `d` of an SVG path."""


def dessiner(texte: str) -> Dessin:
    """The QR code of `texte`, that a phone reads off a screen."""
    qr = segno.make_qr(texte, error="m")
    rangees = [[module & 1 for module in rangee] for rangee in qr.matrix_iter(border=MARGE)]
    return Dessin(len(rangees), "".join(_traits(rangees)))


def _traits(rangees: list[list[int]]) -> Iterator[str]:
    """Each run of dark modules is one rectangle."""
    for y, rangee in enumerate(rangees):
        debut = None
        for x, sombre in enumerate([*rangee, 0]):
            if sombre and debut is None:
                debut = x
            elif not sombre and debut is not None:
                yield f"M{debut} {y}h{x - debut}v1h-{x - debut}z"
                debut = None
