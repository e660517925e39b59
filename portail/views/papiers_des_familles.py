"""The invoices of families, printed or kept by an agent: each opening is a line of the journal."""

from flask import Blueprint, g
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access, papier
from portail.domain import papiers

bp = Blueprint("papiers_des_familles", __name__, url_prefix="/agents/facturation/factures")


@bp.post("/<id:facture_id>/impression")
@access.reserve_a(*ROLES_AGENTS)
def facture(facture_id: int) -> str:
    return papier.page(papier.FACTURE, papiers.emporter(g.compte, facture_id))


@bp.post("/<id:facture_id>/pdf")
@access.reserve_a(*ROLES_AGENTS)
def facture_en_pdf(facture_id: int) -> Response:
    return papier.fichier(papier.FACTURE, papiers.emporter(g.compte, facture_id))
