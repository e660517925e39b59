"""A month of the planning, as a family of three children gets it, in a town of 50 families and of 2,000.

The floor is a page that holds nothing but the skeleton, asked by the same person of the same application.
What must hold is that the size of the town changes nothing: the last ratio stays near 1.
"""

import re
import time
from dataclasses import dataclass
from functools import cached_property

from cryptography.fernet import Fernet
from flask import render_template
from flask.testing import FlaskClient

import models
import workflows as w
from bench.commun import JOUR, moteurs, tableau
from portail import access, clock, create_app
from portail.config import Config
from portail.demo import MOT_DE_PASSE

TAILLES = (50, 2_000)
MOIS = f"/famille/planning?vue=mois&date={JOUR.date()}"
SOCLE = "/socle"
TOURS, PAR_TOUR = 10, 6


@access.reserve_a(w.FAMILLE)
def socle() -> str:
    return render_template("socle.html")


@dataclass
class Ville:
    """A town, its application, and a browser in which the Moreau family has signed in."""

    moteur: str
    familles: int
    url: str

    def __post_init__(self) -> None:
        config = Config(
            "http://localhost", "k" * 32, (Fernet.generate_key().decode(),), self.url, None, demo=True
        )
        self.app = create_app(config)
        self.app.add_url_rule(SOCLE, view_func=socle)
        self.base = models.db.obj
        self.durees: dict[str, list[float]] = {SOCLE: [], MOIS: []}

    @cached_property
    def navigateur(self) -> FlaskClient:
        navigateur = self.app.test_client()
        jeton = re.search(r'name="csrf_token" value="([^"]+)"', navigateur.get("/connexion").text)[1]
        champs = {"csrf_token": jeton, "email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE}
        assert navigateur.post("/connexion", data=champs).status_code == 303
        return navigateur

    def demander(self, adresse: str) -> bytes:
        reponse = self.navigateur.get(adresse, headers={"Accept-Encoding": "br"})
        assert reponse.status_code == 200
        return reponse.data

    def un_tour(self) -> None:
        """Some requests in turn; the first ones, which fill the caches, do not count."""
        models.db.initialize(self.base)
        for rang in range(PAR_TOUR + 1):
            for adresse, durees in self.durees.items():
                debut = time.perf_counter()
                self.demander(adresse)
                if rang:
                    durees.append(time.perf_counter() - debut)

    def requetes(self, adresse: str) -> int:
        """How many queries this page takes."""
        compte, executer = 0, self.base.execute_sql

        def compter(*mots, **plus):
            nonlocal compte
            compte += 1
            return executer(*mots, **plus)

        self.base.execute_sql = compter
        try:
            self.demander(adresse)
        finally:
            del self.base.execute_sql
        return compte

    def duree(self, adresse: str) -> float:
        """The fastest answer of all: what else the machine was doing counts as little as can be."""
        return min(self.durees[adresse])

    def rangee(self) -> list[object]:
        models.db.initialize(self.base)
        plancher, mois = self.duree(SOCLE), self.duree(MOIS)
        return [
            *(self.moteur, self.familles, f"{plancher * 1000:.1f}", f"{mois * 1000:.1f}"),
            *(f"× {mois / plancher:.1f}", len(self.demander(MOIS)), self.requetes(MOIS)),
        ]


def main() -> None:
    entetes = ("moteur", "familles", "socle, ms", "mois, ms", "rapport", "octets envoyés", "requêtes")
    with moteurs() as tous, clock.figer(JOUR):
        rangees, rapports = [], []
        for nom, moteur in tous.items():
            petite, grande = (Ville(nom, familles, moteur.ville(familles)) for familles in TAILLES)
            for _ in range(TOURS):
                petite.un_tour()
                grande.un_tour()
            rangees += [petite.rangee(), grande.rangee()]
            rapports.append(f"{nom} × {grande.duree(MOIS) / petite.duree(MOIS):.2f}")
        tableau("Le mois d’une famille (3 enfants, 4 activités)", entetes, rangees)
        print(f"  de {TAILLES[0]} à {TAILLES[1]} familles : {', '.join(rapports)}")


if __name__ == "__main__":
    main()
