"""Reading HTML as a browser does: words, addresses, and the fields that a form sends."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import MultiDict


def lire(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def mots(element) -> str:
    """The words of an element, spaces made single."""
    return " ".join(element.get_text(" ").split())


def adresse(url: str) -> str:
    """Path and query of an address of ours."""
    morceaux = urlsplit(url)
    return morceaux.path + (f"?{morceaux.query}" if morceaux.query else "")


def avec(url: str, donnees: MultiDict, garder: bool) -> str:
    """`url` with these fields in its query: beside what it says already (htmx), or instead (a form)."""
    chemin, _, requete = url.partition("?")
    paires = [(n, v) for n, v in parse_qsl(requete, keep_blank_values=True) if garder and n not in donnees]
    paires += donnees.items(multi=True)
    return f"{chemin}?{urlencode(paires)}" if paires else chemin


def formulaire_de(controle: Tag, soupe: BeautifulSoup) -> Tag | None:
    """The form that owns a control: the one it names, else the one around it."""
    if controle.get("form"):
        return soupe.find("form", id=controle["form"])
    return controle.find_parent("form")


def champs_de(formulaire: Tag, soupe: BeautifulSoup) -> list[Tag]:
    """The controls of a form, in the order of the page, those that stand elsewhere included."""
    return [c for c in controles(soupe) if formulaire_de(c, soupe) is formulaire]


def controles(racine: Tag) -> list[Tag]:
    return racine.find_all(["input", "select", "textarea"])


def saisies(controles: Iterable[Tag]) -> list[tuple[str, str]]:
    """Names and values of the controls that a browser sends."""
    envoyees: list[tuple[str, str]] = []
    for controle in controles:
        nom, genre = controle.get("name"), controle.get("type", "text")
        if (
            not nom
            or controle.has_attr("disabled")
            or genre in ("submit", "button", "reset", "image", "file")
        ):
            continue
        if controle.find_parent("fieldset", disabled=True):
            continue
        if controle.name == "select":
            options = controle.find_all("option")
            choisies = [o for o in options if o.has_attr("selected")]
            if not controle.has_attr("multiple"):
                choisies = choisies[-1:] or options[:1]
            envoyees += [(nom, o.get("value", o.get_text(strip=True))) for o in choisies]
        elif controle.name == "textarea":
            envoyees.append((nom, controle.get_text().removeprefix("\n")))
        elif genre not in ("checkbox", "radio"):
            envoyees.append((nom, controle.get("value", "")))
        elif controle.has_attr("checked"):
            envoyees.append((nom, controle.get("value", "on")))
    return envoyees
