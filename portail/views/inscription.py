"""Creating an account and activating it. Nothing on these pages tells whether an address has an account."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for

from portail import access
from portail.domain import inscription, jetons
from portail.domain.refus import Refus
from portail.forms.inscription import AdresseForm, InscriptionForm
from portail.formulaire import encore

bp = Blueprint("inscription", __name__, url_prefix="/compte")


@bp.get("/creer")
@access.public
def formulaire():
    if g.compte is not None:
        return redirect(url_for("accueil.page"), 303)
    return render_template("inscription/creer.html", form=InscriptionForm(formdata=None))


@bp.post("/creer")
@access.public
def creer():
    form = InscriptionForm()
    if not form.validate():
        return encore("inscription/creer.html", form)
    champs = (form.prenom.data, form.nom.data, form.email.data, form.mot_de_passe.data)
    try:
        inscription.creer_compte(*champs, request.remote_addr or "", form.code.data, form.naissance.data)
    except Refus as refus:
        return encore("inscription/creer.html", form, refus)
    session["courriel"] = form.email.data
    return redirect(url_for("inscription.courriel_envoye"), 303)


@bp.get("/courriel")
@access.public
def courriel_envoye():
    email, encore_un = session.get("courriel", ""), "encore" in request.args
    return render_template("inscription/courriel.html", email=email, encore=encore_un)


@bp.get("/activation")
@access.public
def encore_un_courriel():
    return render_template("inscription/activation.html", form=AdresseForm(formdata=None))


@bp.post("/activation")
@access.public
def redemander():
    form = AdresseForm()
    if not form.validate():
        return encore("inscription/activation.html", form)
    try:
        inscription.redemander_l_activation(form.email.data, request.remote_addr or "")
    except Refus as refus:
        return encore("inscription/activation.html", form, refus)
    session["courriel"] = form.email.data
    return redirect(url_for("inscription.courriel_envoye", encore=1), 303)


@bp.get("/activer/<jeton:jeton_activation>")
@access.public
def lien(jeton_activation: str):
    """Opening the link changes nothing: letter boxes open links by themselves. The button does."""
    try:
        compte = jetons.lire(jeton_activation, jetons.ACTIVATION).compte
    except Refus as refus:
        return render_template("inscription/perime.html"), refus.statut
    return render_template("inscription/activer.html", jeton=jeton_activation, email=compte.email)


@bp.post("/activer/<jeton:jeton_activation>")
@access.public
def activer(jeton_activation: str):
    try:
        inscription.activer(jeton_activation)
    except Refus as refus:
        return render_template("inscription/perime.html"), refus.statut
    flash("Votre compte est activé. Vous pouvez vous connecter.")
    return redirect(url_for("comptes.connexion"), 303)
