"""A copy of the whole database taken while it serves, and the way back, into an empty one.

Neither is an act: nothing of the town changes. SQLite copies itself; PostgreSQL has its own tools, that are
found on the machine or not.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from peewee import DatabaseError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from models import db, moteur


class Impossible(Exception):
    """It cannot be done, and nothing was. `phrase` says why, and what to do."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


def sauvegarder(url: str, fichier: Path, remplacer: bool = False) -> int:
    """Copy the open database, that `url` names, into `fichier`, for its owner's eyes only. Gives its size.

    What is being written has another name: a copy that was cut is never taken for a good one, and the one
    of the day before stands until this one is whole.
    """
    if fichier.exists() and not remplacer:
        raise Impossible(f"{fichier} existe déjà : choisissez un autre nom, ou ajoutez --remplacer.")
    partiel = fichier.with_name(f"{fichier.name}.partiel")
    try:
        partiel.unlink(missing_ok=True)
        partiel.touch(mode=0o600)
        copier = _copier_sqlite if moteur() == "sqlite" else _copier_postgresql
        copier(url, partiel)
        _attendre_le_disque(partiel)
        taille = partiel.stat().st_size
        partiel.replace(fichier)
        _attendre_le_disque(fichier.parent)
    except OSError as panne:
        raise Impossible(f"Impossible d’écrire {fichier} : {panne.strerror}.") from panne
    finally:
        with contextlib.suppress(OSError):
            partiel.unlink(missing_ok=True)
    return taille


def restaurer(url: str, fichier: Path) -> None:
    """Put the copy `fichier` into the open database, that must be empty: all of it, or nothing."""
    if db.get_tables():
        raise Impossible(
            "La base contient déjà des tables : restaurez dans une base vide. Rien n’a été modifié."
        )
    remettre = _remettre_sqlite if moteur() == "sqlite" else _remettre_postgresql
    remettre(url, fichier)


def _attendre_le_disque(chemin: Path) -> None:
    """So that the copy outlives a power cut from the moment that it is said to be there."""
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


# ——— SQLite ———


def _copier_sqlite(_url: str, partiel: Path) -> None:
    """One reading transaction: the state of one moment, and nobody who writes waits for it."""
    try:
        db.execute_sql("VACUUM INTO ?", (str(partiel),))
    except DatabaseError as panne:
        raise Impossible(f"La copie n’a pas pu être écrite ({panne}).") from panne
    with _lire(partiel):
        pass


def _remettre_sqlite(_url: str, fichier: Path) -> None:
    """In one transaction of the new database."""
    with _lire(fichier) as copie:
        try:
            copie.backup(db.connection())
        except sqlite3.Error as panne:
            raise Impossible(f"La base n’a pas pu être écrite ({panne}). Rien n’a été modifié.") from panne


@contextlib.contextmanager
def _lire(fichier: Path) -> Iterator[sqlite3.Connection]:
    """This copy, read only; :class:`Impossible` when it is damaged, or none of ours."""
    try:
        with contextlib.closing(sqlite3.connect(f"{fichier.resolve().as_uri()}?mode=ro", uri=True)) as copie:
            entiere = copie.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            connue = copie.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_migration'").fetchone()
            if not (entiere and connue):
                raise Impossible(f"{fichier} n’est pas une sauvegarde du portail, ou elle est abîmée.")
            yield copie
    except sqlite3.Error as panne:
        raise Impossible(f"{fichier} n’est pas une sauvegarde du portail, ou elle est abîmée.") from panne


# ——— PostgreSQL ———


def _copier_postgresql(url: str, partiel: Path) -> None:
    """One snapshot, whatever is written meanwhile."""
    _lancer(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={partiel}")


def _remettre_postgresql(url: str, fichier: Path) -> None:
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _lancer(url, "pg_restore", *options, str(fichier))


def _lancer(url: str, outil: str, *options: str) -> None:
    """Run a tool of PostgreSQL on this database. The password goes by a file: all see a command line."""
    if shutil.which(outil) is None:
        raise Impossible(
            f"{outil} manque sur cette machine : installez les outils de PostgreSQL "
            "(« apt install postgresql-client » sur Debian), de la version du serveur ou plus récents."
        )
    reglages = conninfo_to_dict(url)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as secret:
        if mot := reglages.pop("password", ""):
            propre = str(mot).replace("\\", "\\\\").replace(":", "\\:")
            secret.write(f"*:*:*:*:{propre}\n")
            secret.flush()
            reglages["passfile"] = secret.name
        ordre = [outil, "--no-password", f"--dbname={make_conninfo('', **reglages)}", *options]
        fait = subprocess.run(ordre, capture_output=True, text=True)
    if fait.returncode:
        raisons = fait.stderr.strip().splitlines() or [f"code {fait.returncode}"]
        raise Impossible(f"{outil} n’a pas abouti : {raisons[0]}")
