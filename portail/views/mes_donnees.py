"""« Mes données »: all that the portal holds of a person, to read or to take away, the password given."""

import json

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Reponse

from portail import access, htmx
from portail.domain import comptes, mes_donnees
from portail.domain.refus import Refus
from portail.forms.comptes import SensibleForm
from portail.formulaire import encore
from portail.frontiere import joindre
from portail.suite import suite_sure

bp = Blueprint("mes_donnees", __name__, url_prefix="/mon-espace")


@bp.get("/donnees")
@access.connecte
def page():
    if not comptes.est_confirmee(g.session):
        return _demander_la_confirmation()
    return render_template("mes_donnees/page.html", donnees=mes_donnees.rassembler(g.compte))


@bp.get("/donnees.json")
@access.connecte
def fichier():
    if not comptes.est_confirmee(g.session):
        return _demander_la_confirmation()
    texte = json.dumps(
        mes_donnees.rassembler(g.compte), default=mes_donnees.en_json, ensure_ascii=False, indent=2
    )
    return joindre("mes-donnees.json", "application/json", f"{texte}\n".encode())


@bp.get("/confirmation")
@access.connecte
def confirmation():
    suite = suite_sure(request.args.get("next", ""))
    if comptes.est_confirmee(g.session):
        return redirect(suite, 303)
    form = SensibleForm(formdata=None, confirme=False)
    return render_template("mes_donnees/confirmation.html", form=form, suite=suite)


@bp.post("/confirmation")
@access.connecte
def confirmer():
    form = SensibleForm(confirme=False)
    suite = suite_sure(request.form.get("next", ""))
    if not form.validate():
        return encore("mes_donnees/confirmation.html", form, suite=suite)
    try:
        access.confirmer(form.confirmation)
    except Refus as refus:
        return encore("mes_donnees/confirmation.html", form, refus, suite=suite)
    return htmx.rediriger(suite)


def _demander_la_confirmation() -> Reponse:
    """The password first, then back here."""
    return htmx.rediriger(url_for("mes_donnees.confirmation", next=request.path))
