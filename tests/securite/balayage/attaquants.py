"""wapiti and sqlmap, each given what the map knows: the addresses, the fields, the cookies of an account."""

import http.server
import json
import math
import os
import re
import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.securite.balayage.processus import demarrer
from tests.securite.balayage.servie import PATIENCE, RACINE, Servie
from tests.securite.balayage.tri import Lieu, trier
from tests.securite.balayage.ville import Adresse

ENVIRONNEMENT = RACINE / ".venv-securite"
VAGUES = (
    ("cookieflags", "csp", "http_headers", "methods", "csrf", "redirect", "crlf", "ssrf", "upload", "sql"),
    ("xss", "permanentxss"),
    ("exec", "file", "xxe"),
)
"""wapiti's modules, each group on a town as good as new."""
PAR_NOM = VAGUES[-1]
"""Those that try a hundred and fifty values on each field: those of one name have them once an account."""
JAMAIS = (
    *("/deconnexion*", "/famille/choix*", "/famille/abonnements/*/resiliation*"),
    *("/mon-espace/fermeture*", "/mon-espace/adresse/*", "/mon-espace/appareils/*/fermeture*"),
)
"""What would leave the attack at the door, or before another family than the one whose addresses it has."""
GRAVITES = ("information", "faible", "moyenne", "élevée", "critique")
"""What wapiti calls 0 to 4."""
INJECTION = re.compile(r"^Parameter: (.+)$", re.MULTILINE)
RIEN = "all tested parameters do not appear to be injectable"
RAPPORT_ECRIT = "A report has been generated"
UN_JOUR = 86_400
SOUFFLE = 30
"""Seconds left to a tool to write its report, once its time is over."""


@dataclass(frozen=True)
class Attaque:
    """What a tool is to do."""

    adresses: list[Adresse]
    secondes: int
    """For one field given to sqlmap, for all the reading of wapiti."""
    fin: float
    """When everything is to be over, by the clock that only goes forward."""
    ou: Path
    """Where what it says goes."""
    lieu: Lieu
    """Which route of the account's this is."""

    @property
    def reste(self) -> int:
        return max(0, math.ceil(min(self.fin - time.monotonic(), UN_JOUR)))

    def n_importe_ou(self, methode: str, url: str) -> str:
        """The same place for all that is the account's."""
        return self.lieu(methode, url) and "partout"


@dataclass
class Bilan:
    """What came out of one attack."""

    trouvailles: Counter = field(default_factory=Counter)
    """(severity, what, where, in which field), each with how often."""
    acheve: str = ""
    """What was tried to the end, out of what."""
    entier: bool = True
    """Whether that is all of it."""


@contextmanager
def oreille() -> Iterator[tuple[str, list[str]]]:
    """An address of ours that the portal has no reason to call; and the calls that it gets.

    wapiti would give the one of its authors, on the Internet: then no town could try this behind its wall.
    """
    appels: list[str] = []

    class Oreille(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not urlsplit(self.path).path.startswith("/get_"):  # wapiti asks what was heard: we tell it
                appels.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b"{}")

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Oreille) as serveur:
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serveur.server_port}/", appels
        serveur.shutdown()


def wapiti(ville: Servie, attaque: Attaque) -> Bilan:
    """It reads all that the account may read, then each group of modules attacks what was read, once each."""
    ou = attaque.ou
    departs, rapport, session = (ou.with_suffix(f".{fin}") for fin in ("urls", "json", "session"))
    departs.write_text("\n".join(ville.url + a.chemin for a in attaque.adresses), encoding="utf-8")
    shutil.rmtree(session, ignore_errors=True)
    with oreille() as (chez_nous, appels):
        commande = [
            *(ENVIRONNEMENT / "bin" / "wapiti", "-u", f"{ville.url}/", "-s", departs, "-d", "1"),
            *(("-C", biscuit(ville)) if ville.temoins else ()),
            *("--skip", "csrf_token", "--tasks", "4", "--endpoint", chez_nous),
            *("--dns-endpoint", "127.0.0.1", "--store-session", session),
            *("--timeout", "30", *(mot for jamais in JAMAIS for mot in ("-x", ville.url + jamais))),
            *("--no-bugreport", "-v", "1", "-f", "json", "-o", rapport),
        ]
        lire = [*commande, "-m", "", "--max-scan-time", str(attaque.secondes)]
        lancer(lire, ou.with_suffix(".lecture.txt"), attaque.secondes + SOUFFLE)
        menes = 0
        for rang, modules in enumerate(VAGUES):
            if attaque.reste == 0:
                break
            part = attaque.reste // (len(VAGUES) - rang)
            lieu = attaque.n_importe_ou if modules == PAR_NOM else attaque.lieu
            gardees, champs = trier(session, lieu)
            ville.renaitre()
            debut, deja = time.monotonic(), len(ville.reponses())
            journal = ou.with_suffix(f".{modules[0]}.txt")
            a_chacun = ["--skip-crawl", "-m", ",".join(modules), "--max-attack-time", str(part)]
            # each module may end what it has begun, and waits for the answers that come late
            dit = lancer([*commande, *a_chacun], journal, attaque.reste + len(modules) * SOUFFLE)
            menes += menes_au_bout(dit)
            print(
                f"  {ou.name}, {', '.join(modules)} : {gardees} adresses, {champs} champs, "
                f"{len(ville.reponses()) - deja} requêtes, {time.monotonic() - debut:.0f} s",
                flush=True,
            )
        # what was found by who had to be ended is stored, and not yet told
        lancer([*commande, "--skip-crawl", "-m", ""], ou.with_suffix(".rapport.txt"), PATIENCE)
    bilan = lire_le_rapport(json.loads(rapport.read_text(encoding="utf-8")))
    for appel in appels:
        bilan.trouvailles["élevée", "appel sortant du portail", appel, ""] += 1
    tous = sum(map(len, VAGUES))
    bilan.acheve, bilan.entier = f"{menes} sur {tous} modules", menes == tous
    return bilan


def menes_au_bout(dit: str) -> int:
    """How many modules wapiti went through; the last one not, when it was ended before its report."""
    lances, coupes = (
        len(set(re.findall(rf"{phrase} module (\w+)", dit)))
        for phrase in ("Launching", "Max attack time was reached for")
    )
    return max(0, lances - coupes - (RAPPORT_ECRIT not in dit))


def biscuit(ville: Servie) -> str:
    """The cookies of who has signed in, the same all along: no answer to an attack takes them away."""
    return "; ".join(f"{temoin.name}={temoin.value}" for temoin in ville.temoins)


def lire_le_rapport(rapport: dict) -> Bilan:
    """wapiti's report. An address that answers 5xx is in it too, as an anomaly."""
    bilan = Bilan()
    for genre in ("vulnerabilities", "anomalies"):
        for quoi, siennes in rapport[genre].items():
            for une in siennes:
                gravite = GRAVITES[une["level"]]
                bilan.trouvailles[gravite, quoi, f"{une['method']} {une['path']}", une["parameter"]] += 1
    return bilan


def sqlmap(ville: Servie, attaque: Attaque) -> Bilan:
    """Each field that an address may carry, once in each room."""
    bilan, finies = Bilan(), 0
    for rang, adresse in enumerate(attaque.adresses):
        if attaque.reste == 0:
            break
        journal, secondes = (
            attaque.ou.with_suffix(f".{rang}.txt"),
            min(attaque.secondes * len(adresse.champs), attaque.reste),
        )
        commande = [
            *(ENVIRONNEMENT / "bin" / "sqlmap", "-u", ville.url + adresse.chemin, "-p"),
            *(",".join(adresse.champs), "--level", "3", "--risk", "2", "--dbms", "sqlite", "--batch"),
            *("--time-limit", str(secondes), "--output-dir", attaque.ou.with_suffix(".sqlmap")),
            *("--technique", "BEUT", "--text-only", "--timeout", "60", "--flush-session"),
            *("--disable-coloring", "--answers", "redirect=N,follow=N,really sure=Y"),
            *(("--cookie", biscuit(ville), "--drop-set-cookie") if ville.temoins else ()),
        ]
        dit = lancer(commande, journal, secondes + SOUFFLE)
        for champ in INJECTION.findall(dit):
            bilan.trouvailles["critique", "injection SQL", adresse.chemin, champ] += 1
        finies += RIEN in dit
    toutes = len(attaque.adresses)
    bilan.acheve, bilan.entier = f"{finies} sur {toutes} adresses", finies == toutes
    return bilan


def lancer(commande: list[object], journal: Path, secondes: int) -> str:
    """What this command said, kept in `journal` too. It is ended when it outlives its time."""
    with journal.open("w", encoding="utf-8") as dit:
        dit.write(" ".join(map(str, commande)) + "\n")
        dit.flush()
        outil = demarrer(
            commande,
            stdout=dit,
            stderr=dit,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"HOME": str(journal.parent)},
        )
        try:
            outil.wait(secondes)
        except subprocess.TimeoutExpired:
            dit.write("\nits time is over\n")
        finally:  # when we are interrupted too: nothing goes on by itself
            if outil.poll() is None:
                outil.terminate()
                outil.wait(SOUFFLE)
    return journal.read_text(encoding="utf-8", errors="replace")
