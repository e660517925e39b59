"""The family's home: what needs attention first, the next days, the blocks of the Espace Famille."""

from flask import Blueprint, g, render_template

import workflows as w
from portail import access
from portail.domain import espace_famille
from portail.domain.cadre import MOIS, SEMAINE5, Cadre

bp = Blueprint("famille", __name__, url_prefix="/famille")


@bp.get("")
@access.reserve_a(w.FAMILLE)
def espace() -> str:
    vu = espace_famille.espace(g.compte, g.famille)
    return render_template("famille/espace.html", espace=vu, Cadre=Cadre, MOIS=MOIS, SEMAINE5=SEMAINE5)
