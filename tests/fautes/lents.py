"""People who are slow, many at once: they ask by drops, or nothing, or do not read what they are answered."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.fautes.sabotage import GRANDE

GOUTTE = 0.2
"""Seconds between two drops."""


class Genre(NamedTuple):
    """What they say as they come to this port; what they add from time to time."""

    venir: Callable[[int], str]
    goutte: bytes = b""


def demande(port: int, quoi: str, *entetes: str) -> str:
    return "\r\n".join((f"{quoi} HTTP/1.1", f"Host: 127.0.0.1:{port}", *entetes, "", ""))


FORMULAIRE = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 100000")
GENRES = {
    "who say nothing": Genre(lambda port: ""),
    "whose headers come by drops": Genre(
        lambda port: demande(port, "GET /connexion")[:-2] + "X-Lent: ", b"x"
    ),
    "whose form comes by drops": Genre(lambda port: demande(port, "POST /connexion", *FORMULAIRE), b"x"),
    "who do not read": Genre(lambda port: demande(port, f"GET {GRANDE}")),
    "who do not leave": Genre(lambda port: demande(port, "GET /connexion", "Connection: close")),
}


@contextlib.contextmanager
def lents(port: int, genre: Genre, combien: int) -> Iterator[list[socket.socket]]:
    arret, liens = threading.Event(), []

    def egoutter() -> None:
        while not arret.wait(GOUTTE):
            for lien in liens:
                with contextlib.suppress(OSError):  # it was shown out
                    lien.sendall(genre.goutte)

    gouttes = threading.Thread(target=egoutter, daemon=True)
    try:
        for _ in range(combien):
            lien = socket.socket()
            lien.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            lien.connect(("127.0.0.1", port))
            lien.sendall(genre.venir(port).encode())
            liens.append(lien)
        gouttes.start()
        yield liens
    finally:
        arret.set()
        if gouttes.ident:
            gouttes.join()
        for lien in liens:
            lien.close()
