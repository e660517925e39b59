"""`importer`: the files of the town's former software, from the command line."""

import time
from collections.abc import Iterable
from pathlib import Path

import click
from flask.cli import with_appcontext

from portail.cli_base import base_prete

MONTRES = 50
"""Sentences shown; the rest is in the file of the report."""


@click.command()
@click.argument(
    "fichiers", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--ecrire", is_flag=True, help="Importer si tout est sain ; sans cela, les fichiers sont contrôlés."
)
@click.option("--ecraser", is_flag=True, help="Le fichier l’emporte sur ce qui a été changé sur le portail.")
@click.option(
    "--rapport", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Le rapport, en CSV."
)
@with_appcontext
def importer(fichiers: tuple[Path, ...], ecrire: bool, ecraser: bool, rapport: Path | None) -> None:
    """Contrôle des FICHIERS (CSV ou XLSX : familles, adultes, enfants…), puis les importe avec --ecrire.

    Sort avec 1 quand il y a des erreurs : rien n’est alors écrit.
    """
    import workflows as w
    from models import Importation
    from portail.domain import importation
    from portail.domain.importation_fichiers import Fichier
    from portail.domain.importation_rapport import AVERTISSEMENT, ERREUR, en_csv
    from portail.domain.refus import Refus

    with base_prete():
        try:
            envoyes = [Fichier(chemin.name, chemin.read_bytes()) for chemin in fichiers]
            deposee = importation.deposer(None, envoyes, ecraser=ecraser)
        except Refus as refus:
            raise click.ClickException(refus.phrase) from refus
        _faire(deposee.id)
        faite = Importation.get_by_id(deposee.id)
        lu = importation.rapport_de(faite)
        assert lu is not None
        if rapport:
            rapport.write_bytes(en_csv(lu.dits))
        _montrer(dit.phrase for genre in (ERREUR, AVERTISSEMENT) for dit in lu.de(genre))
        click.echo(f"{lu.resume().capitalize()}.")
        if ecrire and lu.sain:
            importation.lancer(None, faite.id, faite.marque)
            _faire(faite.id)
            faite = Importation.get_by_id(faite.id)
        if faite.statut == w.IMPORTEE:
            click.echo("Importé.")
            return
        importation.abandonner(None, faite.id)
    if not lu.sain or ecrire:
        raise click.ClickException("Rien n’a été écrit.")
    click.echo("Rien n’a été écrit : relancez avec --ecrire pour importer.")


def _faire(importation_id: int) -> None:
    """Take one's turn, and show how far it is."""
    import workflows as w
    from models import Importation
    from portail.domain import importation

    avant = Importation.get_by_id(importation_id).statut
    dit = False
    while (pris := importation.prendre_un_tour(importation_id)) is None:
        if Importation.get_by_id(importation_id).statut != avant:
            return  # the portal, that runs beside, has done it
        if not dit:
            click.echo("Un autre import est en cours : on attend qu’il se termine.")
            dit = True
        time.sleep(1)
    with click.progressbar(length=1, label="Contrôle" if avant == w.A_CONTROLER else "Import") as barre:

        def suivre(etape: str, faites: int, total: int) -> None:
            barre.length = max(total, 1)
            barre.update(faites - barre.pos if etape == importation.LECTURE else 0)

        importation.traiter(pris, suivre)
        barre.finish()


def _montrer(phrases: Iterable[str]) -> None:
    toutes = list(phrases)
    for phrase in toutes[:MONTRES]:
        click.echo(phrase)
    if len(toutes) > MONTRES:
        click.echo(f"… et {len(toutes) - MONTRES} autre(s) : --rapport les donne toutes.")
