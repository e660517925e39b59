"""What every template has at hand: the town, who is signed in, the menu, the appearance, French words."""

from flask import Flask, current_app, g, request
from peewee import PeeweeException

import workflows as w
from models import ROLES_AGENTS, ROLES_GESTION, ROLES_PERSONNEL
from portail import clock, mots, pdf
from portail.domain import courriels
from portail.domain.ville import VilleVue, la_ville

THEMES = {"": "Automatique", "clair": "Clair", "sombre": "Sombre"}
COOKIE_THEME = "apparence"

MENU_FAMILLE = (
    ("/famille", "Espace Famille"),
    ("/famille/dossier", "Dossier Famille"),
    ("/famille/planning", "Planning des activités"),
    ("/famille/preinscriptions", "Pré-inscriptions"),
    ("/famille/demandes", "Mes demandes"),
    ("/facturation", "Espace Facturation"),
)
MISE_EN_PLACE = "/agents/mise-en-place"
AUSSI = {
    "/famille/dossier": ("/famille/enfants",),
    "/famille/planning": ("/famille/agenda",),
    "/agents/listes": ("/agents/listes-d-attente", "/agents/seances"),
    MISE_EN_PLACE: ("/agents/activites", "/agents/calendrier"),
}
"""What is under an entry of the menu by another address: the children's sheets, the agenda, one list…"""
MENU_SANS_DOSSIER = (("/famille", "Espace Famille"),)
MENU_DU_PERSONNEL: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("/agents", "Demandes", ROLES_AGENTS),
    ("/agents/pointage", "Pointage", ROLES_PERSONNEL),
    ("/agents/familles", "Familles", ROLES_AGENTS),
    ("/agents/listes", "Listes", ROLES_PERSONNEL),
    ("/agents/chiffres", "Chiffres", ROLES_AGENTS),
    ("/agents/facturation", "Facturation", ROLES_AGENTS),
    (MISE_EN_PLACE, "Mise en place", ROLES_GESTION),
)
"""Of whoever works for the town: address, label, the roles that have it."""
ESPACE_CITOYEN = ("/mon-espace", "Mon Espace Citoyen")
MON_COMPTE = ("/mon-espace", "Mon compte")
"""The same place: a member of staff has no family there, only an account."""

ABONNEMENTS = ("/mon-espace/abonnements", "Mes abonnements")
RECEPTION = (courriels.RECEPTION, "Ce que je reçois")
ONGLETS = (
    ("/mon-espace", "Mes informations"),
    ("/mon-espace/appareils", "Mes appareils"),
    ("/mon-espace/journal", "Mon journal"),
    ("/mon-espace/donnees", "Mes données"),
)
CODES_DE_CONNEXION = ("/mon-espace/second-facteur", "Codes de connexion")
"""The pages of that place, under its title; after the first, what families alone have, or staff alone."""

VILLE_INCONNUE = VilleVue("Votre commune", "B", 232, "Guichet Familles", "", "", "", "", "", False)
"""Shown when the database does not answer: the page of an error still stands."""


def installer(app: Flask) -> None:
    for nom, mot in vars(mots).items():
        if callable(mot) and mot.__module__ == mots.__name__:
            app.add_template_filter(mot, nom)
    app.jinja_env.globals["w"] = w
    app.jinja_env.globals["jours_de_la_semaine"] = mots.JOURS
    app.jinja_env.globals["pdf_disponible"] = lambda: pdf.disponible()  # looked at when a page asks
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
        "onglets": onglets,
        "espace": (ESPACE_CITOYEN if est_une_famille() else MON_COMPTE)[1],
        "theme": theme if theme in THEMES else "",
        "themes": THEMES,
        "demo": current_app.extensions["portail"].demo,
        "aujourdhui": clock.aujourdhui(),
    }


Entree = tuple[str, str, bool]
"""Address, label, and whether it is where one is: the longest address that begins the present one."""


def menu() -> list[Entree]:
    compte = g.get("compte")
    if compte is None:
        return []
    if est_une_famille():
        return _situer((*(MENU_FAMILLE if g.get("famille") else MENU_SANS_DOSSIER), ESPACE_CITOYEN))
    siennes = [(adresse, mot) for adresse, mot, roles in MENU_DU_PERSONNEL if compte.role in roles]
    return _situer((*siennes, MON_COMPTE))


def est_une_famille() -> bool:
    return getattr(g.get("compte"), "role", "") == w.FAMILLE


def onglets() -> list[Entree]:
    premier, *autres = ONGLETS
    propres = (ABONNEMENTS, RECEPTION) if est_une_famille() else (CODES_DE_CONNEXION,)
    return _situer((premier, *propres, *autres))


def ville_a_montrer() -> VilleVue:
    try:
        return la_ville()
    except (RuntimeError, PeeweeException):
        current_app.logger.exception("the town could not be read")
        return VILLE_INCONNUE


def _situer(entrees: tuple[tuple[str, str], ...]) -> list[Entree]:
    ici = max((url for url, _ in entrees if _dans(url)), key=len, default="")
    return [(url, mot, url == ici) for url, mot in entrees]


def _dans(url: str) -> bool:
    return any(request.path == u or request.path.startswith(u + "/") for u in (url, *AUSSI.get(url, ())))
