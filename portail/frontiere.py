"""The border of every request: hostile values stopped on the way in, headers put on the way out."""

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from flask import Flask, Response, abort, current_app, request, send_file, session
from werkzeug.routing import BaseConverter, IntegerConverter

from portail import htmx
from portail.config import Config

CSP = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " img-src 'self'"
)
CSP_D_UN_FICHIER = f"{CSP}; sandbox"
"""Of what people sent: opened alone, it runs nothing and is of no origin (T37)."""
ENTETES = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
V = TypeVar("V", bound=Callable[..., Any])
UN_AN = 31_536_000
SANS_EFFET = ("GET", "HEAD", "OPTIONS")
FORMULAIRES = ("", "application/x-www-form-urlencoded", "multipart/form-data")
"""How a form comes; with nothing in it, it may say nothing of itself."""


def csp_avec_formulaires_vers(origine: str) -> str:
    """Our policy, a form of ours being allowed to end at this origin besides our own."""
    return CSP.replace("form-action 'self'", f"form-action 'self' {origine}")


class IdConverter(IntegerConverter):
    """`<id:…>`: an id that a table can have, or the address does not exist.

    By its form, and not by `min` and `max`, that are looked at too late: where one address is read and sent
    to by two views, an impossible id would be told that its method is wrong.
    """

    regex = r"[1-9]\d{0,8}|1\d{9}"


class JetonConverter(BaseConverter):
    """`<jeton:…>`: what could be a token, even cut by a mail program: whoever opens it reads what to do."""

    regex = "[A-Za-z0-9_-]{20,}"


class MoisConverter(BaseConverter):
    """`<mois:…>`: a month, « 2026-11 »: the view has its first day."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(f"{value}-01")

    def to_url(self, value: dt.date) -> str:
        return f"{value:%Y-%m}"


def recoit(octets: int, sinon: str, champs: int | None = None) -> Callable[[V], V]:
    """A view that takes files: a body of so many bytes. `sinon` is said of what is heavier.

    `champs`: how many fields its form may have, when that is more than any other.
    """

    def declarer(vue: V) -> V:
        vue.octets_max, vue.trop_lourd, vue.champs_max = octets, sinon, champs  # type: ignore[attr-defined]
        return vue

    return declarer


def recoit_des_documents(champs: int | None = None) -> Callable[[V], V]:
    """A view that takes the documents of a family: five of the largest size, and the form around them."""
    return recoit(
        26_000_000,
        "Un fichier pèse 5 Mo au plus, et tous ensemble 25 Mo."
        " Choisissez-en de plus légers, ou moins à la fois.",
        champs,
    )


def recoit_d_ailleurs(vue: V) -> V:
    """A view that a service of the State calls, or leads back to: it carries no token of a form of ours.

    It reads no session, and does nothing but what anybody may ask for.
    """
    vue.d_ailleurs = True  # type: ignore[attr-defined]
    return vue


def installer(app: Flask, config: Config) -> None:
    entetes = dict(ENTETES)
    if config.origine_de_payfip:
        # Chromium holds the redirections that answer a form to it too, as that to the payment page.
        entetes["Content-Security-Policy"] = csp_avec_formulaires_vers(config.origine_de_payfip)
    if config.https:
        entetes["Strict-Transport-Security"] = f"max-age={UN_AN}; includeSubDomains"
    app.extensions["entetes"] = entetes  # for what is answered without entering (portail/affluence.py)
    versions = _versions(Path(app.static_folder or ""))
    # The symbols are named hundreds of times in a planning: their address is made once.
    app.jinja_env.globals["sprite"] = f"{app.static_url_path}/icones.svg?v={versions['icones.svg']}"
    app.url_map.converters.update(id=IdConverter, jeton=JetonConverter, mois=MoisConverter)

    @app.url_defaults
    def version_du_fichier(endpoint: str, valeurs: dict) -> None:
        if endpoint == "static" and valeurs.get("filename") in versions:
            valeurs["v"] = versions[valeurs["filename"]]

    @app.after_request
    def poser_les_entetes(reponse: Response) -> Response:
        for nom, valeur in entetes.items():
            reponse.headers.setdefault(nom, valeur)  # what people sent has a stricter policy
        vue = current_app.view_functions.get(request.endpoint or "")
        acces = getattr(vue, "acces", None)
        if acces is not None and acces.qui in ("par_jeton", "sonde") and not session.modified:
            session.accessed = False
            reponse.headers.setdefault("Cache-Control", "no-store")
            return reponse
        if acces is None or acces.qui != "tous_pareil" or reponse.status_code >= 400:
            reponse.headers["Cache-Control"] = "no-store"
            reponse.vary.update(("Cookie", htmx.VARIE))
            return reponse
        # Flask-Login looks into the session at each request: this answer does not depend on it.
        session.accessed = False
        if request.endpoint == "static":
            a_jour = request.args.get("v") == versions.get((request.view_args or {})["filename"])
            reponse.headers["Cache-Control"] = f"public, max-age={UN_AN}, immutable" if a_jour else "no-cache"
        return reponse

    @app.before_request
    def refuser_l_impossible() -> None:
        """What another site sent, what is no form, a NUL, that PostgreSQL cannot hold: said once, for all."""
        vue = current_app.view_functions.get(request.endpoint or "")
        if request.mimetype == "multipart/form-data" and (octets := getattr(vue, "octets_max", 0)):
            request.max_content_length = octets
            request.max_form_parts = getattr(vue, "champs_max", None) or request.max_form_parts
        d_ailleurs = request.headers.get("Sec-Fetch-Site") == "cross-site"
        if d_ailleurs and request.method not in SANS_EFFET and not hasattr(vue, "d_ailleurs"):
            abort(403)
        if request.method not in SANS_EFFET and request.mimetype not in FORMULAIRES:
            abort(415)
        for champs in (request.args, request.form):
            if any(nom is None or "\0" in nom + valeur for nom, valeur in champs.items(multi=True)):
                abort(400)


def joindre(nom: str, genre: str, contenu: bytes | BinaryIO) -> Response:
    """A file to be kept by the browser, never opened in the portal's own name: people wrote what it holds."""
    nom = "".join(c if c.isprintable() else " " for c in nom)  # a header is one line
    flux = io.BytesIO(contenu) if isinstance(contenu, bytes) else contenu
    reponse = send_file(flux, genre, as_attachment=True, download_name=nom, etag=False)
    reponse.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reponse


def lire_en_entier(reponse: Response) -> Response:
    """A static file is small and asked for once a year: read, it is compressed as a page is, gzip too."""
    if request.endpoint == "static" and reponse.status_code == 200:
        reponse.direct_passthrough = False
        reponse.set_data(reponse.get_data())
    return reponse


def _versions(dossier: Path) -> dict[str, str]:
    """The start of the hash of each static file: its address changes when it does."""
    return {
        chemin.relative_to(dossier).as_posix(): hashlib.sha256(chemin.read_bytes()).hexdigest()[:12]
        for chemin in dossier.rglob("*")
        if chemin.is_file()
    }
