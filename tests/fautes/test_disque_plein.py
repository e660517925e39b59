"""The disk is full while families book: each is told to come back, what was acknowledged stays, one reads on.

With room again, all goes on without a restart. On a small disk of its own where one may be mounted, and by a
limit on the size of files everywhere. For SQLite; `test_disque_plein_de_postgresql.py` for the other.
"""

import contextlib
import random
import shutil
import sqlite3
import time

import pytest

import models
from models import db
from portail.domain.ville import oublier_la_ville
from tests.conftest import fermer
from tests.fautes.charge import Charge, Client
from tests.fautes.constat import PERDU, confronter
from tests.fautes.petit_disque import Limite, petit_disque
from tests.fautes.service import Service
from tests.fautes.ville import rester_connectes
from tests.processus import attendre
from tests.repetitions import manches

MANCHES = manches(1, 10)


@pytest.fixture(params=["a small disk", "a limit"])
def disque(request, tmp_path, modele_sqlite):
    """The folder of the base, that may be filled: what is asked for, else the limit."""
    dossier = tmp_path / "disque"
    dossier.mkdir()
    taille = modele_sqlite.stat().st_size
    if request.param == "a limit":
        yield Limite(dossier)
        return
    with petit_disque(dossier, taille + 16_000_000) as petit:
        yield petit or Limite(dossier)
        fermer()


@pytest.fixture
def service(disque, modele_sqlite, tmp_path):
    chemin = disque.dossier / "portail.sqlite3"
    shutil.copyfile(modele_sqlite, chemin)
    url = f"sqlite:///{chemin}"
    db.initialize(models.ouvrir(url))
    oublier_la_ville()
    rester_connectes()
    service = Service(url, tmp_path)
    yield service
    service.tuer()
    fermer()


@pytest.fixture
def voeux(modele_sqlite, voeux_par_moteur):
    return list(voeux_par_moteur["sqlite"])


def saturer(disque, service, charge: Charge, hasard: random.Random) -> None:
    """Fill while families book, until some are told to come back."""
    charge.attendre_encore(5)
    time.sleep(hasard.uniform(0, 0.3))
    with contextlib.closing(sqlite3.connect(disque.dossier / "portail.sqlite3", timeout=30)) as base:
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # room of its own, that it would use first
    disque.remplir(service.processus.pid)
    attendre(lambda: charge.renvoyes >= 4 or charge.journal.fautes, 60)


def test_nothing_acknowledged_is_lost_one_reads_on_and_room_is_enough(disque, service, voeux):
    hasard, parent, suite = random.Random(1), voeux[0].parent, iter(voeux)
    faits = refuses = 0
    with service.en_marche():
        for _ in range(MANCHES):
            with Charge(service.port, suite) as charge:
                saturer(disque, service, charge, hasard)
                statut, _, page = Client(service.port, gardee=False).demander(
                    "GET", "/famille/planning", parent
                )
                assert (statut, "Étude" in page) == (200, True)
                disque.vider(service.processus.pid)
                charge.attendre_encore(5)
            assert confronter(charge.journal) == []
            faits, refuses = faits + charge.faits, refuses + charge.renvoyes
    quoi = type(disque).__name__
    print(f"disk full ({quoi}) × {MANCHES}: {faits} acknowledged, 0 lost; {refuses} told to come back")


def test_a_server_that_answers_before_it_writes_is_seen_to_lose(disque, service, voeux):
    with service.en_marche("repond_avant"), Charge(service.port, iter(voeux)) as charge:
        charge.attendre_encore(5)
        disque.remplir(service.processus.pid)
        charge.attendre_encore(60)
    fermer()
    (disque.dossier / "lest").unlink(missing_ok=True)
    assert any(f.startswith(PERDU) for f in confronter(charge.journal))
