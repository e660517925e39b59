"""PostgreSQL crashes and starts again under the families who book: the portal goes on by itself.

Meanwhile it says to come back in a moment. With `synchronous_commit = off` the same test loses, and must.
"""

import itertools
import random
import time

import pytest

import models
from models import db
from portail.domain.ville import oublier_la_ville
from tests.conftest import _fonder, fermer
from tests.fautes.charge import DOUTE, FAIT, INCONNU, REFUSE, Charge, Journal
from tests.fautes.constat import PERDU, confronter
from tests.fautes.service import Service
from tests.fautes.ville import fonder
from tests.postgres import TempPostgres
from tests.repetitions import manches

MANCHES = manches(1, 20)
COMME_EN_VILLE = "listen_addresses = ''\nmax_connections = 60\nshared_buffers = 32MB\n"
"""All that makes it durable is as PostgreSQL comes."""


@pytest.fixture(scope="module")
def serveur_et_voeux(application):
    with TempPostgres(reglages=COMME_EN_VILLE) as serveur:
        url = serveur.create("ville")
        _fonder(url)
        yield serveur, iter(fonder(url, application[0]))
        fermer()


@pytest.fixture
def service(serveur_et_voeux, tmp_path):
    url = serveur_et_voeux[0].url("ville")
    db.initialize(models.ouvrir(url))
    oublier_la_ville()
    with Service(url, tmp_path).en_marche() as service:
        yield service
    fermer()


def tomber_en_charge(serveur, service, voeux, hasard: random.Random) -> tuple[Journal, float]:
    """What the families were told, and the seconds from the return of the base to that of the service."""
    with Charge(service.port, voeux) as charge:
        charge.attendre_encore(5)
        time.sleep(hasard.uniform(0, 0.5))
        serveur.tomber()
        revenue = time.monotonic()
        charge.attendre_encore(1)
        delai = time.monotonic() - revenue
    fermer()  # our own connections are dead as well
    return charge.journal, delai


def test_the_base_crashes_nothing_acknowledged_is_lost_and_the_portal_goes_on(serveur_et_voeux, service):
    serveur, voeux = serveur_et_voeux
    hasard, compte, delais = random.Random(1), dict.fromkeys((FAIT, REFUSE, DOUTE, INCONNU), 0), []
    for _ in range(MANCHES):
        journal, delai = tomber_en_charge(serveur, service, voeux, hasard)
        assert confronter(journal) == []
        delais.append(delai)
        for issue in compte:
            compte[issue] += journal.combien(issue)
    print(f"PostgreSQL crash × {MANCHES}: {compte}, 0 lost; back after {max(delais):.2f} s at most")


def test_without_waiting_for_the_disk_it_is_seen_to_lose(serveur_et_voeux, service):
    serveur, voeux = serveur_et_voeux
    for reglage in ("synchronous_commit = off", "wal_writer_delay = '10s'"):
        serveur.admin().execute(f"ALTER SYSTEM SET {reglage}")
    serveur.admin().execute("SELECT pg_reload_conf()")
    try:
        hasard = random.Random(1)
        for manche in itertools.count(1):
            journal, _ = tomber_en_charge(serveur, service, voeux, hasard)
            if any(f.startswith(PERDU) for f in confronter(journal)):
                break
            assert manche < 5, "the control loses nothing: the comparison would see nothing"
    finally:
        serveur.admin().execute("ALTER SYSTEM RESET ALL")
        serveur.admin().execute("SELECT pg_reload_conf()")
