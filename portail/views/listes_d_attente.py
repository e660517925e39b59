"""The waiting lists before an agent: the coming séances where somebody waits, one list, the place given."""

from flask import Blueprint, flash, g, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import lecture_liste, liste_attente
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.forms.planning import lire_entier

bp = Blueprint("listes_d_attente", __name__, url_prefix="/agents")


@bp.get("/listes-d-attente")
@access.reserve_a(*ROLES_AGENTS)
def page() -> Response:
    numero = lire_entier(request.args.get("page")) or 1
    return htmx.page_ou_fragment(
        "listes_d_attente/page.html",
        "listes_d_attente/page.html",
        listes=lecture_liste.listes(numero, access.perimetre_du_compte()),
    )


@bp.get("/seances/<id:seance_id>/liste")
@access.reserve_a(*ROLES_AGENTS)
def liste(seance_id: int) -> Response:
    return _montrer(seance_id)


@bp.post("/listes-d-attente/<id:attendue_id>/place")
@access.reserve_a(*ROLES_AGENTS)
def donner(attendue_id: int) -> Response:
    """Give the free place to this child, and to those who are tied to it."""
    seance_id = lecture_liste.seance_de(attendue_id, g.compte)
    try:
        servis = liste_attente.donner_la_place(g.compte, attendue_id)
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(seance_id, refus)
    phrase = lecture_liste.raconter(servis)
    if htmx.est_fragment():
        return _montrer(seance_id, dite=phrase)
    flash(phrase)
    return htmx.rediriger(url_for("listes_d_attente.liste", seance_id=seance_id))


def _montrer(seance_id: int, refus: Refus | None = None, dite: str = "") -> Response:
    return htmx.page_ou_fragment(
        "listes_d_attente/liste.html",
        "listes_d_attente/liste.htmx.html",
        refus.statut if refus else 200,
        li=lecture_liste.lire(seance_id, g.compte),
        refus=refus,
        deja=isinstance(refus, DejaChange),
        dite=dite,
    )
