"""Servers that are wrong on purpose: the tests must see them lose, or they prove nothing of the sound one.

python -m tests.fautes.sabotage repond_avant 8000
    python -m tests.fautes.sabotage note_avant
"""

import io
import os
import queue
import sys
import threading
import time

from gunicorn.workers.gthread import ThreadWorker

from models import Courriel, db, moteur, write_transaction
from portail import create_app, facteur, serveur
from portail.affluence import Porte
from portail.base import tout_fermer
from portail.config import lire_environnement
from portail.domain import courriels, envoi
from portail.serveur import Serveur

GRANDE, OCTETS = "/grande-page", 5_000_000


class RepondAvant:
    """Answers each act before it is done: whoever dies in between has acknowledged what is nowhere."""

    def __init__(self, suite) -> None:
        self.suite, self.file = suite, queue.Queue()
        threading.Thread(target=self._faire, daemon=True).start()

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] != "POST":
            return self.suite(environ, start_response)
        corps = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.file.put({**environ, "wsgi.input": io.BytesIO(corps)})
        start_response("303 SEE OTHER", [("Location", "/famille/planning"), ("Content-Length", "0")])
        return [b""]

    def _faire(self) -> None:
        while True:
            reponse = self.suite(self.file.get(), lambda *_: None)
            list(reponse)
            getattr(reponse, "close", lambda: None)()


def courriel_apart(suite):
    """No outbox in the transaction: the mail of an act is written by itself, a moment after the commit."""
    vraie = courriels.ecrire_ensemble

    def plus_tard(lettres) -> None:
        def ecrire() -> None:
            time.sleep(1)
            with write_transaction():
                vraie(voulues)

        voulues = list(lettres)
        threading.Thread(target=ecrire, daemon=True).start()

    for module in list(sys.modules.values()):
        if getattr(module, "ecrire_ensemble", None) is vraie:
            module.ecrire_ensemble = plus_tard  # type: ignore[attr-defined]
    return suite


def sans_attendre(suite):
    """Nothing waits for the disk: a kill takes nothing of what is written, a power cut would."""
    if moteur() == "sqlite":
        db.obj.pragma("synchronous", "NORMAL", permanent=True)
    else:
        db.obj.connect_params["options"] += " -c synchronous_commit=off"
        tout_fermer()
    return suite


def grande_page(suite):
    """Not wrong: it has a page more, that the memory of no line takes whole."""

    def servir(environ, start_response):
        if environ["PATH_INFO"] != GRANDE:
            return suite(environ, start_response)
        start_response("200 OK", [("Content-Length", str(OCTETS))])
        return [bytes(OCTETS)]

    return servir


def sans_patience(suite):
    """The threads themselves wait for who is slow: they are those of gunicorn as it comes."""
    return grande_page(suite)


SABOTAGES = {s.__name__: s for s in (courriel_apart, sans_attendre, grande_page, sans_patience)} | {
    "repond_avant": RepondAvant
}


class Sabote(Serveur):
    def load_config(self) -> None:
        super().load_config()
        if sys.argv[1] == "sans_patience":
            self.cfg.set("worker_class", ThreadWorker)

    def load(self):
        return saboter(sys.argv[1], super().load())


def application(sabotage: str):
    """What gunicorn serves when it is started by itself."""
    return saboter(sabotage, serveur.application())


def saboter(sabotage: str, porte: Porte) -> Porte:
    """What is behind the door is wrong; the door is as it is."""
    porte.app = SABOTAGES[sabotage](porte.app)
    return porte


def note_avant() -> None:
    """Notes each mail as sent, then sends it: whoever dies in between has lost it."""

    def envoyer(courriel_id: int, _essais: int, remettre) -> bool:
        Courriel.update(statut="envoye").where(Courriel.id == courriel_id).execute()
        remettre(envoi.composer(Courriel.get_by_id(courriel_id)))
        return True

    envoi._envoyer = envoyer
    app = create_app()
    with app.app_context(), db.connection_context():
        facteur.tournee(app.extensions["portail"])


if __name__ == "__main__":
    if sys.argv[1] == "note_avant":
        note_avant()
    else:
        Sabote(lire_environnement(os.environ), "127.0.0.1", int(sys.argv[2]), 2, 4).run()
