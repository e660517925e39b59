"""Fixtures: a real town, where staff owe a second factor; what a phone and a sheet of paper hold."""

import dataclasses
import datetime as dt
import re
from dataclasses import dataclass, field

import pyotp
import pytest
from flask.testing import FlaskClient

from models import Compte
from portail import clock
from portail.domain import reglages
from tests.conftest import config_de_test
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT

PAGE = "/connexion/second-facteur"
ACTIVATION = "/connexion/second-facteur/activation"
MON_ESPACE = "/mon-espace/second-facteur"


@pytest.fixture
def app(app, url_de_base):
    """The application as a town has it, no demonstration."""
    app.extensions["portail"] = config_de_test(url_de_base, demo=False)
    avant = reglages.lire()
    reglages.poser(dataclasses.replace(avant, second_facteur=True))
    yield app
    reglages.poser(avant)


@dataclass
class Agent:
    """Somebody of the staff who has set the application of codes up."""

    compte: Compte
    client: FlaskClient
    secret: str
    codes: list[str] = field(default_factory=list)

    def code(self, decalage: int = 0) -> str:
        """What the phone shows now, or so many codes away."""
        return code_de(self.secret, decalage)


def code_de(secret: str, decalage: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.maintenant() + dt.timedelta(seconds=30 * decalage))


def cle_de(client) -> str:
    """The key that the page of the installation shows, to be typed."""
    page = lire(client.get(PAGE).text)
    return mots(page.select_one(".cle")).replace(" ", "")


def apres(**duree):
    return clock.figer(MAINTENANT + dt.timedelta(**duree))


def est_entre(client) -> bool:
    return client.get(MON_ESPACE).status_code == 200


@pytest.fixture
def muni(connexion):
    """`muni(monde.sophie)`: this person, the application set up, in a browser that is wholly in."""

    def installer(compte: Compte) -> Agent:
        client = connexion(compte)
        secret = cle_de(client)
        reponse = poster(client, ACTIVATION, {"code": code_de(secret)})
        assert reponse.status_code == 200, reponse.text
        codes = re.findall(r"<li><code>([^<]+)</code></li>", reponse.text)
        return Agent(compte, client, secret, codes)

    return installer


@pytest.fixture
def donner():
    """`donner(client, "123 456")`: the answer of the page that asks for the code."""

    def poster_le_code(client, code: str, **champs):
        return poster(client, PAGE, {"code": code, **champs})

    return poster_le_code
