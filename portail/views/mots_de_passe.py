"""The strength of a password, said while it is typed."""

from flask import Blueprint, g, render_template, request

from portail import access
from portail.domain import mots_de_passe

bp = Blueprint("mots_de_passe", __name__, url_prefix="/mot-de-passe")

PERSONNELS = ("prenom", "nom", "email")


@bp.post("/force")
@access.public
def force():
    """By POST, so that no log ever holds what was typed; nothing is kept of it."""
    saisis = (request.form.get(nom, "") for nom in PERSONNELS)
    connus = (getattr(g.compte, nom, "") for nom in PERSONNELS)
    interdits = mots_de_passe.contexte(*saisis, *connus)
    # Only what is said here: the act asks the account itself.
    exigence = mots_de_passe.exigence(g.compte.role) if g.compte else request.form.get("exigence", "")
    avis = mots_de_passe.juger(request.form.get("mot_de_passe", ""), interdits, exigence)
    return render_template("mots_de_passe/_force.html", avis=avis)
