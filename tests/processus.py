"""The commands of the portal as processes of their own, and how one waits for them."""

import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

RACINE = Path(__file__).parents[1]


def commande(*mots: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "portail", *mots]


def port_libre() -> int:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        return libre.getsockname()[1]


def attendre(condition: Callable[[], object], secondes: float = 30) -> None:
    fin = time.monotonic() + secondes
    while not condition():
        assert time.monotonic() < fin, "too long"
        time.sleep(0.1)


def repond(adresse: str) -> bool:
    try:
        with urllib.request.urlopen(adresse, timeout=15) as reponse:
            return reponse.status == 200
    except OSError:  # nobody listens yet, or is too slow
        return False
