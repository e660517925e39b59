"""Where to go next, when the address comes from outside: a page of this portal, or the welcome page."""

from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

ACCUEIL = "/"


def suite_sure(voulue: str) -> str:
    """`voulue` if it is the path of a page of ours that opens by GET, with its query; else the welcome page.

    Nothing is repaired: an address that a browser might read in another way than we do is dropped.
    """
    if not voulue.startswith("/") or voulue.startswith("//") or len(voulue) > 2000:
        return ACCUEIL
    if not voulue.isascii() or not voulue.isprintable() or any(c in voulue for c in "\\ #@"):
        return ACCUEIL
    try:
        url = urlsplit(voulue)
        # An adapter without a request: the host here is only there to ask the question.
        adaptateur = current_app.url_map.bind("localhost")
        endpoint, _ = adaptateur.match(url.path, method="GET")
    except (ValueError, HTTPException, RequestRedirect):
        return ACCUEIL
    if url.scheme or url.netloc or endpoint == "static":
        return ACCUEIL
    return voulue.rstrip("?")
