"""What is answered when it goes wrong: one page in French with a way on, or a piece that fills the banner."""

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from peewee import InterfaceError, OperationalError, PeeweeException
from playhouse.pool import MaxConnectionsExceeded
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

import models
from portail import access, htmx
from portail.domain import reglages
from portail.domain.essais import TropDEssais
from portail.domain.refus import Refus

PATIENCE = 5
"""Seconds after which one may try again when the database was too busy."""


@dataclass(frozen=True)
class Dite:
    """An error as it is said. `rester`: what was typed is still there, going back is the way on."""

    titre: str
    phrase: str
    rester: bool = False


ERREURS = {
    400: Dite(
        "Cette demande n’a pas été comprise",
        "L’adresse ou le formulaire contient quelque chose que le portail ne sait pas lire."
        " Rien n’a été enregistré.",
    ),
    401: Dite("Connectez-vous d’abord", "Cette page est réservée aux personnes connectées."),
    403: Dite(
        "Cette page n’est pas pour ce compte",
        "Vous êtes bien connecté, mais ce compte n’y a pas accès. Si c’est une erreur, appelez-nous.",
    ),
    404: Dite(
        "Cette page n’existe pas",
        "L’adresse est peut-être incomplète, ou ce que vous cherchez n’existe plus.",
    ),
    405: Dite(
        "Cette adresse ne s’ouvre pas ainsi", "Revenez à la page précédente et utilisez ses boutons.", True
    ),
    409: Dite("La situation a changé", "Quelqu’un d’autre est passé juste avant. Rechargez la page.", True),
    413: Dite(
        "C’est trop long",
        "Ce que vous avez envoyé dépasse ce que le portail accepte. Rien n’a été enregistré.",
        True,
    ),
    415: Dite(
        "Cette demande n’a pas été comprise",
        "Ce qui a été envoyé n’est pas un formulaire du portail. Rien n’a été enregistré.",
        True,
    ),
    422: Dite(
        "Ce n’est pas possible", "La demande ne respecte pas une règle. Rien n’a été enregistré.", True
    ),
    429: Dite("Trop d’essais", "Attendez un peu avant de recommencer.", True),
    500: Dite(
        "Le portail a rencontré une erreur",
        "Elle vient de nous, et elle est signalée. Rien n’a été enregistré.",
        True,
    ),
    503: Dite(
        "Le portail est très demandé",
        "Il n’a pas pu répondre à temps. Rien n’a été enregistré : réessayez dans quelques secondes.",
        True,
    ),
}
REGARDER = "Ce que vous avez envoyé est peut-être enregistré : rechargez la page avant de recommencer."
APRES_UN_ACTE = {
    500: Dite(ERREURS[500].titre, f"L’erreur vient de nous, et elle est signalée. {REGARDER}", True),
    503: Dite(ERREURS[503].titre, f"Il n’a pas pu répondre à temps. {REGARDER}", True),
}
"""The same, when something of the request was written before it failed."""
JETON_PERIME = Dite(
    "Cette page était ouverte depuis trop longtemps",
    "Par sécurité, rien n’a été enregistré. Revenez à la page, rechargez-la, et recommencez.",
    True,
)

SECOURS = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{titre} – Portail Citoyen</title></head>
<body><main><h1>{titre}</h1><p>{phrase}</p>
<p><a href="{accueil}/">Aller à l’accueil</a></p></main></body></html>
"""


def installer(app: Flask) -> None:
    app.log_exception = noter  # type: ignore[method-assign]
    app.before_request(noter_ce_qui_est_ecrit)
    app.register_error_handler(HTTPException, page_http)
    app.register_error_handler(CSRFError, page_csrf)
    app.register_error_handler(Refus, page_refus)
    app.register_error_handler(MaxConnectionsExceeded, page_base_occupee)
    app.register_error_handler(PeeweeException, page_base)


def noter(exc_info: Any) -> None:
    """An error of ours, in the log: a token that the address carries opens what it opens, and is left out."""
    chemin = str(request.url_rule) if "<jeton:" in str(request.url_rule) else request.path
    current_app.logger.error("Exception on %s [%s]", chemin, request.method, exc_info=exc_info)


def noter_ce_qui_est_ecrit() -> None:
    g.ecrites = models.ecrites()


def dire(code: int) -> Dite:
    """The sentence of this error: true whether or not an act of this request was written before it."""
    ecrit = models.ecrites() > g.get("ecrites", models.ecrites())
    return APRES_UN_ACTE[code] if ecrit and code in APRES_UN_ACTE else ERREURS[code]


def page_http(erreur: HTTPException) -> Response:
    code = erreur.code if erreur.code in ERREURS else 500 if (erreur.code or 500) >= 500 else 400
    reference = ""
    if isinstance(erreur, InternalServerError):
        reference = secrets.token_hex(4)
        current_app.logger.error("error page shown with the reference %s", reference)
    reponse = montrer(code, _dire_le_fichier(code) or dire(code), reference)
    if permis := getattr(erreur, "valid_methods", None):
        reponse.headers["Allow"] = ", ".join(sorted(permis))
    return reponse


def _dire_le_fichier(code: int) -> Dite | None:
    """The sentence of a view that takes a file (`frontiere.recoit`), when it was too heavy."""
    vue = current_app.view_functions.get(request.endpoint or "")
    phrase = getattr(vue, "trop_lourd", "") if code == 413 else ""
    if not phrase:
        return None
    access.reconnaitre_tard()
    return Dite("Ce fichier est trop lourd", f"{phrase} Rien n’a été enregistré.", True)


def page_csrf(_: CSRFError) -> Response:
    return montrer(400, JETON_PERIME)


def page_refus(refus: Refus) -> Response:
    """A refusal that no view took: its own sentence, its own status."""
    reponse = montrer(refus.statut, Dite(ERREURS[refus.statut].titre, refus.phrase, True))
    if isinstance(refus, TropDEssais):
        reponse.headers["Retry-After"] = str(refus.secondes)
    return reponse


def page_base(erreur: PeeweeException) -> Response:
    """The database did not answer in time, or is full, or away: that passes. Anything else is our fault."""
    if not passager(erreur):
        raise erreur
    return page_base_occupee(erreur)


def page_base_occupee(erreur: Exception) -> Response:
    current_app.logger.warning("the database is busy, full or away: %s", erreur, exc_info=erreur)
    g.base_en_panne = True
    reponse = montrer(503, dire(503))
    reponse.headers["Retry-After"] = str(PATIENCE)
    return reponse


def passager(erreur: BaseException | None) -> bool:
    """Whether waiting may help: a lock, a full disk, a server that restarts; not a wrong query."""
    if not isinstance(erreur, (OperationalError, InterfaceError)):
        return False
    cause: BaseException | None = erreur
    while cause is not None:
        if isinstance(cause, sqlite3.OperationalError):
            # On a full disk SQLite has rolled back by itself, and peewee's own ROLLBACK hides the cause.
            return cause.sqlite_errorname != "SQLITE_ERROR" or "no transaction is active" in str(cause)
        cause = cause.__cause__ or cause.__context__
    return True


def montrer(code: int, dite: Dite, reference: str = "") -> Response:
    """The page; or, for htmx, a piece: the target stays as it is, the banner says what happened."""
    if isinstance(request.routing_exception, SecurityError):
        return make_response(_secours(dite), code)  # not our host: no address can be made for it
    gabarit = "erreurs/_bandeau.htmx.html" if htmx.est_fragment() else "erreurs/page.html"
    try:
        corps = render_template(gabarit, dite=dite, reference=reference)
    except Exception:
        current_app.logger.exception("the error page itself failed")
        corps = _secours(dite)
    return make_response(corps, code)


def _secours(dite: Dite) -> str:
    return SECOURS.format(
        titre=escape(dite.titre), phrase=escape(dite.phrase), accueil=reglages.lire().base_url
    )
