"""Portail Citoyen: the family portal of a French town."""

import importlib
import os
from importlib.metadata import version

from flask import Flask, g
from flask_compress import Compress
from flask_wtf import CSRFProtect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import models
from portail import access, cli, erreurs, feuilles, frontiere, mesures, page, payfip
from portail.base import rendre_la_connexion
from portail.config import PAYFIP_DE_DEMONSTRATION, Config, lire_environnement
from portail.domain import reglages
from portail.gabarits import Gabarits

SALLES = (
    "accueil",
    "surveillance",
    "comptes",
    "second_facteur",
    "inscription",
    "oubli",
    "mots_de_passe",
    "mon_espace",
    "abonnements",
    "reception",
    "journal",
    "mes_donnees",
    "facturation",
    "papiers",
    "facturation_de_la_ville",
    "papiers_des_familles",
    "contestations",
    "paiements",
    "paiements_de_la_ville",
    "campagnes",
    "factures_de_la_ville",
    "simulateur",
    "reglages_de_facturation",
    "tarifs",
    "copie_de_tarifs",
    "prelevements_de_la_famille",
    "prelevements",
    "impayes",
    "exports",
    "demo",
    "famille",
    "dossier",
    "contacts",
    "photos",
    "planning",
    "selection",
    "renoncement",
    "longue_periode",
    "agenda",
    "preinscriptions",
    "demandes",
    "moderation",
    "filtres_gardes",
    "listes_d_attente",
    "pointage",
    "listes",
    "chiffres",
    "mise_en_place",
    "regles_de_reponse",
    "motifs",
    "calendrier",
    "ville",
    "pages",
    "textes_de_courriel",
    "importation",
    "lettres",
    "personnel",
    "pieces",
    "guichet",
    "guichet_contacts",
    "parts_de_payeur",
    "guichet_photo",
    "guichet_planning",
    "familles",
    "fin_d_inscription",
    "fusion",
    "ouverture",
    "guichet_inscription",
    "mandats",
    "encaissements",
    "lieux",
    "activites",
    "seances",
    "capacites",
    "copie_d_activites",
)
"""The rooms: one module of `portail/views` each, with its blueprint `bp`."""


def create_app(config: Config | None = None) -> Flask:
    """Wire the portal. Without `config`, the environment is read; nothing starts on a bad setting."""
    config = config or lire_environnement(os.environ)
    if tuple(map(int, version("flask").split(".")[:2])) < (3, 1):
        raise RuntimeError("Flask 3.1 or later is needed: before it, TRUSTED_HOSTS protects nothing")
    models.db.initialize(models.ouvrir(config.url_base))
    reglages.poser(
        reglages.Reglages(
            config.base_url, config.cle_secrete.encode(), config.hacheur, config.cles, not config.demo
        )
    )
    app = Flask(__name__)
    app.jinja_environment = Gabarits
    app.config.update(_reglages_de_flask(config))
    app.extensions["portail"] = config
    if config.proxys:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxys, x_proto=0)  # type: ignore[method-assign]

    mesures.installer(app)
    frontiere.installer(app, config)
    Compress(app)
    app.after_request(frontiere.lire_en_entier)  # runs first: after_request goes backwards
    access.installer(app)
    jetons = CSRFProtect(app)
    erreurs.installer(app)
    page.installer(app)
    cli.enregistrer(app)
    app.teardown_request(_rendre_la_connexion)

    access.tous_pareil(app.view_functions["static"])
    feuilles.installer(app, frontiere.UN_AN)
    for salle in SALLES:
        app.register_blueprint(importlib.import_module(f"portail.views.{salle}").bp)
    access.verifier_les_declarations(app)
    for vue in app.view_functions.values():
        if hasattr(vue, "d_ailleurs"):
            jetons.exempt(vue)
    _brancher_payfip(app, config)
    return app


def _brancher_payfip(app: Flask, config: Config) -> None:
    """Whoever reaches PayFiP, if the town has it; a demonstration plays PayFiP besides."""
    app.extensions["payfip"] = payfip.joindre(config.payfip)
    if config.demo:
        from portail.demo.payfip import jouer

        simulateur = jouer(config.base_url, config.cle_secrete)
        app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
            app.wsgi_app, {PAYFIP_DE_DEMONSTRATION: simulateur}
        )


def _reglages_de_flask(config: Config) -> dict:
    return {
        "SECRET_KEY": config.cle_secrete,
        "TRUSTED_HOSTS": [config.hote],
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 200,
        "SESSION_COOKIE_NAME": "__Host-session" if config.https else "session",
        "SESSION_COOKIE_SECURE": config.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_I18N_ENABLED": False,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "image/svg+xml",
            "text/plain",
            "text/calendar",
        ],
    }


def _rendre_la_connexion(_: BaseException | None) -> None:
    rendre_la_connexion(en_panne=g.get("base_en_panne", False))
