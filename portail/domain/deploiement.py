"""What a deployment must be, asked of its database: how it writes, what was saved, who may come in.

Each check gives a sentence for what is not safe, and what to do about it; nothing when all is well. Those of
the settings and of the machine: `portail/deploiement.py`.
"""

import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from peewee import JOIN

from models import ROLES_ADMINISTRATION, ROLES_PERSONNEL, Compte, SecondFacteur, db, moteur
from portail import clock, mots
from portail.domain import pages_de_la_ville, taches

UN_JOUR = dt.timedelta(hours=26)
"""A day, and the two hours by which a nightly backup may be late."""
ECART = dt.timedelta(seconds=2)
ECRITURES = 200
"""How many acts a second the disk must be able to keep: what an opening of registrations asks for."""
MESURE = 0.5
"""Seconds that the measure of the disk may take."""

MOTEUR = """
    SELECT name, setting FROM pg_settings
    WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names')"""
ROLE = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
REPLIQUES = "SELECT count(*) FROM pg_stat_replication"
A_DISTANCE_EN_CLAIR = """
    SELECT NOT ssl AND inet_server_addr() IS NOT NULL AND inet_server_addr() <> inet_client_addr()
    FROM pg_stat_ssl WHERE pid = pg_backend_pid()"""
UNE_ECRITURE = "SELECT pg_logical_emit_message(true, 'portail', 'mesure')"


def du_moteur() -> Iterator[str]:
    """An act that was acknowledged is on the disk: on every engine, whatever was tuned."""
    yield from (_de_postgresql() if moteur() == "postgresql" else _de_sqlite())


def _de_sqlite() -> Iterator[str]:
    if db.execute_sql("PRAGMA synchronous").fetchone()[0] < 2:
        yield (
            "SQLite n’attend pas le disque à chaque écriture : le portail règle « synchronous » à FULL, "
            "rétablissez-le."
        )
    if db.execute_sql("PRAGMA journal_mode").fetchone()[0] != "wal":
        yield (
            "SQLite n’a pas pu prendre son journal WAL : mettez la base sur un disque de la machine, dans un "
            "dossier où le portail peut écrire."
        )


def _de_postgresql() -> Iterator[str]:
    reglages = _reglages_de_postgresql()
    for nom in ("fsync", "full_page_writes"):
        if reglages[nom] == "off":
            yield f"PostgreSQL écrit sans attendre le disque ({nom} = off) : remettez {nom} à on."
    attendue = bool(reglages["synchronous_standby_names"])
    if reglages["synchronous_commit"] == "off":
        yield (
            "PostgreSQL répond avant d’avoir écrit (synchronous_commit = off) : "
            "remettez synchronous_commit à on."
        )
    elif attendue and reglages["synchronous_commit"] == "local":
        yield (
            "PostgreSQL répond sans attendre sa réplique (synchronous_commit = local) : "
            "remettez synchronous_commit à on."
        )
    if not attendue and _repliques():
        yield (
            "Une réplique suit PostgreSQL sans être attendue : une bascule perdrait les derniers actes ; "
            "nommez-la dans synchronous_standby_names."
        )
    if _est_superutilisateur():
        yield (
            "Le portail se connecte à PostgreSQL en superutilisateur : créez-lui un rôle ordinaire, "
            "propriétaire de sa seule base."
        )
    if _a_distance_en_clair():
        yield (
            "La connexion à PostgreSQL passe par le réseau sans chiffrement : ajoutez sslmode=verify-full à "
            "PORTAIL_DATABASE_URL."
        )


def _reglages_de_postgresql() -> dict[str, str]:
    return dict(db.execute_sql(MOTEUR).fetchall())


def _repliques() -> int:
    return db.execute_sql(REPLIQUES).fetchone()[0]


def _est_superutilisateur() -> bool:
    return db.execute_sql(ROLE).fetchone()[0]


def _a_distance_en_clair() -> bool:
    return bool(db.execute_sql(A_DISTANCE_EN_CLAIR).fetchone()[0])


def de_l_heure() -> Iterator[str]:
    """Deadlines are computed by the portal, and read by all its machines."""
    if moteur() == "postgresql" and abs(_heure_de_la_base() - clock.maintenant()) > ECART:
        yield (
            "L’heure de cette machine n’est pas celle du serveur PostgreSQL : "
            "synchronisez les deux (systemd-timesyncd ou chrony)."
        )


def _heure_de_la_base() -> dt.datetime:
    return db.execute_sql("SELECT clock_timestamp()").fetchone()[0]


def du_disque() -> Iterator[str]:
    try:
        rythme = ecritures_par_seconde()
    except OSError as panne:
        yield (
            f"Rien ne s’écrit à côté de la base ({panne.strerror}) : lancez la commande avec le compte du "
            "portail, et donnez-lui ce dossier."
        )
        return
    if rythme < ECRITURES:
        yield (
            f"Le disque de la base garde {rythme} écritures par seconde, il en faut {ECRITURES} le jour "
            "d’une ouverture : prenez un disque SSD local."
        )


def ecritures_par_seconde() -> int:
    """How many times a second the disk of the database says that it has kept something, one after another."""
    if moteur() == "postgresql":
        return _rythme(lambda: db.execute_sql(UNE_ECRITURE))
    with tempfile.TemporaryFile(dir=Path(db.obj.database).parent) as fichier:

        def ecrire() -> None:
            fichier.write(bytes(4096))
            fichier.flush()
            os.fdatasync(fichier.fileno())

        return _rythme(ecrire)


def _rythme(ecrire: Callable[[], object]) -> int:
    debut, faites = time.perf_counter(), 0
    while (duree := time.perf_counter() - debut) < MESURE:
        ecrire()
        faites += 1
    return int(faites / duree)


def de_la_sauvegarde() -> Iterator[str]:
    derniere = taches.derniere_fois(taches.SAUVEGARDE)
    if derniere is None:
        yield "Aucune sauvegarde n’est connue : lancez « sauvegarder » chaque nuit."
    elif derniere < clock.maintenant() - UN_JOUR:
        quand = mots.moment_annee(derniere)
        yield f"La dernière sauvegarde est du {quand} : voyez pourquoi les suivantes n’ont pas abouti."


def des_pages() -> Iterator[str]:
    """What the law wants to be said, and that only the town knows."""
    for cle in pages_de_la_ville.PAGES:
        page = pages_de_la_ville.lire(cle)
        if "à compléter" in page.texte.casefold():
            yield (
                f"La page « {page.titre} » dit encore « À compléter » : "
                "complétez-la sous Mise en place, Pages de la ville."
            )


def du_personnel() -> Iterator[str]:
    sans = [compte.email for compte in _sans_second_facteur()]
    if sans:
        qui = ", ".join(sans[:5]) + (f" et {len(sans) - 5} autre(s)" if len(sans) > 5 else "")
        yield (
            f"Sans application de codes, {qui} : qu’une première connexion l’installe, "
            "ou fermez les comptes qui ne servent pas."
        )
    administrateurs = Compte.select().where(Compte.actif, Compte.role.in_(ROLES_ADMINISTRATION)).count()
    if administrateurs < 2:
        yield (
            f"{administrateurs} administrateur : ouvrez un second compte (« compte creer »), "
            "pour le jour où le premier manque."
        )


def _sans_second_facteur() -> list[Compte]:
    return list(
        Compte.select(Compte.email)
        .join(SecondFacteur, JOIN.LEFT_OUTER)
        .where(Compte.actif, Compte.role.in_(ROLES_PERSONNEL), SecondFacteur.actif_depuis.is_null())
        .order_by(Compte.email)
    )


CONTROLES = (
    ("Base", du_moteur),
    ("Horloge", de_l_heure),
    ("Disque", du_disque),
    ("Sauvegarde", de_la_sauvegarde),
    ("Pages légales", des_pages),
    ("Comptes de la mairie", du_personnel),
)
