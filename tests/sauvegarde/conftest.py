"""Fixtures: the tools of the tests' PostgreSQL, an empty database of each engine, the two commands."""

import itertools
from pathlib import Path

import pytest

import models
from models import db
from portail import create_app
from tests.bases_vides import comme_initialisee
from tests.conftest import config_de_test, fermer

_numeros = itertools.count(1)


@pytest.fixture
def outils(request, monkeypatch) -> None:
    """`pg_dump` and `pg_restore` of the version of the server, first on the PATH."""
    monkeypatch.setenv("PATH", f"{request.getfixturevalue('postgres').binaires}", prepend=":")


@pytest.fixture
def a_jour(monde):
    """The small world, as a base that `initialiser` has made."""
    comme_initialisee()
    return monde


@pytest.fixture
def url_vide(request, base, tmp_path):
    """The URL of an empty database, of the same engine as the one that is open."""
    if models.moteur() == "sqlite":
        yield f"sqlite:///{tmp_path / 'vide.sqlite3'}"
        return
    serveur = request.getfixturevalue("postgres")
    nom = f"restauree{next(_numeros)}"
    yield serveur.create(nom)
    serveur.drop(nom)


@pytest.fixture
def commande(app):
    """`commande("sauvegarder", fichier)`, on the database that is open."""

    def lancer(*mots: str | Path):
        return app.test_cli_runner().invoke(args=[str(mot) for mot in mots])

    return lancer


@pytest.fixture
def ailleurs(url_vide):
    """`ailleurs("restaurer", fichier)`, on the empty database; it is open afterwards."""

    def lancer(*mots: str | Path):
        fermer()
        app = create_app(config_de_test(url_vide))
        resultat = app.test_cli_runner().invoke(args=[str(mot) for mot in mots])
        db.connect(reuse_if_open=True)
        return resultat

    yield lancer
    fermer()
