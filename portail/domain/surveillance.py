"""What whoever watches the portal asks of its database: does it answer, and what waits in it."""

import datetime as dt
from dataclasses import dataclass

from peewee import SQL, InterfaceError, OperationalError, fn
from playhouse.pool import MaxConnectionsExceeded

import workflows as w
from models import Courriel, Demande, Ville, db, moteur
from portail import clock
from portail.domain import taches

NE_REPOND_PAS = "La base ne répond pas."
PAS_PRETE = "La base n’est pas prête : lancez « flask --app portail initialiser »."
LECTURE_SEULE = "La base répond, et n’écrit pas : c’est une réplique."


def panne() -> str:
    """Why nobody can be served just now; empty when all is well."""
    try:
        if moteur() == "postgresql" and db.execute_sql("SELECT pg_is_in_recovery()").fetchone()[0]:
            return LECTURE_SEULE
        return "" if Ville.table_exists() and Ville.select().exists() else PAS_PRETE
    except (OperationalError, InterfaceError, MaxConnectionsExceeded):
        return NE_REPOND_PAS


@dataclass(frozen=True)
class EtatDeLaBase:
    """What waits in the database of the town: the same from whichever process or machine it is read."""

    courriels: int
    """The mails that wait to be sent."""
    plus_ancien_courriel: dt.timedelta
    demandes: int
    """Those that wait for an agent's answer."""
    plus_ancienne_demande: dt.timedelta
    octets: int
    taches: dict[str, dt.datetime]


def lire() -> EtatDeLaBase:
    courriels, ecrit = _qui_attendent(Courriel.cree_le, SQL("statut = 'a_envoyer'"))
    demandes, deposee = _qui_attendent(Demande.deposee_le, SQL(f"statut = '{w.EN_ATTENTE}'"))
    return EtatDeLaBase(courriels, ecrit, demandes, deposee, _octets(), taches.toutes())


def _qui_attendent(depuis, attendent) -> tuple[int, dt.timedelta]:
    """How many, and for how long the oldest has waited."""
    maintenant = clock.maintenant()
    combien, premiere = (
        depuis.model.select(fn.count(depuis), fn.min(depuis)).where(attendent).scalar(as_tuple=True)
    )
    return combien, max(maintenant - premiere, dt.timedelta()) if premiere else dt.timedelta()


def _octets() -> int:
    if moteur() == "postgresql":
        return db.execute_sql("SELECT pg_database_size(current_database())").fetchone()[0]
    return db.execute_sql(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    ).fetchone()[0]
