"""The commands: `flask --app portail …`."""

import signal
import threading
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from models import moteur
from portail.base import rendre_la_connexion
from portail.cli_base import base_prete, dire_les_ruptures, lire_la_config, ouvrir
from portail.cli_comptes import compte
from portail.cli_deploiement import dire_le_deploiement
from portail.cli_facturation import facturer
from portail.cli_importation import importer
from portail.cli_sauvegarde import restaurer, sauvegarder


def enregistrer(app: Flask) -> None:
    for commande in (
        *(initialiser, demo, compte, verifier, courriels, paiements, servir),
        *(champs_automatiques, resceller, importer, facturer, sauvegarder, restaurer),
    ):
        app.cli.add_command(commande)


@click.command()
@with_appcontext
def initialiser() -> None:
    """Crée la base, ou la met à jour, avec le calendrier scolaire ; sans effet si c’est déjà fait."""
    from portail.domain import schema

    try:
        if moteur() == "postgresql":
            ouvrir()
        fait = schema.initialiser()
    except schema.BaseRefusee as refus:
        raise click.ClickException(refus.phrase) from refus
    finally:
        rendre_la_connexion()
    for nom in fait.migrations:
        click.echo(f"Migration appliquée : {nom}")
    if fait.jours:
        click.echo(f"Calendrier : {fait.jours} ligne(s) écrite(s).")
    if not fait.migrations and not fait.jours:
        click.echo("La base est à jour.")


@click.command()
@click.option("--familles", default=50, show_default=True, type=click.IntRange(1, 20_000))
@click.option("--graine", default=1, show_default=True, help="La même graine donne la même ville.")
@with_appcontext
def demo(familles: int, graine: int) -> None:
    """Crée la ville de démonstration dans une base sans familles."""
    from portail.demo import MOT_DE_PASSE, deja_habitee, fonder_demonstration

    if not lire_la_config().demo:
        raise click.ClickException(
            "La démonstration ne s’installe qu’avec PORTAIL_DEMO=1 : rien n’a été fait."
        )
    with base_prete():
        if deja_habitee():
            click.echo("La base contient déjà des familles : rien n’a été fait.")
            return
        with click.progressbar(length=familles, label="Familles") as barre:
            fonder_demonstration(familles, graine, barre.update)
        click.echo("Saint-Alban-sur-Loire est prête. Famille Moreau : famille@example.org ;")
        click.echo(f"agent : agent@example.org ; mot de passe de tous les comptes : {MOT_DE_PASSE}")


@click.command()
@click.option("--deploiement", is_flag=True, help="Contrôler plutôt les réglages et la machine.")
@click.option(
    "--reglages",
    default="/etc/portail/portail.env",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Avec --deploiement : le fichier des réglages.",
)
@with_appcontext
def verifier(deploiement: bool, reglages: Path) -> None:
    """Vérifie que la base tient debout ; montre ce qui ne tient pas, et sort alors avec 1."""
    with base_prete():
        if deploiement:
            dire_le_deploiement(reglages)
        else:
            dire_les_ruptures()


@click.command()
@click.option("--en-continu", is_flag=True, help="Recommencer toutes les quelques secondes, jusqu’à l’arrêt.")
@with_appcontext
def courriels(en_continu: bool) -> None:
    """Donne les places, écrit les rappels, suit les paiements, facture, importe, envoie les courriels."""
    from portail import facteur
    from portail.domain import campagnes, importation

    with base_prete():
        if not en_continu:
            facteur.donner_les_places()
            facteur.ecrire_les_rappels()
            facteur.suivre_les_paiements(current_app.extensions["payfip"])
            while campagnes.servir() or importation.servir():
                pass
            click.echo(f"{facteur.tournee(lire_la_config())} courriel(s) traité(s).")
            return
    arret = threading.Event()
    for signe in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signe, lambda *_: arret.set())
    facteur.distribuer(lire_la_config(), arret)


@click.command()
@with_appcontext
def paiements() -> None:
    """Demande à PayFiP le résultat des paiements en cours, pour ceux dont c’est le moment."""
    from portail import facteur

    service = current_app.extensions["payfip"]
    if service is None:
        raise click.ClickException("PORTAIL_PAYFIP n’est pas réglé : personne ne paie en ligne.")
    with base_prete():
        total = 0
        while faits := facteur.suivre_les_paiements(service):
            total += faits
    click.echo(f"{total} paiement(s) suivi(s).")


@click.command()
@click.option("--hote", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processus", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--fils", default=4, show_default=True, type=click.IntRange(1, 64), help="Par processus.")
@with_appcontext
def servir(hote: str, port: int, processus: int, fils: int) -> None:
    """Sert le portail, et envoie les courriels au fur et à mesure."""
    from portail.serveur import Serveur, accorder_la_base

    config = lire_la_config()
    accorder_la_base(config)
    click.echo(f"Portail : {config.base_url}")
    Serveur(config, hote, port, processus, fils).run()


@click.command("champs-automatiques")
@click.argument("champs", nargs=-1)
@click.option("--aucun", is_flag=True, help="Plus aucun : un agent répond à tout.")
@with_appcontext
def champs_automatiques(champs: tuple[str, ...], aucun: bool) -> None:
    """Montre les champs du dossier que la mairie accepte d’office, ou les remplace par CHAMPS."""
    from portail.domain import automatiques
    from portail.domain.refus import Refus

    with base_prete():
        try:
            acceptes = automatiques.regler(champs) if champs or aucun else automatiques.lire()
        except Refus as refus:
            raise click.ClickException(refus.phrase) from refus
    for nom in acceptes:
        click.echo(f"{nom} – {automatiques.possibles()[nom].libelle}")
    if not acceptes:
        click.echo("Aucun : un agent répond à chaque modification du dossier.")


@click.command()
@with_appcontext
def resceller() -> None:
    """Scelle de nouveau, avec la première clé de PORTAIL_CLES, tout ce que la base garde scellé."""
    from portail.domain import rescellement

    with base_prete():
        bilan = rescellement.resceller()
    click.echo(f"{bilan.rescelles} valeur(s) scellée(s) avec la première clé.")
    if bilan.illisibles:
        click.echo(f"{bilan.illisibles} valeur(s) qu’aucune clé n’ouvre : laissées telles quelles.")
        raise click.exceptions.Exit(1)
    click.echo("Les autres clés ne servent plus à rien : elles peuvent être retirées.")
