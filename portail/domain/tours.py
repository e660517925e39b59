"""What takes long holds a thread of the server, that has few: so many at once, so many more who wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class PasDeTour(Exception):
    """Too many are there already, or nobody was done in time."""


class Tours:
    """`a_la_fois` have their turn at once, `en_attente` more wait for it; the others are told so at once."""

    def __init__(self, a_la_fois: int, en_attente: int) -> None:
        self._admis = threading.BoundedSemaphore(a_la_fois + en_attente)
        self._tours = threading.BoundedSemaphore(a_la_fois)

    @contextmanager
    def prendre(self, patience: float) -> Iterator[None]:
        """One's turn, now or within so many seconds; :class:`PasDeTour`."""
        if not self._admis.acquire(blocking=False):
            raise PasDeTour("too many wait already")
        try:
            if not self._tours.acquire(timeout=patience):
                raise PasDeTour("nobody was done in time")
            try:
                yield
            finally:
                self._tours.release()
        finally:
            self._admis.release()
