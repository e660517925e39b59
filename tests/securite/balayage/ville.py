"""What is attacked: the town of the guarantees, that holds one of every thing that an address can name; who
attacks it, and the addresses of each.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

import models
import workflows as w
from models import Campagne, Importation
from portail import clock, create_app
from portail.base import tout_fermer
from tests.conftest import BON_MARCHE, config_de_test
from tests.garanties.carte import Carte
from tests.garanties.monde import Ville
from tests.garanties.peuplement import peupler
from tests.garanties.route import (
    A_COMPLETER,
    ADMINISTRATION,
    AGENTS,
    CONNECTES,
    FAMILLES,
    GESTION,
    PERSONNEL,
    TOUS,
    Route,
)
from tests.garanties.routes import ROUTES
from tests.monde import MAINTENANT, fonder

FAMILLE, AGENT, GESTIONNAIRE = (f"{qui}@example.org" for qui in ("famille", "agent", "gestionnaire"))
CONFIRMATION = ("mes_donnees.confirmation", "mes_donnees.confirmer")
MOT_DE_PASSE = ("mon_espace.mot_de_passe", "mon_espace.changer_de_mot_de_passe")
"""Whoever has just signed in changes it without giving the old one, and no other session is left then."""
EN_COURS = dt.date(2026, 10, 1)
"""The month whose invoices are being issued."""


@dataclass(frozen=True)
class Compte:
    """Who attacks, and the lines of the map that are theirs: together they have them all."""

    nom: str
    email: str
    siennes: tuple[str, ...]
    seulement: tuple[str, ...] = ()
    """Endpoints, when not all of those lines: what another state of the same account leads to."""
    sauf: tuple[str, ...] = ()
    """Endpoints that are left to that other state: here, they would end the session of who attacks."""

    def a(self, endpoint: str) -> bool:
        if endpoint in self.sauf or self.seulement and endpoint not in self.seulement:
            return False
        return ROUTES[endpoint].qui in self.siennes


VISITEUR = Compte("visiteur", "", (TOUS,))
A_CONFIRMER = Compte("a-confirmer", FAMILLE, (CONNECTES,), CONFIRMATION + MOT_DE_PASSE)
"""Who gave the password long ago, and is asked for it again."""
SECOND_FACTEUR = Compte("second-facteur", GESTIONNAIRE, (A_COMPLETER,))
"""Who gave the password alone, in a town where the staff owe more."""
COMPTES = (
    Compte("agent", AGENT, (AGENTS, PERSONNEL)),
    Compte("gestionnaire", GESTIONNAIRE, (GESTION,)),
    Compte("famille", FAMILLE, (CONNECTES, FAMILLES), sauf=MOT_DE_PASSE),
    VISITEUR,
    Compte("administratrice", "administratrice@example.org", (ADMINISTRATION,)),
    A_CONFIRMER,
    SECOND_FACTEUR,
)
"""Those who have most to attack first."""


@dataclass(frozen=True)
class Adresse:
    endpoint: str
    chemin: str
    champs: tuple[str, ...]
    """The fields that it carries, each with a sound value."""


@dataclass(frozen=True)
class Plan:
    """All that there is to attack."""

    adresses: dict[str, list[Adresse]]
    """For each account, every address that it may read, bare and with its fields."""
    routes: list[Route]
    quelle: Callable[[str, str], str]
    """`quelle(methode, url)`: the endpoint behind an address; empty when there is none."""

    def lieu(self, compte: Compte) -> Callable[[str, str], str]:
        """The same, for what is this account's to attack; empty for the rest, that another has."""

        def le_sien(methode: str, url: str) -> str:
            endpoint = self.quelle(methode, url)
            return endpoint if endpoint and compte.a(endpoint) else ""

        return le_sien

    def endpoints(self, methode: str) -> set[str]:
        return {route.endpoint for route in self.routes if route.methode == methode}


def batir(dossier: Path) -> Path:
    """The model that every attack has a copy of."""
    modele = dossier / "modele.sqlite3"
    models.db.initialize(models.ouvrir(f"sqlite:///{modele}"))
    with models.db.connection_context(), clock.figer(MAINTENANT):
        models.creer_tables()
        fonder(BON_MARCHE.hash)
        peupler()
        _laisser_en_cours()
    tout_fermer()
    return modele


def _laisser_en_cours() -> None:
    """An import and a run of invoices that another process is at, so that their progress is to be read."""
    auteur = models.Compte.get(models.Compte.email == GESTIONNAIRE)
    tenus = {"statut": w.LANCEE, "bail_jusqua": MAINTENANT + dt.timedelta(minutes=2), "total": 40}
    Importation.create(auteur=auteur, cree_le=MAINTENANT, noms="enfants.csv", **tenus)
    Campagne.create(mois=EN_COURS, echeance=MAINTENANT.date(), lancee_le=MAINTENANT, **tenus)


def lever_le_plan(modele: Path) -> Plan:
    app = create_app(config_de_test(f"sqlite:///{modele}"))
    with models.db.connection_context(), clock.figer(MAINTENANT):
        carte = Carte(app, Ville())
        siennes = {c.nom: sorted(dict.fromkeys(_de(carte, c)), key=_lente) for c in COMPTES}
        routes = carte.routes()
    tout_fermer()
    return Plan(siennes, routes, lambda methode, url: _quelle(app, methode, url))


def _quelle(app: Flask, methode: str, url: str) -> str:
    try:
        return app.url_map.bind("127.0.0.1").match(urlsplit(url).path, methode)[0]
    except HTTPException:
        return ""


def _de(carte: Carte, compte: Compte) -> Iterator[Adresse]:
    """One address of each, what it leads to with its fields, then the others: other things, other states."""
    siennes = [r for r in carte.routes(*compte.siennes, methodes=("GET",)) if compte.a(r.endpoint)]
    for route in siennes:
        ids = carte.la_mienne(route)
        yield Adresse(route.endpoint, route.url(ids), ())
        if filtres := carte.filtres(route):
            yield Adresse(route.endpoint, route.url(ids, filtres), tuple(filtres))
    for route in siennes:
        if not _lente(route):
            for ids in (*carte.miennes(route), carte.la_mienne(route) | _en_cours()):
                yield Adresse(route.endpoint, route.url(ids), ())


def _en_cours() -> dict[str, object]:
    dernier = Importation.select().order_by(Importation.id.desc())[0]
    return {"importation_id": dernier.id, "mois": f"{EN_COURS:%Y-%m}"}


def _lente(quoi: Adresse | Route) -> bool:
    """What is drawn page by page is asked last, and once: the reading may be cut short."""
    return "pdf" in quoi.endpoint or "archive" in quoi.endpoint
