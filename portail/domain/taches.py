"""What nobody asks for: the rounds that the portal makes by itself, and when each was last done to its end.

Noted for whoever watches the portal: a round that fails, or that no process makes any more, stays silent.
"""

import datetime as dt

from models import Tache, write_transaction
from portail import clock

COURRIELS = "courriels"
PLACES = "places"
RAPPELS = "rappels"
MENAGE = "menage"
PAIEMENTS = "paiements"
SAUVEGARDE = "sauvegarde"

PAS = dt.timedelta(minutes=1)
"""A round that comes back every three seconds, in each process, is noted once in this time."""


def noter(nom: str) -> None:
    """This has just been done to its end."""
    maintenant = clock.maintenant()
    derniere = derniere_fois(nom)
    if derniere is not None and derniere <= maintenant < derniere + PAS:
        return
    with write_transaction():
        Tache.insert(nom=nom, faite_le=maintenant).on_conflict(
            conflict_target=[Tache.nom], update={Tache.faite_le: maintenant}
        ).execute()


def derniere_fois(nom: str) -> dt.datetime | None:
    """None for what was never done to its end on this database."""
    return Tache.select(Tache.faite_le).where(Tache.nom == nom).scalar()


def toutes() -> dict[str, dt.datetime]:
    return {tache.nom: tache.faite_le for tache in Tache.select().order_by(Tache.nom)}
