"""The database locked, full, or gone for a moment: a page that says to wait, nothing lost, back by itself."""

import sqlite3

import pytest

from models import SessionOuverte, db
from tests.formulaires import csrf
from tests.monde import MOT_DE_PASSE


@pytest.fixture
def client(app):
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def entrer(client, jeton: str):
    champs = {"csrf_token": jeton, "email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE}
    return client.post("/connexion", data=champs)


SQLITE = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("url_de_base", ["postgresql"], indirect=True)


@SQLITE
def test_a_locked_base_says_to_wait_then_serves(client, monde):
    jeton = csrf(client)
    db.execute_sql("PRAGMA busy_timeout = 50")
    verrou = sqlite3.connect(db.obj.database, isolation_level=None)
    verrou.execute("BEGIN IMMEDIATE")
    reponse = entrer(client, jeton)
    assert reponse.status_code == 503
    assert reponse.headers["Retry-After"] == "5"
    assert client.get("/connexion").status_code == 200  # reading goes on meanwhile
    verrou.rollback()
    verrou.close()
    assert entrer(client, jeton).status_code == 303


@SQLITE
def test_reading_goes_on_when_the_last_use_cannot_be_written(client, monde):
    entrer(client, csrf(client))
    SessionOuverte.update(vue_le=SessionOuverte.get().vue_le.replace(hour=8, minute=45)).execute()
    db.execute_sql("PRAGMA busy_timeout = 50")
    verrou = sqlite3.connect(db.obj.database, isolation_level=None)
    verrou.execute("BEGIN IMMEDIATE")
    assert client.get("/famille/demandes").status_code == 200
    verrou.rollback()
    verrou.close()


@SQLITE
def test_a_full_disk_loses_nothing_and_serves_again_once_freed(client, monde):
    jeton = csrf(client)
    pages = db.execute_sql("PRAGMA page_count").fetchone()[0]
    db.execute_sql(f"PRAGMA max_page_count = {pages}")
    statuts = []
    while 503 not in statuts and len(statuts) < 300:
        navigateur = client.application.test_client()
        statuts.append(entrer(navigateur, csrf(navigateur)).status_code)
    assert set(statuts) == {303, 503}
    assert SessionOuverte.select().count() == statuts.count(303)
    assert not db.in_transaction()
    assert client.get("/connexion").status_code == 200
    db.execute_sql(f"PRAGMA max_page_count = {pages + 1000}")
    assert entrer(client, jeton).status_code == 303
    assert db.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)


@POSTGRESQL
def test_connections_cut_by_the_server_are_replaced(client, monde, postgres, url_de_base):
    entrer(client, csrf(client))
    nom = url_de_base.split("///")[1].split("?")[0]
    ordre = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    postgres.admin().execute(ordre, (nom,))
    statuts = [client.get("/famille/demandes").status_code for _ in range(3)]
    assert statuts[0] in (200, 503)
    assert statuts[1:] == [200, 200]
