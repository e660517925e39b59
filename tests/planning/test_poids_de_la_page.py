"""What a month costs those who open it: the queries, the requests, the bytes on the wire. Never a time."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playhouse.test_utils import count_queries

from portail.feuilles import COMMUNES

MOIS = "/famille/planning?vue=mois"
BR = {"Accept-Encoding": "br"}
REQUETES, REQUETES_HTTP, OCTETS_FROIDS, OCTETS_TIEDES = 10, 8, 100_000, 15_000


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def test_a_month_takes_ten_queries_at_most(claire):
    claire.get(MOIS)
    with count_queries() as comptees:
        assert claire.get(MOIS).status_code == 200
    assert 5 <= comptees.count <= REQUETES


def test_whoever_comes_for_the_first_time_asks_little_and_comes_back_for_the_page_alone(claire):
    page = claire.get(MOIS, headers=BR)
    lue = BeautifulSoup(claire.get(MOIS).text, "html.parser")
    adresses = {lien["href"] for lien in lue.select("link[href]")}
    adresses |= {script["src"] for script in lue.select("script[src]")}
    adresses |= {image["src"] for image in lue.select("img[src]")}
    adresses |= {use["href"].partition("#")[0] for use in lue.select("use[href]")}
    assert 1 + len(adresses) <= REQUETES_HTTP
    fichiers = {adresse: claire.get(adresse, headers=BR) for adresse in adresses}
    assert {f.status_code for f in fichiers.values()} == {200}
    assert len(page.data) + sum(len(f.data) for f in fichiers.values()) <= OCTETS_FROIDS
    assert len(page.data) <= OCTETS_TIEDES
    gardes = {adresse: f.headers["Cache-Control"] for adresse, f in fichiers.items()}
    assert all(re.search(r"max-age=[1-9]", garde) for garde in gardes.values()), gardes


def test_the_sheet_of_every_page_is_all_of_them_in_order_and_is_kept_under_its_own_version(app, claire):
    adresse = BeautifulSoup(claire.get(MOIS).text, "html.parser").select_one("link[rel=stylesheet]")["href"]
    feuille = claire.get(adresse)
    assert feuille.mimetype == "text/css" and "immutable" in feuille.headers["Cache-Control"]
    dossier = Path(app.static_folder) / "css"
    places = [feuille.text.index((dossier / f"{nom}.css").read_text()) for nom in COMMUNES]
    assert places == sorted(places)
    assert claire.get(adresse.partition("?")[0]).headers["Cache-Control"] == "no-cache"
