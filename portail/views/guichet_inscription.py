"""At the counter: a pre-registration asked for a family; it waits in the queue like any other."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import inscription_au_guichet, lecture_familles, preinscriptions
from portail.domain.examen import SouhaitRefuse
from portail.domain.inscription_au_guichet import FormulaireVu
from portail.forms.guichet_inscription import lire_la_saisie

bp = Blueprint("guichet_inscription", __name__, url_prefix="/agents/familles/<id:famille_id>/inscription")


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page(famille_id: int) -> Response:
    return _montrer(famille_id, _rediger(famille_id))


@bp.post("")
@access.reserve_a(*ROLES_AGENTS)
def demander(famille_id: int) -> Response:
    famille, vue = lecture_familles.famille(famille_id, g.compte), _rediger(famille_id)
    souhait = inscription_au_guichet.exiger_un_choix(vue)
    if souhait is None:
        return _montrer(famille_id, vue)
    try:
        demande = preinscriptions.deposer_au_guichet(g.compte, famille, souhait)
    except SouhaitRefuse as refus:
        vue.fautes = refus.examen.fautes
        return _montrer(famille_id, vue)
    flash(f"Demande n° {demande.numero} enregistrée. La famille en est avertie ; il reste à y répondre.")
    return htmx.rediriger(url_for("moderation.demande", demande_id=demande.id))


def _rediger(famille_id: int) -> FormulaireVu:
    famille = lecture_familles.famille(famille_id, g.compte)
    return inscription_au_guichet.rediger(famille, lire_la_saisie(request.form), access.perimetre_du_compte())


def _montrer(famille_id: int, vue: FormulaireVu) -> Response:
    f = lecture_familles.fiche(famille_id, g.compte)
    page = render_template("guichet_inscription/page.html", f=f, v=vue)
    return make_response(page, 422 if vue.fautes else 200)
