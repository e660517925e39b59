"""Fixtures: the busier world, made once for each engine and copied for each test."""

import shutil
from pathlib import Path

import pytest

import models
from models import db
from portail import clock, pdf
from portail.domain import reglages, textes_de_courriel
from portail.domain.ville import oublier_la_ville
from tests.conftest import ADRESSE, BON_MARCHE, CLE_SECRETE, CLES, fermer, nom_de_la_base
from tests.garanties import paiements
from tests.garanties.carte import Carte
from tests.garanties.monde import Ville
from tests.garanties.peuplement import peupler
from tests.monde import MAINTENANT


def _peupler(url: str) -> None:
    db.initialize(models.ouvrir(url))
    oublier_la_ville()
    reglages.poser(reglages.Reglages(ADRESSE, CLE_SECRETE.encode(), BON_MARCHE, CLES, False))
    with clock.figer(MAINTENANT), db.connection_context():
        peupler()
    fermer()


@pytest.fixture(scope="session")
def modele_sqlite(modele_sqlite, tmp_path_factory):
    chemin = tmp_path_factory.mktemp("garanties") / "ville.sqlite3"
    shutil.copyfile(modele_sqlite, chemin)
    _peupler(f"sqlite:///{chemin}")
    return chemin


@pytest.fixture(scope="session")
def modele_postgres(postgres, modele_postgres):
    postgres.create("garanties", template=modele_postgres)
    _peupler(postgres.url("garanties"))
    return "garanties"


@pytest.fixture(autouse=True)
def sans_pdf(monkeypatch):
    """Pages to print, not PDFs: they say the same, and the press has tests of its own (`tests/pdf`)."""
    monkeypatch.setattr(pdf, "disponible", lambda: False)


@pytest.fixture
def monde(base):
    return Ville()


@pytest.fixture
def carte(app, monde, monkeypatch):
    monkeypatch.setitem(app.extensions, "payfip", paiements.Tresor())
    return Carte(app, monde)


@pytest.fixture
def renaitre(request, app, url_de_base):
    """`renaitre()`: the same database, as it was before the test."""

    def refaire() -> None:
        fermer()
        textes_de_courriel.oublier()
        oublier_la_ville()
        if url_de_base.startswith("sqlite:"):
            chemin = Path(url_de_base.removeprefix("sqlite:///"))
            for suffixe in ("", "-wal", "-shm"):
                Path(f"{chemin}{suffixe}").unlink(missing_ok=True)
            shutil.copyfile(request.getfixturevalue("modele_sqlite"), chemin)
        else:
            request.getfixturevalue("postgres").bases.remettre(nom_de_la_base(url_de_base))
        db.connect(reuse_if_open=True)

    return refaire
