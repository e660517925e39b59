"""Reading changes nothing: not one row, whoever reads, as a page or as a piece."""

import pytest

from models import TABLES, SessionOuverte
from tests.securite.adresses import routes


def empreinte() -> dict:
    """All that the tables hold; of an open session, only the date of its last use may move."""
    tout = {}
    for table in TABLES:
        champs = [champ for champ in table._meta.sorted_fields if champ is not SessionOuverte.vue_le]
        tout[table.__name__] = sorted(map(repr, table.select(*champs).tuples()))
    return tout


@pytest.mark.parametrize("qui", [None, "claire", "paulo", "sophie", "animateur"])
def test_no_reading_writes(app, connexion, monde, qui):
    adresses = [route.url for route in routes(app, monde) if route.lit]
    client = connexion(getattr(monde, qui)) if qui else app.test_client()
    avant = empreinte()
    for adresse in adresses:
        for entetes in ({}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Request-Type": "full"}):
            for methode in ("GET", "HEAD", "OPTIONS"):
                client.open(adresse, method=methode, headers=entetes).close()
    assert empreinte() == avant
