"""Databases that serve again: after a test, PostgreSQL's is put back as the template has it, not made anew.

To copy three hundred files, drop them and warm the next up takes a server longer than most tests take.
A test writes in a few tables: their rows are replaced by those of the template, their sequences set back.
What is more than rows (a table altered, statistics, years of bookings) is not mended: that one is dropped.
"""

import contextlib
import itertools
import time
from dataclasses import dataclass

import psycopg
from psycopg.pq import TransactionStatus

import models

_numeros = itertools.count(1)

FOIS = 60
"""How often one database serves: rows that were replaced stay in its files."""
RANGEES = 2_000
"""More than that in a table, and a new database costs less."""

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
SCHEMA = (
    ("pg_class", "oid"),
    ("pg_attribute", "attrelid"),
    ("pg_attrdef", "oid"),
    ("pg_constraint", "oid"),
    ("pg_trigger", "oid"),
    ("pg_proc", "oid"),
    ("pg_statistic", "starelid"),
)
"""Where PostgreSQL keeps what a database is made of, each with what names an object there."""
PREMIER_OBJET = 16384  # those before are PostgreSQL's own

QUAND = "count(*), min(xmin::text::bigint), max(xmin::text::bigint)"
"""How many rows, and the first and last transactions that wrote one: the same, and nothing has changed."""

Etat = dict[str, tuple]


@dataclass
class Base:
    """One database of its own, and what it holds when nobody has touched it."""

    nom: str
    admin: psycopg.Connection
    etat: Etat
    """For each table and sequence, and for the schema: what tells that it is as it was."""
    fois: int = 0
    gardee: psycopg.Connection | None = None
    """The connection of the last test: its server knows the tables and the queries already."""


class Bases:
    """`prendre(modele)` gives a database that equals the template; `rendre` takes it back."""

    def __init__(self, serveur) -> None:
        self._serveur = serveur
        self._libres: dict[str, list[Base]] = {}
        self._prises: dict[str, tuple[str, Base]] = {}
        self._rangees: dict[str, dict[str, bytes]] = {}
        self._etats: dict[str, str] = {}

    def prendre(self, modele: str) -> str:
        libres = self._libres.setdefault(modele, [])
        base = libres.pop() if libres else self._faire(modele)
        self._prises[base.nom] = (modele, base)
        return base.nom

    def rendre(self, nom: str) -> None:
        modele, base = self._prises.pop(nom)
        base.fois += 1
        if base.fois < FOIS and self._remettre(modele, base):
            self._libres[modele].append(base)
        else:
            self._jeter(base)

    def remettre(self, nom: str) -> None:
        """Within a test: the same database, as the template has it. Nobody may be connected."""
        modele, base = self._prises[nom]
        if self._remettre(modele, base):
            return
        self._jeter(base)
        self._prises[nom] = (modele, self._faire(modele, nom))

    # ——— the connection that stays ———

    def confier(self, pool, nom: str) -> None:
        """Put into this pool, that has none yet, the connection of the test before."""
        _, base = self._prises[nom]
        connexion, base.gardee = base.gardee, None
        if connexion is not None and not connexion.closed:
            pool._connections.append((time.time(), 0, connexion))

    def garder(self, pool, nom: str) -> None:
        """Take a connection out of the pool that a test is done with, if it is like a new one."""
        _, base = self._prises[nom]
        pool.close()
        with pool._pool_lock:
            connexion = pool._connections.pop()[-1] if pool._connections else None
        if connexion is None:
            return
        with contextlib.suppress(psycopg.Error):
            if self._comme_neuve(connexion):
                connexion.execute("RESET ALL; SELECT pg_advisory_unlock_all()")
                base.gardee = connexion
                return
        connexion.close()

    def _comme_neuve(self, connexion: psycopg.Connection) -> bool:
        celles_du_portail = models.ouvrir(self._serveur.url()).connect_params["options"]
        options = connexion.info.get_parameters().get("options")
        return options == celles_du_portail and connexion.info.transaction_status is TransactionStatus.IDLE

    # ——— making, mending, dropping ———

    def _faire(self, modele: str, nom: str | None = None) -> Base:
        nom = nom or f"essai{next(_numeros)}"
        self._serveur.create(nom, template=modele)
        admin = self._ouvrir(nom)
        if modele not in self._rangees:
            self._apprendre(modele, admin)
        base = Base(nom, admin, {})
        self._remplacer(modele, base, list(self._rangees[modele]))
        base.etat = self._etat(modele, admin)
        return base

    def _ouvrir(self, nom: str) -> psycopg.Connection:
        return psycopg.connect(self._serveur.url(nom), autocommit=True, options="-c lock_timeout=2000")

    def _apprendre(self, modele: str, admin: psycopg.Connection) -> None:
        """Read the rows of a template, and write the query that tells whether a database has changed."""
        self._rangees[modele] = {}
        parties = []
        for (table,) in admin.execute(TABLES).fetchall():
            with admin.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copie:
                self._rangees[modele][table] = b"".join(copie)
            parties.append(f"SELECT '{table}', {QUAND} FROM \"{table}\"")
        for (sequence,) in admin.execute(SEQUENCES).fetchall():
            parties.append(f"SELECT '{sequence}', last_value, is_called::int, 0 FROM \"{sequence}\"")
        for catalogue, qui in SCHEMA:
            parties.append(f"SELECT '{catalogue}', {QUAND} FROM {catalogue} WHERE {qui} >= {PREMIER_OBJET}")
        self._etats[modele] = " UNION ALL ".join(parties)

    def _etat(self, modele: str, admin: psycopg.Connection) -> Etat:
        lues = admin.execute(self._etats[modele], prepare=True).fetchall()
        return {nom: tuple(valeurs) for nom, *valeurs in lues}

    def _remettre(self, modele: str, base: Base) -> bool:
        """Whether the database is again as it was."""
        with contextlib.suppress(psycopg.Error):
            if base.admin.closed or base.admin.broken:
                base.admin = self._ouvrir(base.nom)
            self._chasser(base)
            etat = self._etat(modele, base.admin)
            change = [nom for nom in etat if etat[nom] != base.etat[nom]]
            if any(nom.startswith("pg_") for nom in change):
                return False
            tables = [nom for nom in change if nom in self._rangees[modele]]
            if any(etat[table][0] > RANGEES for table in tables):
                return False
            quand = self._remplacer(modele, base, tables)
            for table in tables:
                combien = base.etat[table][0]
                base.etat[table] = (combien, quand, quand) if combien else (0, None, None)
            for sequence in set(change) - set(tables):
                dernier, servi, _ = base.etat[sequence]
                base.admin.execute("SELECT setval(%s, %s, %s)", (f'"{sequence}"', dernier, bool(servi)))
            return True
        return False

    def _chasser(self, base: Base) -> None:
        """Nobody else writes here any more: what a test has left running is not for the next."""
        gardes = [base.admin.info.backend_pid]
        if base.gardee is not None:
            gardes.append(base.gardee.info.backend_pid)
        base.admin.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> ALL(%s)",
            (gardes,),
        )

    def _remplacer(self, modele: str, base: Base, tables: list[str]) -> int:
        """The rows of these tables, by those of the template. Gives the transaction that wrote them."""
        if not tables:
            return 0
        with base.admin.transaction():
            base.admin.execute("SET LOCAL session_replication_role = replica")  # no trigger, no foreign key
            for table in tables:
                base.admin.execute(f'DELETE FROM "{table}"')
                with base.admin.cursor().copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copie:
                    copie.write(self._rangees[modele][table])
            (quand,) = base.admin.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        return quand

    def _jeter(self, base: Base) -> None:
        for connexion in (base.gardee, base.admin):
            if connexion is not None:
                connexion.close()
        self._serveur.drop(base.nom)
