"""What is answered when it goes wrong: French, a way on, nothing of the inside, the right status."""

import re
import sqlite3

import psycopg
import pytest
from peewee import InterfaceError, OperationalError, PeeweeException, ProgrammingError
from playhouse.pool import MaxConnectionsExceeded

import portail.views.accueil as accueil
from portail import erreurs
from portail.domain import ville
from portail.domain.refus import DejaChange, Refus
from tests.formulaires import poster

SECRET = "canari-mot-de-passe-FR7630006000011234567890189"


@pytest.fixture
def accident(app, monkeypatch):
    """`accident(exception)`: the welcome page raises it, as a page in production would."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def preparer(exception: BaseException) -> None:
        def rater(*_):
            raise exception

        monkeypatch.setattr(accueil.accueil, "prochaines_dates", rater)

    return preparer


def cause_sqlite(nom: str, texte: str = "x") -> OperationalError:
    originale = sqlite3.OperationalError(texte)
    originale.sqlite_errorname = nom
    exc = OperationalError(texte)
    exc.__context__ = originale
    return exc


@pytest.mark.parametrize(
    ("code", "titre"),
    [(code, dite.titre) for code, dite in erreurs.ERREURS.items() if code not in (401, 503)],
)
def test_each_error_page_speaks_french_and_leads_on(app, client, monde, code, titre):
    with app.test_request_context("/"):
        app.preprocess_request()
        reponse = erreurs.montrer(code, erreurs.ERREURS[code])
    assert reponse.status_code == code
    page = reponse.get_data(as_text=True)
    assert f"<h1>{titre}</h1>" in page
    assert 'href="/"' in page
    assert '<html lang="fr"' in page


def test_an_error_of_ours_shows_nothing_of_the_inside(accident, client, caplog):
    accident(ZeroDivisionError(SECRET))
    reponse = client.get("/")
    assert reponse.status_code == 500
    sans_jetons = re.sub(r'value="[^"]*"', "", reponse.text)  # a random token may spell anything
    for mot in (SECRET, "Traceback", "ZeroDivision", "portail/", ".py"):
        assert mot not in sans_jetons
    reference = reponse.text.split("cette référence : <b>")[1].split("</b>")[0]
    assert len(reference) == 8
    assert reference in caplog.text


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_for_htmx_the_banner_tells_it_and_the_target_stays(app, monde, code):
    with app.test_request_context("/", headers={"HX-Request": "true"}):
        app.preprocess_request()
        reponse = erreurs.montrer(code, erreurs.ERREURS[code])
    piece = reponse.get_data(as_text=True)
    assert reponse.status_code == code
    # Nothing but partials: htmx then leaves the target alone, whatever the status.
    assert piece.lstrip().startswith("<hx-partial")
    assert piece.count("<hx-partial") == piece.count("</hx-partial>") == 2
    assert 'hx-target="#bandeau"' in piece
    assert 'hx-target="#annonce"' in piece
    assert erreurs.ERREURS[code].phrase in piece


def test_going_back_in_the_history_htmx_gets_a_whole_page(client, monde):
    reponse = client.get("/rien", headers={"HX-Request": "true", "HX-Request-Type": "full"})
    assert reponse.status_code == 404
    assert "<html" in reponse.text


@pytest.mark.parametrize(
    "exception",
    [
        cause_sqlite("SQLITE_BUSY", "database is locked"),
        cause_sqlite("SQLITE_FULL", "database or disk is full"),
        cause_sqlite("SQLITE_IOERR_WRITE"),
        cause_sqlite("SQLITE_CANTOPEN"),
        cause_sqlite("SQLITE_ERROR", "cannot rollback - no transaction is active"),
        OperationalError(psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")),
        OperationalError(psycopg.errors.DeadlockDetected("deadlock detected")),
        OperationalError(psycopg.errors.QueryCanceled("canceling statement due to statement timeout")),
        OperationalError("server closed the connection unexpectedly"),
        InterfaceError("the connection is closed"),
        MaxConnectionsExceeded("Max connections exceeded"),
    ],
    ids=lambda e: str(e)[:40],
)
def test_a_database_busy_full_or_away_is_503_and_says_when_to_come_back(accident, client, exception):
    accident(exception)
    reponse = client.get("/")
    assert reponse.status_code == 503
    assert reponse.headers["Retry-After"] == "5"
    assert "réessayez dans quelques secondes" in reponse.text
    assert "database" not in reponse.text


@pytest.mark.parametrize(
    "exception",
    [
        cause_sqlite("SQLITE_ERROR", "no such table: enfant"),
        ProgrammingError("relation does not exist"),
        PeeweeException("x"),
    ],
    ids=str,
)
def test_a_wrong_query_is_an_error_of_ours(accident, client, exception):
    accident(exception)
    assert client.get("/").status_code == 500


@pytest.mark.parametrize(
    ("refus", "code"), [(Refus("Il est trop tard."), 422), (DejaChange("Déjà fait."), 409)]
)
def test_a_refusal_that_no_view_took_keeps_its_sentence_and_status(accident, client, refus, code):
    accident(refus)
    reponse = client.get("/")
    assert reponse.status_code == code
    assert refus.phrase in reponse.text


def test_the_error_page_stands_without_a_database(accident, client, monkeypatch):
    def plus_de_base():
        raise OperationalError("connection refused")

    accident(OperationalError("connection refused"))
    ville.oublier_la_ville()
    monkeypatch.setattr("portail.page.la_ville", plus_de_base)
    reponse = client.get("/")
    assert reponse.status_code == 503
    assert "Votre commune" in reponse.text


def test_the_error_page_stands_even_if_its_template_falls(accident, client, monkeypatch):
    def plus_de_gabarit(*_, **__):
        raise RuntimeError(SECRET)

    accident(ZeroDivisionError())
    monkeypatch.setattr(erreurs, "render_template", plus_de_gabarit)
    reponse = client.get("/")
    assert reponse.status_code == 500
    assert "Aller à l’accueil" in reponse.text
    assert SECRET not in reponse.text


@pytest.mark.parametrize("ou", ["adresse", "nom", "champ"])
def test_a_nul_is_refused_everywhere(client, monde, ou):
    if ou == "champ":
        reponse = poster(client, "/connexion", {"email": "a\0@b.fr", "mot_de_passe": "x"})
    else:
        reponse = client.get("/connexion?next=%00" if ou == "adresse" else "/connexion?%00=a")
    assert reponse.status_code == 400
    assert "Rien n’a été enregistré" in reponse.text


def test_a_huge_field_is_refused_before_it_is_read(client, monde):
    reponse = poster(client, "/connexion", {"email": "x" * 1_100_000, "mot_de_passe": "x"})
    assert reponse.status_code == 413
    assert "C’est trop long" in reponse.text


def test_too_many_fields_are_refused(client, monde):
    champs = {f"champ{n}": "x" for n in range(300)}
    reponse = poster(client, "/connexion", champs, content_type="multipart/form-data")
    assert reponse.status_code == 413
