"""The only reading of the time. Instants are aware and in UTC; civil dates are those of Europe/Paris."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_fige: dt.datetime | None = None


def maintenant() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return _fige if _fige is not None else dt.datetime.now(dt.UTC)


def aujourdhui() -> dt.date:
    """The present civil date in Europe/Paris."""
    return maintenant().astimezone(PARIS).date()


@lru_cache(4096)
def instant(jour: dt.date, heure: dt.time) -> dt.datetime:
    """The instant, in UTC, of a civil date and hour in Europe/Paris.

    An hour that the change to summer time skips is read as the hour after it; one that comes twice in
    autumn is the first.
    """
    return dt.datetime.combine(jour, heure, PARIS).astimezone(dt.UTC)


def a_paris(instant: dt.datetime) -> dt.datetime:
    """An instant as the clocks of Paris show it."""
    return instant.astimezone(PARIS)


@contextmanager
def figer(instant: dt.datetime) -> Iterator[None]:
    """For tests: the time stands still at `instant` (aware) inside the block, in every thread."""
    global _fige
    if instant.tzinfo is None:
        raise ValueError(f"naive instant: {instant!r}")
    avant, _fige = _fige, instant.astimezone(dt.UTC)
    try:
        yield
    finally:
        _fige = avant
