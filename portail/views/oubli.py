"""A password forgotten. Nothing on these pages tells whether an address has an account."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

from models import Compte
from portail import access
from portail.domain import mots_de_passe, oubli
from portail.domain.jetons import LienPerime
from portail.domain.refus import Refus
from portail.forms.inscription import AdresseForm
from portail.forms.oubli import NouveauMotDePasseForm
from portail.formulaire import encore

bp = Blueprint("oubli", __name__, url_prefix="/mot-de-passe")


@bp.get("/oublie")
@access.public
def formulaire():
    return render_template("oubli/oublie.html", form=AdresseForm(formdata=None))


@bp.post("/oublie")
@access.public
def demander():
    form = AdresseForm()
    if not form.validate():
        return encore("oubli/oublie.html", form)
    try:
        oubli.demander(form.email.data, request.remote_addr or "")
    except Refus as refus:
        return encore("oubli/oublie.html", form, refus)
    session["courriel"] = form.email.data
    return redirect(url_for("oubli.courriel_envoye"), 303)


@bp.get("/courriel")
@access.public
def courriel_envoye():
    return render_template("oubli/courriel.html", email=session.get("courriel", ""))


@bp.get("/<jeton:jeton_oubli>")
@access.public
def lien(jeton_oubli: str):
    """Opening the link changes nothing: letter boxes open links by themselves. The form does."""
    try:
        compte = oubli.compte_du_lien(jeton_oubli)
    except LienPerime as refus:
        return render_template("oubli/perime.html"), refus.statut
    form = NouveauMotDePasseForm(formdata=None)
    return render_template("oubli/changer.html", form=form, **_contexte(jeton_oubli, compte))


@bp.post("/<jeton:jeton_oubli>")
@access.public
def changer(jeton_oubli: str):
    form = NouveauMotDePasseForm()
    try:
        contexte = _contexte(jeton_oubli, oubli.compte_du_lien(jeton_oubli))
        if not form.validate():
            return encore("oubli/changer.html", form, **contexte)
        oubli.changer(jeton_oubli, form.mot_de_passe.data)
    except LienPerime as refus:
        return render_template("oubli/perime.html"), refus.statut
    except Refus as refus:
        return encore("oubli/changer.html", form, refus, **contexte)
    flash("Votre mot de passe est changé. Vous pouvez vous connecter.")
    return redirect(url_for("comptes.connexion"), 303)


def _contexte(jeton: str, compte: Compte) -> dict[str, Any]:
    """Whoever has the link has the letter box of the account: they may know what is asked of it."""
    return {"jeton": jeton, "email": compte.email, "exigence": mots_de_passe.exigence(compte.role)}
