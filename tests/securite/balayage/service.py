"""The town under attack: the portal's own server, on one database, its clock stopped; what it answers."""

import dataclasses
import sys
from pathlib import Path

from flask import Flask, Response, request
from gunicorn.workers.gthread import ThreadWorker

from models import Paiement, db
from portail import access, clock, create_app
from portail.affluence import Porte
from portail.domain import reglages
from portail.domain.payfip import INCONNU, Refusee, Resultat
from portail.serveur import Serveur
from tests.conftest import config_de_test
from tests.garanties.paiements import Tresor
from tests.monde import MAINTENANT

FILS = 4
FAILLE = "/faille"
"""The address of a fault made on purpose, that is there for the control alone."""
FACTEUR = "second-facteur"
"""Where the staff owe a second factor: a demonstration asks none."""


@access.public
def faillible() -> str:
    """What no view of the portal does, to see that the attack would see it."""
    texte, nom = request.args.get("q", ""), request.args.get("nom", "")
    trouves = db.execute_sql(f"SELECT nom FROM activite WHERE nom = '{nom}'").fetchall()
    dit = "<ul><li>Ouverte à tous</li><li>Inscription au guichet</li></ul>" if trouves else "Introuvable"
    return f"<!doctype html><title>Recherche</title><h1>{texte}</h1>{dit}"


class TresorAttaque(Tresor):
    """PayFiP as the guarantees have it; what it never opened, it does not know."""

    def detail(self, idop: str) -> Resultat:
        if not Paiement.select().where(Paiement.idop == idop).exists():
            raise Refusee(INCONNU, "")
        return super().detail(idop)


class Service(Serveur):
    def __init__(self, dossier: Path, port: int, avec: list[str]) -> None:
        self.dossier, self.avec = dossier, avec
        url = f"sqlite:///{dossier / 'ville.sqlite3'}"
        config = config_de_test(url, base_url=f"https://127.0.0.1:{port}")
        super().__init__(config, "127.0.0.1", port, processus=1, fils=FILS)

    def load_config(self) -> None:
        super().load_config()
        self.cfg.set("worker_class", ThreadWorker)  # the portal's has nginx before it, and reads no TLS
        self.cfg.set("certfile", str(self.dossier / "certificat.pem"))
        self.cfg.set("keyfile", str(self.dossier / "cle.pem"))

    def load(self) -> Porte:
        app = create_app(self.config)
        app.extensions["payfip"] = TresorAttaque()
        if FACTEUR in self.avec:
            reglages.poser(dataclasses.replace(reglages.lire(), second_facteur=True))
        if FAILLE in self.avec:
            app.add_url_rule(FAILLE, view_func=faillible)
        noter(app, self.dossier / "reponses.txt")
        return Porte(app)


def noter(app: Flask, ou: Path) -> None:
    """Each answer on a line of `ou`: the endpoint (a dash when there is none), the method, the status."""
    lignes = ou.open("a", buffering=1, encoding="utf-8")

    @app.after_request
    def ecrire(reponse: Response) -> Response:
        lignes.write(f"{request.endpoint or '-'} {request.method} {reponse.status_code}\n")
        return reponse


if __name__ == "__main__":
    with clock.figer(MAINTENANT):
        Service(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]).run()
