"""Where the account is open: said in words, closed one by one or all at once (security: T07)."""

import datetime as dt

import pytest

from models import Evenement, SessionOuverte
from portail import clock
from portail.domain import comptes, navigateurs
from tests.formulaires import csrf, poster
from tests.html import lire, mots
from tests.mon_espace.conftest import est_entre
from tests.monde import MAINTENANT, MOT_DE_PASSE

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/mon-espace/appareils"}
NOMS = {
    FIREFOX: "Firefox sur Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.5 Mobile/15E148 Safari/604.1": "Safari sur iPhone",
    "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " CriOS/120.0 Mobile/15E148 Safari/604.1": "Chrome sur iPad",
    "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko)"
    " SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36": "Samsung Internet sur Android",
    "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
    " Mobile Safari/537.36": "Chrome sur Android",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
    " Safari/537.36 Edg/126.0.0.0": "Edge sur Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.5 Safari/605.1.15": "Safari sur Mac",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
    " Safari/537.36": "Chrome sur Chromebook",
    "curl/8.5.0": "Navigateur inconnu",
    "robot (Linux)": "Navigateur inconnu sur Linux",
    "": "Navigateur inconnu",
    "<script>Firefox</script>": "Firefox",
}


@pytest.mark.parametrize("appareil", NOMS)
def test_a_device_is_told_in_words(appareil):
    assert navigateurs.nommer(appareil) == NOMS[appareil]


@pytest.fixture
def tablette(app, monde):
    """Claire's account, left open somewhere else."""
    navigateur = app.test_client()
    poster(
        navigateur,
        "/connexion",
        {"email": monde.claire.email, "mot_de_passe": MOT_DE_PASSE},
        headers={"User-Agent": FIREFOX},
    )
    return navigateur


def session_de(compte) -> SessionOuverte:
    """The last session of this account."""
    return (
        SessionOuverte.select().where(SessionOuverte.compte == compte).order_by(SessionOuverte.id.desc())[0]
    )


def fermer(client, session, **entetes):
    return poster(client, f"/mon-espace/appareils/{session.id}/fermeture", headers=entetes)


def vus(client) -> list[str]:
    page = lire(client.get("/mon-espace/appareils").text)
    return [mots(li.div) for li in page.find(id="appareils").find_all("li")]


def test_the_page_shows_where_the_account_is_open_here_first(claire, tablette, monde):
    with clock.figer(MAINTENANT + dt.timedelta(minutes=5)):
        assert vus(claire) == [
            "Navigateur inconnu Cet appareil-ci, connecté depuis 10 h",
            "Firefox sur Windows Utilisé il y a 5 min, connecté depuis 10 h",
        ]


def test_closed_or_idle_or_too_old_it_is_not_shown(claire, tablette, connexion, monde):
    poster(tablette, "/deconnexion")
    assert len(vus(claire)) == 1
    connexion(monde.claire)
    for minutes in (20, 40):
        with clock.figer(MAINTENANT + dt.timedelta(minutes=minutes)):
            assert len(vus(claire)) == (2 if minutes == 20 else 1)


def test_closing_one_throws_it_out_and_leaves_the_others(claire, tablette, connexion, monde):
    session, paulo = session_de(monde.claire), connexion(monde.paulo)
    reponse = fermer(claire, session)
    assert (reponse.status_code, reponse.location) == (303, "/mon-espace/appareils")
    assert "Cet appareil est déconnecté." in claire.get("/mon-espace/appareils").text
    assert [est_entre(c) for c in (claire, tablette, paulo)] == [True, False, True]
    ligne = Evenement.get(Evenement.acte == "session_fermee")
    assert (ligne.objet_id, ligne.detail) == (monde.claire.id, "Firefox sur Windows")


def test_in_place_the_list_comes_back_as_the_page_shows_it(claire, tablette, monde):
    reponse = fermer(claire, session_de(monde.claire), **HTMX)
    assert reponse.status_code == 200
    morceau, page = lire(reponse.text), lire(claire.get("/mon-espace/appareils").text)
    assert mots(morceau.find(id="appareils")) == mots(page.find(id="appareils"))
    assert morceau.find(id="appareils").has_attr("autofocus")
    partiels = {p["hx-target"]: mots(p) for p in morceau.find_all("hx-partial")}
    assert partiels == dict.fromkeys(("#bandeau", "#annonce"), "Cet appareil est déconnecté.")


def test_closing_twice_bothers_nobody_and_is_written_once(claire, tablette, monde):
    session = session_de(monde.claire)
    for _ in range(2):
        assert fermer(claire, session).status_code == 303
    assert Evenement.select().where(Evenement.acte == "session_fermee").count() == 1


def test_closing_the_present_one_is_signing_out(claire, monde):
    reponse = fermer(claire, session_de(monde.claire))
    assert (reponse.status_code, reponse.location) == (303, "/")
    assert reponse.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not est_entre(claire)
    assert Evenement.get(Evenement.acte == "deconnexion").objet_id == monde.claire.id


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["page", "fragment"])
def test_the_session_of_another_is_404(claire, connexion, monde, htmx):
    paulo = connexion(monde.paulo)
    assert fermer(claire, session_de(monde.paulo), **htmx).status_code == 404
    assert est_entre(paulo)
    assert poster(claire, "/mon-espace/appareils/999999/fermeture").status_code == 404


def test_all_the_others_at_once(claire, tablette, connexion, monde):
    ailleurs, paulo = connexion(monde.claire), connexion(monde.paulo)
    reponse = poster(claire, "/mon-espace/appareils/fermeture")
    assert reponse.location == "/mon-espace/appareils"
    assert [est_entre(c) for c in (claire, tablette, ailleurs, paulo)] == [True, False, False, True]
    poster(claire, "/mon-espace/appareils/fermeture")
    assert Evenement.select().where(Evenement.acte == "sessions_fermees").count() == 1
    page = lire(claire.get("/mon-espace/appareils").text)
    assert "Vous n’êtes connecté nulle part ailleurs." in mots(page.main)
    assert page.find("button", string="Déconnecter les autres appareils") is None


def test_a_stranger_signs_in_first(client, claire, monde):
    for url in (
        "/mon-espace/appareils/fermeture",
        f"/mon-espace/appareils/{session_de(monde.claire).id}/fermeture",
    ):
        assert poster(client, url).location.startswith("/connexion")
        assert client.post(url, data={"csrf_token": csrf(client)}, headers=HTMX).status_code == 401
    assert est_entre(claire)


def test_the_staff_is_idle_sooner(connexion, monde):
    sophie = connexion(monde.sophie)
    connexion(monde.sophie)
    with clock.figer(MAINTENANT + dt.timedelta(minutes=14)):
        assert len(vus(sophie)) == 2
    with clock.figer(MAINTENANT + dt.timedelta(minutes=16)):
        assert len(vus(sophie)) == 1
        assert len(comptes.sessions_ouvertes(monde.sophie)) == 1
