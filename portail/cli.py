"""The commands: `flask --app portail …`."""

import signal
import threading

import click
from flask import Flask, current_app

from portail.config import Config


def enregistrer(app: Flask) -> None:
    for commande in (courriels, servir):
        app.cli.add_command(commande)


def _config() -> Config:
    return current_app.extensions["portail"]


@click.command()
@click.option("--en-continu", is_flag=True, help="Recommencer toutes les quelques secondes, jusqu’à l’arrêt.")
def courriels(en_continu: bool) -> None:
    """Envoie les courriels en attente."""
    from portail import facteur

    if not en_continu:
        click.echo(f"{facteur.tournee(_config())} courriel(s) traité(s).")
        return
    arret = threading.Event()
    for signe in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signe, lambda *_: arret.set())
    facteur.distribuer(_config(), arret)


@click.command()
@click.option("--hote", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processus", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--fils", default=8, show_default=True, type=click.IntRange(1, 64), help="Par processus.")
def servir(hote: str, port: int, processus: int, fils: int) -> None:
    """Sert le portail, et envoie les courriels au fur et à mesure."""
    from models import db
    from portail.domain.ville import la_ville
    from portail.serveur import Serveur

    try:
        la_ville()
    except RuntimeError as erreur:
        raise click.ClickException(str(erreur)) from erreur
    db.close()  # each worker opens its own
    config = _config()
    click.echo(f"Portail : {config.base_url}")
    Serveur(config, hote, port, processus, fils).run()
