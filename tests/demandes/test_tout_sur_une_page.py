"""The page that holds all the demandes, to be printed: it says so when it does not hold them all."""

from portail.domain import lecture_demandes
from tests.actes import demander
from tests.monde import JEUDI, LUNDI

PHRASE = "plus récentes sont sur cette page"


def test_what_is_left_out_is_said(monde, connexion, monkeypatch):
    for jour in (LUNDI, JEUDI):
        demander(monde, (monde.lea, monde.seance(monde.soir, jour)))
    client = connexion(monde.claire)
    assert PHRASE not in client.get("/famille/demandes?page=toutes").text

    monkeypatch.setattr(lecture_demandes, "D_UN_COUP", 1)

    assert f"Seules les 1 {PHRASE}" in client.get("/famille/demandes?page=toutes").text
    assert PHRASE not in client.get("/famille/demandes").text
