"""« Mes abonnements »: which family files the account sees, with which code it asks for another."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import workflows as w
from portail import access, htmx
from portail.domain import abonnements
from portail.domain.refus import Refus
from portail.forms.abonnements import AbonnementForm
from portail.formulaire import encore

bp = Blueprint("abonnements", __name__, url_prefix="/mon-espace/abonnements")

FAIT = "Votre abonnement est enregistré. Reconnectez-vous pour le rendre actif."


@bp.get("")
@access.reserve_a(w.FAMILLE, sans_dossier=True)
def liste() -> ResponseReturnValue:
    return render_template(_gabarit(), abonnements=abonnements.lister(g.compte), form=None)


@bp.get("/nouveau")
@access.reserve_a(w.FAMILLE, sans_dossier=True)
def nouveau() -> ResponseReturnValue:
    """The list, with the form open in it."""
    form = AbonnementForm(formdata=None)
    return render_template(_gabarit(), abonnements=abonnements.lister(g.compte), form=form)


@bp.post("")
@access.reserve_a(w.FAMILLE, sans_dossier=True)
def s_abonner() -> ResponseReturnValue:
    form, siens = AbonnementForm(), abonnements.lister(g.compte)
    if not form.validate():
        return encore(_gabarit(), form, abonnements=siens)
    donne = (form.code.data, form.naissance.data)
    try:
        abonnements.s_abonner(g.compte, *donne, request.remote_addr or "")
    except Refus as refus:
        return encore(_gabarit(), form, refus, abonnements=siens)
    flash(FAIT)
    return htmx.rediriger(url_for("abonnements.liste"))


@bp.get("/<id:abonnement_id>/fin")
@access.reserve_a(w.FAMILLE, sans_dossier=True)
def fin(abonnement_id: int) -> ResponseReturnValue:
    vu = abonnements.lire(g.compte, abonnement_id)
    return render_template("abonnements/fin.html", abonnement=vu)


@bp.post("/<id:abonnement_id>/resiliation")
@access.reserve_a(w.FAMILLE, sans_dossier=True)
def resilier(abonnement_id: int) -> ResponseReturnValue:
    abonnements.resilier(g.compte, abonnement_id)
    flash("Cet abonnement a pris fin.")
    return redirect(url_for("abonnements.liste"), 303)


def _gabarit() -> str:
    return "abonnements/abonnements.htmx.html" if htmx.est_fragment() else "abonnements/page.html"
