"""The web server: gunicorn, threads, and in each worker one thread that empties the outbox."""

import threading

from gunicorn.app.base import BaseApplication

from portail import create_app
from portail.config import Config
from portail.facteur import distribuer
from portail.mesures import COMPTEURS


class Serveur(BaseApplication):
    def __init__(self, config: Config, hote: str, port: int, processus: int, fils: int) -> None:
        self.config = config
        self.reglages = {
            "bind": f"{hote}:{port}",
            "worker_class": "gthread",
            "workers": processus,
            "threads": fils,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "limit_request_line": 8190,  # an address may name two hundred slots
            "proc_name": "portail",
            "control_socket_disable": True,
            "post_worker_init": self.commencer,
            "worker_exit": self.finir,
        }
        self.arret = threading.Event()
        self.distribution: threading.Thread | None = None
        super().__init__()

    def load_config(self) -> None:
        for nom, valeur in self.reglages.items():
            self.cfg.set(nom, valeur)

    def load(self):
        """In each worker, after the fork: nothing of the database is shared with its parent."""
        return create_app(self.config)

    def commencer(self, worker) -> None:
        COMPTEURS.prendre_la_ligne(worker.age)
        self.distribution = threading.Thread(
            target=distribuer, args=(self.config, self.arret), name="distribution", daemon=True
        )
        self.distribution.start()

    def finir(self, arbiter, worker) -> None:
        """Let the mail that is being sent be noted as sent."""
        self.arret.set()
        if self.distribution is not None:
            self.distribution.join(timeout=10)
