"""`flask --app portail verifier --deploiement`: what is not safe for a town, a line each."""

from pathlib import Path

import click
from flask import current_app

from portail.cli_base import lire_la_config


def dire_le_deploiement(reglages: Path) -> None:
    """Each unsafe setting in a sentence; leaves with 1 when there is one."""
    from portail.deploiement import Installation, verifier

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    constats = list(verifier(Installation(app, lire_la_config(), reglages)))
    for constat in constats:
        click.echo(f"{constat.nom} – {constat.phrase}")
    if constats:
        raise click.exceptions.Exit(1)
    click.echo("Rien à signaler.")
