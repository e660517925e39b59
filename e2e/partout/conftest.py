"""Fixtures: two towns, each served in turn, and a window for whoever opens a page of it."""

import dataclasses
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

import models
from e2e.conftest import se_connecter, servir
from e2e.partout.villes import COURRIELS, fonder_la_ville_vide
from e2e.partout.visites import A_COMPLETER_ENSUITE, ANONYME, CONFIRMATION, Visite
from models import EchecConnexion, SessionOuverte, db
from portail import clock, pdf
from portail.domain import reglages
from portail.domain.ville import oublier_la_ville
from tests.conftest import application, fermer
from tests.garanties.carte import Carte
from tests.garanties.conftest import modele_sqlite
from tests.garanties.monde import Ville
from tests.monde import MAINTENANT

__all__ = ["application", "modele_sqlite"]


@pytest.fixture(autouse=True)
def sans_pdf(monkeypatch):
    """Pages to print, not PDFs."""
    monkeypatch.setattr(pdf, "disponible", lambda: False)


@pytest.fixture(scope="session")
def modele_vide(tmp_path_factory):
    chemin = tmp_path_factory.mktemp("vide") / "ville.sqlite3"
    db.initialize(models.ouvrir(f"sqlite:///{chemin}"))
    oublier_la_ville()
    with clock.figer(MAINTENANT), db.connection_context():
        fonder_la_ville_vide()
    fermer()
    return chemin


@pytest.fixture(params=["pleine", "vide"])
def etat(request) -> str:
    """Whether there is something of all, or nothing yet."""
    return request.param


@pytest.fixture
def serveur(etat, request, application, tmp_path) -> Iterator[str]:
    """The portal served on this town. `application`, made before it, tells its routes."""
    chemin = tmp_path / "ville.sqlite3"
    shutil.copyfile(request.getfixturevalue("modele_sqlite" if etat == "pleine" else "modele_vide"), chemin)
    oublier_la_ville()
    with servir(f"sqlite:///{chemin}", MAINTENANT) as adresse:
        yield adresse


@pytest.fixture
def carte(serveur, application, etat) -> Carte | None:
    """The map laid on the full town; nothing of the empty one has a number to put in an address."""
    return Carte(application[0], Ville()) if etat == "pleine" else None


@pytest.fixture
def chez(ouvrir):
    """`chez(visite)`: the window, in which whoever opens this page has come as far in as it takes.

    One window for all: to open one costs more than to look at ten pages.
    """
    page: Page = ouvrir()
    dedans = [ANONYME]

    def la_fenetre(visite: Visite) -> Page:
        reglages.poser(dataclasses.replace(reglages.lire(), second_facteur=False))
        if visite.qui != dedans[-1]:
            page.context.clear_cookies()
            EchecConnexion.delete().execute()
            if visite.qui != ANONYME:
                se_connecter(page, COURRIELS[visite.qui])
            dedans.append(visite.qui)
        confirmee = None if visite.endpoint == CONFIRMATION else MAINTENANT
        SessionOuverte.update(confirmee_le=confirmee).execute()
        du = visite.qui == A_COMPLETER_ENSUITE
        reglages.poser(dataclasses.replace(reglages.lire(), second_facteur=du))
        return page

    return la_fenetre
