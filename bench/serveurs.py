"""Servers to be measured: the portal and its floor, as `servir` starts them, and what they cost.

The processor time of a request is read from outside, in the kernel's counts, in nanoseconds (Linux:
`/proc/<pid>/task/<tid>/schedstat`): all the threads of all the processes of the server, gunicorn
included, and of PostgreSQL's. What else the machine does moves it little, and the time of a clock a lot.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.commun import JOUR
from outils.secrets_demo import reglages
from portail import clock
from portail.cli import servir as commande
from portail.config import lire_environnement
from portail.serveur import Serveur, compter

RACINE = Path(__file__).resolve().parents[1]
PROC = Path("/proc")
ATTENTE = 120
"""Seconds that a server may take to answer: the machine may be busy."""


class Service:
    """A server that runs, on this port."""

    def __init__(self, port: int, pid: int, base: int | None) -> None:
        self.port, self.pid, self.base = port, pid, base

    def processus(self) -> list[int]:
        """Its processes, the first one first; without those of the database."""
        return [self.pid, *_enfants(self.pid)]

    def processeur(self) -> float:
        """Seconds of processor that it has taken up to now, with its database."""
        tous = [*self.processus(), *([self.base, *_enfants(self.base)] if self.base else [])]
        return sum(_nanosecondes(pid) for pid in tous) / 1e9

    def memoire(self) -> list[tuple[int, int]]:
        """Of each worker, in bytes: what is resident, and its proportional share of what is shared."""
        return [(_memoire(pid, "Rss"), _memoire(pid, "Pss")) for pid in self.processus()[1:]]


@contextmanager
def servir(application: str, url: str, cle: str, base: int | None = None) -> Iterator[Service]:
    """`portail`, `web` (it without its rounds) or `plancher`, on this base, at the day of the measures.

    `base`: the process of the database's server, when it has one.
    """
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    adresse = {"PORTAIL_URL": f"http://127.0.0.1:{port}", "PORTAIL_DATABASE_URL": url, "PORTAIL_CLES": cle}
    servi = subprocess.Popen(
        [sys.executable, "-m", "bench.serveurs", application, str(port)],
        cwd=RACINE,
        env=os.environ | reglages(RACINE) | adresse,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        attendre(port)
        yield Service(port, servi.pid, base)
    finally:
        servi.terminate()
        servi.wait(60)


def attendre(port: int) -> None:
    fin = time.monotonic() + ATTENTE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > fin:
                raise
            time.sleep(0.1)


def _enfants(pid: int) -> list[int]:
    trouves = (PROC / str(pid) / "task" / str(pid) / "children").read_text().split()
    return [int(enfant) for enfant in trouves]


def _nanosecondes(pid: int) -> int:
    total = 0
    for tache in (PROC / str(pid) / "task").iterdir():
        try:
            total += int((tache / "schedstat").read_text().split()[0])
        except OSError:  # a thread that has just ended
            continue
    return total


def _memoire(pid: int, laquelle: str) -> int:
    lignes = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    return next(int(ligne.split()[1]) * 1024 for ligne in lignes if ligne.startswith(f"{laquelle}:"))


class Web(Serveur):
    """The portal as `deploy/` has it: mail and reminders are another service's, and are not measured here."""

    def commencer(self, worker) -> None:
        compter(worker)


def main(application: str, port: int) -> None:
    """In a process of its own: serve, with what `flask --app portail servir` has by default."""
    from bench.plancher import Plancher

    config = lire_environnement(os.environ)
    defauts = {option.name: option.default for option in commande.params}
    classe = {"portail": Serveur, "web": Web, "plancher": Plancher}[application]
    with clock.figer(JOUR):
        classe(config, defauts["hote"], port, defauts["processus"], defauts["fils"]).run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
