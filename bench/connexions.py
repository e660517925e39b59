"""Signing in over HTTP, on `servir` as it is started by default, with the real password hash.

How many a second when people press as fast as they are served; how long each waits when ten come every
second, whether the others have been served or not; whether the time taken tells who has an account.

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
from bench.serveurs import attendre
from models import Compte
from outils.secrets_demo import reglages
from portail.base import tout_fermer
from portail.demo import MOT_DE_PASSE
from portail.domain.reglages import ARGON2

RACINE = Path(__file__).resolve().parents[1]
CLIENTS = (1, 4, 8)
SECONDES = 2.0
PAR_SECONDE, ARRIVEES_PENDANT = 10, 20
PAIRES, CHAUFFE = 200, 10
FAMILLES = 250
"""More than the pairs: an address is never tried twice in one measure."""


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


def envoyer(port: int, page: str, champs: dict[str, str], depuis: str = "127.0.0.1") -> tuple[int, float]:
    """Open `page` in a new browser and send its form: the status, and how long the form took, in seconds."""
    lien = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(depuis, 0))
    try:
        lien.request("GET", page)
        ouverte = lien.getresponse()
        jeton = re.search(rb'name="csrf_token" value="([^"]+)"', ouverte.read())[1].decode()
        entetes = {
            "Cookie": ouverte.headers["Set-Cookie"].partition(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        debut = time.perf_counter()
        lien.request("POST", page, urlencode({"csrf_token": jeton} | champs), entetes)
        reponse = lien.getresponse()
        reponse.read()
        return reponse.status, time.perf_counter() - debut
    finally:
        lien.close()


def se_connecter(port: int, email: str) -> float:
    """Sign in with a new browser; gives how long the form took, in seconds."""
    statut, duree = envoyer(port, "/connexion", {"email": email, "mot_de_passe": MOT_DE_PASSE})
    assert statut == 303, f"{email} : {statut}"
    return duree


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


def arrivees(port: int, emails: list[str]) -> tuple[list[float], int]:
    """`PAR_SECONDE` people come every second, each at their time: how long each waited, how many in vain."""
    durees: list[float] = []
    pannes: list[BaseException] = []

    def venir(email: str) -> None:
        try:
            durees.append(se_connecter(port, email))
        except (OSError, http.client.HTTPException, AssertionError) as panne:
            pannes.append(panne)

    debut = time.perf_counter()
    gens = []
    for rang in range(PAR_SECONDE * ARRIVEES_PENDANT):
        time.sleep(max(0.0, debut + rang / PAR_SECONDE - time.perf_counter()))
        gens.append(threading.Thread(target=venir, args=(emails[rang % len(emails)],)))
        gens[-1].start()
    for un in gens:
        un.join()
    return sorted(durees), len(pannes)


INSCRIPTION = {"nom": "Petit", "prenom": "Nadège", "mot_de_passe": "cerise plume orage"}
ACTES = {
    "se connecter": ("/connexion", {"mot_de_passe": "un mauvais mot de passe"}, 422),
    "créer un compte": ("/compte/creer", INSCRIPTION, 303),
    "redemander l’e-mail": ("/compte/activation", {}, 303),
    "mot de passe oublié": ("/mot-de-passe/oublie", {}, 303),
}
"""Where an address is typed, and what is answered, whether it has an account or not."""


def connus_et_inconnus(port: int, emails: list[str], acte: str) -> tuple[list[float], list[float]]:
    """`PAIRES` times, one after the other, an address that has an account and one that has none."""
    page, champs, attendu = ACTES[acte]
    temps: tuple[list[float], list[float]] = ([], [])
    for rang in range(-CHAUFFE, PAIRES):
        paire = [(0, emails[rang]), (1, f"{page.strip('/').replace('/', '-')}-{rang}@example.org")]
        for qui, email in paire if rang % 2 else reversed(paire):
            depuis = f"127.0.1.{rang % 100 + 1}"  # the patience asked of one address is not what is measured
            statut, duree = envoyer(port, page, champs | {"email": email}, depuis)
            assert statut == attendu, f"{acte}, {email} : {statut}"
            if rang >= 0:
                temps[qui].append(duree)
    return temps


def une_verification() -> float:
    hache, durees = ARGON2.hash(MOT_DE_PASSE), []
    for _ in range(20):
        debut = time.perf_counter()
        ARGON2.verify(hache, MOT_DE_PASSE)
        durees.append(time.perf_counter() - debut)
    return statistics.median(durees)


def main() -> None:
    debits, attentes, ecarts = [], [], []
    with moteurs() as tous:
        for nom, moteur in tous.items():
            url = moteur.ville(FAMILLES)
            models.db.initialize(models.ouvrir(url))
            emails = [compte.email for compte in Compte.select().where(Compte.role == "famille")]
            tout_fermer()
            with portail(url) as port:
                mesurer(port, emails, 2)  # the first requests of each process
                for clients in CLIENTS:
                    plancher = une_verification()
                    debit, durees = mesurer(port, emails, clients)
                    cases = (nom, clients, ms(plancher), f"{debit:.0f}", *quantiles(durees))
                    debits.append((*cases, f"× {1 / debit / plancher:.1f}"))
                durees, pannes = arrivees(port, emails)
                attentes.append((nom, len(durees), pannes, *quantiles(durees), ms(durees[-1])))
                for acte in ACTES:
                    connus, inconnus = map(statistics.median, connus_et_inconnus(port, emails, acte))
                    ecart = inconnus - connus
                    cases = (f"{nom}, {acte}", f"{connus * 1000:.2f}", f"{inconnus * 1000:.2f}")
                    ecarts.append((*cases, f"{ecart * 1000:+.2f}", f"{ecart / connus:+.1%}"))
    entetes = ("moteur", "clients", "argon2, ms", "connexions/s", "p50, ms", "p95, ms", "rapport")
    tableau("Se connecter (rapport : temps par connexion servie, en vérifications argon2)", entetes, debits)
    titre = f"{PAR_SECONDE} connexions par seconde pendant {ARRIVEES_PENDANT} s, chacune à son heure"
    tableau(titre, ("moteur", "servies", "en panne", "p50, ms", "p95, ms", "max, ms"), attentes)
    titre = f"Adresse connue ou inconnue ({PAIRES} paires alternées, médianes)"
    tableau(titre, ("acte", "connue, ms", "inconnue, ms", "écart, ms", "écart"), ecarts)


def ms(secondes: float) -> str:
    return f"{secondes * 1000:.0f}"


def quantiles(durees: list[float]) -> tuple[str, str]:
    """p50 and p95 of sorted durations."""
    return ms(durees[len(durees) // 2]), ms(durees[int(len(durees) * 0.95)])


if __name__ == "__main__":
    main()
