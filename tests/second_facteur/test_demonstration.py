"""In a demonstration staff come in with the password alone, and everybody is told; elsewhere nobody is."""

import pytest
from jinja2 import StrictUndefined

from models import db
from portail import create_app
from tests.conftest import config_de_test, fermer
from tests.html import lire, mots
from tests.second_facteur.conftest import MON_ESPACE, PAGE

DITE = "Démonstration : le second facteur des agents est désactivé."


@pytest.fixture
def app(base, url_de_base):
    fermer()
    application = create_app(config_de_test(url_de_base, demo=True))
    application.jinja_env.undefined = StrictUndefined
    application.testing = True
    db.connect(reuse_if_open=True)
    return application


def test_it_is_off_and_the_page_to_sign_in_and_that_of_the_staff_say_so(client, connexion, monde):
    assert DITE in mots(lire(client.get("/connexion").text).main)
    for qui in ("sophie", "animateur"):
        dedans = connexion(getattr(monde, qui))
        page = lire(dedans.get(MON_ESPACE).text)
        assert DITE in mots(page.main)
        assert not page.select("main form")
        assert dedans.get(PAGE).headers["Location"] == "/"
    assert connexion(monde.sophie).get("/agents").status_code == 200


def test_elsewhere_nothing_of_it_is_said(url_de_base, monde):
    fermer()
    client = create_app(config_de_test(url_de_base, demo=False)).test_client()
    db.connect(reuse_if_open=True)
    assert DITE not in client.get("/connexion").text


def test_a_session_of_the_demonstration_opens_nothing_once_the_town_is_real(connexion, url_de_base, monde):
    sophie = connexion(monde.sophie)
    fermer()
    ville = create_app(config_de_test(url_de_base, demo=False)).test_client()
    db.connect(reuse_if_open=True)
    ville.set_cookie("session", sophie.get_cookie("session").value)
    assert ville.get("/agents").headers["Location"] == f"{PAGE}?next=/agents"
