"""What an open planning costs while nothing changes: its conditional request, among 200 families and 5,000.

The floor is a route that reads nothing and says nothing, asked by the same browser of the same application.
What must hold is that the size of the town changes nothing: the last ratio stays near 1.
"""

import html
import json
import re
import time
from dataclasses import dataclass
from functools import cached_property

from cryptography.fernet import Fernet
from flask.testing import FlaskClient

import models
from bench.commun import JOUR, moteurs, tableau
from portail import access, clock, create_app
from portail.config import Config
from portail.demo import MOT_DE_PASSE

TAILLES = (200, 5_000)
MOIS = f"/famille/planning?vue=mois&date={JOUR.date()}"
RIEN, VEILLE, COMPLETE = "rien", "veille", "complète"
TOURS, PAR_TOUR = 10, 30


@access.tous_pareil
def rien() -> tuple[str, int]:
    return "", 204


@dataclass
class Ville:
    """A town, its application, and a browser that has the month of the Moreau family open."""

    moteur: str
    familles: int
    url: str

    def __post_init__(self) -> None:
        config = Config(
            "http://localhost", "k" * 32, (Fernet.generate_key().decode(),), self.url, None, demo=True
        )
        self.app = create_app(config)
        self.app.add_url_rule("/rien", view_func=rien)
        self.base = models.db.obj
        self.durees: dict[str, list[float]] = {RIEN: [], VEILLE: [], COMPLETE: []}

    @cached_property
    def navigateur(self) -> FlaskClient:
        navigateur = self.app.test_client()
        jeton = re.search(r'name="csrf_token" value="([^"]+)"', navigateur.get("/connexion").text)[1]
        champs = {"csrf_token": jeton, "email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE}
        assert navigateur.post("/connexion", data=champs).status_code == 303
        return navigateur

    @cached_property
    def guet(self) -> tuple[str, dict[str, str]]:
        """The address and the mark that the open page sends."""
        page = self.navigateur.get(MOIS).text
        adresse, entetes = re.search(
            r'hx-get="(/famille/planning/nouvelles[^"]+)" hx-headers=\'([^\']+)\'', page
        ).groups()
        return html.unescape(adresse), json.loads(html.unescape(entetes))

    def demander(self, quoi: str) -> None:
        adresse, marque = self.guet
        htmx = {"HX-Request": "true", "Accept-Encoding": "br"}
        if quoi == RIEN:
            assert self.navigateur.get("/rien", headers=htmx).status_code == 204
        elif quoi == VEILLE:
            assert self.navigateur.get(adresse, headers=htmx | marque).status_code == 304
        else:
            assert self.navigateur.get(adresse, headers=htmx).status_code == 200

    def un_tour(self) -> None:
        """Some requests in turn; the first ones, which fill the caches, do not count."""
        models.db.initialize(self.base)
        for rang in range(PAR_TOUR + 1):
            for quoi, durees in self.durees.items():
                debut = time.perf_counter()
                self.demander(quoi)
                if rang:
                    durees.append(time.perf_counter() - debut)

    def requetes(self, quoi: str) -> int:
        """How many queries this takes."""
        compte, executer = 0, self.base.execute_sql

        def compter(*mots, **plus):
            nonlocal compte
            compte += 1
            return executer(*mots, **plus)

        self.base.execute_sql = compter
        try:
            self.demander(quoi)
        finally:
            del self.base.execute_sql
        return compte

    def duree(self, quoi: str) -> float:
        """The fastest answer of all: what else the machine was doing counts as little as can be."""
        return min(self.durees[quoi])

    def rangee(self) -> list[object]:
        models.db.initialize(self.base)
        plancher, veille, complete = (self.duree(quoi) for quoi in self.durees)
        return [
            *(self.moteur, self.familles, f"{plancher * 1000:.2f}", f"{veille * 1000:.2f}"),
            *(f"× {veille / plancher:.1f}", self.requetes(VEILLE)),
            *(f"{complete * 1000:.1f}", self.requetes(COMPLETE)),
        ]


def main() -> None:
    entetes = (
        *("moteur", "familles", "rien, ms", "304, ms", "rapport", "requêtes"),
        *("en entier, ms", "requêtes"),
    )
    with moteurs() as tous, clock.figer(JOUR):
        rangees, rapports = [], []
        for nom, moteur in tous.items():
            petite, grande = (Ville(nom, familles, moteur.ville(familles)) for familles in TAILLES)
            for _ in range(TOURS):
                petite.un_tour()
                grande.un_tour()
            rangees += [petite.rangee(), grande.rangee()]
            rapports.append(f"{nom} × {grande.duree(VEILLE) / petite.duree(VEILLE):.2f}")
        tableau("La veille d’un planning ouvert, quand rien n’a changé", entetes, rangees)
        print(f"  de {TAILLES[0]} à {TAILLES[1]} familles : {', '.join(rapports)}")


if __name__ == "__main__":
    main()
