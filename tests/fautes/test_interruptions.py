"""`initialiser`, a migration, `importer`, killed at any moment: all is there, or nothing; one begins again.

What an exception leaves behind is tested where each of them is; here the process dies.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

import models
import workflows as w
from models import Calendrier, Enfant, Famille, Importation, Responsable, db
from portail.domain import schema, verification
from tests.bases_vides import base_vide, url_vide
from tests.conftest import fermer
from tests.fautes.service import Service
from tests.processus import RACINE, attendre, commande
from tests.repetitions import manches
from tests.schema.test_migrations import schema as schema_lu

__all__ = ["base_vide", "url_vide"]

MANCHES = manches(1, 10)
FAMILLES = 150


def lancer(ordre: list[str], env: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(ordre, cwd=RACINE, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def aller_au_bout(ordre: list[str], env: dict[str, str]) -> float:
    """The seconds that it takes when nobody disturbs it."""
    debut = time.monotonic()
    processus = lancer(ordre, env)
    sortie, _ = processus.communicate(timeout=120)
    assert processus.returncode == 0, sortie.decode()
    return time.monotonic() - debut


def tuer(processus: subprocess.Popen) -> None:
    processus.send_signal(signal.SIGKILL)
    processus.communicate()


# ——— the schema ———


def test_initialiser_killed_at_any_moment_is_run_again_to_the_same_schema(
    request, base_vide, url_vide, tmp_path
):
    hasard = random.Random(1)
    duree = aller_au_bout(commande("initialiser"), Service(url_vide, tmp_path).environnement)
    with db.connection_context():
        voulu, jours = schema_lu(), Calendrier.select().count()
    for manche in range(MANCHES):
        fermer()
        if url_vide.startswith("sqlite"):
            url = f"sqlite:///{tmp_path / f'neuve{manche}.sqlite3'}"
        else:
            url = request.getfixturevalue("postgres").create(f"interrompue{manche}")
        env = Service(url, tmp_path).environnement
        processus = lancer(commande("initialiser"), env)
        time.sleep(hasard.uniform(0.2, 1) * duree)
        tuer(processus)
        aller_au_bout(commande("initialiser"), env)
        db.initialize(models.ouvrir(url))
        with db.connection_context():
            assert (schema_lu(), Calendrier.select().count()) == (voulu, jours)
            assert list(verification.verifier()) == []
        fermer()
        if not url.startswith("sqlite"):
            request.getfixturevalue("postgres").drop(f"interrompue{manche}")


MIGRATION = """
import time
atomic = {atomic}

def up(migrator, db):
    db.execute_sql("CREATE TABLE grande (n INTEGER)")
    for n in range(200):
        db.execute_sql("INSERT INTO grande VALUES (1)")
    print("dedans", flush=True)
    time.sleep(60)
"""
MIGRER = """
import sys
from pathlib import Path
import models
from portail.domain.schema import migrer
models.db.initialize(models.ouvrir(sys.argv[1]))
models.db.connect()
migrer(Path(sys.argv[2]))
"""


def migrer_et_mourir(url: str, dossier, atomic: bool) -> tuple[bool, list[str]]:
    """Kill a migration that has written its rows. Is its table there, and what is noted as applied?"""
    dossier.mkdir()
    (dossier / "0001_grande.py").write_text(MIGRATION.format(atomic=atomic))
    env = {**os.environ, "PYTHONPATH": str(RACINE)}
    processus = lancer([sys.executable, "-c", MIGRER, url, str(dossier)], env)
    assert processus.stdout is not None and processus.stdout.readline() == b"dedans\n"
    tuer(processus)
    db.connect(reuse_if_open=True)
    return db.table_exists("grande"), sorted(schema.Runner(db.obj, str(dossier)).applied())


def test_a_migration_killed_in_its_middle_has_done_nothing_and_is_run_again(base_vide, url_vide, tmp_path):
    assert migrer_et_mourir(url_vide, tmp_path / "migrations", atomic=True) == (False, [])
    ordre = MIGRATION.format(atomic=True).partition("    print")[0]
    (tmp_path / "migrations" / "0001_grande.py").write_text(ordre)
    assert schema.migrer(tmp_path / "migrations") == ["0001_grande"]
    assert db.execute_sql("SELECT count(*) FROM grande").fetchone() == (200,)


def test_a_migration_without_its_transaction_is_seen_to_stay_half_done(base_vide, url_vide, tmp_path):
    assert migrer_et_mourir(url_vide, tmp_path / "migrations", atomic=False) == (True, [])


# ——— the import ———


@pytest.fixture
def fichiers(tmp_path) -> Callable[[int], list[str]]:
    """`fichiers(n)`: those of so many families of their own, with an adult and a child each."""

    def ecrire(rang: int) -> list[str]:
        codes = [f"{700_000 + rang * 1_000 + n}" for n in range(FAMILLES)]
        textes = {
            "familles": "code_abonne;nom\n" + "".join(f"{c};Neuve\n" for c in codes),
            "adultes": "code_abonne;nom;prenom\n" + "".join(f"{c};Neuve;Ana\n" for c in codes),
            "enfants": "code_abonne;nom;prenom;naissance\n"
            + "".join(f"{c};Neuve;Zoé;14/03/2018\n" for c in codes),
        }
        for nom, texte in textes.items():
            (tmp_path / f"{nom}.csv").write_text(texte, encoding="utf-8")
        return [str(tmp_path / f"{nom}.csv") for nom in textes]

    return ecrire


def ecrits(rang: int) -> set[int]:
    """How many of these families, adults, children are there, and how many an import says that it wrote."""
    db.connect(reuse_if_open=True)
    code = Famille.code_abonne.startswith(f"{700 + rang}")
    faites = Importation.select().where(Importation.statut == w.IMPORTEE).count()
    comptes = {
        Famille.select().where(code).count(),
        *(t.select().join(Famille).where(code).count() for t in (Responsable, Enfant)),
        FAMILLES * (faites > rang),
    }
    fermer()
    return comptes


def test_an_import_killed_at_any_moment_has_written_all_or_nothing_and_is_run_again(
    ville, fichiers, tmp_path
):
    hasard, env = random.Random(1), Service(ville, tmp_path).environnement
    ordre = commande("importer", "--ecrire")
    duree = aller_au_bout([*ordre, *fichiers(0)], env)
    assert ecrits(0) == {FAMILLES}
    for rang in range(1, MANCHES + 1):
        processus = lancer([*ordre, *fichiers(rang)], env)
        time.sleep(hasard.uniform(0.3, 1) * duree)
        tuer(processus)
        assert ecrits(rang) in ({0}, {FAMILLES})
        Importation.update(bail_jusqua=None).execute()  # the lease of the dead has run out
        aller_au_bout(commande("courriels"), env)  # what it had begun, if it was asked to write
        if ecrits(rang) == {0}:
            aller_au_bout([*ordre, *fichiers(rang)], env)
        assert ecrits(rang) == {FAMILLES}
        assert list(verification.verifier()) == []


COUPER = """
import sys, time
from flask.cli import main
from models import db
from portail.domain import importation

vraie = importation.ecrire

def ecrire(plan, acteur):
    vraie(plan, acteur)
    db.commit()
    print("dedans", flush=True)
    time.sleep(60)

importation.ecrire = ecrire
sys.argv = ["flask", "--app", "portail", "importer", "--ecrire", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_an_import_that_commits_on_its_way_is_seen_to_stay_half_done(ville, fichiers, tmp_path):
    env = Service(ville, tmp_path).environnement
    processus = lancer([sys.executable, "-c", COUPER, *fichiers(0)], env)
    attendre(lambda: b"dedans" in processus.stdout.readline(), 60)
    tuer(processus)
    assert ecrits(0) == {0, FAMILLES}
