"""The client of PayFiP against a PayFiP on the loopback: what it asks, what it takes for an answer."""

import socket
import threading
import time
from types import SimpleNamespace

import pytest

from portail import payfip as reseau
from portail.demo import payfip as joue
from portail.demo.payfip import CLIENT_INCONNU, Simulateur
from portail.domain.payfip import Inconnue, Injoignable, PasFinie, Refusee
from portail.payfip import Client
from tests.payfip import PATIENCE, PORTAIL, servir, un_ordre


@pytest.fixture
def simulateur(tmp_path):
    return Simulateur(tmp_path / "payfip.sqlite3", PORTAIL)


@pytest.fixture
def client(simulateur):
    with servir(simulateur) as adresse:
        yield Client(adresse, delai=PATIENCE)


def test_an_operation_is_opened_paid_and_told(simulateur, client):
    idop = client.creer(un_ordre())
    assert simulateur.operations() == [idop]
    assert client.page(idop) == f"{client.base}/paiementws.web?idop={idop}"
    with pytest.raises(PasFinie):
        client.detail(idop)
    simulateur.regler(idop, "P", notifier=0)
    resultat = client.detail(idop)
    assert (resultat.idop, resultat.refdet, resultat.montant) == (idop, "FACT000000000012", 4250)
    assert (resultat.numcli, resultat.resultrans, resultat.paye) == ("012345", "P", True)
    assert resultat.numauto and resultat.quand is not None


@pytest.mark.parametrize(
    ("issue", "paye"), [("P", True), ("V", True), ("R", False), ("Z", False), ("A", False)]
)
def test_each_result_is_read(simulateur, client, issue, paye):
    idop = client.creer(un_ordre())
    simulateur.regler(idop, issue, notifier=0)
    assert client.detail(idop).paye is paye


def test_what_payfip_does_not_know_is_told_apart_from_what_is_not_finished(simulateur, client):
    idop = client.creer(un_ordre())
    simulateur.oublier(idop)
    with pytest.raises(Inconnue):
        client.detail(idop)


def test_late_is_not_finished_then_paid(simulateur, client):
    idop = client.creer(un_ordre())
    simulateur.regler(idop, "P", retards=2, notifier=0)
    for _ in range(2):
        with pytest.raises(PasFinie):
            client.detail(idop)
    assert client.detail(idop).paye


def test_a_refusal_carries_its_code(client):
    with pytest.raises(Refusee) as refus:
        client.creer(un_ordre(numcli=CLIENT_INCONNU))
    assert refus.value.code == "T2"


@pytest.mark.parametrize(
    "champs",
    [
        {"montant": 99},
        {"montant": 100_000_01},
        {"mel": "a@b.c"},
        {"mel": f"{'x' * 70}@example.org"},
        {"mel": "claire@example"},
        {"refdet": "COURT"},
        {"refdet": "AVEC-TIRET-12"},
        {"refdet": "X" * 31},
        {"objet": ""},
        {"objet": "Été"},
        {"objet": "x" * 101},
        {"numcli": "12345"},
        {"saisie": "Q"},
        {"urlredirect": f"{PORTAIL}/{'x' * 250}"},
    ],
)
def test_what_payfip_would_refuse_is_never_sent(champs):
    with pytest.raises(ValueError):
        un_ordre(**champs)


@pytest.mark.parametrize("panne", ["erreur", "technique", "charabia", "redirection", "doctype", "enorme"])
def test_whatever_it_answers_that_is_no_answer_it_is_out_of_reach(simulateur, client, panne):
    simulateur.panne = panne
    with pytest.raises(Injoignable):
        client.creer(un_ordre())
    assert simulateur.operations() == []


@pytest.mark.parametrize("panne", ["lenteur", "goutte"])
def test_no_call_lasts_longer_than_its_delay(simulateur, panne):
    simulateur.panne, simulateur.lenteur = panne, {"lenteur": 3.0, "goutte": 0.1}[panne]

    def duree(adresse: str) -> float:
        debut = time.monotonic()
        with pytest.raises(Injoignable):
            Client(adresse, delai=0.6).detail("12345678-1234")
        return time.monotonic() - debut

    with servir(simulateur) as adresse:
        assert any(duree(adresse) < 2 for _ in range(10))  # a busy machine may be late itself: not each time


def test_a_redirection_is_followed_nowhere(simulateur, client):
    with socket.create_server(("127.0.0.1", 0)) as ailleurs:
        ailleurs.setblocking(False)
        simulateur.panne, simulateur.portail = "redirection", f"http://127.0.0.1:{ailleurs.getsockname()[1]}"
        with pytest.raises(Injoignable, match="302"):
            client.detail("12345678-1234")
        with pytest.raises(BlockingIOError):
            ailleurs.accept()


def test_after_five_failures_in_a_row_it_is_left_alone_for_a_while(simulateur, client, monkeypatch):
    simulateur.panne = "technique"
    for _ in range(reseau.ECHECS_MAX):
        with pytest.raises(Injoignable, match="panne de PayFiP"):
            client.detail("12345678-1234")
    simulateur.panne = ""
    with pytest.raises(Injoignable, match="en repos"):
        client.creer(un_ordre())
    assert simulateur.appels == []
    plus_tard = time.monotonic() + reseau.REPOS
    monkeypatch.setattr(reseau.time, "monotonic", lambda: plus_tard)
    assert client.creer(un_ordre())


def test_a_refusal_is_an_answer_and_ends_the_row(simulateur, client):
    for _ in range(reseau.ECHECS_MAX * 2):
        with pytest.raises(Inconnue):
            client.detail("12345678-1234")


def test_a_slow_payfip_holds_few_threads(simulateur, monkeypatch):
    """Beyond two calls at once one waits a moment, and others are told at once that it is not their turn."""
    monkeypatch.setattr(reseau, "FILE", 0.1)
    repondre, refuses, motifs = threading.Event(), threading.Semaphore(0), []
    monkeypatch.setattr(joue, "time", SimpleNamespace(sleep=repondre.wait))
    simulateur.panne, simulateur.lenteur = "lenteur", PATIENCE
    with servir(simulateur) as adresse:
        client = Client(adresse, delai=2 * PATIENCE)

        def appeler():
            try:
                client.detail("12345678-1234")
            except Injoignable as panne:
                motifs.append(panne.motif)
                refuses.release()

        fils = [threading.Thread(target=appeler) for _ in range(reseau.A_LA_FOIS + 3)]
        for fil in fils:
            fil.start()
        assert all(refuses.acquire(timeout=PATIENCE / 2) for _ in range(3))  # while the others still wait
        assert ["trop d’appels à la fois" in motif for motif in motifs] == [True] * 3
        repondre.set()
        for fil in fils:
            fil.join()
    assert ["trop d’appels à la fois" in motif for motif in motifs] == [True] * 3 + [False] * reseau.A_LA_FOIS


def test_nobody_at_the_address_is_out_of_reach():
    with socket.socket() as tenu:
        tenu.bind(("127.0.0.1", 0))  # held, so that no other test answers there; and it does not listen
        with pytest.raises(Injoignable):
            Client(f"http://127.0.0.1:{tenu.getsockname()[1]}").creer(un_ordre())
