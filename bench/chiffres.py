"""The figures and the lists of the staff, in a town of 50 families and of a larger one: time, queries, bytes.

The floor is a page that holds nothing but the skeleton. Then the delays of answer of two hundred thousand
demandes, ranked by Python, as the portal does, and by the window functions of the engine.

    .venv/bin/python -m bench.chiffres [families of the larger town] [engine]
"""

import datetime as dt
import random
import re
import sys
import time

from cryptography.fernet import Fernet
from flask import render_template
from peewee import SQL, fn

import models
import workflows as w
from bench.commun import JOUR, moteurs, tableau
from models import Compte, Demande, Famille, db
from portail import access, clock, create_app
from portail.config import Config
from portail.demo import MOT_DE_PASSE
from portail.domain import lecture_chiffres as lecture
from portail.domain import reglages
from portail.domain.periode import Periode, semaines

SOCLE = "/socle"
PAGES = (
    "/agents/chiffres",
    "/agents/chiffres?du=2026-01-01&au=2026-12-31",
    "/agents/chiffres?lieu=1",
    f"/agents/listes/jour?jour={JOUR.date()}",
    f"/agents/listes/repas?jour={JOUR.date()}&etendue=semaine",
    "/agents/listes/attente",
    "/agents/listes/inscriptions",
    "/agents/listes/sans-reservation",
    "/agents/listes/dossiers",
)
ACTES = (("/agents/listes/repas/regimes", {"jour": str(JOUR.date()), "etendue": "semaine"}),)
TOURS = 5
REPONSES = 200_000


@access.reserve_a(*models.ROLES_AGENTS)
def socle() -> str:
    return render_template("socle.html")


class Ville:
    """A town, and a browser in which an agent has signed in."""

    def __init__(self, url: str) -> None:
        cle = Fernet.generate_key().decode()
        models.db.initialize(models.ouvrir(url))
        cles = reglages.lire().cles or (cle,)
        app = create_app(Config("http://localhost", "k" * 32, cles, url, None, demo=True))
        app.add_url_rule(SOCLE, view_func=socle)
        self.navigateur = app.test_client()
        jeton = self.jeton("/connexion")
        champs = {"csrf_token": jeton, "email": "agent@example.org", "mot_de_passe": MOT_DE_PASSE}
        assert self.navigateur.post("/connexion", data=champs).status_code == 303

    def jeton(self, adresse: str) -> str:
        trouve = re.search(r'name="csrf_token" value="([^"]+)"', self.navigateur.get(adresse).text)
        assert trouve
        return trouve[1]

    def mesurer(self, adresse: str, champs: dict | None = None) -> tuple[float, int, int]:
        """The fastest of some rounds, in ms; the queries; the bytes as sent."""
        faites, executer = [0], db.obj.execute_sql

        def compter(*a, **k):
            faites[0] += 1
            return executer(*a, **k)

        corps = None if champs is None else {"csrf_token": self.jeton("/agents/listes")} | champs
        methode = "GET" if champs is None else "POST"
        db.obj.execute_sql = compter
        durees = []
        for _ in range(TOURS):
            faites[0], debut = 0, time.perf_counter()
            reponse = self.navigateur.open(
                adresse, method=methode, data=corps, headers={"Accept-Encoding": "br"}
            )
            octets = len(reponse.data)
            durees.append(time.perf_counter() - debut)
            assert reponse.status_code == 200, (adresse, reponse.status_code)
        db.obj.execute_sql = executer
        return min(durees) * 1000, faites[0], octets


def des_reponses() -> Periode:
    """Two hundred thousand answers over twelve weeks, beside what the town has."""
    alea = random.Random(1)
    lundis = semaines(JOUR.date() - dt.timedelta(77), JOUR.date())
    quand = Periode(lundis)
    famille, agent = Famille.get(), Compte.get(Compte.email == "agent@example.org")
    natures = list(w.NATURES)

    def une() -> dict:
        reponse = quand.debut + dt.timedelta(minutes=alea.randrange(77 * 1440))
        depot = reponse - dt.timedelta(minutes=alea.randrange(10_000))
        return {
            "famille": famille, "auteur": agent, "agent": agent, "nature": alea.choice(natures),
            "statut": w.ACCEPTEE, "deposee_le": depot, "repondue_le": reponse,
        }  # fmt: skip

    with db.atomic():
        for _ in range(REPONSES // 2_000):
            Demande.insert_many([une() for _ in range(2_000)]).execute()
    db.execute_sql("ANALYZE")
    return quand


def par_la_base(quand: Periode) -> list[tuple]:
    """The same ranks, found by the engine, by nature and week; the whole period would be as much again."""
    rang = quand.rang_de_l_instant(Demande.repondue_le)
    lues = Demande.select(Demande.nature, rang.alias("rang"), lecture._heures().alias("heures")).where(
        *lecture._repondues(quand)
    )
    par = {"partition_by": [SQL("nature"), SQL("rang")]}
    rangees = lues.select_from(
        SQL("nature"), SQL("rang"), SQL("heures"),
        fn.ROW_NUMBER().over(order_by=[SQL("heures")], **par).alias("n"),
        fn.COUNT(SQL("*")).over(**par).alias("combien"),
    )  # fmt: skip
    voulues = SQL("n = (combien + 1) / 2 OR n = (9 * combien + 9) / 10")
    return list(rangees.select_from(SQL("nature"), SQL("rang"), SQL("heures")).where(voulues).tuples())


def le_plus_court(faire) -> float:
    durees = []
    for _ in range(TOURS):
        debut = time.perf_counter()
        faire()
        durees.append(time.perf_counter() - debut)
    return min(durees) * 1000


def main() -> None:
    grande = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    voulus = sys.argv[2:] or ["sqlite", "postgresql"]
    rangees, delais = [], []
    with clock.figer(JOUR), moteurs() as tous:
        for nom in voulus:
            for familles in (50, grande):
                ville = Ville(tous[nom].ville(familles))
                plancher, _, _ = ville.mesurer(SOCLE)
                for adresse, champs in (*((page, None) for page in PAGES), *ACTES):
                    ms, requetes, octets = ville.mesurer(adresse, champs)
                    quoi = adresse.removeprefix("/agents/")
                    rangees.append(
                        (quoi, nom, familles, f"{ms:.0f}", f"× {ms / plancher:.0f}", requetes, octets)
                    )
                if familles == grande:
                    db.connect(reuse_if_open=True)
                    quand = des_reponses()
                    python = le_plus_court(lambda quand=quand: lecture.delais(quand))
                    base = le_plus_court(lambda quand=quand: par_la_base(quand))
                    delais.append((nom, f"{python:.0f}", f"{base:.0f}"))
    entetes = ("page", "moteur", "familles", "ms", "rapport au socle", "requêtes", "octets envoyés")
    tableau("Les chiffres et les listes", entetes, rangees)
    titre = f"Délais de {REPONSES} réponses, par nature et par semaine, en ms"
    tableau(titre, ("moteur", "triés par Python", "rangés par la base"), delais)


if __name__ == "__main__":
    main()
