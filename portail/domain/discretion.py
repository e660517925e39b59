"""As much work for an address that nobody knows as for one that has an account: the time taken tells nothing.

What only an account is owed — a link, a mail, a line of the journal — is written in either case, by the same
queries, and taken back when there was nobody to write it for.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from peewee import fn

from models import Compte, db


class _Reprise(Exception):
    """What was written is taken back."""


@contextmanager
def garder(pour_de_vrai: bool) -> Iterator[None]:
    """What is written inside stays, or is taken back; inside the transaction of the act."""
    with suppress(_Reprise), db.savepoint():
        yield
        if not pour_de_vrai:
            raise _Reprise


def chercher(email: str) -> Compte | None:
    """The account of this address, else another one, to do as much for; None in a portal without accounts."""
    premier = Compte.select(fn.MIN(Compte.id))
    trouves = list(Compte.select().where((Compte.email == email) | (Compte.id == premier)))
    return min(trouves, key=lambda compte: compte.email != email, default=None)
