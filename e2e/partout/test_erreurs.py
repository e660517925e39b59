"""The pages of what goes wrong, as whoever meets them reads them: they keep nobody out, and tell a way on."""

import datetime as dt
from functools import partial
from itertools import product

import pytest
from peewee import OperationalError
from playwright.sync_api import Route
from werkzeug import exceptions

from e2e.partout.regards import AGRANDIES, d_une_reponse, de_chacun, sans_defiler
from e2e.partout.visites import ANONYME, TOUT, Visite
from portail import affluence, erreurs
from portail.domain import pages_de_la_ville
from portail.domain.essais import TropDEssais
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.monde import MAINTENANT

PAGE = "/mentions-legales"
"""Which page fails is the same for all: it is not what is looked at."""
PANNES = {
    400: exceptions.BadRequest(),
    403: Interdit("Seuls les gestionnaires règlent le portail."),
    404: Introuvable("Cette page n’existe pas."),
    405: exceptions.MethodNotAllowed(["POST"]),
    409: DejaChange("Quelqu’un d’autre est passé juste avant."),
    413: exceptions.RequestEntityTooLarge(),
    415: exceptions.UnsupportedMediaType(),
    422: Refus("La demande ne respecte pas une règle."),
    429: TropDEssais(MAINTENANT + dt.timedelta(minutes=15)),
    500: RuntimeError("on purpose"),
    503: OperationalError("on purpose"),
}
pytestmark = pytest.mark.parametrize("etat", ["pleine"], indirect=True)


@pytest.fixture
def tombe(monkeypatch):
    """`tombe(panne)`: the page fails so."""

    def poser(panne: Exception) -> None:
        def lire(cle: str):
            raise panne

        monkeypatch.setattr(pages_de_la_ville, "lire", lire)

    return poser


def test_a_page_of_error_is_for_everybody(etat, chez, axe, tombe):
    """In `make test` each is looked at in one way, in turn."""
    regards, fautes = d_une_reponse(axe), []
    for n, (qui, (statut, panne)) in enumerate(product((ANONYME, "famille", "agent"), PANNES.items())):
        page = chez(Visite(qui, "pages.mentions_legales", PAGE))
        tombe(panne)
        assert page.goto(PAGE).status == statut
        assert page.get_by_role("main").get_by_role("link", name="Aller à l’accueil").is_visible()
        siens = regards if TOUT else [regards[n % len(regards)]]
        fautes += [f"{statut} ({qui}), {faute}" for regarder in siens for faute in regarder(page)]
    assert not fautes, "\n".join(fautes)


def test_so_is_what_stands_in_when_the_page_of_error_fails_too(etat, ouvrir, axe, tombe, monkeypatch):
    """It has no style sheet: the focus is as the browser draws it."""
    tombe(PANNES[500])
    monkeypatch.setattr(erreurs, "render_template", lambda *_, **__: 1 / 0)
    page, sans_clavier = ouvrir(), [*de_chacun(axe), *map(sans_defiler, AGRANDIES)]
    assert page.goto(PAGE).status == 500
    fautes = [faute for regarder in sans_clavier for faute in regarder(page)]
    assert not fautes, "\n".join(fautes)


def test_so_is_the_page_of_who_finds_the_line_full(etat, ouvrir, axe, application):
    page, fautes = ouvrir(), []
    porte = affluence.Porte(application[0])
    for demande in (b"GET / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\n"):
        tete, _, corps = porte.refuser(demande).partition(b"\r\n\r\n")
        lignes = tete.decode().splitlines()[1:]
        entetes = {nom: v for nom, v in (ligne.split(": ", 1) for ligne in lignes) if nom != "Connection"}
        page.route(f"**{PAGE}", partial(Route.fulfill, status=503, body=corps, headers=entetes))
        assert page.goto(PAGE).status == 503
        page.unroute(f"**{PAGE}")
        fautes += [faute for regarder in d_une_reponse(axe) for faute in regarder(page)]
    assert not fautes, "\n".join(fautes)
