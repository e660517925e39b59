"""What the commands stand on: the settings, the database, and a sentence when something is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from peewee import OperationalError

from models import Ville, db, moteur
from portail.base import rendre_la_connexion
from portail.config import Config


def lire_la_config() -> Config:
    return current_app.extensions["portail"]


def ouvrir() -> None:
    try:
        db.connect(reuse_if_open=True)
    except OperationalError as panne:
        raisons = str(panne).splitlines()[0]
        raise click.ClickException(
            f"La base ne répond pas ({raisons}) : voyez PORTAIL_DATABASE_URL."
        ) from panne


def _prete() -> bool:
    """Whether `initialiser` has made this database. Asking never makes the file of one that is not there."""
    if moteur() == "sqlite" and not Path(db.obj.database).exists():
        return False
    ouvrir()
    return Ville.table_exists()


@contextmanager
def base_prete(meme_ancienne: bool = False) -> Iterator[None]:
    """The database, once `initialiser` has made it, and brought it to this version unless `meme_ancienne`."""
    from portail.domain import schema

    try:
        if not _prete():
            raise click.ClickException(
                "La base est vide : lancez d’abord « flask --app portail initialiser »."
            )
        if not meme_ancienne and schema.en_retard():
            raise click.ClickException(
                "La base est d’une version plus ancienne : lancez « flask --app portail initialiser »."
            )
        yield
    finally:
        rendre_la_connexion()


def dire_les_ruptures() -> None:
    """Show what does not hold in the open database, and leave with 1 if anything."""
    from portail.domain import verification

    ruptures = list(verification.verifier())
    for rupture in ruptures:
        click.echo(f"{rupture.invariant} – {rupture.phrase}")
    if ruptures:
        raise click.exceptions.Exit(1)
    click.echo("Rien à signaler.")
