"""The portal, served as a town serves it: its own processes, that one may kill."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.conftest import CLE_SECRETE, CLES
from tests.processus import RACINE, attendre, commande, port_libre, repond

PASSER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.execve(sys.argv[2], sys.argv[2:], os.environ | {"LISTEN_PID": str(os.getpid())})
"""
"""Becomes the server, with the address under the number at which `systemd` gives it."""


class Service:
    """`servir` on this database: two processes of four threads, in a group of their own."""

    def __init__(self, url: str, dossier: Path, **reglages: str) -> None:
        self.port = port_libre()
        self.journal = dossier / "service.log"
        self.environnement = {
            "PATH": os.environ["PATH"],
            "PORTAIL_URL": f"http://127.0.0.1:{self.port}",
            "PORTAIL_SECRET_KEY": CLE_SECRETE,
            "PORTAIL_CLES": CLES[0],
            "PORTAIL_DATABASE_URL": url,
            "PORTAIL_DEMO": "1",
            **reglages,
        }
        self.processus: subprocess.Popen[bytes] | None = None
        self.prise: socket.socket | None = None
        self.sous: Callable[[list[str]], list[str]] = list
        """The order that starts the server under the eyes of another program, made of the plain one."""

    def tenir_la_prise(self) -> None:
        """Listen in the place of the server, as `systemd` does with a `.socket` unit, and hand it over."""
        self.prise = socket.create_server(("127.0.0.1", self.port))

    def lacher_la_prise(self) -> None:
        """Nobody listens any more: whoever had come and waits is cut."""
        assert self.prise is not None
        self.prise.close()
        self.prise = None

    def ordre(self, sabotage: str) -> list[str]:
        if sabotage:
            return [sys.executable, "-m", "tests.fautes.sabotage", sabotage, str(self.port)]
        return commande("servir", "--port", str(self.port), "--processus", "2", "--fils", "4")

    def demarrer(self, sabotage: str = "") -> None:
        """`sabotage`: one of `tests/fautes/sabotage.py`, in place of the sound server."""
        ordre = self.sous(self.ordre(sabotage))
        env, fds = self.environnement, ()
        if self.prise:
            fds, env = (self.prise.fileno(),), env | {"LISTEN_FDS": "1"}
            ordre = [sys.executable, "-c", PASSER, str(fds[0]), *ordre]
        with self.journal.open("ab") as journal:
            self.processus = subprocess.Popen(
                ordre,
                cwd=RACINE,
                env=env,
                pass_fds=fds,
                stdout=journal,
                stderr=journal,
                start_new_session=True,
            )
        attendre(lambda: self.processus.poll() is not None or self.repond(), 90)
        assert self.processus.poll() is None, self.journal.read_text(encoding="utf-8")[-2000:]

    def repond(self) -> bool:
        return repond(f"{self.environnement['PORTAIL_URL']}/connexion")

    def tuer(self) -> None:
        """The whole group, at once, as when the power of the machine goes but for its disk."""
        if self.processus is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.processus.pid, signal.SIGKILL)
        self.processus.wait(timeout=30)
        self.processus = None

    def arreter(self) -> int:
        """As systemd does: asked to stop, it ends what it has begun. Its code."""
        assert self.processus is not None
        self.processus.send_signal(signal.SIGTERM)
        code = self.processus.wait(timeout=45)
        self.processus = None
        return code

    def fermer(self) -> None:
        self.tuer()
        if self.prise:
            self.prise.close()

    @contextlib.contextmanager
    def en_marche(self, sabotage: str = "") -> Iterator["Service"]:
        self.demarrer(sabotage)
        try:
            yield self
        finally:
            self.tuer()


class Gunicorn(Service):
    """As one machine of several serves it: gunicorn and the settings of `deploy/`, no mail beside."""

    def ordre(self, sabotage: str) -> list[str]:
        ordre = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
        ordre += ["--bind", f"127.0.0.1:{self.port}"]
        return [*ordre, f"tests.fautes.sabotage:application('{sabotage}')"] if sabotage else ordre
