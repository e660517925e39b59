"""PayFiP on the loopback: the simulator of the demonstration, served for a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import WSGIRequestHandler, make_server

from portail.domain.payfip import Ordre

PORTAIL = "http://localhost"
PATIENCE = 60.0
"""Seconds that a client waits for an answer that comes at once, on however busy a machine."""


class Muet(WSGIRequestHandler):
    """The server without its log."""

    def log(self, *_: object) -> None:
        return


@contextmanager
def servir(application) -> Iterator[str]:
    """This WSGI application on the loopback; gives its address."""
    service = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Muet)
    fil = threading.Thread(target=service.serve_forever, args=(0.05,), daemon=True)
    fil.start()
    yield f"http://127.0.0.1:{service.server_port}"
    service.shutdown()
    fil.join(timeout=10)
    service.server_close()


def un_ordre(**changements) -> Ordre:
    """A payment of 42,50 €, that PayFiP takes."""
    return Ordre(
        **{
            "numcli": "012345",
            "saisie": "T",
            "exer": 2026,
            "refdet": "FACT000000000012",
            "objet": "Facture de novembre",
            "montant": 4250,
            "mel": "claire@example.org",
            "urlnotif": f"{PORTAIL}/facturation/payfip/notification",
            "urlredirect": f"{PORTAIL}/facturation/paiements/1",
            **changements,
        }
    )
