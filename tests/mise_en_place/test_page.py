"""The hub of the set-up: for who sets the portal up, and nobody else."""

import pytest

from models import Affectation
from tests.html import lire, mots


def test_it_is_in_the_menu_of_whoever_sets_the_portal_up(monde, connexion):
    page = lire(connexion(monde.gestionnaire).get("/agents/mise-en-place").text)
    assert mots(page.h1) == "Mise en place"
    assert page.select_one("nav.menu [aria-current]")["href"] == "/agents/mise-en-place"


@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur"])
def test_nobody_else_enters(monde, connexion, qui):
    assert connexion(getattr(monde, qui)).get("/agents/mise-en-place").status_code == 403


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # the question is the perimeter's
def test_what_is_the_whole_towns_is_not_offered_to_who_is_limited_to_a_place(monde, connexion):
    def etapes() -> list[str]:
        page = lire(connexion(monde.gestionnaire).get("/agents/mise-en-place").text)
        return [a["href"] for a in page.select(".etapes a")]

    assert "/agents/mise-en-place/import" in etapes()
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    assert "/agents/mise-en-place/import" not in etapes()
