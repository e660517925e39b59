"""Signing in, signing out, choosing the family file on the screen."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response

import workflows as w
from portail import access, htmx
from portail.domain import comptes
from portail.domain.refus import Refus
from portail.forms.comptes import ConnexionForm
from portail.formulaire import encore
from portail.suite import ACCUEIL, suite_sure

bp = Blueprint("comptes", __name__)


@bp.get("/connexion")
@access.public
def connexion():
    suite = suite_sure(request.args.get("next", ""))
    if g.compte is not None:
        return redirect(suite, 303)
    perdu, form = session.pop(access.PERDU, False), ConnexionForm(formdata=None)
    return render_template("comptes/connexion.html", form=form, suite=suite, perdu=perdu)


@bp.post("/connexion")
@access.public
def se_connecter():
    form = ConnexionForm()
    suite = suite_sure(request.form.get("next", ""))
    if not form.validate():
        return encore("comptes/connexion.html", form, suite=suite)
    qui = (form.email.data, form.mot_de_passe.data)
    d_ou = (request.remote_addr or "", request.user_agent.string, access.marques())
    try:
        entree = comptes.se_connecter(*qui, *d_ou)
    except Refus as refus:
        return encore("comptes/connexion.html", form, refus, suite=suite)
    return _entrer(entree, suite)


@bp.post("/deconnexion")
@access.public
def deconnexion():
    """Harmless when nobody is signed in: a second click, an old tab. `next`: one means to come back."""
    suite = suite_sure(request.form.get("next", ""))
    if suite == ACCUEIL:
        return partir("Vous êtes déconnecté.")
    retour = url_for("comptes.connexion", next=suite)
    return partir("Vous êtes déconnecté. Reconnectez-vous pour continuer.", retour)


@bp.post("/famille/choix")
@access.reserve_a(w.FAMILLE)
def choisir_famille():
    choisie = request.form.get("famille", "")
    famille = next((f for f in g.familles if str(f.id) == choisie), None) or abort(404)
    comptes.choisir_famille(g.session, famille)
    return htmx.rediriger("/famille")


def partir(phrase: str, suite: str = ACCUEIL) -> Response:
    """Nobody is signed in any more in this browser, and it keeps nothing of what it was shown."""
    _fermer()
    logout_user()
    session.clear()
    flash(phrase)
    reponse = htmx.rediriger(suite)
    reponse.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reponse


def _entrer(entree: comptes.Entree, suite: str):
    """Start afresh: nothing of what the browser held before signing in is kept."""
    _fermer()
    session.clear()
    access.porter(entree.jeton)
    if entree.phrase:
        flash(entree.phrase)
    if g.a_completer:
        suite = url_for("second_facteur.formulaire", next=suite)
    return access.garder_les_marques(redirect(suite, 303), entree.marques)


def _fermer() -> None:
    """The session that this browser had, if any, whole or not."""
    if ouverte := g.session or g.a_completer:
        comptes.se_deconnecter(ouverte)
