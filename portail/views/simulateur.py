"""« Simuler un prix », for families: what an activity would cost a month, by the number of days a week."""

from flask import Blueprint, render_template, request

import workflows as w
from portail import access
from portail.domain import simulateur
from portail.forms.simulateur import lire_le_choix

bp = Blueprint("simulateur", __name__, url_prefix="/facturation/simulateur")


@bp.get("")
@access.reserve_a(w.FAMILLE)
def page() -> tuple[str, int]:
    choix, erreur = lire_le_choix(request.args)
    tape = request.args.get("quotient", "")[:20]
    s = simulateur.simuler(access.regard(), choix)
    return render_template("simulateur/page.html", s=s, erreur=erreur, tape=tape), 422 if erreur else 200
