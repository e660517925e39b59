"""« Mon journal »: what happened on one's account, and who at the town read one's family files."""

from flask import Blueprint, g, render_template, request

from portail import access
from portail.domain import journal
from portail.forms.planning import lire_entier

bp = Blueprint("journal", __name__, url_prefix="/mon-espace/journal")


@bp.get("")
@access.connecte
def page() -> str:
    avant = lire_entier(request.args.get("avant"))
    return render_template("journal/page.html", page=journal.lire(g.compte, avant), avant=avant)
