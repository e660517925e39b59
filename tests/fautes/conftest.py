"""Fixtures: the town to book in, founded once for each engine; the portal served on it."""

import shutil

import pytest

import models
from models import db
from portail.domain.ville import oublier_la_ville
from tests.conftest import fermer
from tests.fautes.service import Service
from tests.fautes.ville import Voeu, fonder, rester_connectes


@pytest.fixture(scope="session")
def voeux_par_moteur() -> dict[str, list[Voeu]]:
    return {}


@pytest.fixture(scope="session")
def modele_sqlite(modele_sqlite, application, voeux_par_moteur, tmp_path_factory):
    chemin = tmp_path_factory.mktemp("fautes") / "ville.sqlite3"
    shutil.copyfile(modele_sqlite, chemin)
    voeux_par_moteur["sqlite"] = fonder(f"sqlite:///{chemin}", application[0])
    return chemin


@pytest.fixture(scope="session")
def modele_postgres(postgres, modele_postgres, application, voeux_par_moteur):
    postgres.create("fautes", template=modele_postgres)
    voeux_par_moteur["postgresql"] = fonder(postgres.url("fautes"), application[0])
    return "fautes"


@pytest.fixture
def ville(url_de_base):
    """The database of the town, chosen, not yet connected."""
    db.initialize(models.ouvrir(url_de_base))
    oublier_la_ville()
    rester_connectes()
    yield url_de_base
    fermer()


@pytest.fixture
def voeux(ville, voeux_par_moteur):
    """All that may be booked, one after the other, for as long as the test asks."""
    return iter(voeux_par_moteur[models.moteur()])


@pytest.fixture
def service(ville, tmp_path):
    service = Service(ville, tmp_path)
    yield service
    service.fermer()
