"""The only file that names the HX- headers: a page or its fragment, a redirection, the page one came from."""

import re
from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

VARIE = "HX-Request"
"""The header on which every answer depends: the page, or a piece of it."""


_PAR_HTMX = re.compile(rb"^HX-Request:[ \t]*true[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_PAGE_ENTIERE = re.compile(rb"^HX-Request-Type:[ \t]*full[ \t]*\r$", re.IGNORECASE | re.MULTILINE)


def est_fragment() -> bool:
    """Whether htmx asks for a piece of the page. Going back in the history, it asks for the whole page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def demande_un_fragment(lignes: bytes) -> bool:
    """The same, of the lines of a request that nobody has taken apart, nor will."""
    return _PAR_HTMX.search(lignes) is not None and _PAGE_ENTIERE.search(lignes) is None


def page_ou_fragment(page: str, fragment: str, statut: int = 200, **contexte) -> Response:
    """The template `page`, or `fragment` when htmx asks for a piece. The page includes that very fragment."""
    gabarit = fragment if est_fragment() else page
    return make_response(render_template(gabarit, **contexte), statut)


def rediriger(url: str, statut: int = 204) -> Response:
    """Go to `url`, an address of ours. htmx would follow a 3xx inside the page: it gets a header instead."""
    if par_htmx():
        return Response(status=statut, headers={"HX-Redirect": url})
    return redirect(url, 303)


def a_l_adresse(reponse: Response, url: str) -> Response:
    """Say that what this answer makes of the page is what stands at `url`: the browser shows that address."""
    reponse.headers["HX-Replace-Url"] = url
    return reponse


def demander_la_connexion(page: str = "comptes.connexion") -> Response:
    """Nobody is signed in, or not wholly: to the page that asks, and back then to what is under the eyes."""
    url = url_for(page, next=adresse_de_la_page() or None)
    if par_htmx():
        return Response(status=401, headers={"HX-Redirect": url})
    return redirect(url, 303)


def par_htmx() -> bool:
    """Whether the request was made by htmx, for a piece or for a whole page."""
    return request.headers.get("HX-Request") == "true"


def adresse_de_la_page() -> str:
    """Path and query of the page that the person has under the eyes."""
    if par_htmx():
        vue = request.headers.get("HX-Current-URL", "")
    elif request.method in ("GET", "HEAD"):
        vue = request.full_path.rstrip("?")
    else:
        vue = request.headers.get("Referer", "")
    try:
        url = urlsplit(vue)
    except ValueError:
        return ""
    return url.path + (f"?{url.query}" if url.query else "")
