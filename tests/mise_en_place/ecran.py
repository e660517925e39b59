"""A page as its reader uses it: links, buttons and fields by the words that stand on the screen."""

from bs4 import Tag

from tests.html import formulaire_de, mots
from tests.htmx import Page


def lien(page: Page, libelle: str) -> Page:
    """Follow the link that says this."""
    return page.suivre(_le_seul(page, "a[href]", libelle))


def bouton(page: Page, libelle: str, saisie: dict[str, object] | None = None, **champs) -> Page:
    """Fill in what is said by label (True: ticked), or by the name of a field, and press this button."""
    presse = _le_seul(page, "button", libelle)
    formulaire = formulaire_de(presse, page.soupe)
    assert formulaire is not None, f"« {libelle} » is in no form"
    for etiquette, valeur in (saisie or {}).items():
        controle = _controle(page, formulaire, etiquette)
        champs[controle["name"]] = _valeur(controle, valeur)
    return page.suivre(presse, **champs)


def _le_seul(page: Page, selecteur: str, libelle: str) -> Tag:
    la = page.soupe.select(selecteur)
    trouves = [e for e in la if libelle in (mots(e), _vus(e), e.get("aria-label"))]
    dits = [mots(e) for e in la]
    assert trouves, f"no « {libelle} » in {page.url}: {dits}\n{mots(page.soupe.main)[:3000]}"
    return trouves[0]


def _vus(element: Tag) -> str:
    """The words that are seen, without those that are only spoken."""
    return mots(element).removesuffix(" ".join(mots(e) for e in element.select(".cache"))).strip()


def _controle(page: Page, formulaire: Tag, etiquette: str) -> Tag:
    for label in formulaire.select("label"):
        if mots(label).startswith(etiquette):
            ident = label.get("for")
            trouve = page.soupe.find(id=ident) if ident else label.find(["input", "select", "textarea"])
            assert isinstance(trouve, Tag)
            return trouve
    raise AssertionError(f"no field « {etiquette} » in {page.url}: {[mots(e) for e in formulaire('label')]}")


def _valeur(controle: Tag, valeur: object) -> object:
    """What the control sends: its own value when it is ticked, that of the option that says this."""
    if valeur is True:
        return controle.get("value", "on")
    for option in controle.find_all("option"):
        if mots(option) == valeur:
            return option.get("value", mots(option))
    return valeur
