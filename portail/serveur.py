"""The web server: gunicorn, threads behind a bounded line, and in each worker one that empties the outbox."""

import threading
from collections.abc import Mapping

import click
from gunicorn.app.base import BaseApplication

import models
from models import Compte, Famille
from portail import create_app
from portail.affluence import Porte, Travailleur
from portail.base import tout_fermer
from portail.cli_base import base_prete
from portail.config import Config, lire_environnement
from portail.facteur import distribuer
from portail.mesures import COMPTEURS

COMPTE_DE_DEMONSTRATION = "famille@example.org"
"""One of the accounts whose password everybody knows."""

REGLAGES = {
    "worker_class": Travailleur,
    "timeout": 60,
    "graceful_timeout": 20,
    "keepalive": 5,
    "limit_request_line": 8190,  # an address may name two hundred slots
    "sendfile": False,  # it would wait for who reads (portail/lenteur.py)
    "proc_name": "portail",
    "control_socket_disable": True,
}
"""How the portal is served, by `servir` and by `deploy/gunicorn.conf.py` alike."""


class Serveur(BaseApplication):
    def __init__(self, config: Config, hote: str, port: int, processus: int, fils: int) -> None:
        self.config = config
        self.reglages = {
            **REGLAGES,
            "bind": f"{hote}:{port}",
            "workers": processus,
            "threads": fils,
            "post_worker_init": self.commencer,
            "worker_exit": self.finir,
        }
        self.arret = threading.Event()
        self.distribution: threading.Thread | None = None
        super().__init__()

    def load_config(self) -> None:
        for nom, valeur in self.reglages.items():
            self.cfg.set(nom, valeur)

    def load(self) -> Porte:
        """In each worker, after the fork: nothing of the database is shared with its parent."""
        return Porte(create_app(self.config))

    def commencer(self, worker) -> None:
        compter(worker)
        self.distribution = threading.Thread(
            target=distribuer, args=(self.config, self.arret), name="distribution", daemon=True
        )
        self.distribution.start()

    def finir(self, arbiter, worker) -> None:
        """Let the mail that is being sent be noted as sent."""
        self.arret.set()
        if self.distribution is not None:
            self.distribution.join(timeout=10)


def application() -> Porte:
    """What gunicorn serves when it is started by itself: the settings are those of the environment."""
    return Porte(create_app())


def compter(worker) -> None:
    """This worker counts what it answers on a line of its own, in the table that its parent made."""
    COMPTEURS.prendre_la_ligne(worker.age)


def avant_de_servir(env: Mapping[str, str]) -> None:
    """Before any worker: the database is made, and is one to be served with these settings. Or all stops."""
    try:
        config = lire_environnement(env)
        models.db.initialize(models.ouvrir(config.url_base))
        accorder_la_base(config)
    except click.ClickException as refus:
        refus.show()
        raise SystemExit(refus.exit_code) from refus


def accorder_la_base(config: Config) -> None:
    with base_prete():
        _accorder_la_demonstration(config)
    tout_fermer()  # nothing of the database is shared with the workers, that are forked from here


def _accorder_la_demonstration(config: Config) -> None:
    """Neither the demonstration's known passwords on a real portal, nor a town's mails shown to anybody."""
    ville_de_demonstration = Compte.select().where(Compte.email == COMPTE_DE_DEMONSTRATION).exists()
    if ville_de_demonstration and not config.demo:
        raise click.ClickException(
            "Cette base est celle de la démonstration, dont les mots de passe sont publics : "
            "servez-la avec PORTAIL_DEMO=1, ou servez une autre base."
        )
    if config.demo and not ville_de_demonstration and Famille.select().exists():
        raise click.ClickException(
            "PORTAIL_DEMO=1 montre tous les courriels à tout le monde, et cette base n’est pas celle de la "
            "démonstration : servez-la sans PORTAIL_DEMO."
        )
