"""A request is served once all of it came, an answer is whole however slowly it is read; none waits for ever.

On a worker of the portal that serves little: what came, told back. That the slow hold nobody else is shown by
`tests/fautes/test_lenteur.py`, on the portal itself.
"""

import contextlib
import hashlib
import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.errors import ConfigError

from portail import lenteur
from portail.lenteur import CORPS_MAX, POUR_LE_RESTE, TETE_MAX, Prise, Recu, TravailleurPatient
from tests.processus import RACINE, attendre, port_libre

PRESSE, PATIENT = 2, 20
"""Seconds that this worker gives for the headers, and for the rest."""
ECHO = """
import gc, hashlib, sys
from gunicorn.app.base import BaseApplication
from portail import lenteur
from portail.serveur import REGLAGES

lenteur.POUR_LA_TETE = lenteur.POUR_LE_RESTE = float(sys.argv[2])
lenteur.OCTETS_PAR_SECONDE = 50_000_000
voulus = {"bind": f"127.0.0.1:{sys.argv[1]}", "threads": 1, "worker_connections": int(sys.argv[3])}

def echo(environ, start_response):
    if environ["PATH_INFO"] == "/gele":
        gele = str(gc.get_freeze_count()).encode()
        start_response("200 OK", [("Content-Length", str(len(gele)))])
        return [gele]
    lu = b"" if environ["PATH_INFO"] == "/sans-lire" else environ["wsgi.input"].read()
    dit = f"{environ['PATH_INFO']} {len(lu)} {hashlib.sha256(lu).hexdigest()}\\n".encode()
    if environ["PATH_INFO"] == "/grand":
        dit = bytes(range(250)) * 40_000
    start_response("200 OK", [("Content-Length", str(len(dit)))])
    return [dit[:100], dit[100:]]

class Porte:
    __call__ = staticmethod(echo)
    refuser = staticmethod(lambda lignes: b"HTTP/1.1 503 Service Unavailable\\r\\n\\r\\n")

class Echo(BaseApplication):
    def load_config(self):
        for nom, valeur in (REGLAGES | voulus).items():
            self.cfg.set(nom, valeur)

    def load(self):
        return Porte()

Echo().run()
"""
GRAND = bytes(range(250)) * 40_000


def ouvert(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def echo(patience: int, lignes: int = 1000) -> Iterator[tuple[int, subprocess.Popen]]:
    port = port_libre()
    ordre = [sys.executable, "-c", ECHO, str(port), str(patience), str(lignes)]
    servi = subprocess.Popen(ordre, cwd=RACINE, stderr=subprocess.DEVNULL)
    try:
        attendre(lambda: ouvert(port), 60)
        yield port, servi
    finally:
        servi.kill()
        servi.wait()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with echo(PATIENT) as (port, _):
        yield port


@pytest.fixture(scope="module")
def port_presse() -> Iterator[int]:
    with echo(PRESSE) as (port, _):
        yield port


def venir(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def demande(chemin: str, corps: bytes = b"", *entetes: str, longueur: int | None = None) -> bytes:
    dite = len(corps) if longueur is None else longueur
    lignes = (f"POST {chemin} HTTP/1.1", "Host: echo", f"Content-Length: {dite}", *entetes, "", "")
    return "\r\n".join(lignes).encode() + corps


def reponse(chemin: str, corps: bytes = b"") -> bytes:
    return f"{chemin} {len(corps)} {hashlib.sha256(corps).hexdigest()}\n".encode()


def ecouter(lien: socket.socket) -> bytes:
    """All that is said until the line is closed."""
    morceaux = []
    while morceau := lien.recv(65_536):
        morceaux.append(morceau)
    return b"".join(morceaux)


def test_a_body_that_comes_in_pieces_is_read_whole(port):
    corps = bytes(range(256)) * 12_000  # more than stays in memory
    with venir(port) as lien:
        dite = demande("/morceaux", corps)
        for debut in range(0, len(dite), 700_000):
            lien.sendall(dite[debut : debut + 700_000])
            time.sleep(0.02)
        recue = http.client.HTTPResponse(lien)
        recue.begin()
        assert recue.read() == reponse("/morceaux", corps)


def test_what_is_loaded_is_never_gone_through_again(port):
    with venir(port) as lien:
        lien.sendall(b"GET /gele HTTP/1.1\r\nHost: echo\r\nConnection: close\r\n\r\n")
        assert int(ecouter(lien).rpartition(b"\r\n\r\n")[2]) > 10_000


def test_requests_that_come_together_are_answered_one_after_the_other(port):
    corps = (b"un", b"", b"trois")
    ensemble = b"".join(demande(f"/{rang}", dit) for rang, dit in enumerate(corps))
    derniere = demande("/3", b"quatre", "Connection: close")
    with venir(port) as lien:
        lien.sendall(ensemble + derniere[:20])
        time.sleep(0.2)
        lien.sendall(derniere[20:])
        dites = ecouter(lien)
    attendues = [reponse(f"/{rang}", dit) for rang, dit in enumerate((*corps, b"quatre"))]
    assert [ligne + b"\n" for ligne in dites.split(b"\n") if ligne.startswith(b"/")] == attendues


def test_an_answer_that_is_read_slowly_is_whole_and_the_line_serves_again(port):
    with socket.socket() as lien:
        lien.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        lien.settimeout(30)
        lien.connect(("127.0.0.1", port))
        for _ in range(2):
            lien.sendall(demande("/grand"))
            time.sleep(0.3)
            recue = http.client.HTTPResponse(lien)
            recue.begin()
            assert recue.read() == GRAND


def test_what_is_announced_as_too_long_is_not_waited_for_nor_taken_for_a_request(port):
    with venir(port) as lien:
        lien.sendall(demande("/sans-lire", demande("/cachee"), longueur=CORPS_MAX + 1))
        dites = ecouter(lien)
    assert dites.count(b"HTTP/1.1 ") == 1 and reponse("/sans-lire") in dites


@pytest.mark.parametrize(
    ("dite", "statut"),
    [
        (b"POST / HTTP/1.1\r\nHost: echo\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"411"),
        (b"GET / HTTP/1.1\r\nHost: echo\r\nX-Long: " + b"x" * (TETE_MAX + 1), b"431"),
        (demande("/", b"abc", "Content-Length: 2"), b"400"),
    ],
    ids=["without its length", "headers without end", "two lengths"],
)
def test_what_cannot_be_waited_for_is_refused_and_the_line_closed(port, dite, statut):
    with venir(port) as lien:
        lien.sendall(dite)
        assert ecouter(lien).startswith(b"HTTP/1.1 " + statut)


A_DEMI = {
    "nothing": b"",
    "half of the headers": b"GET / HTTP/1.1\r\nHost: ec",
    "half of the body": demande("/", b"a", longueur=2),
}


@pytest.mark.parametrize("quoi", A_DEMI)
def test_who_does_not_end_is_let_go(port_presse, quoi):
    with venir(port_presse) as lien:
        debut = time.monotonic()
        lien.sendall(A_DEMI[quoi])
        assert ecouter(lien) == b""
        assert time.monotonic() - debut > PRESSE / 2


def test_who_does_not_read_is_let_go(port_presse):
    with venir(port_presse) as lien:
        lien.sendall(demande("/grand"))
        time.sleep(PRESSE * 3)
        lu = b""
        with contextlib.suppress(ConnectionResetError):
            lu = ecouter(lien)
    assert len(lu) < len(GRAND)


def test_stopped_it_ends_what_it_began_and_waits_for_nobody_who_had_not_asked():
    with echo(PATIENT) as (port, servi), venir(port) as muet, venir(port) as lent:
        muet.sendall(b"GET / HT")
        lent.sendall(demande("/grand"))
        time.sleep(0.5)
        debut = time.monotonic()
        servi.send_signal(signal.SIGTERM)
        recue = http.client.HTTPResponse(lent)
        recue.begin()
        assert recue.read() == GRAND
        assert servi.wait(30) == 0
        assert time.monotonic() - debut < PATIENT


def test_no_view_takes_a_longer_body_than_the_worker_waits_for(application):
    vues = application[0].view_functions.values()
    assert max(getattr(vue, "octets_max", 0) for vue in vues) <= CORPS_MAX


def test_what_is_announced_gives_no_time_and_what_comes_does():
    recu = Recu()
    recu.ajouter(demande("/", longueur=CORPS_MAX))
    assert recu.echeance() - recu.depuis == POUR_LE_RESTE
    recu.ajouter(bytes(10 * lenteur.OCTETS_PAR_SECONDE))
    assert recu.echeance() - recu.depuis == POUR_LE_RESTE + 10


def test_when_no_line_is_left_the_one_that_has_waited_longest_is_let_go():
    with echo(PATIENT, lignes=8) as (port, _), contextlib.ExitStack() as pile:
        lentes = [pile.enter_context(venir(port)) for _ in range(12)]
        for lente in lentes:
            lente.sendall(demande("/", b"peu", longueur=1_000_000))
            time.sleep(0.05)
        with venir(port) as pressee:
            pressee.sendall(demande("/vite", b"tout", "Connection: close"))
            assert ecouter(pressee).endswith(reponse("/vite", b"tout"))
        assert lentes[0].recv(1) == b""
        lentes[-1].sendall(bytes(1_000_000 - 3))
        assert lentes[-1].recv(12) == b"HTTP/1.1 200"


def test_before_that_those_who_ask_for_nothing_any_more_give_their_line_up():
    with echo(PATIENT, lignes=8) as (port, _), contextlib.ExitStack() as pile:
        lente = pile.enter_context(venir(port))
        lente.sendall(demande("/lente", b"peu", longueur=6))
        servies = [pile.enter_context(venir(port)) for _ in range(6)]
        for servie in servies:
            servie.sendall(demande("/"))
            recue = http.client.HTTPResponse(servie)
            recue.begin()
            assert recue.read() and not recue.will_close
        for servie in servies[:2]:
            venue = pile.enter_context(venir(port))
            venue.sendall(demande("/", b"peu", longueur=6))
            assert servie.recv(1) == b""
        lente.sendall(b"tot")
        assert lente.recv(12) == b"HTTP/1.1 200"


def test_who_waits_to_be_told_to_go_on_is_told(port):
    with venir(port) as lien:
        lien.sendall(demande("/suite", b"", "Expect: 100-continue", "Connection: close", longueur=5))
        assert lien.recv(100).startswith(b"HTTP/1.1 100 Continue")
        lien.sendall(b"corps")
        assert ecouter(lien).endswith(reponse("/suite", b"corps"))


def test_a_length_is_read_as_gunicorn_reads_it_or_refused(port):
    zeros = demande("/zeros", b"dix octets", "Connection: close").replace(
        b": 10\r", b": " + b"0" * 30 + b"10\r"
    )
    with venir(port) as lien:
        lien.sendall(zeros[:-7])
        time.sleep(0.1)
        lien.sendall(zeros[-7:])
        assert ecouter(lien).endswith(reponse("/zeros", b"dix octets"))
    for fausse in (b"dix", b"9" * 30, b"-1"):
        with venir(port) as lien:
            lien.sendall(demande("/faux").replace(b"Content-Length: 0", b"Content-Length: " + fausse))
            assert ecouter(lien).startswith(b"HTTP/1.1 400 ")


def test_when_the_system_has_no_room_after_all_nothing_of_the_answer_is_lost(monkeypatch):
    ici, la_bas = socket.socketpair()
    with la_bas, Prise(ici) as prise:
        prise.reste.ecrire(b"la fin")
        with monkeypatch.context() as plein:
            plein.setattr(Prise, "send", lambda *_: (_ for _ in ()).throw(BlockingIOError()))
            with pytest.raises(BlockingIOError):
                prise.continuer()
        assert prise.continuer()
        assert la_bas.recv(10) == b"la fin"


def test_it_does_not_pretend_to_do_tls():
    cfg = Config()
    TravailleurPatient.check_config(cfg, None)
    cfg.set("certfile", "certificat.pem")
    with pytest.raises(ConfigError):
        TravailleurPatient.check_config(cfg, None)
