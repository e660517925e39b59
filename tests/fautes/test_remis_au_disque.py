"""What is acknowledged was handed to the disk before it was said: a power cut takes nothing of it.

A kill proves nothing here: what a dead process wrote stays in the memory of the machine. So each process of
the portal is looked at from inside, at each of its commits; and each booking from outside, where `strace` is:
the disk is waited for, then the answer leaves.
"""

import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

import models
from tests.fautes import trace
from tests.fautes.charge import Client
from tests.fautes.service import Gunicorn, Service
from tests.fautes.test_interruptions import aller_au_bout
from tests.processus import commande
from tests.repetitions import manches

RESERVATIONS = manches(12, 100)
COMME_EN_VILLE = (
    "fsync = on",
    "synchronous_commit = on",
    "full_page_writes = on",
    "wal_writer_delay = 10000",
)
"""PostgreSQL's own process that writes its journal from time to time is slowed: each commit is on its own."""


def sous_le_temoin(notes: Path) -> Callable[[list[str]], list[str]]:
    return lambda ordre: [sys.executable, "-m", "tests.fautes.temoin", str(notes), *ordre[2:]]


def lire(notes: Path) -> list[tuple[str, str, bool]]:
    """The process, what it did, and whether it waited for the disk."""
    lignes = (ligne.split(" ", 2) for ligne in notes.read_text(encoding="utf-8").splitlines())
    return [(qui, quoi, attend == "attend") for qui, quoi, attend in lignes]


def reserver(service: Service, voeux, combien: int = RESERVATIONS) -> None:
    for voeu in (next(voeux) for _ in range(combien)):
        assert Client(service.port, gardee=False).poster(voeu)[0] == 303


@pytest.fixture
def ville(ville, request):
    """On PostgreSQL, on a server that waits for the disk, as it comes: that of the tests does not."""
    if models.moteur() == "sqlite":
        yield ville
        return
    chef = request.getfixturevalue("postgres").admin()
    for reglage in COMME_EN_VILLE:
        chef.execute(f"ALTER SYSTEM SET {reglage}")
    chef.execute("SELECT pg_reload_conf()")
    yield ville
    chef.execute("ALTER SYSTEM RESET ALL")
    chef.execute("SELECT pg_reload_conf()")


@pytest.mark.parametrize("genre", [Service, Gunicorn])
def test_each_process_that_serves_waits_for_the_disk_at_each_commit(genre, ville, voeux, tmp_path):
    notes, service = tmp_path / "notes", genre(ville, tmp_path)
    service.sous = sous_le_temoin(notes)
    with service.en_marche():
        reserver(service, voeux)
    lues = lire(notes)
    assert sum(quoi == "écrit" for _, quoi, _ in lues) >= RESERVATIONS
    assert len({qui for qui, _, _ in lues}) >= 2
    assert all(attend for _, _, attend in lues)


def test_each_command_that_writes_waits_for_the_disk_at_each_commit(ville, tmp_path):
    env = Service(ville, tmp_path).environnement
    nouveau = ("compte", "creer", "neuve@example.org", "--prenom", "Ana", "--nom", "Neuve", "--role", "agent")
    for rang, mots in enumerate((nouveau, ("courriels",))):
        notes = tmp_path / f"notes{rang}"
        aller_au_bout(sous_le_temoin(notes)(commande(*mots)), env)
        assert lire(notes) and all(attend for _, _, attend in lire(notes))


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_a_server_that_does_not_wait_is_seen_from_inside(ville, voeux, tmp_path):
    notes, service = tmp_path / "notes", Service(ville, tmp_path)
    service.sous = sous_le_temoin(notes)
    with service.en_marche("sans_attendre"):
        reserver(service, voeux)
    ecrits = [attend for _, quoi, attend in lire(notes) if quoi == "écrit"]
    assert len(ecrits) >= RESERVATIONS and not any(ecrits)


# ——— each booking, from outside where this can be ———


@pytest.fixture
def remises(request, ville, voeux, tmp_path) -> Callable[[str], list[int]]:
    """`remises(sabotage)`: of bookings one after the other, how often the disk was waited for by each."""

    def remises(sabotage: str = "") -> list[int]:
        service = Gunicorn(ville, tmp_path)
        if trace.manque():
            return de_dedans(service, voeux, tmp_path / "notes", sabotage)
        with ExitStack() as pile:
            traces = [tmp_path / "portail.trace"]
            if models.moteur() == "postgresql":
                traces.append(tmp_path / "postgres.trace")
                pile.enter_context(trace.suivre(request.getfixturevalue("postgres").pid, traces[1]))
            service.sous = lambda ordre: [*trace.APPELS, str(traces[0]), *ordre]
            pile.enter_context(service.en_marche(sabotage))
            reserver(service, voeux)
        return de_dehors(trace.lire(*traces))

    return remises


def de_dedans(service: Service, voeux, notes: Path, sabotage: str) -> list[int]:
    """None at all for a booking when one of its commits did not wait."""
    service.sous, comptes = sous_le_temoin(notes), []
    with service.en_marche(sabotage):
        for _ in range(RESERVATIONS):
            deja = len(lire(notes))
            reserver(service, voeux, 1)
            ecrits = [attend for _, quoi, attend in lire(notes)[deja:] if quoi == "écrit"]
            comptes.append(len(ecrits) * all(ecrits))
    return comptes


def de_dehors(faits: list[trace.Fait]) -> list[int]:
    """Between question and answer; by the very thread that answers on SQLite, by its server on PostgreSQL."""
    comptes: list[int] = []
    depuis: list[trace.Fait] = []
    for fait in faits:
        if fait.quoi == trace.DEMANDE:
            depuis = []
        elif fait.quoi == trace.REPONSE:
            comptes.append(sum(models.moteur() == "postgresql" or f.fil == fait.fil for f in depuis))
        else:
            depuis.append(fait)
    return comptes


def test_the_disk_has_each_booking_before_its_answer_leaves(remises):
    comptes = remises()
    assert len(comptes) == RESERVATIONS
    assert min(comptes) >= 1
    print(
        f"on the disk before the answer ({trace.manque() or 'strace'}): {len(comptes)} bookings of"
        f" {RESERVATIONS}, {statistics.mean(comptes):.2f} waits for the disk each"
    )


def test_a_server_that_does_not_wait_is_seen_booking_by_booking(remises):
    comptes = remises("sans_attendre")
    assert len(comptes) == RESERVATIONS
    assert min(comptes) == 0
