"""What the measures share: a town to measure on each engine, and a table to print."""

import dataclasses
import datetime as dt
import itertools
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

import models
from portail import clock
from portail.base import tout_fermer
from portail.demo import fonder_demonstration
from portail.domain import reglages, schema
from tests.postgres import TempPostgres

JOUR = dt.datetime(2026, 12, 3, 9, 40, tzinfo=clock.PARIS)
"""The day of every measure: a school month, bookings behind and ahead."""

_numeros = itertools.count(1)


@contextmanager
def moteurs() -> Iterator[dict[str, "Moteur"]]:
    """The engines, by name. PostgreSQL is on the disk and waits for it, as in a town; not in the tests."""
    with tempfile.TemporaryDirectory() as dossier, TempPostgres(tempfile.gettempdir()) as serveur:
        attendre_le_disque(serveur)
        yield {"sqlite": Moteur(Path(dossier)), "postgresql": Moteur(serveur)}
        tout_fermer()


def attendre_le_disque(serveur: TempPostgres) -> None:
    """Put back what the tests do without."""
    for reglage in ("fsync", "synchronous_commit", "full_page_writes"):
        serveur.admin().execute(f"ALTER SYSTEM SET {reglage} = on")  # type: ignore[arg-type]
    serveur.admin().execute("SELECT pg_reload_conf()")


class Moteur:
    def __init__(self, ou: Path | TempPostgres) -> None:
        self.ou = ou

    def ville(self, familles: int):
        """A demonstration town of that many families, in a database of its own; gives its URL."""
        nom = f"ville{next(_numeros)}"
        url = f"sqlite:///{self.ou / nom}.sqlite3" if isinstance(self.ou, Path) else self.ou.create(nom)
        models.db.initialize(models.ouvrir(url))
        if not reglages.lire().cles:  # what the family files seal needs one, and no measure keeps it
            cles = (Fernet.generate_key().decode(),)
            reglages.poser(dataclasses.replace(reglages.lire(), cles=cles))
        schema.initialiser()
        fonder_demonstration(familles, graine=1)
        tout_fermer()
        return url


def tableau(titre: str, entetes: Iterable[str], rangees: Iterable[Iterable[object]]) -> None:
    """Print a table, its columns aligned on the right but the first."""
    lignes = [[str(case) for case in rangee] for rangee in (entetes, *rangees)]
    largeurs = [max(map(len, colonne)) for colonne in zip(*lignes, strict=True)]
    print(f"\n{titre}")
    for premiere, *suite in lignes:
        cases = [premiere.ljust(largeurs[0]), *(c.rjust(n) for c, n in zip(suite, largeurs[1:], strict=True))]
        print("  " + "   ".join(cases))
