"""A browser where somebody has signed in before: whoever attacks the account slows strangers down, not it."""

import datetime as dt

import pytest

from models import Compte, EchecConnexion
from portail import clock, create_app
from portail.domain import appareils, comptes
from tests.conftest import config_de_test
from tests.courrier import lien_recu
from tests.formulaires import poster
from tests.monde import MAINTENANT, MOT_DE_PASSE

CLAIRE = "famille@example.org"
AILLEURS = {"REMOTE_ADDR": "203.0.113.9"}


def essayer(client, mot_de_passe: str = "mauvais", email: str = CLAIRE, **autres):
    return poster(client, "/connexion", {"email": email, "mot_de_passe": mot_de_passe}, **autres)


def entrer(client, compte) -> str:
    """Sign in and out; gives the marks that the browser keeps."""
    assert essayer(client, MOT_DE_PASSE, compte.email).status_code == 303
    poster(client, "/deconnexion")
    return client.get_cookie("appareil").value


def attaquer(client, email: str = CLAIRE) -> int:
    """Try until one is made to wait; gives the seconds of the wait."""
    for _ in range(30):
        reponse = essayer(client, email=email, environ_base=AILLEURS)
        if reponse.status_code == 429:
            return int(reponse.headers["Retry-After"])
    raise AssertionError("nobody is ever made to wait")


@pytest.fixture
def etranger(app):
    """A browser that has never been here."""
    return app.test_client()


def test_an_attacker_who_comes_back_at_each_end_of_the_wait_never_keeps_the_person_out(
    client, etranger, monde
):
    entrer(client, monde.claire)
    instant, fin, essais, entrees = MAINTENANT, MAINTENANT + dt.timedelta(hours=24), 0, 0
    while instant < fin:
        with clock.figer(instant):
            attente = attaquer(etranger)
            essais += 1
            entrer(client, monde.claire)
            entrees += 1
            assert essayer(etranger, MOT_DE_PASSE).status_code == 429  # what the person did helps nobody else
        instant += dt.timedelta(seconds=attente)
    assert essais == entrees > 15


def test_the_persons_own_failures_there_make_that_browser_wait_and_no_other(client, etranger, monde):
    entrer(client, monde.claire)
    for _ in range(5):
        assert essayer(client).status_code == 422
    assert essayer(client, MOT_DE_PASSE).status_code == 429
    assert essayer(etranger, MOT_DE_PASSE).status_code == 303
    with clock.figer(MAINTENANT + dt.timedelta(minutes=1)):
        assert essayer(client, MOT_DE_PASSE).status_code == 303


def test_from_a_known_browser_too_a_day_gives_less_than_25_tries(client, monde):
    entrer(client, monde.claire)
    instant, essais = MAINTENANT, 0
    while instant < MAINTENANT + dt.timedelta(hours=24):
        with clock.figer(instant):
            reponse = essayer(client)
        essais += reponse.status_code == 422
        instant += dt.timedelta(seconds=int(reponse.headers.get("Retry-After", 0)))
    assert 20 < essais <= 25


def test_the_failures_of_a_whole_address_do_not_stop_a_known_browser(client, etranger, monde):
    entrer(client, monde.claire)
    EchecConnexion.delete().execute()
    comptes.essais.noter_l_echec("127.0.0.1")
    EchecConnexion.update(nombre=300, bloque_jusqua=MAINTENANT + dt.timedelta(minutes=15)).execute()
    assert essayer(etranger, MOT_DE_PASSE).status_code == 429
    assert essayer(client, MOT_DE_PASSE).status_code == 303


# ——— marks that are not this account's ———


def alterees(marque: str) -> list[str]:
    nom, _, signe = marque.partition(".")
    autre = "0" if signe[0] != "0" else "1"
    return [
        "",
        nom,
        f"{nom}.",
        f".{signe}",
        f"{nom}.{autre}{signe[1:]}",
        f"{nom}.{signe[:-1]}",
        f"{nom}.{signe}0",
        f"{nom}.{signe.upper()}" if signe.upper() != signe else "x",
        f"{nom[:-1]}.{signe}",
        f"x{nom}.{signe}",
        f"{nom}.{'0' * 64}",
        f"{nom} .{signe}",
        f"é{nom}.{signe}",
        "~" * 900,
        "~" * 1000 + marque,
    ]


def test_a_forged_or_altered_mark_is_a_strangers(client, monde):
    marque = entrer(client, monde.claire)
    assert appareils.reconnaitre(marque, monde.claire) == marque.partition(".")[0]
    for fausse in alterees(marque):
        assert appareils.reconnaitre(fausse, monde.claire) == "", fausse


def test_a_forged_mark_waits_like_any_stranger(app, client, etranger, monde):
    marque = entrer(client, monde.claire)
    attaquer(etranger)
    for fausse in filter(str.isascii, alterees(marque)):
        navigateur = app.test_client()
        navigateur.set_cookie("appareil", fausse)
        assert essayer(navigateur, MOT_DE_PASSE).status_code == 429, fausse
    navigateur = app.test_client()
    navigateur.set_cookie("appareil", marque)
    assert essayer(navigateur, MOT_DE_PASSE).status_code == 303


def test_the_mark_of_ones_own_account_opens_no_way_to_another(client, etranger, monde):
    entrer(etranger, monde.paulo)
    attente = attaquer(etranger)
    assert attente == 61
    assert essayer(etranger, MOT_DE_PASSE).status_code == 429
    assert appareils.reconnaitre(etranger.get_cookie("appareil").value, monde.claire) == ""


def test_an_unknown_account_has_no_known_browser(client, monde):
    marque = entrer(client, monde.claire)
    assert appareils.reconnaitre(marque, None) == ""
    attaquer(client, "personne@example.org")
    assert essayer(client, MOT_DE_PASSE, "personne@example.org").status_code == 429


def test_a_refused_sign_in_leaves_no_mark(client, monde):
    essayer(client)
    assert client.get_cookie("appareil") is None


def test_a_new_password_makes_strangers_of_all(app, client, etranger, monde):
    ancienne, autre = entrer(client, monde.claire), entrer(app.test_client(), monde.claire)
    poster(etranger, "/mot-de-passe/oublie", {"email": CLAIRE})
    poster(etranger, lien_recu(CLAIRE), {"mot_de_passe": "brouette vert lundi"})
    claire = Compte.get_by_id(monde.claire.id)
    assert [appareils.reconnaitre(marque, claire) for marque in (ancienne, autre)] == ["", ""]
    attaquer(etranger)
    assert essayer(client, "brouette vert lundi").status_code == 429


# ——— what the browser keeps ———


def test_the_cookie_is_read_by_no_script_and_says_nothing_of_the_account(client, monde):
    entrer(client, monde.claire)
    temoin = client.get_cookie("appareil")
    assert (temoin.http_only, temoin.same_site, temoin.path, temoin.secure) == (True, "Lax", "/", False)
    assert temoin.max_age == 365 * 24 * 3600
    assert CLAIRE not in temoin.value
    assert "argon2" not in temoin.value


def test_over_https_it_is_sent_to_us_alone(base, url_de_base, monde):
    adresse = "https://famille.ville.fr"
    client = create_app(config_de_test(url_de_base, base_url=adresse)).test_client()
    reponse = essayer_en_https(client, adresse)
    (temoin,) = [t for t in reponse.headers.getlist("Set-Cookie") if "appareil" in t]
    assert temoin.startswith("__Host-appareil=")
    for mot in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert f"; {mot}" in temoin
    assert "Domain" not in temoin


def essayer_en_https(client, adresse: str):
    page = client.get("/connexion", base_url=adresse).text
    jeton = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    champs = {"csrf_token": jeton, "email": CLAIRE, "mot_de_passe": MOT_DE_PASSE}
    reponse = client.post("/connexion", data=champs, base_url=adresse, headers={"Referer": adresse + "/"})
    assert reponse.status_code == 303
    return reponse


def test_coming_back_keeps_the_same_mark(client, monde):
    assert entrer(client, monde.claire) == entrer(client, monde.claire)


def test_a_family_computer_knows_four_accounts_the_last_one_first(client, monde):
    gens = [monde.claire, monde.paulo, monde.sophie, monde.animateur]
    for compte in gens:
        marques = entrer(client, compte)
    assert marques.count(appareils.SEPARATEUR) == 3
    assert all(appareils.reconnaitre(marques, compte) for compte in gens)
    cinquieme = next(c for c in Compte.select().order_by(Compte.id) if c not in gens and c.active_le)
    marques = appareils.marquer(marques, cinquieme)
    assert marques.count(appareils.SEPARATEUR) == 3
    assert appareils.reconnaitre(marques, cinquieme)
    assert [bool(appareils.reconnaitre(marques, compte)) for compte in gens] == [False, True, True, True]


def test_each_browser_has_its_own_name(app, client, monde):
    une, autre = entrer(client, monde.claire), entrer(app.test_client(), monde.claire)
    assert une.partition(".")[0] != autre.partition(".")[0]
