"""The open session: it ends by itself, it is closed for good, and it costs little."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

from models import Compte, SessionOuverte
from portail import clock
from tests.formulaires import csrf, poster
from tests.monde import MAINTENANT, MOT_DE_PASSE


def apres(**duree):
    return clock.figer(MAINTENANT + dt.timedelta(**duree))


def est_entre(client) -> bool:
    return "Se déconnecter" in client.get("/rien").text


@pytest.mark.parametrize(("qui", "minutes"), [("claire", 30), ("sophie", 15), ("animateur", 15)])
def test_an_idle_session_ends_and_sooner_for_staff(connexion, monde, qui, minutes):
    client = connexion(getattr(monde, qui))
    with apres(minutes=minutes, seconds=-1):
        assert est_entre(client)
    client = connexion(getattr(monde, qui))
    with apres(minutes=minutes):
        assert not est_entre(client)


@pytest.mark.parametrize("entetes", [{}, {"HX-Request": "true"}])
def test_what_is_sent_after_it_ended_is_told_as_not_done_once(connexion, monde, entetes):
    client = connexion(monde.claire)
    corps = {"csrf_token": csrf(client), "voulu": "reserver"}
    with apres(minutes=31):
        assert "n’est pas enregistré" not in client.get("/famille/planning", follow_redirects=True).text
        envoi = client.post("/famille/planning/creneaux/1/1/demande", data=corps, headers=entetes)
        porte = envoi.headers.get("HX-Redirect") or envoi.headers["Location"]
        assert "Ce que vous veniez de faire n’est pas enregistré" in client.get(porte).text
        assert "n’est pas enregistré" not in client.get(porte).text


def test_reading_pushes_the_end_and_writes_once_a_minute_at_most(connexion, monde):
    client = connexion(monde.claire)
    vues = []
    for secondes in (10, 59, 60, 90, 119, 120, 1900):
        with apres(seconds=secondes):
            assert est_entre(client)
        vues.append(int((SessionOuverte.get().vue_le - MAINTENANT).total_seconds()))
    assert vues == [0, 0, 60, 60, 60, 120, 1900]


def test_what_the_page_asks_by_itself_does_not_keep_the_session_open(connexion, monde):
    client = connexion(monde.claire)
    with apres(minutes=20):
        veille = client.get("/famille/planning/nouvelles?depuis=0", headers={"HX-Request": "true"})
        assert veille.status_code == 200
    assert SessionOuverte.get().vue_le == MAINTENANT
    with apres(minutes=31):
        assert not est_entre(client)


def test_after_twelve_hours_one_signs_in_again_even_while_reading(connexion, monde):
    client = connexion(monde.claire)
    for minutes in range(20, 12 * 60, 20):
        with apres(minutes=minutes):
            assert est_entre(client)
    with apres(hours=12):
        assert not est_entre(client)


def test_signing_out_closes_the_session_wherever_its_cookie_was_copied(connexion, app, monde):
    client = connexion(monde.claire)
    copie = app.test_client()
    copie.set_cookie("session", client.get_cookie("session").value)
    assert est_entre(copie)
    reponse = poster(client, "/deconnexion")
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/")
    assert reponse.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Vous êtes déconnecté." in client.get("/").text
    assert not est_entre(client)
    assert not est_entre(copie)
    assert SessionOuverte.get().fermee_le == MAINTENANT


def test_signing_out_twice_bothers_nobody(connexion, monde):
    client = connexion(monde.claire)
    jeton = csrf(client)
    assert poster(client, "/deconnexion").status_code == 303
    assert poster(client, "/deconnexion").status_code == 303
    assert client.post("/deconnexion", data={"csrf_token": jeton}).status_code == 400


def test_signing_in_again_closes_the_session_before(connexion, app, monde):
    client = connexion(monde.claire)
    copie = app.test_client()
    copie.set_cookie("session", client.get_cookie("session").value)
    poster(client, "/connexion", {"email": monde.paulo.email, "mot_de_passe": MOT_DE_PASSE})
    assert "Da Silva" in client.get("/rien").text
    assert not est_entre(copie)


def test_a_mere_visit_does_not_sign_out(connexion, monde):
    client = connexion(monde.claire)
    assert client.get("/deconnexion").status_code == 405
    assert est_entre(client)


def test_a_closed_account_is_out_at_the_next_page(connexion, monde):
    client = connexion(monde.sophie)
    Compte.update(actif=False).where(Compte.id == monde.sophie.id).execute()
    reponse = client.get("/agents", headers={"HX-Request": "true"})
    assert reponse.status_code == 401
    assert not est_entre(client)


def test_a_cookie_from_before_signing_in_opens_nothing_after(app, monde):
    client = app.test_client()
    client.get("/connexion")
    avant = client.get_cookie("session").value
    poster(client, "/connexion", {"email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE})
    assert est_entre(client)
    victime = app.test_client()
    victime.set_cookie("session", avant)
    assert not est_entre(victime)


@pytest.mark.parametrize("jeton", ["", "x" * 43, "é", None])
def test_an_invented_token_opens_nothing(client, monde, jeton):
    with client.session_transaction() as session:
        session["_user_id"] = jeton
    assert not est_entre(client)


def test_session_account_and_families_cost_one_query(connexion, monde):
    client = connexion(monde.claire)
    client.get("/rien")
    with count_queries() as vues:
        assert est_entre(client)
    assert vues.count == 1


def test_the_anonymous_cost_the_database_nothing(client, monde):
    client.get("/rien")
    with count_queries() as vues:
        client.get("/rien")
        client.get("/ville.css")
        client.get("/static/app.js").close()
    assert vues.count == 0
