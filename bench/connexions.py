"""Sign-ins per second over HTTP, on `servir` as it is started by default, with the real password hash.

The floor is one verification of a password by argon2, alone: a sign-in cannot take less. Each one here is a
browser that opens the page, fills in the form and is sent on to its family; only the form is timed.
"""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import models
from bench.commun import moteurs, tableau
from models import Compte
from outils.secrets_demo import reglages
from portail.base import tout_fermer
from portail.demo import MOT_DE_PASSE
from portail.domain.reglages import ARGON2

RACINE = Path(__file__).resolve().parents[1]
CLIENTS = (1, 4, 8)
SECONDES = 2.0


@contextmanager
def portail(url: str) -> Iterator[int]:
    """The portal served on this database; gives its port."""
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    lieu = {"PORTAIL_URL": f"http://127.0.0.1:{port}", "PORTAIL_DATABASE_URL": url}
    servi = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "portail", "servir", "--port", str(port)],
        cwd=RACINE,
        env=os.environ | reglages(RACINE) | lieu,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        attendre(port)
        yield port
    finally:
        servi.terminate()
        servi.wait(30)


def attendre(port: int) -> None:
    fin = time.monotonic() + 30
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > fin:
                raise
            time.sleep(0.1)


def se_connecter(port: int, email: str) -> float:
    """Sign in with a new browser; gives how long the form took, in seconds."""
    lien = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        lien.request("GET", "/connexion")
        page = lien.getresponse()
        jeton = re.search(rb'name="csrf_token" value="([^"]+)"', page.read())[1].decode()
        entetes = {
            "Cookie": page.headers["Set-Cookie"].partition(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        champs = {"csrf_token": jeton, "email": email, "mot_de_passe": MOT_DE_PASSE}
        debut = time.perf_counter()
        lien.request("POST", "/connexion", urlencode(champs), entetes)
        reponse = lien.getresponse()
        reponse.read()
        duree = time.perf_counter() - debut
        assert reponse.status == 303, f"{email} : {reponse.status}"
        return duree
    finally:
        lien.close()


def mesurer(port: int, emails: list[str], clients: int) -> tuple[float, list[float]]:
    """So many people sign in again and again, each on some accounts: how many a second, how long each."""
    durees: list[float] = []
    pannes: list[BaseException] = []
    arret = threading.Event()

    def insister(siens: list[str]) -> None:
        try:
            while not arret.is_set():
                for email in siens:
                    durees.append(se_connecter(port, email))
                    if arret.is_set():
                        return
        except BaseException as panne:
            pannes.append(panne)
            arret.set()

    equipe = [threading.Thread(target=insister, args=(emails[rang::clients],)) for rang in range(clients)]
    debut = time.perf_counter()
    for un in equipe:
        un.start()
    arret.wait(SECONDES)
    arret.set()
    for un in equipe:
        un.join()
    if pannes:
        raise pannes[0]
    return len(durees) / (time.perf_counter() - debut), sorted(durees)


def une_verification() -> float:
    hache, durees = ARGON2.hash(MOT_DE_PASSE), []
    for _ in range(20):
        debut = time.perf_counter()
        ARGON2.verify(hache, MOT_DE_PASSE)
        durees.append(time.perf_counter() - debut)
    return statistics.median(durees)


def main() -> None:
    rangees = []
    with moteurs() as tous:
        for nom, moteur in tous.items():
            url = moteur.ville(50)
            models.db.initialize(models.ouvrir(url))
            emails = [compte.email for compte in Compte.select().where(Compte.role == "famille")]
            tout_fermer()
            with portail(url) as port:
                mesurer(port, emails, 2)  # the first requests of each process
                for clients in CLIENTS:
                    plancher = une_verification()
                    debit, durees = mesurer(port, emails, clients)
                    p50, p95 = durees[len(durees) // 2], durees[int(len(durees) * 0.95)]
                    rangees.append(
                        (
                            *(nom, clients, f"{plancher * 1000:.0f}", f"{debit:.0f}", f"{p50 * 1000:.0f}"),
                            *(f"{p95 * 1000:.0f}", f"× {1 / debit / plancher:.1f}"),
                        )
                    )
    entetes = ("moteur", "clients", "argon2, ms", "connexions/s", "p50, ms", "p95, ms", "rapport")
    tableau("Se connecter (rapport : temps par connexion servie, en vérifications argon2)", entetes, rangees)


if __name__ == "__main__":
    main()
