"""More people at once than the town's machine can serve: who comes too late is told so at once.

A request that waits longer than a person does is worked for in vain, and makes all the others wait. So the
line is bounded: beyond it one is answered 503, with the seconds to wait, by threads that do nothing else and
never touch the database. Whoever got in is served in good time, at the pace of the machine.
"""

import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from flask import Flask, render_template
from werkzeug.datastructures import EnvironHeaders
from werkzeug.wrappers import Response

from portail import frontiere, htmx, mesures
from portail.domain import reglages
from portail.erreurs import ERREURS, PATIENCE
from portail.lenteur import TravailleurPatient

FILE_PAR_FIL = 5
"""Requests of a process at work or waiting, for each of its threads: half a second of planning pages."""
PORTIERS = 2
"""Threads of a process that answer to who finds the line full."""

TOUR = 0.001
"""Seconds that a thread may keep the interpreter while others want it, a fifth of Python's own: with eight at
work, whoever has but a word to say, the loop and the doorkeepers, waits for its turn several times a request.
"""

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_ici = threading.local()


class Salle(ThreadPoolExecutor):
    """The threads that serve, and the line before them; when it is full, the doorkeepers."""

    def __init__(self, fils: int) -> None:
        super().__init__(fils, "fil")
        self.places = threading.Semaphore(fils * FILE_PAR_FIL)
        self.portiers = ThreadPoolExecutor(PORTIERS, "portier", initializer=_etre_portier)

    def submit(self, faire: Callable[..., Any], /, *quoi: Any, **comment: Any) -> Future:
        if not self.places.acquire(blocking=False):
            return self.portiers.submit(faire, *quoi, **comment)
        futur = super().submit(faire, *quoi, **comment)
        futur.add_done_callback(lambda _: self.places.release())
        return futur

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.portiers.shutdown(wait, cancel_futures=cancel_futures)
        super().shutdown(wait, cancel_futures=cancel_futures)


class Travailleur(TravailleurPatient):
    """A gunicorn worker with such a line."""

    def init_process(self) -> None:
        sys.setswitchinterval(TOUR)
        super().init_process()

    def get_thread_pool(self) -> Salle:
        return Salle(self.cfg.threads)

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Whoever is told to come back later keeps no line meanwhile: there are not enough for a crowd."""
        if _est_portier():
            req.must_close = True
        return super().handle_request(req, conn)


def garder_la_porte(app: Flask) -> Wsgi:
    """The application, as the threads of a :class:`Salle` call it: the doorkeepers do not enter."""
    lue, envoyee, fragment = _refus(app)

    def entrer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not _est_portier():
            return app(environ, start_response)
        lit = environ["REQUEST_METHOD"] in frontiere.SANS_EFFET
        mesures.COMPTEURS.compter("porte", "lecture" if lit else "ecriture", 503, 0)
        page = lue if lit else envoyee
        return (fragment if htmx.est_fragment(EnvironHeaders(environ)) else page)(environ, start_response)

    return entrer


def _etre_portier() -> None:
    _ici.portier = True


def _est_portier() -> bool:
    return getattr(_ici, "portier", False)


def _refus(app: Flask) -> tuple[Response, Response, Response]:
    """Made once, nothing of it depending on who asks: for a page, for a form that was sent, for a piece."""
    entetes = {
        **app.extensions["entetes"],
        "Cache-Control": "no-store",
        "Content-Type": "text/html; charset=utf-8",
        "Retry-After": str(PATIENCE),
        "Vary": f"Cookie, {htmx.VARIE}",
    }
    page, piece = "erreurs/affluence.html", "erreurs/_bandeau.htmx.html"
    with app.test_request_context("/", base_url=reglages.lire().base_url):
        lue, envoyee, fragment = (
            render_template(gabarit, dite=ERREURS[503], reference="", envoyee=envoyee)
            for gabarit, envoyee in ((page, False), (page, True), (piece, False))
        )
    return Response(lue, 503, entetes), Response(envoyee, 503, entetes), Response(fragment, 503, entetes)
