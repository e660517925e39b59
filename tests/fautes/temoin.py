"""A command of the portal, run as it is, that notes whether each of its writings waits for the disk.

python -m tests.fautes.temoin notes.txt flask --app portail servir --port 8000

A line each time that a process has connected, or has committed: who, what it did, and what its own connection
says, at that moment, of the disk.
"""

import os
import runpy
import sys

import peewee

ECRIRE = ("INSERT", "UPDATE", "DELETE")
ATTENDENT = {"sqlite": ("2", "3"), "postgresql": ("on on",)}
"""SQLite: FULL, EXTRA; in WAL, NORMAL does not. PostgreSQL: `synchronous_commit`, `fsync`."""


def regarder(base: peewee.Database, quoi: str) -> None:
    """Asked of the connection itself, under everything that could change what it says."""
    curseur = base.connection().cursor()
    if isinstance(base, peewee.SqliteDatabase):
        moteur, dit = "sqlite", curseur.execute("PRAGMA synchronous").fetchone()
    else:
        reglages = "SELECT current_setting('synchronous_commit'), current_setting('fsync')"
        moteur, dit = "postgresql", curseur.execute(reglages).fetchone()
    attend = " ".join(map(str, dit)) in ATTENDENT[moteur]
    with open(NOTES, "a", encoding="utf-8") as notes:  # one short write: several processes share it
        notes.write(f"{os.getpid()} {quoi} {'attend' if attend else 'n’attend pas'}\n")


def se_placer() -> None:
    valider, executer, relier = (getattr(peewee.Database, n) for n in ("commit", "execute_sql", "connect"))

    def commit(base):
        valider(base)
        regarder(base, "écrit")

    def execute_sql(base, sql, *reste, **options):
        fait = executer(base, sql, *reste, **options)
        if sql.lstrip().upper().startswith(ECRIRE) and not base.in_transaction():
            regarder(base, "écrit")
        return fait

    def connect(base, *reste, **options):
        neuve = relier(base, *reste, **options)
        if neuve:
            regarder(base, "relié")
        return neuve

    peewee.Database.commit, peewee.Database.execute_sql = commit, execute_sql
    peewee.Database.connect = connect


if __name__ == "__main__":
    NOTES, *sys.argv = sys.argv[1:]
    se_placer()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
