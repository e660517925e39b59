"""How a page is looked at: by axe, narrow, enlarged, with wider text, in forced colours, by keyboard, still.

Each look gives what it finds wrong, a line a finding. The page is loaded once: its window alone changes.
"""

import pathlib
from collections.abc import Callable
from itertools import product

from playwright.sync_api import Page

Regard = Callable[[Page], list[str]]

ICI = pathlib.Path(__file__).parent
DEFILEMENT, CLAVIER, MOUVEMENT = (
    (ICI / f"{nom}.js").read_text(encoding="utf-8") for nom in ("defilement", "clavier", "mouvement")
)
LARGE, ETROITE = 1280, 360
AGRANDIES = (LARGE // 2, LARGE // 4)
"""What a window of 1280 pixels has left when it is enlarged twice, four times (WCAG 1.4.4, 1.4.10)."""
THEMES = ("light", "dark")
ESPACE = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }
"""
"""What a reader may ask for (WCAG 1.4.12)."""
DU_LECTEUR = """texte => {
  const feuille = new CSSStyleSheet();
  feuille.replaceSync(texte);
  document.adoptedStyleSheets = [feuille];
}"""
TAILLE, DOUBLE = 16, 32
"""Pixels of the text of a browser, in its settings: what it comes with, and what a reader may choose."""


def deplier(page: Page) -> None:
    """Unfold all that folds."""
    page.evaluate("() => { for (const pli of document.querySelectorAll('main details')) pli.open = true; }")


def fenetre(page: Page, largeur: int, theme: str = "light", forcees: str = "none") -> None:
    page.set_viewport_size({"width": largeur, "height": 900 if largeur == LARGE else 740})
    page.emulate_media(color_scheme=theme, forced_colors=forcees)


def par_axe(axe, largeur: int, theme: str) -> Regard:
    def regarder(page: Page) -> list[str]:
        fenetre(page, largeur, theme)
        return _dits(f"axe, {largeur} px, {theme}", axe(page))

    return regarder


def sans_defiler(largeur: int, feuille: str = "", comment: str = "") -> Regard:
    """Nothing scrolls sideways and nothing is cut, with this style sheet of the reader's."""

    def regarder(page: Page) -> list[str]:
        fenetre(page, largeur)
        page.evaluate(DU_LECTEUR, feuille)
        fautes = page.evaluate(DEFILEMENT)
        page.evaluate(DU_LECTEUR, "")
        return _dits(f"{largeur} px{comment}", fautes)

    return regarder


def en_grand(page: Page) -> list[str]:
    """As :func:`sans_defiler`, for whoever chose twice the size of text in the settings of the browser."""
    fenetre(page, LARGE)
    reglages = page.context.new_cdp_session(page)
    reglages.send("Page.setFontSizes", {"fontSizes": {"standard": DOUBLE}})
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{DOUBLE}px"
    fautes = page.evaluate(DEFILEMENT)
    reglages.send("Page.setFontSizes", {"fontSizes": {"standard": TAILLE}})
    reglages.detach()
    return _dits(f"{LARGE} px, text of twice the size", fautes)


def au_clavier(largeur: int, theme: str = "light", forcees: str = "none") -> Regard:
    """The focus goes everywhere and is seen everywhere."""

    def regarder(page: Page) -> list[str]:
        fenetre(page, largeur, theme, forcees)
        page.keyboard.press("Tab")  # from then on the focus is the keyboard's
        return _dits(f"keyboard, {largeur} px, forced colours: {forcees}", page.evaluate(CLAVIER))

    return regarder


def immobile(page: Page) -> list[str]:
    """Nothing moves for whoever asked for that: the windows of these tests have (`ouvrir`)."""
    return _dits("reduced motion", page.evaluate(MOUVEMENT))


def de_chacun(axe) -> list[Regard]:
    """What is looked at for each person: the page is theirs, and so are its header and what they may do."""
    return [par_axe(axe, largeur, theme) for largeur, theme in product((LARGE, ETROITE), THEMES)]


def d_une_page() -> list[Regard]:
    """What is looked at once a page: how it is laid out."""
    return [
        *(sans_defiler(largeur) for largeur in AGRANDIES),
        en_grand,
        *(sans_defiler(largeur, ESPACE, ", wider text") for largeur in (LARGE, ETROITE)),
        *(au_clavier(LARGE, forcees=forcees) for forcees in ("none", "active")),
        au_clavier(AGRANDIES[1]),
        immobile,
    ]


def d_une_reponse(axe) -> list[Regard]:
    """What is looked at on a page that has no address of its own."""
    return [*de_chacun(axe), *(sans_defiler(largeur) for largeur in AGRANDIES), au_clavier(LARGE), immobile]


def _dits(comment: str, fautes: list[str]) -> list[str]:
    return [f"{comment}: {faute}" for faute in fautes]
