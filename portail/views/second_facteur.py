"""The second factor of staff: set up at the first sign-in, given at the next ones, looked after inside."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_login import current_user

from portail import access
from portail.domain import comptes, personnel, second_facteur
from portail.domain.refus import Refus
from portail.forms.second_facteur import ActivationForm, CodeForm, RefaireForm
from portail.formulaire import encore
from portail.qr import dessiner
from portail.suite import suite_sure

bp = Blueprint("second_facteur", __name__)


@bp.get("/connexion/second-facteur")
@access.premier_facteur
def formulaire():
    suite = suite_sure(request.args.get("next", ""))
    if second_facteur.est_actif(g.a_completer.compte):
        return render_template("second_facteur/donner.html", form=CodeForm(formdata=None), suite=suite)
    form = ActivationForm(formdata=None)
    return render_template("second_facteur/installer.html", form=form, suite=suite, **_installation())


@bp.post("/connexion/second-facteur")
@access.premier_facteur
def donner():
    form = CodeForm()
    suite = suite_sure(request.form.get("next", ""))
    if not form.validate():
        return encore("second_facteur/donner.html", form, suite=suite)
    try:
        access.porter(second_facteur.donner(g.a_completer, form.code.data))
    except Refus as refus:
        return encore("second_facteur/donner.html", form, refus, suite=suite)
    return redirect(suite, 303)


@bp.post("/connexion/second-facteur/activation")
@access.premier_facteur
def activer():
    """The recovery codes are in the answer itself: no address shows them a second time."""
    form = ActivationForm()
    suite = suite_sure(request.form.get("next", ""))
    if not form.validate():
        return encore("second_facteur/installer.html", form, suite=suite, **_installation())
    try:
        fait = second_facteur.activer(g.a_completer, current_user.jeton, form.code.data)
    except Refus as refus:
        return encore("second_facteur/installer.html", form, refus, suite=suite, **_installation())
    access.porter(fait.jeton)
    return render_template("second_facteur/codes.html", codes=fait.codes, suite=suite)


@bp.get("/mon-espace/second-facteur")
@access.reserve_a(*personnel.ROLES)
def etat():
    form = RefaireForm(formdata=None, confirme=comptes.est_confirmee(g.session))
    return render_template("second_facteur/etat.html", form=form, etat=second_facteur.etat(g.compte))


@bp.post("/mon-espace/second-facteur/codes")
@access.reserve_a(*personnel.ROLES)
def refaire():
    form = RefaireForm(confirme=comptes.est_confirmee(g.session))
    etat = second_facteur.etat(g.compte)
    if not form.validate():
        return encore("second_facteur/etat.html", form, etat=etat)
    try:
        access.confirmer(form.confirmation)
        codes = second_facteur.refaire_les_codes(g.session)
    except Refus as refus:
        return encore("second_facteur/etat.html", form, refus, etat=etat)
    return render_template("second_facteur/codes.html", codes=codes, suite=url_for("second_facteur.etat"))


def _installation() -> dict:
    """What the page of the installation draws: for this half session alone."""
    installation = second_facteur.preparer(g.a_completer.compte, current_user.jeton)
    return {"installation": installation, "qr": dessiner(installation.adresse)}
