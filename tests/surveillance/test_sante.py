"""`/sante`: whether this process can serve, told to whoever stands in front of it."""

import datetime as dt
import sqlite3

import pytest

import models
from models import SessionOuverte, Ville, db
from portail import mesures
from portail.domain import surveillance
from tests.monde import MAINTENANT

SQLITE = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("url_de_base", ["postgresql"], indirect=True)


def test_a_portal_in_service_says_so_and_nothing_else(client, monde):
    reponse = client.get("/sante")
    assert (reponse.status_code, reponse.text) == (200, "En service.\n")
    assert reponse.mimetype == "text/plain"
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in reponse.headers
    assert "Cookie" not in reponse.headers.get("Vary", "")


def test_it_is_no_visit_the_session_is_not_read_and_nothing_is_counted(connexion, monde, monkeypatch):
    navigateur = connexion(monde.claire)
    SessionOuverte.update(vue_le=MAINTENANT - dt.timedelta(minutes=10)).execute()
    monkeypatch.setattr(mesures, "COMPTEURS", mesures.Compteurs())
    avant = SessionOuverte.get().vue_le
    assert navigateur.get("/sante").status_code == 200
    assert navigateur.get("/metriques").status_code == 200
    assert SessionOuverte.get().vue_le == avant
    assert not any(mesures.COMPTEURS.table)
    assert navigateur.get("/famille/demandes").status_code == 200
    assert SessionOuverte.get().vue_le > avant
    assert any(mesures.COMPTEURS.table)


def test_another_host_than_ours_is_told_nothing(client, monde):
    assert client.get("/sante", base_url="http://ailleurs.example").status_code == 400


@SQLITE
def test_a_reader_is_served_while_somebody_writes(client, monde):
    verrou = sqlite3.connect(db.obj.database, isolation_level=None)
    verrou.execute("BEGIN IMMEDIATE")
    assert client.get("/sante").status_code == 200
    verrou.rollback()
    verrou.close()


@SQLITE
def test_a_base_that_cannot_be_opened_is_503_then_200_once_it_is_back(client, monde, tmp_path, monkeypatch):
    bon, mauvais = db.obj, models.ouvrir(f"sqlite:///{tmp_path / 'nulle-part' / 'x.sqlite3'}")
    db.initialize(mauvais)
    reponse = client.get("/sante")
    assert (reponse.status_code, reponse.text) == (503, f"{surveillance.NE_REPOND_PAS}\n")
    assert int(reponse.headers["Retry-After"]) > 0
    assert reponse.headers["Cache-Control"] == "no-store"
    assert str(tmp_path) not in reponse.text
    db.initialize(bon)
    assert client.get("/sante").status_code == 200


@POSTGRESQL
def test_the_first_probe_after_a_cut_may_fail_and_not_the_next(client, monde, postgres, url_de_base):
    assert client.get("/sante").status_code == 200
    nom = url_de_base.split("///")[1].split("?")[0]
    ordre = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    postgres.admin().execute(ordre, (nom,))
    statuts = [client.get("/sante").status_code for _ in range(3)]
    assert statuts[0] in (200, 503)
    assert statuts[1:] == [200, 200]


@POSTGRESQL
def test_a_base_that_only_reads_is_not_in_service(client, monde, monkeypatch):
    class Replique:
        def fetchone(self):
            return (True,)

    monkeypatch.setattr(surveillance.db.obj, "execute_sql", lambda *_: Replique())
    reponse = client.get("/sante")
    assert (reponse.status_code, reponse.text) == (503, f"{surveillance.LECTURE_SEULE}\n")


def test_a_base_that_initialiser_has_not_made_is_not_in_service(client, monde):
    Ville.delete().execute()
    reponse = client.get("/sante")
    assert (reponse.status_code, reponse.text) == (503, f"{surveillance.PAS_PRETE}\n")
