"""The hub of the set-up: for who sets the portal up, and nobody else."""

import pytest

from tests.html import lire, mots


def test_it_is_in_the_menu_of_whoever_sets_the_portal_up(monde, connexion):
    page = lire(connexion(monde.gestionnaire).get("/agents/mise-en-place").text)
    assert mots(page.h1) == "Mise en place"
    assert page.select_one("nav.menu [aria-current]")["href"] == "/agents/mise-en-place"


@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur"])
def test_nobody_else_enters(monde, connexion, qui):
    assert connexion(getattr(monde, qui)).get("/agents/mise-en-place").status_code == 403
