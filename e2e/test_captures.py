"""The pictures of the README and of the guides, taken in the demonstration town on a day that never changes.

`make captures` (PORTAIL_CAPTURES=1) writes them in docs/captures. Otherwise they go to a temporary folder:
that they can be taken is what is tested.
"""

import datetime as dt
import os
import pathlib
import re
import shutil
import struct

import pytest

import models
from e2e.conftest import servir
from portail import clock
from portail.demo import fonder_demonstration
from tests.conftest import fermer

CAPTURES = pathlib.Path(__file__).resolve().parents[1] / "docs" / "captures"
POIDS = range(20_000, 250_000)
AUJOURDHUI = dt.datetime(2026, 12, 3, 9, 40, tzinfo=clock.PARIS)
"""A Thursday morning: days behind, days ahead and a holiday in one month, and an agent at work."""


@pytest.fixture(scope="module")
def ville(tmp_path_factory):
    """The demonstration town as it is on that day."""
    chemin = tmp_path_factory.mktemp("ville") / "ville.sqlite3"
    models.db.initialize(models.ouvrir(f"sqlite:///{chemin}"))
    with models.db.connection_context(), clock.figer(AUJOURDHUI):
        models.creer_tables()
        fonder_demonstration(50, graine=1)
    fermer()
    return chemin


@pytest.fixture
def serveur(ville, tmp_path):
    chemin = tmp_path / "ville.sqlite3"
    shutil.copyfile(ville, chemin)
    with servir(f"sqlite:///{chemin}", AUJOURDHUI) as adresse:
        yield adresse


@pytest.fixture
def prendre(tmp_path):
    """`prendre(page, "planning")`: the window as it is seen, in a PNG that is neither empty nor heavy."""
    dossier = CAPTURES if os.environ.get("PORTAIL_CAPTURES") == "1" else tmp_path

    def photographier(page, nom: str) -> None:
        image = page.screenshot(path=dossier / f"{nom}.png", animations="disabled")
        assert struct.unpack(">II", image[16:24]) == tuple(page.viewport_size.values())
        assert len(image) in POIDS, f"{nom}.png weighs {len(image)} bytes"

    return photographier


def test_the_planning_of_a_family(entrer, prendre):
    page = entrer("famille@example.org")
    page.goto("/famille/planning?vue=mois&date=2026-12-03")
    prendre(page, "planning")


def test_the_queue_of_the_agents(entrer, prendre):
    page = entrer("agent@example.org")
    page.goto("/agents")
    plusieurs_jours = page.get_by_role("link", name=re.compile("Réservation.* jours, "))
    page.goto(plusieurs_jours.first.get_attribute("href"))
    prendre(page, "file")


def test_the_planning_on_a_telephone_at_night(entrer, prendre):
    page = entrer("famille@example.org", taille="etroit", theme="dark")
    page.goto("/famille/planning?vue=mois&date=2026-12-03")
    page.get_by_role("heading", name="lundi 7 décembre").evaluate(
        "h => scrollBy(0, h.parentElement.getBoundingClientRect().top)"
    )
    prendre(page, "telephone")
