"""Who finds the line full is told so at once; who stands in it is served; and all are served again after."""

import http.client
import selectors
import socket
import subprocess
import sys
import time
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from portail import create_app, frontiere
from portail.affluence import FILE_PAR_FIL, TOUT_DIT, Porte, Travailleur
from portail.erreurs import ERREURS, PATIENCE
from tests.conftest import config_de_test
from tests.courriels.test_servir import RACINE, attendre, installation, repond
from tests.html import lire, mots

__all__ = ["installation"]


UN_SEUL_FIL = """
import os, sys, time
from pathlib import Path
from portail import create_app
from portail.affluence import Porte
from portail.config import lire_environnement
from portail.serveur import Serveur

class UnSeulFil(Serveur):
    def load(self):
        app = create_app(self.config)
        app.wsgi_app = attendre(app.wsgi_app)
        return Porte(app)

def attendre(suite):
    def servir(environ, start_response):
        while environ["QUERY_STRING"] == "attendre" and not Path(sys.argv[2]).exists():
            time.sleep(0.02)
        return suite(environ, start_response)
    return servir

UnSeulFil(lire_environnement(os.environ), "127.0.0.1", int(sys.argv[1]), 1, 1).run()
"""


@contextmanager
def un_seul_fil(env: dict, assez: Path):
    """The portal served by one thread of one process; some of its pages take until this file is there."""
    port = env["PORTAIL_URL"].rpartition(":")[2]
    un = [sys.executable, "-c", UN_SEUL_FIL, port, str(assez)]
    servi = subprocess.Popen(un, cwd=RACINE, env=env, stderr=subprocess.DEVNULL)
    try:
        attendre(lambda: repond(env["PORTAIL_URL"] + "/connexion"))
        yield int(port)
    finally:
        servi.terminate()
        servi.wait(30)


def demander(port: int, methode: str = "GET", corps: str = "", patience: float = 20, **entetes: str):
    lien = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        lien.request(methode, "/connexion", corps, {nom.replace("_", "-"): v for nom, v in entetes.items()})
        reponse = lien.getresponse()
        return reponse, reponse.read().decode()
    finally:
        lien.close()


def occuper(port: int) -> socket.socket:
    """Ask for a page that takes long: the thread is at work, the others wait for it."""
    lien = socket.create_connection(("127.0.0.1", port))
    lien.sendall(f"GET /connexion?attendre HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    return lien


@pytest.fixture
def travailleur(app):
    """A worker of one thread that never comes to what it is given: its loop alone answers."""
    un = Travailleur(1, 1, [], Porte(app), 30, Config(), None)
    un.cfg.set("threads", 1)
    un.wsgi, un.poller = un.app, selectors.DefaultSelector()
    un.tpool = SimpleNamespace(submit=lambda faire, conn: Future())
    yield un
    un.poller.close()


def arriver(travailleur) -> tuple[TConn, bytes]:
    """Somebody asks for a page: their line, and what they are told at once."""
    ici, la_bas = socket.socketpair()
    conn = TConn(travailleur.cfg, la_bas, "", ("127.0.0.1", 80))
    travailleur.nr_conns += 1
    ici.sendall(b"GET / HTTP/1.1\r\nHost: ici\r\n\r\n")
    travailleur.enqueue_req(conn)
    with ici:
        ici.setblocking(False)
        try:
            return conn, ici.recv(65_536)
        except BlockingIOError:
            return conn, b""


def test_the_line_has_so_many_places_and_each_is_taken_again(travailleur):
    for _ in range(3):
        entres = [arriver(travailleur) for _ in range(FILE_PAR_FIL)]
        assert not any(dit for _, dit in entres)
        assert arriver(travailleur)[1].startswith(b"HTTP/1.1 503")
        assert travailleur.entrees == FILE_PAR_FIL
        for conn, _ in entres:
            travailleur.finish_request(conn, TOUT_DIT)
        assert travailleur.entrees == 0


def dite(*lignes: str) -> bytes:
    """A request as the loop reads it: its lines up to the last header."""
    return "".join(f"{ligne}\r\n" for ligne in lignes).encode("latin-1")


def test_over_https_a_refusal_keeps_the_browser_there_too(url_de_base):
    porte = Porte(create_app(config_de_test(url_de_base, base_url="https://famille.ville.fr")))
    assert b"\r\nStrict-Transport-Security: max-age=31536000" in porte.refuser(dite("GET / HTTP/1.1"))


def test_whatever_is_asked_is_refused_whole_and_a_head_without_its_body(app):
    porte = Porte(app)
    page = porte.refuser(dite("GET / HTTP/1.1", "Host: ici"))
    tete, _, corps = page.partition(b"\r\n\r\n")
    assert f"\r\nContent-Length: {len(corps)}\r\n".encode() in tete + b"\r\n"
    assert porte.refuser(dite("HEAD / HTTP/1.1")) == tete + b"\r\n\r\n"
    par_htmx = ("GET / HTTP/1.1", "hx-request:true")
    assert porte.refuser(dite(*par_htmx)) != page
    assert porte.refuser(dite(*par_htmx, "HX-Request-Type: full")) == page
    envoyee = porte.refuser(dite("POST / HTTP/1.1"))
    assert envoyee != page
    assert porte.refuser(b"\r\n" + dite("GET / HTTP/1.1")) == page  # as gunicorn reads it
    for etrange in (b"\r\n", b"\xff\x85 :\x00\r\n", b"BREW /\r\nsans deux points\r\n: rien\r\n"):
        assert porte.refuser(etrange) == envoyee


def complet(port: int) -> bool:
    """Whether one is refused, and again: whoever was served last may not have left yet at the first time.

    Who is not refused stands in the line for good, and fills it.
    """
    try:
        for _ in range(2):
            if demander(port, patience=1)[0].status != 503:
                return False
            time.sleep(0.5)
    except TimeoutError:
        return False
    return True


def test_a_full_line_answers_503_with_the_seconds_to_wait_and_then_serves_again(installation, tmp_path):
    assez = tmp_path / "assez"
    with un_seul_fil(installation, assez) as port:
        occupants = [occuper(port) for _ in range(FILE_PAR_FIL)]
        try:
            attendre(lambda: complet(port))
            refusees = [
                demander(port),
                demander(port, "POST", "mot_de_passe=" + "x" * 200_000),
                demander(port, HX_Request="true"),
            ]
        finally:
            assez.touch()
            for occupant in occupants:
                occupant.close()
        for reponse, corps in refusees:
            assert reponse.status == 503
            assert reponse.getheader("Retry-After") == str(PATIENCE)
            assert reponse.getheader("Cache-Control") == "no-store"
            assert reponse.getheader("Set-Cookie") is None
            assert reponse.getheader("Connection") == "close"
            for nom, valeur in frontiere.ENTETES.items():
                assert reponse.getheader(nom) == valeur
            assert ERREURS[503].phrase in mots(lire(corps))
        lue, envoyee = (mots(lire(corps).main) for _, corps in refusees[:2])
        assert lue.startswith(ERREURS[503].titre)
        assert "Réessayer" in lue and "Réessayer" not in envoyee
        assert "« Page précédente »" in envoyee and "« Page précédente »" not in lue
        assert lire(refusees[2][1]).find("hx-partial", {"hx-target": "#bandeau"})
        assert not lire(refusees[2][1]).find("html")
        attendre(lambda: demander(port)[0].status == 200)


def test_who_fails_and_who_leaves_give_their_places_back(installation, tmp_path):
    assez = tmp_path / "assez"
    with un_seul_fil(installation, assez) as port:
        for _ in range(3):
            partis = [occuper(port) for _ in range(FILE_PAR_FIL - 2)]  # whoever was last may be leaving
            with socket.create_connection(("127.0.0.1", port), timeout=20) as mal_dit:
                mal_dit.sendall(b"GET / HTTP/un\r\n\r\n")
                for parti in partis:
                    parti.close()
                assez.touch()
                assert mal_dit.recv(100).startswith(b"HTTP/1.1 400")
            assert demander(port)[0].status == 200  # after all of them: there is but one thread
            assez.unlink()
