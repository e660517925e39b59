"""Fixtures: an empty database on each engine in turn, and none of the small world."""

import itertools

import pytest
from playhouse.migrations import Runner

import models
from models import db
from portail.domain.schema import MIGRATIONS
from portail.domain.ville import oublier_la_ville

_numeros = itertools.count(1)


def comme_initialisee() -> None:
    """Note every migration as done in the open database, whose tables came from the models."""
    historique = Runner(db.obj, str(MIGRATIONS))
    historique.History.create_table()
    historique.fake()


@pytest.fixture(params=["sqlite", "postgresql"])
def url_vide(request, tmp_path):
    """The URL of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'vide.sqlite3'}"
        return
    serveur = request.getfixturevalue("postgres")
    nom = f"vide{next(_numeros)}"
    yield serveur.create(nom)
    serveur.drop(nom)


@pytest.fixture
def base_vide(url_vide):
    """That database, chosen by the portal, not yet connected."""
    db.initialize(models.ouvrir(url_vide))
    oublier_la_ville()
    yield db
    getattr(db.obj, "close_all", db.obj.close)()
