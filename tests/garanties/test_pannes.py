"""When something breaks inside: all of an act or nothing, a page that tells the truth, nothing of the inside.

Each function of the domain that a view calls is made to break, one after the other, on every route that
reaches it. Then the real breakdowns: a lock that lasts, no connection left, a full disk, a server restarted.
"""

import ast
import contextlib
import datetime as dt
import importlib
import inspect
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType

import psycopg
import pytest
from psycopg import sql

import models
from models import TABLES, SessionOuverte, db
from portail import clock
from tests.conftest import CLE_SECRETE
from tests.formulaires import sans_jeton
from tests.garanties import apercus
from tests.garanties.empreinte import contenu, difference, sans_les_essais
from tests.garanties.gens import HTMX, Gens
from tests.garanties.route import Route
from tests.monde import MAINTENANT
from tests.repetitions import EN_ENTIER

PORTAIL = Path(models.__file__).parent / "portail"
RIEN, PEUT_ETRE = "Rien n’a été enregistré", "est peut-être enregistré"
SECRET = "canari-FR7630006000011234567890189"
INTERNES = (SECRET, "Traceback", "ZeroDivision", "OperationalError", "portail/", ".py", CLE_SECRETE, "SELECT")
POSTGRES = pytest.mark.parametrize("url_de_base", ["postgresql"], indirect=True)
SQLITE = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)


N_ECRIVENT_RIEN = (
    *("accueil.apparence", "mots_de_passe.force"),
    *("textes_de_courriel.apercu", "moderation.apercevoir", "paiements.retour"),
)
"""Posted, and yet nothing is written in the town's tables."""
REPONDENT_AVANT = ("comptes.deconnexion", "planning.renoncer", "moderation.revenir")
"""What they answer is found by reading: nobody waits any more, the minute is over."""
DEMANDENT_UN_CHOIX = ("selection.apercu",)
"""Pages that have nothing to show until their address names something: 422."""
SANS_HTMX = "portail.domain.documents.deposer"
"""Files come with a whole form only, never with a piece of it that is swapped."""
SANS_CONSEQUENCE = "portail.domain.comptes.noter_le_passage"
"""When the database is too busy to note the last use of a session, the page is served all the same."""


def casse(*_, **__):
    raise ZeroDivisionError("canari-FR7630006000011234567890189")


def occupe(*_, **__):
    raise __import__("peewee").OperationalError("canari-FR7630006000011234567890189")


PANNES = ((casse, 500), (occupe, 503))
"""Each function breaks in both ways on its first two routes; on the others in one, each in turn."""
ACTES = None if EN_ENTIER else 2
"""The routes that write, on which each function breaks by day; by night on all that reach it."""


@pytest.fixture
def gens(app, carte, connexion):
    """As in production: an error is a page, it does not reach the test."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return Gens(carte, connexion)


# ——— what the views call ———


def fonctions_appelees() -> dict[str, FunctionType]:
    """The functions of the domain that the views, and those who guard them, call by their name."""
    trouvees = {}
    for chemin in [*sorted((PORTAIL / "views").glob("*.py")), PORTAIL / "access.py"]:
        arbre = ast.parse(chemin.read_text(encoding="utf-8"))
        modules = {
            (alias.asname or alias.name): f"portail.domain.{alias.name}"
            for noeud in ast.walk(arbre)
            if isinstance(noeud, ast.ImportFrom) and noeud.module == "portail.domain"
            for alias in noeud.names
        }
        for noeud in ast.walk(arbre):
            if isinstance(noeud, ast.Attribute) and isinstance(noeud.value, ast.Name):
                module = modules.get(noeud.value.id)
                fonction = getattr(importlib.import_module(module), noeud.attr) if module else None
                if inspect.isfunction(fonction):
                    trouvees[f"{module}.{noeud.attr}"] = fonction
    return trouvees


def atteintes(
    route: Route, variante: int, filtres: bool, gens: Gens, cibles: dict[CodeType, str]
) -> set[str]:
    """Which of these functions a sound call of this route reaches."""
    vues: set[str] = set()
    appel = gens.appel(route, variante, filtres)

    def noter(cadre, evenement, _) -> None:
        if evenement == "call" and cadre.f_code in cibles:
            vues.add(cibles[cadre.f_code])

    sys.setprofile(noter)
    try:
        reponse = appel()
    finally:
        sys.setprofile(None)
    assert reponse.status_code in (200, 204, 303, 409, 410, 422), (route, reponse.status_code)
    reponse.close()
    return vues


@contextlib.contextmanager
def en_panne(fonction: FunctionType, panne: Callable) -> Iterator[None]:
    """Every caller finds the function broken, however it was imported."""
    avant, fonction.__code__ = fonction.__code__, panne.__code__
    try:
        yield
    finally:
        fonction.__code__ = avant


def observer(appel: Callable, panne: Callable) -> tuple:
    """The answer, and whether what is broken was called at all."""
    vues = []

    def noter(cadre, evenement, _) -> None:
        if evenement == "call" and cadre.f_code is panne.__code__:
            vues.append(cadre)

    sys.setprofile(noter)
    try:
        reponse = appel()
        return reponse, bool(vues)
    finally:
        sys.setprofile(None)


@SQLITE  # no engine is asked: the function breaks before it
def test_whatever_breaks_in_the_domain_the_page_is_french_and_tells_the_truth(carte, gens, renaitre, caplog):
    fonctions = fonctions_appelees()
    assert len(fonctions) > 20
    cibles = {fonction.__code__: nom for nom, fonction in fonctions.items()}
    chemins: dict[str, list[tuple[Route, int, bool]]] = {nom: [] for nom in fonctions}
    for route in carte.routes():
        if route.endpoint in apercus.MONTRES:  # held to what was shown, of the town as it was at first
            renaitre()
            gens = Gens(carte, gens.connexion)
        for variante in range(len(carte.corps(route))):
            for filtres in (False, True) if route.lit and route.fiche.requete else (False,):
                for nom in atteintes(route, variante, filtres, gens, cibles):
                    chemins[nom].append((route, variante, filtres))
    assert not [nom for nom, routes in chemins.items() if not routes], (
        "called by a view, reached by no sound call"
    )
    renaitre()
    gens = Gens(carte, gens.connexion)
    peut_etre = 0
    for nom, routes in chemins.items():
        lues, ecrites = [r for r in routes if r[0].lit][:1], [r for r in routes if not r[0].lit][:ACTES]
        for rang, (route, variante, filtres) in enumerate([*lues, *ecrites]):
            for panne, statut in PANNES if rang < 2 else [PANNES[rang % 2]]:
                appel = gens.appel(
                    route, variante, filtres, headers=HTMX if rang % 2 and nom != SANS_HTMX else {}
                )
                avant = sans_les_essais(contenu())
                with en_panne(fonctions[nom], panne):
                    reponse, cassee = observer(appel, panne)
                if not cassee:  # asked for after a refusal: the town as it was at first refuses nothing here
                    continue
                if nom == SANS_CONSEQUENCE and statut == 503:
                    assert reponse.status_code < 500, route
                    continue
                ecart = difference(avant, sans_les_essais(contenu()))
                verifier(reponse, statut, bool(ecart), f"{nom} on {route}", caplog)
                peut_etre += bool(ecart)
                if ecart:  # or the next call would find its act done already
                    renaitre()
                    gens = Gens(carte, gens.connexion)
    assert peut_etre, "a call that broke after its act was written: the page said so"


def verifier(reponse, statut: int, ecrit: bool, cas: str, caplog) -> None:
    assert reponse.status_code == statut, (cas, reponse.status_code)
    assert reponse.headers["Cache-Control"] == "no-store", cas
    assert (reponse.headers.get("Retry-After") == "5") == (statut == 503), cas
    for mot in INTERNES:
        assert mot not in sans_jeton(reponse.text), (cas, mot)
    assert (RIEN in reponse.text) == (not ecrit), (cas, ecrit, reponse.text)
    assert (PEUT_ETRE in reponse.text) == ecrit, cas
    if statut == 500:
        reference = reponse.text.split("éférence")[1].split(" : ")[1].removeprefix("<b>")[:8]
        assert int(reference, 16) >= 0 and reference in caplog.text, cas


# ——— a lock that lasts ———


@pytest.fixture
def ville_verrouillee(app, url_de_base, monde):
    """`with ville_verrouillee():` somebody else writes to every table, and takes their time."""

    @contextlib.contextmanager
    def par_un_autre():
        if models.moteur() == "sqlite":
            db.execute_sql("PRAGMA busy_timeout = 20")
            autre = sqlite3.connect(url_de_base.removeprefix("sqlite:///"), isolation_level=None)
            autre.execute("BEGIN IMMEDIATE")
            yield
            autre.execute("ROLLBACK")
            autre.close()
            return
        db.obj.connect_params["options"] = "-c timezone=UTC -c lock_timeout=20"
        models.db.obj.close_all()
        db.connect()
        with psycopg.connect(url_de_base) as autre:
            tables = sql.SQL(", ").join(sql.Identifier(table._meta.table_name) for table in TABLES)
            autre.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(tables))
            yield
            autre.rollback()

    return par_un_autre


def test_while_the_town_is_locked_one_reads_and_every_act_says_to_come_back(carte, gens, ville_verrouillee):
    # What the act needs (a token, a demande that waits) is made ready before the lock.
    appels = [
        (route, gens.appel(route, filtres=route.endpoint in DEMANDENT_UN_CHOIX)) for route in carte.routes()
    ]
    ecrivent = {route for route in carte.routes(methodes=["POST"]) if route.endpoint not in N_ECRIVENT_RIEN}
    avant, fautes = contenu(()), []
    with ville_verrouillee(), clock.figer(MAINTENANT + dt.timedelta(minutes=2)):
        for route, appel in appels:
            reponse = appel()
            if route not in ecrivent:
                assert reponse.status_code in (200, 204, 303), (route, reponse.status_code)
            elif route.endpoint not in REPONDENT_AVANT and reponse.status_code != 503:
                fautes.append((route.endpoint, reponse.status_code))
            elif route.endpoint not in REPONDENT_AVANT:
                verifier_occupe(reponse, route)
            reponse.close()
    assert fautes == []
    assert not difference(avant, contenu(()))
    for route, appel in appels:
        with appel() as reponse:
            assert reponse.status_code < 500, f"{route}: once the lock is gone, the same call is served"


def verifier_occupe(reponse, route: Route, ecrit: bool = False) -> None:
    assert reponse.status_code == 503, (route, reponse.status_code)
    assert reponse.headers["Retry-After"] == "5", route
    if ecrit:
        assert PEUT_ETRE in reponse.text and RIEN not in reponse.text, route
    else:
        assert RIEN in reponse.text and "réessayez dans quelques secondes" in reponse.text, route
    for mot in INTERNES:
        assert mot not in sans_jeton(reponse.text), (route, mot)


# ——— breakdowns of one engine ———


@POSTGRES
def test_when_no_connection_is_left_one_waits_a_little_then_is_told_to_come_back(app, carte, gens):
    appels = [(route, gens.appel(route)) for route in carte.routes() if route.fiche.qui != "tous"]
    db.obj._max_connections, db.obj._wait_timeout = 1, 0.01
    db.obj.close_all()
    rendre, prise = threading.Event(), threading.Event()

    def garder() -> None:
        with db.connection_context():
            prise.set()
            rendre.wait(30)

    fil = threading.Thread(target=garder)
    fil.start()
    prise.wait(10)
    for route, appel in appels:
        reponse = appel()
        assert reponse.status_code == 503, (route, reponse.status_code)
        assert reponse.headers["Retry-After"] == "5" and RIEN in reponse.text, route
    rendre.set()
    fil.join()
    assert all(appel().status_code < 500 for _, appel in appels)


@POSTGRES
def test_after_the_server_has_restarted_no_request_is_given_a_dead_connection(gens, carte, url_de_base):
    espace = carte.route("famille.espace")
    tous = threading.Barrier(5)

    def ouvrir_une() -> None:
        with db.connection_context():
            tous.wait(10)

    fils = [threading.Thread(target=ouvrir_une) for _ in range(4)]
    for fil in fils:
        fil.start()
    tous.wait(10)
    for fil in fils:
        fil.join()
    assert len(db.obj._connections) >= 4, "several connections wait in the pool"
    appels = [gens.appel(espace) for _ in range(6)]
    with psycopg.connect(url_de_base, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert [appel().status_code for appel in appels] == [200] * 6


@SQLITE
def test_when_the_disk_is_full_nothing_is_half_written_and_room_is_enough_to_go_on(gens, carte):
    appels = [(r, gens.appel(r)) for r in carte.routes(methodes=["POST"]) if r.fiche.qui != "tous"]
    avant = contenu((SessionOuverte,))
    pages = db.execute_sql("PRAGMA page_count").fetchone()[0]
    db.execute_sql(f"PRAGMA max_page_count = {pages}")
    statuts = {}
    for route, appel in appels:
        juste_avant = sans_les_essais(contenu())
        reponse = appel()
        statuts[route.endpoint] = reponse.status_code
        if reponse.status_code >= 500:  # what is in two acts may have found room for the first
            ecrit = bool(difference(juste_avant, sans_les_essais(contenu())))
            verifier_occupe(reponse, route, ecrit)
    assert 503 in statuts.values(), statuts
    assert db.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"
    db.execute_sql("PRAGMA max_page_count = 1000000")
    assert all(appel().status_code < 500 for _, appel in appels)
    assert difference(avant, contenu((SessionOuverte,)))
