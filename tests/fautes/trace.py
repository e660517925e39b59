"""What a process asks of the kernel, as `strace` tells it: when the disk was reached, when an answer left."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

APPELS = ("strace", "-f", "-ttt", "-T", "-y", "-s", "48", "-e", "signal=none")
APPELS += ("-e", "trace=fdatasync,fsync,recvfrom,sendto", "-o")
LIGNE = re.compile(r"(?P<fil>\d+) +(?P<debut>[\d.]+) (?P<dit>.*?)(?: = -?\d+.*?(?:<(?P<duree>[\d.]+)>)?)?$")
DEMANDE, DISQUE, REPONSE = "asks", "the disk has it", "is answered"


class Fait(NamedTuple):
    quand: float
    fil: int
    quoi: str


def manque() -> str:
    """Why nothing can be traced here, if so."""
    if shutil.which("strace") is None:
        return "strace is not on this machine"
    essai = subprocess.run([*APPELS, "/dev/null", "true"], capture_output=True, text=True, check=False)
    return essai.stderr.strip()


@contextmanager
def suivre(pid: int, trace: Path) -> Iterator[None]:
    """The processes that this one makes from now on."""
    observateur = subprocess.Popen([*APPELS, str(trace), "-p", str(pid)], stderr=subprocess.PIPE, text=True)
    try:
        assert observateur.stderr is not None
        assert "attached" in observateur.stderr.readline()
        yield
    finally:
        observateur.terminate()
        observateur.communicate(timeout=30)


def lire(*traces: Path) -> list[Fait]:
    """Bookings that were asked for, journals of the base that reached the disk, bookings acknowledged."""
    return sorted(fait for trace in traces for fait in _lire(trace))


def _lire(trace: Path) -> Iterator[Fait]:
    ouverts: dict[int, str] = {}
    for ligne in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        if (lu := LIGNE.match(ligne)) is None:
            continue
        fil, instant, dit = int(lu["fil"]), float(lu["debut"]), lu["dit"]
        if "<unfinished ...>" in dit:
            ouverts[fil] = dit
            fini = instant
        elif "resumed>" in dit:
            debut = ouverts.pop(fil, "")
            dit, fini = debut + dit, instant
        else:
            fini = instant + float(lu["duree"] or 0)
        if dit.startswith(("fdatasync", "fsync")):
            if "unfinished" not in dit.rpartition("resumed>")[2] and ("-wal>" in dit or "/pg_wal/" in dit):
                yield Fait(fini, fil, DISQUE)
        elif "POST /famille/planning" in dit:
            yield Fait(fini, fil, DEMANDE)
        elif dit.startswith("sendto") and '"HTTP/1.1 303' in dit and "resumed>" not in dit:
            yield Fait(instant, fil, REPONSE)
