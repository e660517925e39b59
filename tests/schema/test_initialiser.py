"""`initialiser` makes or updates the schema, one process at a time, and refuses a base it does not know."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import models
from models import Calendrier, Seance, Ville, db
from portail.domain.schema import BaseRefusee, initialiser, migrer
from portail.domain.ville import fonder_ville, la_ville
from tests.schema.test_migrations import schema

RACINE = Path(__file__).parents[2]
PATIENCE = 600
"""Seconds: what ends a deadlock, not what a busy machine takes to start four processes that queue."""
UN_PROCESSUS = """
import sys, models
from portail.domain.schema import initialiser
models.db.initialize(models.ouvrir(sys.argv[1]))
print(*initialiser().migrations)
"""


def test_une_base_vide_recoit_ses_tables_sa_ville_et_son_calendrier(base_vide):
    fait = initialiser()
    assert fait.migrations[0] == "0001_initial"
    assert (la_ville().nom, la_ville().zone, la_ville().guichet) == ("Votre commune", "B", "Guichet Familles")
    assert fait.jours == Calendrier.select().count() > 60
    assert Seance.select().count() == 0


def test_recommencer_ne_fait_rien(base_vide):
    initialiser()
    Ville.update(nom="Saint-Alban-sur-Loire", zone="C").execute()
    Calendrier.delete().where(Calendrier.nom == "Pont de l’Ascension").execute()
    assert initialiser().migrations == []
    assert Ville.get().nom == "Saint-Alban-sur-Loire"
    fait = initialiser()
    assert (fait.migrations, fait.jours) == ([], 0)


def test_la_ville_fondee_n_est_pas_refondee(base_vide):
    initialiser()
    assert fonder_ville(nom="Ailleurs").nom == "Votre commune"


def test_une_base_plus_recente_est_refusee_sans_y_toucher(base_vide):
    initialiser()
    db.execute_sql(
        "INSERT INTO schema_migration (name, applied) VALUES ('0999_demain', '2030-01-01 00:00:00')"
    )
    avant = schema()
    with pytest.raises(BaseRefusee, match="version plus récente du portail .migration 0999_demain."):
        initialiser()
    assert schema() == avant


def test_une_base_qui_n_est_pas_du_portail_est_refusee(base_vide):
    db.connect()
    models.creer_tables()
    avant = schema()
    with pytest.raises(BaseRefusee, match="n’a pas créées"):
        initialiser()
    assert schema() == avant


def test_une_migration_qui_echoue_ne_laisse_rien_a_moitie(base_vide, tmp_path):
    dossier = tmp_path / "migrations"
    dossier.mkdir()
    creer = "def up(migrator, db):\n    db.execute_sql('CREATE TABLE {} (n INTEGER)')\n"
    (dossier / "0001_bonne.py").write_text(creer.format("a"))
    (dossier / "0002_mauvaise.py").write_text(creer.format("b") + "    raise OSError('panne')\n")
    db.connect()
    with pytest.raises(OSError, match="panne"):
        migrer(dossier)
    assert (db.table_exists("a"), db.table_exists("b")) == (True, False)
    (dossier / "0002_mauvaise.py").write_text(creer.format("b"))
    assert migrer(dossier) == ["0002_mauvaise"]


def test_un_dossier_absent_se_dit_en_clair(tmp_path):
    db.initialize(models.ouvrir(f"sqlite:///{tmp_path / 'absent' / 'portail.sqlite3'}"))
    with pytest.raises(BaseRefusee, match="Impossible d’écrire dans .*absent"):
        initialiser()


def test_quatre_processus_a_la_fois_finissent_tous_bien(base_vide, url_vide):
    processus = [
        subprocess.Popen(
            [sys.executable, "-c", UN_PROCESSUS, url_vide],
            cwd=RACINE,
            env={**os.environ, "PYTHONPATH": str(RACINE)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    try:
        sorties = [(*p.communicate(timeout=PATIENCE), p.returncode) for p in processus]
    finally:
        for p in processus:
            p.kill()
            p.wait()
    assert [code for _, _, code in sorties] == [0] * 4, sorties
    assert sum("0001_initial" in sortie for sortie, _, _ in sorties) == 1
    db.connect()
    migre = schema()
    assert Ville.select().count() == 1
    assert Calendrier.select().where(Calendrier.nom == "Noël").count() == 4
    with db.atomic() as transaction:
        for table in reversed(models.TABLES):
            db.execute_sql(f'DROP TABLE "{table._meta.table_name}"')
        for fonction in [ligne[1] for ligne in migre if ligne[0] == "fonction"]:  # the triggers call them
            db.execute_sql(f"DROP FUNCTION {fonction}")
        models.creer_tables()
        assert schema() == migre
        transaction.rollback()
