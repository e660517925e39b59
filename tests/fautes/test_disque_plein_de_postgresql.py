"""The disk of PostgreSQL is full while families book: what was acknowledged stays, and all goes on after.

No room for its tables, on a small disk of its own: it refuses each act, families are told to come back, one
reads on, and room is enough. No room for its log, by a limit on the size of its files, that anybody may set:
it stops by itself, as it does on a full disk; somebody makes room and starts it again, the portal goes on.
"""

import contextlib
import itertools
import random
import shutil
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

import models
from models import db
from portail.domain.ville import oublier_la_ville
from tests.conftest import _fonder, fermer
from tests.fautes.charge import Charge, Client, reprendre
from tests.fautes.constat import PERDU, confronter
from tests.fautes.petit_disque import petit_disque
from tests.fautes.service import Service
from tests.fautes.test_base_qui_tombe import COMME_EN_VILLE
from tests.fautes.ville import fonder
from tests.postgres import TempPostgres
from tests.processus import attendre
from tests.repetitions import manches

MANCHES = manches(1, 10)
OCTETS = 200_000_000
"""An empty server with its town takes a third of it."""
PAGE = 8192
"""Of a file of PostgreSQL: its log has more than one."""
UNE_LIGNE = "SELECT pg_logical_emit_message(true, 'fautes', 'one line more')"


class SansJournal:
    """Full for its log: it stops by itself. Room does not start it again, somebody does."""

    lecture = 503

    def __init__(self, serveur: TempPostgres) -> None:
        self.serveur = serveur

    def remplir(self, _pid: int) -> None:
        processus = Path(f"/proc/{self.serveur.pid}")
        self.serveur.borner(PAGE)
        with contextlib.suppress(psycopg.Error):
            self.serveur.admin().execute(UNE_LIGNE)
        attendre(lambda: not en_vie(processus), 60)

    def vider(self, _pid: int) -> None:
        self.serveur.relancer()

    def tait(self, faute: str) -> bool:
        """What a full disk does not say: a file that is too large, once or twice, before the log is."""
        return faute.startswith("500 ")


def en_vie(processus: Path) -> bool:
    """Its parent learns of its end when it is told to start it again: until then it is there, and dead."""
    try:
        return (processus / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture(scope="module")
def tmpfs():
    """A small disk that the server of the base may enter; None where one may not mount."""
    dossier = Path(tempfile.mkdtemp(prefix="disque", dir="/tmp"))
    dossier.chmod(0o755)
    with petit_disque(dossier, OCTETS) as petit:
        yield petit
    shutil.rmtree(dossier)


@pytest.fixture(scope="module")
def serveur(tmpfs):
    with TempPostgres(str(tmpfs.dossier) if tmpfs else None, COMME_EN_VILLE) as serveur:
        serveur.create("ville")
        yield serveur


@pytest.fixture(params=["a small disk", "a limit"])
def disque(request, tmpfs, serveur):
    return tmpfs if tmpfs and request.param == "a small disk" else SansJournal(serveur)


@pytest.fixture(scope="module")
def voeux(serveur, application):
    url = serveur.url("ville")
    _fonder(url)
    yield fonder(url, application[0])
    fermer()


@pytest.fixture(scope="module")
def suite(voeux):
    return iter(voeux)


@pytest.fixture
def service(serveur, voeux, tmp_path):
    db.initialize(models.ouvrir(serveur.url("ville")))
    oublier_la_ville()
    service = Service(serveur.url("ville"), tmp_path)
    yield service
    service.tuer()
    fermer()


def test_nothing_acknowledged_is_lost_each_is_told_and_all_goes_on_after(disque, service, voeux, suite):
    hasard, parent = random.Random(1), voeux[0].parent
    faits = refuses = 0
    with service.en_marche():
        for _ in range(MANCHES):
            with Charge(service.port, suite) as charge:
                charge.attendre_encore(5)
                time.sleep(hasard.uniform(0, 0.3))
                disque.remplir(service.processus.pid)
                attendre(lambda charge=charge: charge.renvoyes >= 4, 60)
                lien = Client(service.port, gardee=False)
                statut, _, page = lien.demander("GET", "/famille/planning", parent)
                assert (statut, "Étude" in page) == (disque.lecture, disque.lecture == 200)
                disque.vider(service.processus.pid)
                avant = charge.faits
                attendre(lambda charge=charge, avant=avant: charge.faits >= avant + 5, 90)
            fermer()  # our own connections may be dead as well
            assert [faute for faute in confronter(charge.journal) if not disque.tait(faute)] == []
            faits, refuses = faits + charge.faits, refuses + charge.renvoyes
    quoi = type(disque).__name__
    print(f"PostgreSQL full ({quoi}) × {MANCHES}: {faits} acknowledged, 0 lost; {refuses} told to come back")


def test_a_server_that_answers_before_it_writes_is_seen_to_lose(disque, service, suite):
    with service.en_marche("repond_avant"):
        disque.remplir(service.processus.pid)
        journal = reprendre(service.port, itertools.islice(suite, 60))
    disque.vider(0)
    assert any(f.startswith(PERDU) for f in confronter(journal))
