"""Tariffs taken over by the activities of another school year: shown, then made."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from models import ROLES_GESTION
from portail import access, htmx, mots
from portail.domain import copie_de_tarifs
from portail.domain.lecture_activites import dire_l_annee
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.forms.copie_de_tarifs import lire_les_annees, lire_les_voulus

bp = Blueprint("copie_de_tarifs", __name__, url_prefix="/agents/facturation/tarifs/copie")


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> Response:
    return _montrer()


@bp.post("")
@access.reserve_a(*ROLES_GESTION)
def copier() -> Response:
    voulus, (de, vers) = lire_les_voulus(request.form), lire_les_annees(request.form)
    try:
        combien = copie_de_tarifs.copier(g.compte, voulus, de, vers)
    except (Introuvable, Interdit):
        raise
    except Refus as refus:
        return _montrer(voulus, refus)
    flash(mots.pluriel(combien, "tarif copié", "tarifs copiés") + ".")
    return htmx.rediriger(url_for("tarifs.liste", annee=vers or 0))


def _montrer(voulus: set[int] | None = None, refus: Refus | None = None) -> Response:
    propositions = copie_de_tarifs.proposer(g.compte, *lire_les_annees(request.values))
    page = render_template(
        "tarifs/copie.html", p=propositions, voulus=voulus, refus=refus, dire_l_annee=dire_l_annee
    )
    return make_response(page, refus.statut if refus else 200)
