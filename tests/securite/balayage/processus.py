"""The processes that are started, by several threads at once: when one stops, all stop."""

import subprocess
import sys
import threading
from typing import Any

ARRET = threading.Event()
LANCES: set[subprocess.Popen] = set()


def demarrer(commande: list[object], **autres: Any) -> subprocess.Popen:
    if ARRET.is_set():
        raise RuntimeError("all is being stopped")
    lance = subprocess.Popen(list(map(str, commande)), **autres)
    LANCES.add(lance)
    return lance


def tout_arreter(*_: object) -> None:
    """What to do of a signal: nothing goes on by itself, and the threads that wait for it end."""
    ARRET.set()
    for lance in list(LANCES):
        if lance.poll() is None:
            lance.terminate()
    sys.exit(1)
