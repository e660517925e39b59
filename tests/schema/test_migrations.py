"""The migrated schema is that of models.py, to the last constraint, on both engines."""

import re

import models
from models import db, moteur
from portail.domain.schema import migrer

SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name <> 'schema_migration'"
POSTGRESQL = (
    "SELECT 'colonne', table_name, column_name, data_type, character_maximum_length, is_nullable,"
    " column_default"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT 'contrainte', conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'déclencheur', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)"
    " FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'fonction', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def schema() -> set[tuple]:
    """Everything that the engine knows of the tables, but for the history of migrations."""
    if moteur() == "sqlite":
        lignes = db.execute_sql(SQLITE).fetchall()
        return {tuple(re.sub(r"\s+", " ", str(valeur)) for valeur in ligne) for ligne in lignes}
    lignes = [ligne for requete in POSTGRESQL for ligne in db.execute_sql(requete).fetchall()]
    return {tuple(ligne) for ligne in lignes if "schema_migration" not in str(ligne)}


def test_le_schema_migre_est_celui_des_modeles(base_vide):
    db.connect()
    with db.atomic() as transaction:
        models.creer_tables()
        voulu = schema()
        transaction.rollback()
    assert schema() == set()
    migrer()
    assert schema() == voulu
    assert len(voulu) > len(models.TABLES) * 2


def test_un_schema_qui_differe_se_voit(base_vide):
    db.connect()
    migrer()
    migre = schema()
    for changement in (
        "DROP INDEX demande_file",
        "ALTER TABLE enfant ADD COLUMN surnom VARCHAR(20)",
        "CREATE UNIQUE INDEX de_trop ON lieu (adresse)",
    ):
        with db.atomic() as transaction:
            db.execute_sql(changement)
            assert schema() != migre, changement
            transaction.rollback()
    assert schema() == migre
