"""« Prélèvements »: the leave that an adult gave, what is to be debited with it, the way to stop it."""

from flask import Blueprint, flash, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

import workflows as w
from portail import access, htmx
from portail.domain import lecture_mandats, mandats
from portail.domain.refus import Introuvable, Refus

bp = Blueprint("prelevements_de_la_famille", __name__, url_prefix="/facturation/prelevements")


@bp.get("")
@access.reserve_a(w.FAMILLE)
def page() -> Response:
    return _montrer()


@bp.post("/<id:mandat_id>/revocation")
@access.reserve_a(w.FAMILLE)
def revoquer(mandat_id: int) -> Response:
    try:
        mandats.revoquer(g.compte, g.famille, mandat_id)
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(refus)
    flash("Votre mandat est révoqué : vous recevez un e-mail qui le confirme.")
    return htmx.rediriger(url_for("prelevements_de_la_famille.page"))


def _montrer(refus: Refus | None = None) -> Response:
    siens = lecture_mandats.les_miens(access.regard())
    page = render_template("prelevements_de_la_famille/page.html", mandats=siens, refus=refus)
    return make_response(page, refus.statut if refus else 200)
