"""Leaving the waiting list from the link of a mail: a page that asks nobody to sign in, and one button."""

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portail import access
from portail.domain import renoncement
from portail.domain.refus import Refus
from portail.domain.renoncement import LienInconnu

bp = Blueprint("renoncement", __name__, url_prefix="/liste-d-attente")


@bp.get("/<jeton:jeton_renoncement>")
@access.public
def page(jeton_renoncement: str) -> Response:
    """Opening the link changes nothing: letter boxes open links by themselves. The button does."""
    return _montrer(jeton_renoncement)


@bp.post("/<jeton:jeton_renoncement>")
@access.public
def renoncer(jeton_renoncement: str) -> Response:
    try:
        renoncement.renoncer(jeton_renoncement)
    except Refus as refus:
        return _montrer(jeton_renoncement, refus)
    return redirect(url_for("renoncement.page", jeton_renoncement=jeton_renoncement), 303)


def _montrer(jeton: str, refus: Refus | None = None) -> Response:
    try:
        attente = renoncement.lire(jeton)
    except LienInconnu as inconnu:
        return make_response(render_template("renoncement/perime.html"), inconnu.statut)
    page = render_template(
        "renoncement/page.html", attente=attente, c=attente.creneau, jeton=jeton, refus=refus
    )
    return make_response(page, refus.statut if refus else attente.statut)
