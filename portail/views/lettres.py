"""The letters that hold the codes abonnés, printed in batches."""

from collections.abc import Callable

from flask import Blueprint, g, make_response, render_template, request
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access
from portail.domain import lettres
from portail.domain.familles import Lettre
from portail.domain.refus import Refus
from portail.forms.familles import lire_id

bp = Blueprint("lettres", __name__, url_prefix="/agents/mise-en-place/lettres")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    return _montrer()


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def imprimer() -> Response:
    """The next letters."""
    return _imprimer(lambda: lettres.emettre_un_lot(g.compte))


@bp.post("/reimpression")
@access.reserve_a(*ROLES_GESTION)
def reimprimer() -> Response:
    lot = lire_id(request.form.get("lot"))
    return _imprimer(lambda: lettres.reimprimer_un_lot(g.compte, lot))


def _imprimer(acte: Callable[[], list[Lettre]]) -> Response:
    """The letters, as the answer to the act: they have no address of their own, and are kept nowhere."""
    try:
        faites = acte()
    except Refus as refus:
        return _montrer(refus)
    return make_response(render_template("lettres/impression.html", lettres=faites))


def _montrer(refus: Refus | None = None) -> Response:
    page = render_template("lettres/page.html", vue=lettres.voir(g.compte), refus=refus)
    return make_response(page, refus.statut if refus else 200)
