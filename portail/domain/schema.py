"""The schema of the town's database: made, or brought up to date, by `migrations/`, one process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playhouse.migrations import Runner

from models import Ville, db, moteur
from portail import clock
from portail.domain.calendrier import annee_scolaire, importer_calendrier_scolaire
from portail.domain.ville import fonder_ville

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
VERROU = 0x706F7274
"""Key of PostgreSQL's advisory lock: « port »."""
ANNEES_D_AVANCE = 2


class BaseRefusee(Exception):
    """Not a database that this version of the portal can open. `phrase` says why, and what to do."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@dataclass(frozen=True)
class Initialisation:
    """What `initialiser()` has done: nothing at all when it had been run before."""

    migrations: list[str]
    jours: int
    """Rows written in the calendar."""


def initialiser() -> Initialisation:
    """Create or migrate the schema; give the town its row, and the school calendar of the years around now.

    Several processes may call it at once: one does the work, the others wait for it and find it done.
    """
    with _un_seul_a_la_fois():
        migrations = migrer()
        zone = fonder_ville().zone
        annee = annee_scolaire(clock.aujourdhui())[0].year
        jours = importer_calendrier_scolaire(zone, range(annee - 1, annee + ANNEES_D_AVANCE + 1))
    return Initialisation(migrations, jours)


def migrer(dossier: Path = MIGRATIONS) -> list[str]:
    """Apply the migrations that are missing, each in its transaction. Gives their names."""
    runner = Runner(db.obj, str(dossier))
    if inconnue := plus_recente(dossier):
        raise BaseRefusee(
            f"Cette base vient d’une version plus récente du portail (migration {inconnue}) : "
            "installez cette version-là, ou une plus récente. Rien n’a été modifié."
        )
    if not runner.applied() and Ville.table_exists():
        raise BaseRefusee(
            "Cette base contient des tables que « initialiser » n’a pas créées : "
            "indiquez une base vide, ou celle du portail. Rien n’a été modifié."
        )
    return runner.up()


def plus_recente(dossier: Path = MIGRATIONS) -> str:
    """The last migration of this database that this version does not know; empty when it knows them all."""
    inconnues = [m.name for m in Runner(db.obj, str(dossier)).status() if m.path is None]
    return inconnues[-1] if inconnues else ""


def en_retard() -> bool:
    """Whether this database was made by an older version, some migrations of which are still to come."""
    migrations = Runner(db.obj, str(MIGRATIONS)).status()
    return any(m.applied for m in migrations) and any(not m.applied for m in migrations)


@contextmanager
def _un_seul_a_la_fois() -> Iterator[None]:
    """SQLite: a lock file beside the database, taken before it is opened. PostgreSQL: an advisory lock."""
    if moteur() == "sqlite":
        with _fichier_verrou() as fichier:
            fcntl.flock(fichier, fcntl.LOCK_EX)
            db.connect(reuse_if_open=True)
            yield
        return
    db.connect(reuse_if_open=True)
    # A migration takes the time it takes, and so does the process that is ahead of us.
    for reglage in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        db.execute_sql(f"SET {reglage} = 0")
    db.execute_sql(f"SELECT pg_advisory_lock({VERROU})")
    try:
        yield
    finally:
        db.execute_sql(f"SELECT pg_advisory_unlock({VERROU})")
        db.execute_sql("RESET ALL")


def _fichier_verrou():
    chemin = Path(f"{db.obj.database}.verrou")
    try:
        return chemin.open("a")
    except OSError as erreur:
        raise BaseRefusee(
            f"Impossible d’écrire dans {chemin.parent} : {erreur.strerror}. La base y a besoin de sa place."
        ) from erreur
