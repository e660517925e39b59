"""The towns that are measured: made once, kept outside the tree, copied for each run.

A town of 20,000 families takes minutes to make. Each is made on each engine by what `demo --familles N
--graine 1` does, the clock standing at the day of the measures; a run works on copies: each finds the same
town.
"""

import argparse
import dataclasses
import hashlib
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet
from psycopg import sql

import models
from bench.commun import JOUR, attendre_le_disque
from portail import clock
from portail.base import tout_fermer
from portail.demo import fonder_demonstration
from portail.domain import reglages, schema
from tests.postgres import TempPostgres

GRAINE = 1
CACHE = Path(tempfile.gettempdir()) / "portail-villes"
MOTEURS = ("sqlite", "postgresql")
MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


class Villes:
    """A folder of towns: of this version of the tables, those of another are thrown away."""

    def __init__(self, cache: Path = CACHE) -> None:
        self.dossier = cache / f"schema-{_version()}"
        for autre in cache.glob("schema-*"):
            if autre != self.dossier:
                shutil.rmtree(autre)
        self.dossier.mkdir(parents=True, exist_ok=True)
        cle = self.dossier / "cle"
        if not cle.exists():
            cle.write_text(Fernet.generate_key().decode())
        self.cle = cle.read_text()
        self._serveur: TempPostgres | None = None
        self._essais = itertools.count(1)

    def __enter__(self) -> "Villes":
        return self

    def __exit__(self, *exc: object) -> None:
        if self._serveur is not None:
            self._serveur.stop()

    @property
    def serveur(self) -> TempPostgres:
        """PostgreSQL, started when it is first needed. It waits for the disk, unlike that of the tests."""
        if self._serveur is None:
            self._serveur = TempPostgres(garde=self.dossier / "postgresql").start()
            attendre_le_disque(self._serveur)
        return self._serveur

    def pid_du_serveur(self) -> int:
        """The first process of PostgreSQL."""
        return int((self.dossier / "postgresql" / "postmaster.pid").read_text().split()[0])

    @contextmanager
    def copie(self, moteur: str, familles: int) -> Iterator[str]:
        """The address of a copy of this town, that goes away afterwards; a town not there yet is made."""
        nom, essai = f"ville{familles}", f"essai{os.getpid()}_{next(self._essais)}"
        self.faire(moteur, familles)
        if moteur == "sqlite":
            fichier = self.dossier / f"{essai}.sqlite3"
            shutil.copyfile(self.dossier / f"{nom}.sqlite3", fichier)
            try:
                yield f"sqlite:///{fichier}"
            finally:
                for reste in self.dossier.glob(f"{essai}.sqlite3*"):
                    reste.unlink()
        else:
            self.serveur.drop(essai)
            try:
                yield self.serveur.create(essai, template=nom)
            finally:
                self.serveur.drop(essai)

    def faire(self, moteur: str, familles: int) -> float | None:
        """Make this town; how long it took, in seconds, None when it was there."""
        nom, chantier = f"ville{familles}", f"chantier{familles}"
        if self.est_faite(moteur, familles):
            return None
        debut = time.perf_counter()
        if moteur == "sqlite":
            fichier = self.dossier / f"{chantier}.sqlite3"
            fichier.unlink(missing_ok=True)
            self._fonder(f"sqlite:///{fichier}", familles)
            fichier.rename(self.dossier / f"{nom}.sqlite3")
            for reste in self.dossier.glob(f"{chantier}.*"):
                reste.unlink()
        else:
            self.serveur.drop(chantier)
            self._fonder(self.serveur.create(chantier), familles)
            noms = map(sql.Identifier, (chantier, nom))
            self.serveur.admin().execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*noms))
        return time.perf_counter() - debut

    def est_faite(self, moteur: str, familles: int) -> bool:
        nom = f"ville{familles}"
        if moteur == "sqlite":
            return (self.dossier / f"{nom}.sqlite3").exists()
        bases = self.serveur.admin().execute("SELECT 1 FROM pg_database WHERE datname = %s", (nom,))
        return bases.fetchone() is not None

    def _fonder(self, url: str, familles: int) -> None:
        models.db.initialize(models.ouvrir(url))
        reglages.poser(dataclasses.replace(reglages.lire(), cles=(self.cle,)))
        with clock.figer(JOUR):
            schema.initialiser()
            fonder_demonstration(familles, GRAINE)
        if models.moteur() == "postgresql":  # what it does by itself in the night, however long that takes
            models.db.execute_sql("SET statement_timeout = 0")
            models.db.execute_sql("VACUUM ANALYZE")
        else:  # one file, and no journal beside it
            models.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        tout_fermer()


def _version() -> str:
    """What the tables are made by, in short."""
    tout = b"".join(chemin.read_bytes() for chemin in sorted(MIGRATIONS.glob("*.py")))
    return hashlib.sha256(tout).hexdigest()[:12]


def main() -> None:
    """Make towns beforehand: `python -m bench.villes 200 2000 20000`."""
    lecteur = argparse.ArgumentParser(description=main.__doc__)
    lecteur.add_argument("familles", type=int, nargs="+")
    lecteur.add_argument("--moteurs", default=",".join(MOTEURS))
    lecteur.add_argument("--cache", type=Path, default=CACHE)
    voulu = lecteur.parse_args()
    with Villes(voulu.cache) as villes:
        for moteur, familles in itertools.product(voulu.moteurs.split(","), voulu.familles):
            duree = villes.faire(moteur, familles)
            print(
                f"{moteur}, {familles} familles : {'déjà là' if duree is None else f'{duree:.0f} s'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
