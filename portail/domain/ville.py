"""The town: its one row, read now and then rather than at each request."""

import time

from models import Ville, db

FRAICHEUR = 30
"""Seconds after which a change made by the town is seen by every process."""

_cache: tuple[object, float, Ville] | None = None


def ville() -> Ville:
    """The town as it was at most `FRAICHEUR` seconds ago. An installation without one is not initialised."""
    global _cache
    if _cache is not None and _cache[0] is db.obj and time.monotonic() < _cache[1]:
        return _cache[2]
    lue = Ville.get_by_id(1)
    _cache = (db.obj, time.monotonic() + FRAICHEUR, lue)
    return lue


def oublier() -> None:
    """Read the row again at the next call: for who has just changed it."""
    global _cache
    _cache = None
