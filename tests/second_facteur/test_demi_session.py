"""With the password alone, staff are nobody: no page of theirs answers, on any route (security.md, T09)."""

import datetime as dt

import pytest

from models import Compte, SessionOuverte
from portail import clock
from tests.courrier import lien_recu
from tests.formulaires import csrf, poster
from tests.html import lire, mots
from tests.monde import MAINTENANT
from tests.second_facteur.conftest import PAGE, apres, est_entre
from tests.securite.adresses import OUVERTES, routes

PERSONNEL = {
    "agent": "sophie",
    "gestionnaire": "gestionnaire",
    "animateur": "animateur",
    "administrateur": "marc",
}


@pytest.fixture(params=PERSONNEL)
def compte(request, monde):
    trouve = getattr(monde, PERSONNEL[request.param])
    Compte.update(role=request.param).where(Compte.id == trouve.id).execute()
    return Compte.get_by_id(trouve.id)


@pytest.fixture(params=[False, True], ids=["no device yet", "device set up"])
def moitie(request, compte, connexion, muni):
    """A browser where only the password was given; before the first code, and at every sign-in after."""
    if request.param:
        muni(compte)
    return connexion(compte)


def fermees(app, monde):
    return [r for r in routes(app, monde) if r.acces.qui not in (*OUVERTES, "premier_facteur")]


def test_every_closed_page_leads_to_the_second_factor_and_nowhere_else(app, monde, moitie):
    jeton = csrf(moitie)
    vues = fermees(app, monde)
    assert len(vues) >= 15
    for route in vues:
        corps = None if route.lit else {"csrf_token": jeton}
        reponse = moitie.open(route.url, method=route.methode, data=corps)
        assert reponse.status_code == 303, (route, reponse.status_code)
        assert reponse.headers["Location"].split("?")[0] == PAGE, route
        entetes = {"HX-Request": "true", "HX-Current-URL": "http://localhost/agents"}
        piece = moitie.open(route.url, method=route.methode, data=corps, headers=entetes)
        assert piece.status_code == 401, route
        assert piece.headers["HX-Redirect"] == f"{PAGE}?next=/agents"
        assert piece.text == ""


def test_public_pages_take_it_for_nobody(app, monde, moitie, compte):
    for route in routes(app, monde):
        if route.acces.qui != "public" or not route.lit:
            continue
        page = moitie.get(route.url)
        assert page.status_code in (200, 404), route
        assert "Se déconnecter" not in page.text and compte.nom not in page.text, route


def test_the_half_session_is_for_staff_only(app, monde, connexion, client):
    """A family, somebody wholly in, nobody at all: there is nothing to complete."""
    claire = connexion(monde.claire)
    for route in routes(app, monde):
        if route.acces.qui == "premier_facteur":
            corps = None if route.lit else {"csrf_token": csrf(claire), "code": "123456"}
            reponse = claire.open(route.url, method=route.methode, data=corps)
            assert (reponse.status_code, reponse.headers["Location"]) == (303, "/"), route
            corps = None if route.lit else {"csrf_token": csrf(client), "code": "123456"}
            reponse = client.open(route.url, method=route.methode, data=corps)
            assert (reponse.status_code, reponse.headers["Location"].split("?")[0]) == (303, "/connexion"), (
                route
            )


def test_the_way_out_closes_it(app, moitie):
    copie = app.test_client()
    copie.set_cookie("session", moitie.get_cookie("session").value)
    page = lire(moitie.get(PAGE).text)
    assert page.select_one("form.sortie")["action"] == "/deconnexion"
    assert mots(page.select_one("form.sortie button")) == "Se déconnecter"
    assert poster(moitie, "/deconnexion").status_code == 303
    assert SessionOuverte.select().order_by(SessionOuverte.id.desc()).get().fermee_le == MAINTENANT
    for navigateur in (moitie, copie):
        assert navigateur.get(PAGE).headers["Location"].startswith("/connexion?")


def test_it_ends_by_itself_after_fifteen_minutes_and_looking_at_the_page_does_not_keep_it(moitie):
    with apres(minutes=14, seconds=59):
        assert moitie.get(PAGE).status_code == 200
    with clock.figer(MAINTENANT + dt.timedelta(minutes=15)):
        assert moitie.get(PAGE).headers["Location"].startswith("/connexion?")


def test_a_closed_account_does_not_complete_it(moitie, compte):
    Compte.update(actif=False).where(Compte.id == compte.id).execute()
    assert poster(moitie, PAGE, {"code": "123456"}).headers["Location"].startswith("/connexion")
    assert not est_entre(moitie)


def test_a_family_needs_no_second_factor(connexion, monde):
    assert connexion(monde.claire).get("/famille").status_code == 200


def test_a_new_password_by_mail_does_not_do_without_the_code(app, muni, donner, monde):
    """Whoever holds the letter box of an agent holds one factor, not two."""
    sophie = muni(monde.sophie)
    voleur = app.test_client()
    poster(voleur, "/mot-de-passe/oublie", {"email": sophie.compte.email})
    neuf = "brouette vert lundi matin"
    assert poster(voleur, lien_recu(sophie.compte.email), {"mot_de_passe": neuf}).status_code == 303
    entree = poster(voleur, "/connexion", {"email": sophie.compte.email, "mot_de_passe": neuf})
    assert entree.headers["Location"].startswith(PAGE)
    assert not est_entre(voleur)
    with apres(minutes=1):
        assert donner(voleur, sophie.code()).status_code == 303
