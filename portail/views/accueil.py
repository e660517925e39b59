"""The town's welcome page, and what every page shares: the appearance, the town's colour."""

from flask import Blueprint, Response, current_app, g, redirect, render_template, request

import workflows as w
from models import ROLES_AGENTS
from portail import access, clock, htmx
from portail import page as commun
from portail.domain import accueil
from portail.suite import suite_sure

bp = Blueprint("accueil", __name__)


@bp.get("/")
@access.public
def page():
    """Whoever is signed in goes on to what is theirs."""
    if g.compte is None:
        return render_template("accueil/page.html", dates=accueil.prochaines_dates(clock.aujourdhui()))
    if g.compte.role == w.FAMILLE:
        return redirect("/famille", 303)
    return redirect("/agents" if g.compte.role in ROLES_AGENTS else "/agents/pointage", 303)


@bp.post("/apparence")
@access.public
def apparence():
    """Light, dark, or as the device says. Kept in a cookie: nobody needs an account for it."""
    reponse = redirect(suite_sure(htmx.adresse_de_la_page()), 303)
    theme = request.form.get("theme", "")
    if theme in commun.THEMES:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        reponse.set_cookie(
            commun.COOKIE_THEME, theme, max_age=access.UN_AN, secure=secure, httponly=True, samesite="Lax"
        )
    return reponse


@bp.get("/ville.css")
@access.tous_pareil
def ville_css():
    """The town's hue: a sheet of its own, since no style may stand in a page."""
    reponse = Response(f":root {{ --teinte: {commun.ville_a_montrer().teinte}; }}\n", mimetype="text/css")
    reponse.headers["Cache-Control"] = "public, max-age=300"
    return reponse
