"""« Ce que je reçois »: of each family, which mails the account wants."""

from flask import Blueprint, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

import workflows as w
from portail import access, htmx
from portail.domain import reception
from portail.domain.courriels import RECEPTION
from portail.domain.reception import Reception
from portail.domain.refus import Refus
from portail.forms.reception import lire_le_choix

bp = Blueprint("reception", __name__, url_prefix=RECEPTION)

FAIT = "Votre choix est enregistré."


@bp.get("")
@access.reserve_a(w.FAMILLE, sans_dossier=True)
def page() -> str:
    return render_template("reception/page.html", receptions=reception.lire(g.compte))


@bp.post("/<id:abonnement_id>")
@access.reserve_a(w.FAMILLE, sans_dossier=True)
def regler(abonnement_id: int) -> ResponseReturnValue:
    choix = lire_le_choix(request.form)
    try:
        reception.regler(g.compte, abonnement_id, choix)
    except Refus as refus:
        if refus.champ != reception.CHAMP:
            raise
        vues = reception.comme_saisi(reception.lire(g.compte), abonnement_id, choix, refus.phrase)
        return _rendre(vues, abonnement_id, refus.statut)
    if htmx.est_fragment():
        return _rendre(reception.lire(g.compte), abonnement_id, 200)
    flash(FAIT)
    return htmx.rediriger(url_for("reception.page"))


def _rendre(vues: list[Reception], abonnement_id: int, statut: int) -> ResponseReturnValue:
    """The page, or the family that changed."""
    (une,) = (vue for vue in vues if vue.abonnement_id == abonnement_id)
    contexte = {"receptions": vues, "reception": une, "dit": une.faute or FAIT}
    return htmx.page_ou_fragment("reception/page.html", "reception/reception.htmx.html", statut, **contexte)
