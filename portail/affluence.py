"""More people at once than the town's machine can serve: who comes too late is told so at once.

A request that waits longer than a person does is worked for in vain, and makes all the others wait. So the
line is bounded: beyond it one is answered 503, with the seconds to wait, by the loop of the worker itself,
from bytes that were made once: no thread is asked, nor the database. Whoever got in is served in good time,
at the pace of the machine.
"""

import gc
import sys
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

from flask import Flask, render_template
from gunicorn.workers.gthread import TConn
from werkzeug.datastructures import Headers

from portail import frontiere, htmx, mesures
from portail.domain import reglages
from portail.erreurs import ERREURS, PATIENCE
from portail.lenteur import TravailleurPatient

FILE_PAR_FIL = 6
"""Requests of a process at work or waiting, for each of its threads: half a second of planning pages."""

TOUR = 0.001
"""Seconds that a thread may keep the interpreter while others want it, a fifth of Python's own: whoever has
but a word to say, the loop above all, waits once for each of the threads at work, several times a request.
That is also why they are few: of eight, the loop came too late to tell a crowd to come back.
"""

TOUT_DIT: Future[bool] = Future()
"""What a thread leaves behind that has answered, and closes the line."""
TOUT_DIT.set_result(False)


class Travailleur(TravailleurPatient):
    """A gunicorn worker with such a line. What it serves is a :class:`Porte`."""

    wsgi: "Porte"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entrees = 0
        """Requests at work or waiting. The loop alone counts them."""

    def init_process(self) -> None:
        sys.setswitchinterval(TOUR)
        super().init_process()

    def run(self) -> None:
        """What is loaded by now stays: were it gone through again in search of what may be freed, nobody
        would be heard meanwhile, for up to half a second where the processors are busy.
        """
        gc.collect()
        gc.freeze()
        super().run()

    def confier(self, conn: TConn) -> None:
        """Whoever is told to come back later keeps no line meanwhile: there are not enough for a crowd."""
        if self.entrees >= self.cfg.threads * FILE_PAR_FIL:
            conn.sock.sendall(self.wsgi.refuser(conn.parser.unreader.lignes))
            self.terminer(conn, TOUT_DIT)
        else:
            self.entrees += 1
            super().confier(conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        self.entrees -= 1
        super().finish_request(conn, fs)


class Porte:
    """The application for those who get in; for the others, what they are told."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        page, piece = "erreurs/affluence.html", "erreurs/_bandeau.htmx.html"
        with app.test_request_context("/", base_url=reglages.lire().base_url):
            self._lue = _reponse(app, page, envoyee=False)
            self._envoyee = _reponse(app, page, envoyee=True)
            self._fragment = _reponse(app, piece, envoyee=False)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self.app(environ, start_response)

    def refuser(self, lignes: bytes) -> bytes:
        """The whole answer to a request, of which these are the lines up to the last header."""
        demande = lignes.removeprefix(b"\r\n")
        methode = demande.partition(b" ")[0].decode("latin-1")
        lit = methode in frontiere.SANS_EFFET
        mesures.COMPTEURS.compter("porte", "lecture" if lit else "ecriture", 503, 0)
        page = self._lue if lit else self._envoyee
        tete, corps = self._fragment if htmx.demande_un_fragment(demande) else page
        return tete if methode == "HEAD" else tete + corps


def _reponse(app: Flask, gabarit: str, envoyee: bool) -> tuple[bytes, bytes]:
    """Head and body, made once, nothing of them depending on who asks."""
    corps = render_template(gabarit, dite=ERREURS[503], reference="", envoyee=envoyee).encode()
    entetes = Headers(app.extensions["entetes"])
    entetes.update(
        {
            "Cache-Control": "no-store",
            "Connection": "close",
            "Content-Length": str(len(corps)),
            "Content-Type": "text/html; charset=utf-8",
            "Retry-After": str(PATIENCE),
            "Vary": f"Cookie, {htmx.VARIE}",
        }
    )
    return b"HTTP/1.1 503 Service Unavailable\r\n" + str(entetes).encode("latin-1"), corps
