"""Fixtures: the demonstration town, made once for each engine, copied for each test."""

import datetime as dt
import itertools
import shutil

import pytest

import models
from models import db
from portail import clock
from portail.demo import fonder_demonstration
from portail.domain import reglages
from portail.domain.schema import initialiser
from portail.domain.ville import oublier_la_ville
from tests.bases_vides import base_vide, url_vide
from tests.conftest import CLES, fermer

__all__ = ["base_vide", "url_vide"]

MAINTENANT = dt.datetime(2026, 11, 24, 9, tzinfo=clock.PARIS)
FAMILLES = 50

_numeros = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def cles():
    """The keys of an installation: the town seals health and bank details."""
    reglages.poser(reglages.Reglages(cles=CLES))


def _fonder(url: str) -> None:
    db.initialize(models.ouvrir(url))
    oublier_la_ville()
    with clock.figer(MAINTENANT):
        initialiser()
        fonder_demonstration(FAMILLES, 1)
    fermer()


@pytest.fixture(scope="session")
def ville_sqlite(cles, tmp_path_factory):
    chemin = tmp_path_factory.mktemp("ville") / "ville.sqlite3"
    _fonder(f"sqlite:///{chemin}")
    return chemin


@pytest.fixture(scope="session")
def ville_postgres(cles, postgres):
    postgres.create("ville")
    _fonder(postgres.url("ville"))
    return "ville"


@pytest.fixture(params=["sqlite", "postgresql"])
def url_de_la_ville(request, tmp_path):
    if request.param == "sqlite":
        chemin = tmp_path / "ville.sqlite3"
        shutil.copyfile(request.getfixturevalue("ville_sqlite"), chemin)
        yield f"sqlite:///{chemin}"
        return
    serveur = request.getfixturevalue("postgres")
    nom = f"ville{next(_numeros)}"
    serveur.create(nom, template=request.getfixturevalue("ville_postgres"))
    yield serveur.url(nom)
    serveur.drop(nom)


@pytest.fixture
def ville(url_de_la_ville):
    """The demonstration town, open, on each engine in turn; « now » is Tuesday 24 November 2026, 9 h."""
    db.initialize(models.ouvrir(url_de_la_ville))
    oublier_la_ville()
    with clock.figer(MAINTENANT):
        db.connect()
        yield db
    fermer()
