"""`sauvegarder` and `restaurer`: a copy of the database while it serves, and the way back."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from portail.base import rendre_la_connexion
from portail.cli_base import base_prete, dire_les_ruptures, lire_la_config, ouvrir


@click.command()
@click.argument("fichier", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--remplacer", is_flag=True, help="Remplacer FICHIER s’il existe, une fois la copie entière.")
@with_appcontext
def sauvegarder(fichier: Path, remplacer: bool) -> None:
    """Copie toute la base dans FICHIER, pendant que le portail sert."""
    from portail import sauvegarde
    from portail.domain import taches

    with base_prete(meme_ancienne=True):  # the copy that one makes before an update
        try:
            taille = sauvegarde.sauvegarder(lire_la_config().url_base, fichier, remplacer)
        except sauvegarde.Impossible as refus:
            raise click.ClickException(refus.phrase) from refus
        taches.noter(taches.SAUVEGARDE)
    click.echo(f"Sauvegarde écrite : {fichier} ({taille // 1000} ko).")


@click.command()
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restaurer(fichier: Path) -> None:
    """Remet la sauvegarde FICHIER dans une base vide, puis la vérifie ; sort avec 1 si elle ne tient pas."""
    from portail import sauvegarde
    from portail.domain import schema

    try:
        ouvrir()
        sauvegarde.restaurer(lire_la_config().url_base, fichier)
        click.echo("Sauvegarde restaurée.")
        if inconnue := schema.plus_recente():
            raise click.ClickException(
                f"Elle vient d’une version plus récente du portail (migration {inconnue}) : "
                "installez cette version-là, ou une plus récente."
            )
        if schema.en_retard():
            click.echo(
                "Elle vient d’une version plus ancienne : lancez « flask --app portail initialiser », "
                "puis « flask --app portail verifier »."
            )
            return
        dire_les_ruptures()
    except sauvegarde.Impossible as refus:
        raise click.ClickException(refus.phrase) from refus
    finally:
        rendre_la_connexion()
