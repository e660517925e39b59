"""What every template has at hand: the town, who is signed in, the menu, the appearance, French words."""

from flask import Flask, current_app, g, request
from peewee import PeeweeException

import workflows as w
from models import ROLES_AGENTS
from portail import clock, mots
from portail.domain.ville import VilleVue, la_ville

THEMES = {"": "Automatique", "clair": "Clair", "sombre": "Sombre"}
COOKIE_THEME = "apparence"

MENU_FAMILLE = (
    ("/famille", "Espace Famille"),
    ("/famille/planning", "Planning des activités"),
    ("/famille/demandes", "Mes demandes"),
)
MENU_AGENT = (("/agents", "Demandes"), ("/agents/familles", "Familles"))

VILLE_INCONNUE = VilleVue("Votre commune", "B", 232, "Guichet Familles", "", "", "", "", "")
"""Shown when the database does not answer: the page of an error still stands."""


def installer(app: Flask) -> None:
    for nom, mot in vars(mots).items():
        if callable(mot) and mot.__module__ == mots.__name__:
            app.add_template_filter(mot, nom)
    app.jinja_env.globals["w"] = w
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(contexte)


def contexte() -> dict:
    theme = request.cookies.get(COOKIE_THEME, "")
    return {
        "ville": ville_a_montrer(),
        "compte": g.get("compte"),
        "famille": g.get("famille"),
        "familles": g.get("familles", []),
        "menu": menu(),
        "theme": theme if theme in THEMES else "",
        "themes": THEMES,
        "demo": current_app.extensions["portail"].demo,
        "aujourdhui": clock.aujourdhui(),
    }


def menu() -> list[tuple[str, str, bool]]:
    """Address, label, and whether it is where one is: the longest address that begins the present one."""
    compte = g.get("compte")
    if compte is None:
        return []
    entrees = MENU_AGENT if compte.role in ROLES_AGENTS else MENU_FAMILLE if g.get("famille") else ()
    ici = max((url for url, _ in entrees if _dans(url)), key=len, default="")
    return [(url, mot, url == ici) for url, mot in entrees]


def ville_a_montrer() -> VilleVue:
    try:
        return la_ville()
    except (RuntimeError, PeeweeException):
        current_app.logger.exception("the town could not be read")
        return VILLE_INCONNUE


def _dans(url: str) -> bool:
    return request.path == url or request.path.startswith(url + "/")
