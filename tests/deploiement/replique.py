"""A standby of a PostgreSQL of the tests: a copy that follows it, is cut from it, takes its place."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

from tests.postgres import TempPostgres
from tests.processus import attendre

NOM = "replique"
"""As the primary knows it: what `synchronous_standby_names` names."""
ETAT = f"SELECT sync_state FROM pg_stat_replication WHERE application_name = '{NOM}' AND state = 'streaming'"


class Replique(TempPostgres):
    """Made as the guide makes it, by pg_basebackup; its settings are those of its primary."""

    def __init__(self, maitre: TempPostgres) -> None:
        super().__init__()
        self.maitre = maitre

    def _initdb(self, binaires: Path) -> None:
        ordre = [binaires / "pg_basebackup", "-h", self.maitre.base, "-U", "postgres", "-D", self.donnees]
        fait = subprocess.run(
            [*ordre, "--checkpoint=fast", "--no-sync"], capture_output=True, text=True, **self._execution()
        )
        if fait.returncode:
            raise RuntimeError(f"pg_basebackup : {fait.stderr}")
        (self.donnees / "standby.signal").touch()
        self._regler(f"host={self.maitre.base} user=postgres application_name={NOM}")

    def _regler(self, maitre: str) -> None:
        """Whom it follows, and nothing of what its primary was told besides."""
        conf = self.donnees / "postgresql.auto.conf"
        conf.write_text(f"primary_conninfo = '{maitre}'\n", encoding="utf-8")

    def suit(self) -> str:
        """`async`, `sync` or nothing, as the primary says."""
        ligne = self.maitre.admin().execute(ETAT).fetchone()
        return ligne[0] if ligne else ""

    def se_faire_attendre(self) -> None:
        """From now on the primary acknowledges nothing that is not written here too."""
        attendre(self.suit, 60)
        for ordre in (f"ALTER SYSTEM SET synchronous_standby_names = '{NOM}'", "SELECT pg_reload_conf()"):
            self.maitre.admin().execute(ordre)
        attendre(lambda: self.suit() == "sync", 60)

    def couper(self) -> None:
        """The network between the two goes."""
        self._regler("")
        self.admin().execute("SELECT pg_reload_conf()")
        attendre(lambda: not self.suit(), 60)

    def promouvoir(self) -> None:
        assert self.admin().execute("SELECT pg_promote(true, 60)").fetchone() == (True,)


def mourir(serveur: TempPostgres) -> None:
    """The machine of this server goes: all its processes at once, without a word."""
    chef = int((serveur.donnees / "postmaster.pid").read_text().split()[0])
    for pid in (serveur._gardien.pid, chef, *_enfants(chef)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    serveur._gardien.wait()


def _enfants(pere: int) -> list[int]:
    trouves = []
    for statut in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # gone meanwhile
            pid, _, reste = statut.read_text().partition(" (")
            if int(reste.rpartition(") ")[2].split()[1]) == pere:
                trouves.append(int(pid))
    return trouves
