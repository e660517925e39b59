"""The database connection of a thread, given back when its work is done: a request, a round of mail."""

import models


def rendre_la_connexion(en_panne: bool = False) -> None:
    """PostgreSQL: back to the pool, or dropped when it has failed. SQLite keeps one connection a thread."""
    base = models.db.obj
    if models.moteur() != "postgresql" or base.is_closed():
        return
    if en_panne:
        base.manual_close()
    else:
        base.close()


def tout_fermer() -> None:
    """Every connection of this process: before a fork, at the end."""
    getattr(models.db.obj, "close_all", models.db.obj.close)()
