"""Another password: the present one given, told by mail, closed everywhere else (T06, T07, T08)."""

import datetime as dt

import pytest

from models import Compte, Evenement, SessionOuverte
from portail import clock
from portail.domain import appareils, comptes, mon_espace
from portail.domain.refus import DejaChange, Refus
from tests.courrier import lien_recu, recus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.mon_espace.conftest import est_entre, plus_tard
from tests.monde import MAINTENANT, MOT_DE_PASSE

CLAIRE = "famille@example.org"
NOUVEAU = "brouette vert lundi"


def changer(client, nouveau=NOUVEAU, actuel=""):
    champs = {"mot_de_passe": nouveau} | ({"mot_de_passe_actuel": actuel} if actuel else {})
    return poster(client, "/mon-espace/mot-de-passe", champs)


def entrer(client, mot_de_passe) -> int:
    return poster(client, "/connexion", {"email": CLAIRE, "mot_de_passe": mot_de_passe}).status_code


def test_the_new_password_opens_the_account_and_the_old_one_no_more(claire, app, monde):
    reponse = changer(claire)
    assert (reponse.status_code, reponse.location) == (303, "/mon-espace")
    assert "Votre mot de passe est changé." in claire.get("/mon-espace").text
    assert entrer(app.test_client(), MOT_DE_PASSE) == 422
    assert entrer(app.test_client(), NOUVEAU) == 303


def test_changed_here_closed_elsewhere_and_the_old_cookie_of_here_opens_nothing(
    claire, connexion, copie, monde
):
    ailleurs, paulo, ancien = connexion(monde.claire), connexion(monde.paulo), copie(claire)
    assert est_entre(ailleurs) and est_entre(ancien)
    changer(claire)
    assert [est_entre(c) for c in (claire, ailleurs, ancien, paulo)] == [True, False, False, True]


def test_it_is_told_by_mail_and_in_the_journal_at_once(claire, monde):
    changer(claire)
    (annonce,) = recus(CLAIRE)
    assert annonce.sujet == "Votre mot de passe a changé"
    ligne = Evenement.get(Evenement.acte == "mot_de_passe_change")
    assert (ligne.objet, ligne.objet_id, ligne.auteur_id) == ("compte", monde.claire.id, monde.claire.id)


def test_the_links_mailed_before_are_dead(claire, client, monde):
    poster(client, "/mot-de-passe/oublie", {"email": CLAIRE})
    lien = lien_recu(CLAIRE)
    changer(claire)
    assert client.get(lien).status_code == 404


def test_the_browser_stays_known_after_the_change(claire, monde):
    avant = claire.get_cookie("appareil").value
    changer(claire)
    assert appareils.reconnaitre(claire.get_cookie("appareil").value, monde.claire)
    assert not appareils.reconnaitre(avant, monde.claire), "a copy made before is a stranger"


# ——— the present password ———


def test_within_ten_minutes_the_present_password_is_not_asked_for_again(claire, monde):
    with plus_tard(dt.timedelta(minutes=10, seconds=-1)):
        assert lire(claire.get("/mon-espace/mot-de-passe").text).find(id="mot_de_passe_actuel") is None
        assert changer(claire).status_code == 303


def test_after_ten_minutes_it_is_and_nothing_changes_without_it(claire, monde):
    with plus_tard():
        page = lire(claire.get("/mon-espace/mot-de-passe").text)
        assert page.find(id="mot_de_passe_actuel")["autocomplete"] == "current-password"
        reponse = changer(claire)
        assert reponse.status_code == 422
        assert "Indiquez votre mot de passe." in mots(
            lire(reponse.text).find(id="mot_de_passe_actuel-message")
        )
        assert comptes.est_le_sien(monde.claire, MOT_DE_PASSE)
        assert changer(claire, actuel=MOT_DE_PASSE).status_code == 303
    assert comptes.est_le_sien(monde.claire, NOUVEAU)


def test_a_wrong_one_is_said_beside_its_field_journalled_and_changes_nothing(claire, monde):
    with plus_tard():
        reponse = changer(claire, actuel="pas celui-là")
    assert reponse.status_code == 422
    message = lire(reponse.text).find(id="mot_de_passe_actuel-message")
    assert "Ce n’est pas votre mot de passe." in mots(message)
    assert comptes.est_le_sien(monde.claire, MOT_DE_PASSE) and not recus(CLAIRE)
    assert Evenement.select().where(Evenement.acte == "confirmation_refusee").count() == 1


def test_whoever_guesses_it_at_an_open_session_waits(claire, monde):
    with plus_tard():
        statuts = [changer(claire, actuel=f"mauvais {n}").status_code for n in range(6)]
        reponse = changer(claire, actuel=MOT_DE_PASSE)
    assert statuts == [422] * 5 + [429]
    assert reponse.status_code == 429 and reponse.headers["Retry-After"] == "61"
    message = mots(lire(reponse.text).find(id="mot_de_passe_actuel-message"))
    assert "Trop d’essais manqués." in message


def test_the_new_password_is_no_way_to_guess_the_present_one(claire, monde):
    """« C’est déjà votre mot de passe » is told only to whoever has given it."""
    with plus_tard():
        refus = [changer(claire, nouveau, "pas celui-là") for nouveau in (MOT_DE_PASSE, NOUVEAU)]
        assert ["déjà votre" in reponse.text for reponse in refus] == [False, False]
        with pytest.raises(Refus, match="Redonnez"):
            mon_espace.changer_de_mot_de_passe(SessionOuverte.get(), MOT_DE_PASSE)


def test_given_right_with_a_new_one_refused_it_is_not_asked_for_twice(claire, copie, monde):
    with plus_tard():
        ancien = copie(claire)
        reponse = changer(claire, "court", MOT_DE_PASSE)
        assert reponse.status_code == 422
        page = lire(reponse.text)
        assert page.find(id="mot_de_passe_actuel") is None
        assert "Il manque 7 caractères" in mots(page.find(id="mot_de_passe-message"))
        assert not est_entre(ancien), "a confirmed session has another token"
        assert changer(claire).status_code == 303


# ——— the new one ———


@pytest.mark.parametrize(
    ("nouveau", "phrase"),
    [
        ("", "Choisissez un mot de passe."),
        ("claire et les autres", "Évitez « claire »"),
        ("motdepasse2026", "parmi les premiers"),
        ("x" * 257, "Ce mot de passe est trop long."),
    ],
)
def test_a_new_password_that_will_not_do_is_refused(claire, monde, nouveau, phrase):
    reponse = changer(claire, nouveau)
    assert reponse.status_code == 422
    assert phrase in mots(lire(reponse.text).find(id="mot_de_passe-message"))
    assert comptes.est_le_sien(monde.claire, MOT_DE_PASSE)


def test_the_same_again_is_refused(claire, monde):
    changer(claire)
    reponse = changer(claire)
    assert reponse.status_code == 422
    assert "C’est déjà votre mot de passe" in mots(lire(reponse.text).find(id="mot_de_passe-message"))


def test_its_strength_is_told_with_the_name_of_whoever_is_signed_in(claire, monde):
    dite = poster(claire, "/mot-de-passe/force", {"mot_de_passe": "les moreau en mer"})
    assert "Évitez « moreau »" in dite.text


# ——— who, when ———


def test_a_stranger_signs_in_first(client, monde):
    assert changer(client).location.startswith("/connexion")
    assert client.get("/mon-espace/mot-de-passe").status_code == 303


def test_changed_elsewhere_meanwhile_it_is_said(claire, monde):
    session = SessionOuverte.get()
    assert session.compte.mot_de_passe, "read before the other change"
    Compte.update(mot_de_passe=comptes.hacher("une autre phrase neuve")).where(
        Compte.id == monde.claire.id
    ).execute()
    with pytest.raises(DejaChange, match="ailleurs"):
        mon_espace.changer_de_mot_de_passe(session, NOUVEAU)


def test_a_session_closed_meanwhile_changes_nothing(claire, monde):
    session = SessionOuverte.get()
    SessionOuverte.update(fermee_le=clock.maintenant()).execute()
    with pytest.raises(Refus, match="Redonnez"):
        mon_espace.changer_de_mot_de_passe(session, NOUVEAU)
    assert comptes.est_le_sien(monde.claire, MOT_DE_PASSE)
    assert session.confirmee_le == MAINTENANT
