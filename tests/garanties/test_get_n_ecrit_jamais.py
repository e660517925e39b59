"""Reading writes nothing: whoever reads, whatever they open, with htmx or without."""

import datetime as dt
from collections import Counter
from itertools import product

import pytest

from models import SessionOuverte
from portail import clock
from tests.garanties.arpentage import arpenter
from tests.garanties.empreinte import contenu, difference
from tests.garanties.route import AGENTS, FAMILLES, TOUS
from tests.monde import MAINTENANT
from tests.repetitions import EN_ENTIER

PLUS_TARD = MAINTENANT + dt.timedelta(minutes=5)
"""Long enough after signing in for the session's last use to be noted: that alone may be written."""
A_LUI = {"claire": FAMILLES, "sophie": AGENTS}
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/famille"}
PAGE_ENTIERE = HTMX | {"HX-Request-Type": "full"}


def tout_lire(client, carte, sienne: str) -> Counter[int]:
    """GET, HEAD and OPTIONS on every address of the map, as a page and for htmx. How many of each status.

    A view answers HEAD as it answers GET, and is not called for OPTIONS: one of each is enough.
    """
    statuts: Counter[int] = Counter()
    for route in carte.routes(methodes=("GET", "HEAD", "OPTIONS")):
        ids = [carte.la_mienne(route)]
        if route.methode == "GET" and route.fiche.qui in (TOUS, sienne):
            ids = [*carte.miennes(route), *carte.etrangeres(route)]
        champs = carte.sains(route.fiche.requete)
        facons = product(ids, [{}], [champs])
        if route.methode == "GET":
            partout = ids if EN_ENTIER else ids[:1]  # by day, the others as a page and as a piece
            facons = [
                *product(partout, ({}, HTMX), ({}, champs)),
                *product(ids[len(partout) :], ({}, HTMX), [champs]),
                (ids[0], PAGE_ENTIERE, champs),
            ]
        for valeurs, entetes, requete in facons:
            reponse = client.open(route.url(valeurs, requete), method=route.methode, headers=entetes)
            assert reponse.status_code < 500, (route, valeurs, requete)
            statuts[reponse.status_code] += 1
            reponse.close()
    return statuts


@pytest.mark.parametrize("qui", ["anonyme", "claire", "paulo", "sophie", "animateur"])
def test_no_address_opened_by_anybody_writes_a_row(carte, connexion, client, monde, qui):
    lecteur = client if qui == "anonyme" else connexion(getattr(monde, qui))
    avant, sessions = contenu(), SessionOuverte.select().count()
    with clock.figer(PLUS_TARD):
        statuts = tout_lire(lecteur, carte, A_LUI.get(qui, TOUS))
    assert not difference(avant, contenu())
    assert SessionOuverte.select().count() == sessions
    assert statuts[200] > (50 if qui in A_LUI else 10), statuts


@pytest.mark.parametrize("qui", ["claire", "sophie"])
def test_no_link_that_a_page_shows_writes_a_row(carte, connexion, monde, qui):
    avant = contenu()
    client = connexion(getattr(monde, qui))
    entree = contenu()
    with clock.figer(PLUS_TARD):
        vues = arpenter(client, "/")
    assert difference(avant, entree), "signing in writes: the comparison sees it"
    assert not difference(entree, contenu())
    assert len(vues) > 15
    assert {vue.statut for vue in vues} <= {200, 204, 303}, [v for v in vues if v.statut >= 400]


def test_opening_a_page_only_notes_when_the_session_was_last_used(connexion, monde):
    client = connexion(monde.claire)
    sienne = SessionOuverte.select().order_by(SessionOuverte.id.desc()).limit(1)
    (avant,) = sienne.dicts()
    with clock.figer(PLUS_TARD):
        client.get("/famille")
    (apres,) = sienne.clone().dicts()
    assert apres == avant | {"vue_le": PLUS_TARD}
