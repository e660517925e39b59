"""Giving the code of the moment after the password: one step early or late, never twice, not for ever."""

import datetime as dt

import pytest

from models import EchecConnexion, Evenement, SessionOuverte
from portail import clock
from portail.domain import essais
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT
from tests.second_facteur.conftest import PAGE, apres, est_entre

INCONNU = "Ce code n’est pas le bon, ou il a déjà servi."
PLUS_TARD = MAINTENANT + dt.timedelta(minutes=5)


@pytest.fixture
def sophie(muni, connexion, monde):
    """Sophie, her phone set up, who has just given her password in a new browser."""
    agent = muni(monde.sophie)
    agent.client = connexion(monde.sophie)
    with clock.figer(PLUS_TARD):
        yield agent


def test_the_code_of_the_phone_opens_the_page_that_was_asked_for(sophie, donner):
    page = lire(sophie.client.get(f"{PAGE}?next=/agents?etat=retard").text)
    assert page.h1.text == "Votre code de connexion"
    champ = page.find(id="code")
    assert champ["autocomplete"] == "one-time-code" and not champ.get("inputmode")
    assert mots(page.find("label", {"for": "code"})) == "Code à 6 chiffres ou code de secours"
    suite = page.select_one("main input[name=next]")["value"]
    reponse = donner(sophie.client, sophie.code(), next=suite)
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/agents?etat=retard")
    assert est_entre(sophie.client)
    ligne = Evenement.get(Evenement.acte == "second_facteur_donne")
    assert (ligne.objet, ligne.objet_id, ligne.auteur_id) == (
        "compte",
        sophie.compte.id,
        sophie.compte.id,
    )


def test_spaces_as_phones_show_them_do_not_count(sophie, donner):
    code = sophie.code()
    assert donner(sophie.client, f" {code[:3]} {code[3:]} ").status_code == 303


@pytest.mark.parametrize(("decalage", "statut"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_phone_may_be_one_code_early_or_late_and_not_two(sophie, donner, decalage, statut):
    reponse = donner(sophie.client, sophie.code(decalage))
    assert reponse.status_code == statut
    assert est_entre(sophie.client) == (statut == 303)
    assert (INCONNU in reponse.text) == (statut == 422)


@pytest.mark.parametrize("decalage", [-1, 0, 1])
def test_a_code_is_never_accepted_twice_nor_is_an_older_one(sophie, connexion, donner, decalage):
    """RFC 6238, §5.2: once a code was accepted, the same one is not, for as long as it would last."""
    assert donner(sophie.client, sophie.code(decalage)).status_code == 303
    voleur = connexion(sophie.compte)
    for plus_vieux in range(-1, decalage + 1):
        assert donner(voleur, sophie.code(plus_vieux)).status_code == 422
    assert not est_entre(voleur)
    assert donner(voleur, sophie.code(decalage + 1)).status_code == (303 if decalage < 1 else 422)


def test_the_code_of_somebody_else_opens_nothing(sophie, muni, donner, monde):
    marc = muni(monde.marc)
    assert donner(sophie.client, marc.code(1)).status_code == 422
    assert donner(sophie.client, marc.codes[0]).status_code == 422
    assert not est_entre(sophie.client)


@pytest.mark.parametrize("code", ["", "12345", "azertyuiop", "x" * 101, "K7QM 4RTX", "👩‍👧 é", "' OR 1=1--"])
def test_what_is_no_code_is_told_beside_the_field_and_is_no_failed_try(sophie, donner, code):
    for _ in range(6):
        reponse = donner(sophie.client, code, next="/agents")
    assert reponse.status_code == 422
    page = lire(reponse.text)
    assert mots(page.find(id="code-message"))
    assert page.find(id="code")["value"] == code
    assert page.select_one("main input[name=next]")["value"] == "/agents"
    assert donner(sophie.client, sophie.code()).status_code == 303


def test_a_wrong_code_is_told_beside_the_field_and_in_the_journal(sophie, donner):
    reponse = donner(sophie.client, sophie.code(7))
    assert reponse.status_code == 422
    assert mots(lire(reponse.text).find(id="code-message")) == INCONNU
    ligne = Evenement.get(Evenement.acte == "second_facteur_refuse")
    assert (ligne.objet, ligne.objet_id, ligne.auteur_id) == ("compte", sophie.compte.id, None)


def test_after_five_failures_one_waits_a_minute_then_twice_as_long_even_with_the_right_code(sophie, donner):
    for _ in range(5):
        assert donner(sophie.client, sophie.code(9)).status_code == 422
    reponse = donner(sophie.client, sophie.code())
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (429, "61")
    assert "Trop d’essais manqués. Vous pourrez réessayer à partir de 10 h 06." in reponse.text
    with clock.figer(PLUS_TARD + dt.timedelta(minutes=1)):
        assert donner(sophie.client, sophie.code(9)).status_code == 422
        assert donner(sophie.client, sophie.code()).headers["Retry-After"] == "121"
    with clock.figer(PLUS_TARD + dt.timedelta(minutes=3)):
        assert donner(sophie.client, sophie.code()).status_code == 303


def test_signing_in_again_gives_no_more_tries_and_nobody_else_is_slowed(
    sophie, connexion, muni, donner, monde
):
    for _ in range(5):
        donner(sophie.client, sophie.code(9))
    assert donner(connexion(sophie.compte), sophie.code()).status_code == 429
    muni(monde.marc)


def test_at_most_twenty_five_codes_a_day_are_looked_at(sophie, connexion, donner):
    regardes = 0
    for minute in range(0, 24 * 60, 10):
        with clock.figer(PLUS_TARD + dt.timedelta(minutes=minute)):
            try:
                essais.compter_un_second_facteur(sophie.compte)
            except essais.TropDEssais:
                continue
            regardes += 1
    assert 12 < regardes <= 25


def test_the_right_code_forgets_the_failures_before(sophie, connexion, donner):
    for _ in range(4):
        donner(sophie.client, sophie.code(9))
    assert donner(sophie.client, sophie.code()).status_code == 303
    assert not EchecConnexion.select().exists()
    autre = connexion(sophie.compte)
    for _ in range(4):
        assert donner(autre, sophie.code(9)).status_code == 422


def test_the_token_from_before_opens_nothing_after_and_the_idle_time_begins_anew(sophie, app, donner):
    vole = app.test_client()
    vole.set_cookie("session", sophie.client.get_cookie("session").value)
    with apres(minutes=14):
        assert donner(sophie.client, sophie.code()).status_code == 303
        assert vole.get(PAGE).headers["Location"].startswith("/connexion?")
        assert not est_entre(vole)
    with apres(minutes=28):
        assert est_entre(sophie.client)


def test_of_a_session_closed_meanwhile_one_is_told_and_nothing_opens(sophie, app, monkeypatch, donner):
    """The account is closed while the code is on its way."""
    from portail.domain import second_facteur

    vrai = second_facteur.essais.compter_un_second_facteur

    def fermer_puis_compter(compte):
        SessionOuverte.update(fermee_le=MAINTENANT).execute()
        vrai(compte)

    monkeypatch.setattr(second_facteur.essais, "compter_un_second_facteur", fermer_puis_compter)
    reponse = donner(sophie.client, sophie.code())
    assert reponse.status_code == 409
    assert "Cette session vient d’être fermée : reconnectez-vous." in reponse.text
    assert not est_entre(sophie.client)
    assert poster(sophie.client, PAGE, {"code": sophie.code()}).headers["Location"].startswith("/connexion")
