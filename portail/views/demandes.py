"""« Mes demandes »: what the family asked, who acts next, the answer and its reason."""

from flask import Blueprint, abort, flash, g, render_template, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from portail import access, htmx
from portail.domain import demandes, lecture_demandes
from portail.domain.refus import Refus
from portail.forms.planning import lire_entier

bp = Blueprint("demandes", __name__, url_prefix="/famille/demandes")


@bp.get("")
@access.reserve_a(w.FAMILLE)
def liste() -> str:
    page = lire_entier(request.args.get("page")) or 1
    vues, page, dernier = lecture_demandes.feuilleter(g.compte, g.famille, page)
    return render_template("demandes/page.html", demandes=vues, page=page, dernier=dernier)


@bp.get("/<id:demande_id>")
@access.reserve_a(w.FAMILLE)
def demande(demande_id: int) -> Response:
    return _montrer(demande_id)


@bp.post("/<id:demande_id>/annulation")
@access.reserve_a(w.FAMILLE)
def annuler(demande_id: int) -> Response:
    access.demande_ou_404(demande_id)
    try:
        phrase = demandes.annuler_demande(g.compte, g.famille, demande_id)
    except Refus as refus:
        return _montrer(demande_id, refus)
    if htmx.est_fragment():
        return _montrer(demande_id, dit="Demande annulée.")
    flash(phrase)
    return htmx.rediriger(url_for("demandes.demande", demande_id=demande_id))


def _montrer(demande_id: int, refus: Refus | None = None, dit: str = "") -> Response:
    vue = lecture_demandes.lire(g.compte, g.famille, demande_id) or abort(404)
    statut = refus.statut if refus else 200
    return htmx.page_ou_fragment(
        "demandes/demande.html", "demandes/demande.htmx.html", statut, demande=vue, refus=refus, dit=dit
    )
