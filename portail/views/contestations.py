"""« Contester cette ligne »: of an invoice, down to the demande that the town answers."""

from collections.abc import Collection

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

import workflows as w
from portail import access, htmx
from portail.domain import contestations
from portail.domain.refus import Introuvable, Refus
from portail.forms.contestations import ContestationForm, lire_les_facturees

bp = Blueprint("contestations", __name__, url_prefix="/facturation/lignes")

ENVOYEE = "Votre contestation est envoyée : la mairie vous répondra."


@bp.get("/<id:ligne_facturee_id>/contestation")
@access.reserve_a(w.FAMILLE)
def ecrire(ligne_facturee_id: int) -> Response:
    return _montrer(ligne_facturee_id, ContestationForm(formdata=None))


@bp.post("/<id:ligne_facturee_id>/contestation")
@access.reserve_a(w.FAMILLE)
def contester(ligne_facturee_id: int) -> Response:
    form, autres = ContestationForm(), lire_les_facturees(request.form)
    try:
        demande = contestations.contester(
            g.compte, g.famille, ligne_facturee_id, autres, form.texte.data or ""
        )
    except Introuvable:
        raise
    except Refus as refus:
        return _montrer(ligne_facturee_id, form, autres, refus)
    flash(ENVOYEE)
    return htmx.rediriger(url_for("demandes.demande", demande_id=demande.id))


def _montrer(
    ligne_id: int, form: ContestationForm, cochees: Collection[int] = (), refus: Refus | None = None
) -> Response:
    """The line, the others of its invoice that may go with it, and why: nothing typed is lost."""
    if refus and refus.champ:
        form[refus.champ].errors = [refus.phrase]
    vue = contestations.lire(access.regard(), ligne_id)
    page = render_template("contestations/page.html", vue=vue, form=form, cochees=cochees, refus=refus)
    return make_response(page, refus.statut if refus else 200)
