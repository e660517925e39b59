"""The accent that a hue gives, and how well it reads: the lightness and chroma of `base.css`. Pure."""

import math
from dataclasses import dataclass

AA = 4.5
"""The contrast that a text needs (WCAG 2.2, 1.4.3)."""


@dataclass(frozen=True)
class Echantillon:
    """The accent of one theme: written on its page, and written on."""

    theme: str
    fond: str
    accent: str
    sur_accent: str
    contraste: float
    """The weaker of the two ratios."""

    @property
    def tient(self) -> bool:
        return self.contraste >= AA


def echantillons(teinte: int) -> list[Echantillon]:
    """How this hue looks, light then dark."""
    return [
        _echantillon("Clair", (1, 0, 0), (0.43, 0.092, teinte), (1, 0, 0)),
        _echantillon("Sombre", (0.19, 0.014, teinte), (0.81, 0.085, teinte), (0.2, 0.03, teinte)),
    ]


Oklch = tuple[float, float, float]


def _echantillon(theme: str, fond: Oklch, accent: Oklch, sur_accent: Oklch) -> Echantillon:
    contraste = min(_contraste(accent, fond), _contraste(accent, sur_accent))
    return Echantillon(theme, _hexa(fond), _hexa(accent), _hexa(sur_accent), contraste)


def _contraste(une: Oklch, autre: Oklch) -> float:
    claire, sombre = sorted((_luminance(une), _luminance(autre)), reverse=True)
    return (claire + 0.05) / (sombre + 0.05)


def _luminance(couleur: Oklch) -> float:
    r, v, b = _lineaire(couleur)
    return 0.2126 * r + 0.7152 * v + 0.0722 * b


def _hexa(couleur: Oklch) -> str:
    return "#" + "".join(f"{round(255 * _gamma(c)):02x}" for c in _lineaire(couleur))


def _gamma(c: float) -> float:
    return 12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055


def _lineaire(couleur: Oklch) -> tuple[float, float, float]:
    """OKLCH to linear sRGB, cut to what a screen shows (Björn Ottosson, « A perceptual color space »)."""
    clarte, chroma, teinte = couleur
    a, b = chroma * math.cos(math.radians(teinte)), chroma * math.sin(math.radians(teinte))
    lo = (clarte + 0.3963377774 * a + 0.2158037573 * b) ** 3
    mo = (clarte - 0.1055613458 * a - 0.0638541728 * b) ** 3
    so = (clarte - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rvb = (
        4.0767416621 * lo - 3.3077115913 * mo + 0.2309699292 * so,
        -1.2684380046 * lo + 2.6097574011 * mo - 0.3413193965 * so,
        -0.0041960863 * lo - 0.7034186147 * mo + 1.7076147010 * so,
    )
    r, v, bl = (min(1.0, max(0.0, c)) for c in rvb)
    return r, v, bl
