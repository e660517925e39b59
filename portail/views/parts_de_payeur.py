"""At the counter: who pays what a child costs; a share for each adult, shown before it is done."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, htmx
from portail.domain import parts_de_payeur
from portail.domain.parts_de_payeur import Partage
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.parts_de_payeur import PartsSaisies, lire_les_parts

bp = Blueprint(
    "parts_de_payeur", __name__, url_prefix="/agents/familles/<id:famille_id>/enfants/<id:enfant_id>/payeurs"
)


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page(famille_id: int, enfant_id: int) -> Response:
    return _remplir(parts_de_payeur.lire(g.compte, famille_id, enfant_id))


@bp.post("")
@access.reserve_a(*ROLES_AGENTS)
def fixer(famille_id: int, enfant_id: int) -> Response:
    present, saisies = parts_de_payeur.lire(g.compte, famille_id, enfant_id), lire_les_parts(request.form)
    if saisies.etape == "reprendre":
        return _remplir(present, saisies)
    try:
        prevu = parts_de_payeur.prevoir(g.compte, famille_id, enfant_id, saisies.lire())
        if not saisies.vu:
            return _confirmer(present, prevu)
        change = parts_de_payeur.fixer(g.compte, famille_id, enfant_id, prevu.parts, saisies.vu)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _remplir(present, saisies, refus)
    flash(f"{prevu.phrase} La famille en est avertie." if change else "Rien n’a changé.")
    return htmx.rediriger(url_for("guichet.enfant", famille_id=famille_id, enfant_id=enfant_id))


# ——— inside ———


def _remplir(present: Partage, saisies: PartsSaisies | None = None, refus: Refus | None = None) -> Response:
    textes = saisies.textes if saisies else {ident: str(part) for ident, part in present.parts.items()}
    page = render_template("guichet/payeurs.html", p=present, textes=textes, refus=refus, prevu=None)
    return make_response(page, refus.statut if refus else 200)


def _confirmer(present: Partage, prevu: Partage) -> Response:
    return make_response(
        render_template("guichet/payeurs.html", p=present, prevu=prevu, refus=None, textes={})
    )
