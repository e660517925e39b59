"""wapiti and sqlmap, each given what the map knows: the addresses, the fields, the cookies of an account."""

import http.server
import json
import os
import re
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.securite.balayage.ville import RACINE, Adresse, Servie

ENVIRONNEMENT = RACINE / ".venv-securite"
DES_DEUX = ("crlf", "file", "exec", "sql", "timesql", "xss", "permanentxss", "ssrf", "xxe")
LECTURES = ("cookieflags", "csp", "http_headers", "redirect", *DES_DEUX)
ENVOIS = ("csrf", "upload", *DES_DEUX)
"""wapiti's modules, on what is read and then on what is sent: it begins with the first, and time is short."""
SANS = {"--flush-session": "post", "--skip-crawl": "get"}
"""What is left out of those that do both: `sql,-sql:post`. wapiti 3.2.3 takes `sql:get` for its contrary."""
JAMAIS = ("/deconnexion*", "/famille/choix*", "/famille/abonnements/*/resiliation*")
"""What would leave the attack at the door, or before another family than the one whose addresses it has."""
GRAVITES = ("information", "faible", "moyenne", "élevée", "critique")
"""What wapiti calls 0 to 4."""
INJECTION = re.compile(r"^Parameter: (.+)$", re.MULTILINE)
RIEN = "all tested parameters do not appear to be injectable"
SOUFFLE = 30
"""Seconds left to a tool to write its report, once its time is over."""


@dataclass
class Bilan:
    """What came out of one attack."""

    trouvailles: Counter = field(default_factory=Counter)
    """(severity, what, where, in which field), each with how often."""
    acheve: str = ""
    """What was tried to the end, out of what."""


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


def wapiti(ville: Servie, adresses: list[Adresse], secondes: int, ou: Path) -> Bilan:
    """As much time to read as to attack: half of that for what was read, half for the forms found there."""
    departs, rapport = ou.with_suffix(".urls"), ou.with_suffix(".json")
    departs.write_text("\n".join(ville.url + a.chemin for a in adresses), encoding="utf-8")
    dits = []
    with oreille() as (chez_nous, appels):
        for modules, suite in ((LECTURES, "--flush-session"), (ENVOIS, "--skip-crawl")):
            part = max(5, secondes // (2 * len(modules)))
            commande = [
                *(ENVIRONNEMENT / "bin" / "wapiti", "-u", f"{ville.url}/", "-s", departs, suite),
                *(("-C", biscuit(ville)) if ville.temoins else ()),
                *("-d", "1", "--tasks", "4", "-m", choisir(modules, SANS[suite]), "--endpoint", chez_nous),
                *("--max-scan-time", str(secondes), "--max-attack-time", str(part)),
                *(mot for jamais in JAMAIS for mot in ("-x", ville.url + jamais)),
                *("--store-session", ou.with_suffix(".session"), "--no-bugreport"),
                *("-v", "1", "-f", "json", "-o", rapport),
            ]
            # each module may end what it has begun, and waits for the answers that come late
            dits.append(
                lancer(commande, ou.with_suffix(f".{suite[2:]}.txt"), 2 * secondes + SOUFFLE * len(modules))
            )
    bilan = lire_le_rapport(json.loads(rapport.read_text(encoding="utf-8")))
    for appel in appels:
        bilan.trouvailles["élevée", "appel sortant du portail", appel, ""] += 1
    lances, coupes = (
        sum(len(set(re.findall(rf"{phrase} module (\w+)", dit))) for dit in dits)
        for phrase in ("Launching", "Max attack time was reached for")
    )
    bilan.acheve = f"{lances - coupes} sur {len(LECTURES + ENVOIS)} modules"
    return bilan


def choisir(modules: tuple[str, ...], sans: str) -> str:
    exclus = [f"-{module}:{sans}" for module in DES_DEUX if (module, sans) != ("permanentxss", "get")]
    return ",".join([*modules, *exclus])


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


def sqlmap(ville: Servie, adresses: list[Adresse], secondes: int, ou: Path) -> Bilan:
    """The addresses that carry the most fields, each for an equal part of the time; all their fields."""
    bilan, finies = Bilan(), 0
    for rang, adresse in enumerate(adresses):
        journal = ou.with_suffix(f".{rang}.txt")
        commande = [
            *(ENVIRONNEMENT / "bin" / "sqlmap", "-u", ville.url + adresse.chemin, "-p"),
            *(",".join(adresse.champs), "--level", "3", "--risk", "2", "--dbms", "sqlite", "--batch"),
            *("--time-limit", str(secondes // len(adresses)), "--output-dir", ou.with_suffix(".sqlmap")),
            *("--flush-session", "--disable-coloring", "--answers", "redirect=N,follow=N"),
            *(("--cookie", biscuit(ville), "--drop-set-cookie") if ville.temoins else ()),
        ]
        dit = lancer(commande, journal, secondes // len(adresses) + SOUFFLE)
        for champ in INJECTION.findall(dit):
            bilan.trouvailles["critique", "injection SQL", adresse.chemin, champ] += 1
        finies += RIEN in dit
    bilan.acheve = f"{finies} sur {len(adresses)} adresses"
    return bilan


def lancer(commande: list[object], journal: Path, secondes: int) -> str:
    """What this command said, kept in `journal` too. It is ended when it outlives its time."""
    with journal.open("w", encoding="utf-8") as dit:
        dit.write(" ".join(map(str, commande)) + "\n")
        dit.flush()
        outil = subprocess.Popen(
            list(map(str, commande)),
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
