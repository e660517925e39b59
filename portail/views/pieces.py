"""The documents that families send with a demande, opened by an agent."""

from flask import Blueprint, g
from werkzeug.wrappers import Response

from models import ROLES_AGENTS
from portail import access
from portail.domain import documents
from portail.frontiere import joindre

bp = Blueprint("pieces", __name__, url_prefix="/agents/documents")


@bp.post("/<id:document_id>/lecture")
@access.reserve_a(*ROLES_AGENTS)
def ouvrir(document_id: int) -> Response:
    """The journal says so; the document is nowhere but in this answer."""
    contenu = documents.ouvrir(g.compte, document_id)
    return joindre(contenu.nom, contenu.type, contenu.octets)
