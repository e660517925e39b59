"""« Espace Facturation »: where invoices come from, until they are online."""

from flask import Blueprint, render_template

import workflows as w
from portail import access

bp = Blueprint("facturation", __name__, url_prefix="/facturation")


@bp.get("")
@access.reserve_a(w.FAMILLE)
def espace() -> str:
    return render_template("facturation/espace.html")
