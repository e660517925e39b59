"""Fixtures: the password given long ago, the same account in another browser."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portail import clock
from tests.monde import MAINTENANT

DIX_MINUTES = dt.timedelta(minutes=10)


@contextmanager
def plus_tard(duree: dt.timedelta = DIX_MINUTES) -> Iterator[None]:
    """Later: the password given at sign-in does for ten minutes, and no longer."""
    with clock.figer(MAINTENANT + duree):
        yield


def est_entre(client) -> bool:
    return "Se déconnecter" in client.get("/rien").text


@pytest.fixture
def claire(connexion, monde):
    """The browser in which Claire has just signed in."""
    return connexion(monde.claire)


@pytest.fixture
def copie(app):
    """`copie(client)`: a browser that holds the very same cookie."""

    def copier(client):
        autre = app.test_client()
        autre.set_cookie("session", client.get_cookie("session").value)
        return autre

    return copier
