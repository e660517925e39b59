"""The migrated schema is that of models.py, to the last constraint, on both engines."""

import datetime as dt
import re
import shutil

import pytest
from peewee import IntegrityError

import models
import workflows as w
from models import Abonnement, Compte, Courriel, Famille, Jeton, db, moteur
from portail.domain.schema import MIGRATIONS, migrer

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
        lignes = {tuple(map(_une_ecriture, ligne)) for ligne in db.execute_sql(SQLITE).fetchall()}
        liens = 'SELECT t.name, f."from", f."table", f."to", f.on_delete FROM sqlite_master t'
        return lignes | set(db.execute_sql(f"{liens}, pragma_foreign_key_list(t.name) f").fetchall())
    lignes = [ligne for requete in POSTGRESQL for ligne in db.execute_sql(requete).fetchall()]
    return {tuple(ligne) for ligne in lignes if "schema_migration" not in str(ligne)}


def _une_ecriture(valeur: object) -> str:
    """SQLite keeps a foreign key as it was written, beside its column or after them; read elsewhere."""
    sql = re.sub(r"\s+", " ", str(valeur))
    cible = r' REFERENCES "\w+" \("\w+"\)(?: ON DELETE \w+)?'
    return re.sub(cible, "", re.sub(rf', FOREIGN KEY \("\w+"\){cible}', "", sql))


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


AVANT = dt.datetime(2026, 9, 1, 8, tzinfo=dt.UTC)


def test_ceux_qui_avaient_un_compte_avant_les_jetons_le_gardent_actif(base_vide, tmp_path):
    shutil.copy(MIGRATIONS / "0001_initial.py", tmp_path)
    db.connect()
    assert migrer(tmp_path) == ["0001_initial"]
    compte = {"email": "a@example.org", "mot_de_passe": "-", "prenom": "A", "nom": "B", "role": "famille"}
    Compte.insert(**compte, service="", actif=True, cree_le=AVANT).execute()
    courriel = {"cle": "c", "destinataire": "a@example.org", "sujet": "s", "corps": "c", "message_id": "m"}
    Courriel.insert(**courriel, cree_le=AVANT, prochain_essai=AVANT).execute()
    assert "0002_jetons" in migrer()
    assert Compte.get().active_le == AVANT
    assert Courriel.get().scelle is None


def test_les_abonnements_et_les_liens_d_avant_restent_et_un_abonnement_resilie_peut_recommencer(
    base_vide, tmp_path
):
    for nom in ("0001_initial.py", "0002_jetons.py"):
        shutil.copy(MIGRATIONS / nom, tmp_path)
    db.connect()
    migrer(tmp_path)
    compte = {"email": "a@example.org", "mot_de_passe": "-", "prenom": "A", "nom": "B", "role": "famille"}
    Compte.insert(**compte, service="", actif=True, cree_le=AVANT, active_le=AVANT).execute()
    Famille.insert(code_abonne="104582", nom="Moreau", recherche="moreau", cree_le=AVANT).execute()
    liens = {"compte": 1, "famille": 1, "cree_le": AVANT}
    db.execute_sql(
        "INSERT INTO abonnement (compte_id, famille_id, statut, cree_le)"
        f" VALUES (1, 1, '{w.RESILIE}', '{AVANT:%Y-%m-%d %H:%M:%S}')"
    )
    db.execute_sql(
        "INSERT INTO jeton (compte_id, usage, empreinte, mot_de_passe, expire_le)"
        " VALUES (1, 'activation', 'e', 'm', '2026-09-02 08:00:00')"
    )
    assert "0003_mon_espace" in migrer()
    assert Jeton.get().email == ""
    ancien = Abonnement.get()
    assert (ancien.id, ancien.statut, ancien.cree_le, ancien.responsable_id) == (1, w.RESILIE, AVANT, None)
    assert (ancien.sans_rappels, ancien.sans_accuses_des_autres, ancien.rappele_le) == (False, False, None)
    nouveau = Abonnement.create(statut=w.ACTIF, **liens)
    assert nouveau.id > ancien.id
    with pytest.raises(IntegrityError), db.atomic():
        Abonnement.create(statut=w.ATTENTE_RECONNEXION, **liens)
