"""Another address: asked with the password, confirmed from the new one, told to the old one (T06, T08)."""

import datetime as dt

import pytest

from models import Compte, Evenement, Jeton
from portail import clock
from portail.domain import comptes
from tests.courrier import lien_recu, recus
from tests.formulaires import poster, sans_jeton
from tests.html import lire, mots
from tests.mon_espace.conftest import est_entre, plus_tard
from tests.monde import MAINTENANT, MOT_DE_PASSE

CLAIRE = "famille@example.org"
NEUVE = "claire.moreau@example.net"


def demander(client, email=NEUVE, actuel=""):
    champs = {"email": email} | ({"mot_de_passe_actuel": actuel} if actuel else {})
    return poster(client, "/mon-espace/adresse", champs)


def lien(client, email=NEUVE) -> str:
    assert demander(client, email).status_code == 303
    return lien_recu(email)


def entrer(client, email) -> int:
    return poster(client, "/connexion", {"email": email, "mot_de_passe": MOT_DE_PASSE}).status_code


def test_from_the_form_to_the_new_address(claire, app, monde):
    reponse = demander(claire, "  Claire.Moreau@Example.net ")
    assert reponse.location == "/mon-espace/adresse/courriel"
    assert "Claire.Moreau@Example.net" in claire.get(reponse.location).text
    assert monde.claire.email == CLAIRE, "nothing changes before the link is opened"
    (avis,) = recus(CLAIRE)
    assert avis.sujet == "On demande à changer votre adresse e-mail"
    assert NEUVE not in avis.corps and "/mot-de-passe/oublie" in avis.corps
    adresse = lien_recu(NEUVE)
    assert NEUVE in claire.get(adresse).text
    reponse = poster(claire, adresse)
    assert (reponse.status_code, reponse.location) == (303, "/mon-espace")
    assert NEUVE in claire.get("/mon-espace").text
    assert entrer(app.test_client(), CLAIRE) == 422
    assert entrer(app.test_client(), NEUVE) == 303


def test_the_old_address_is_told_in_the_same_transaction_and_the_other_browsers_are_out(
    claire, connexion, copie, monde
):
    ailleurs, ancien = connexion(monde.claire), copie(claire)
    poster(claire, lien(claire))
    assert [avis.sujet for avis in recus(CLAIRE)][1:] == ["Votre adresse e-mail a changé"]
    assert [est_entre(c) for c in (claire, ailleurs, ancien)] == [True, False, False]
    actes = [e.acte for e in Evenement.select().where(Evenement.acte.startswith("adresse"))]
    assert actes == ["adresse_demandee", "adresse_changee"]


def test_three_scanners_open_the_link_then_the_button_still_works(claire, monde):
    adresse = lien(claire)
    for methode in ("GET", "HEAD", "GET", "OPTIONS", "GET"):
        assert claire.open(adresse, method=methode).status_code == 200
    assert monde.claire.email == CLAIRE
    assert poster(claire, adresse).status_code == 303


# ——— links that serve no more ———


def verifier_perime(client, adresse) -> None:
    for reponse in (client.get(adresse), poster(client, adresse)):
        assert reponse.status_code == 404
        assert lire(reponse.text).h1.text == "Ce lien ne sert plus"
        assert NEUVE not in lire(reponse.text).main.text


def test_a_link_serves_once(claire, monde):
    adresse = lien(claire)
    poster(claire, adresse)
    for reponse in (claire.get(adresse), poster(claire, adresse)):
        assert (reponse.status_code, lire(reponse.text).h1.text) == (404, "Ce lien ne sert plus")
    assert Evenement.select().where(Evenement.acte == "adresse_changee").count() == 1


def test_the_link_of_one_account_is_nothing_in_the_session_of_another(claire, connexion, monde):
    """Whoever owns a mistyped address gets no hold of the account, even with an account of their own."""
    adresse = lien(claire)
    verifier_perime(connexion(monde.paulo), adresse)
    assert {monde.claire.email, monde.paulo.email} == {CLAIRE, "paulo@example.org"}
    assert poster(claire, adresse).status_code == 303, "and it is not used up"


def test_a_stranger_signs_in_first_and_comes_back_to_the_link(claire, client, monde):
    adresse = lien(claire)
    assert client.get(adresse).location == f"/connexion?next={adresse}"
    assert poster(client, adresse).location.startswith("/connexion")
    assert monde.claire.email == CLAIRE


def test_after_a_change_of_password_the_link_is_dead(claire, monde):
    adresse = lien(claire)
    assert (
        poster(claire, "/mon-espace/mot-de-passe", {"mot_de_passe": "brouette vert lundi"}).status_code == 303
    )
    verifier_perime(claire, adresse)


def test_a_link_serves_for_a_day(connexion, claire, monde):
    adresse = lien(claire)
    with clock.figer(MAINTENANT + dt.timedelta(hours=24, seconds=-1)):
        neuf = connexion(monde.claire)
        assert neuf.get(adresse).status_code == 200
    with clock.figer(MAINTENANT + dt.timedelta(hours=24)):
        verifier_perime(neuf, adresse)


def test_the_last_address_asked_for_is_the_one_meant(claire, monde):
    premier, second = lien(claire, "faute@example.net"), lien(claire)
    verifier_perime(claire, premier)
    assert poster(claire, second).status_code == 303


def test_once_it_has_changed_the_links_mailed_to_the_old_address_are_dead(claire, client, monde):
    adresse = lien(claire)
    poster(client, "/mot-de-passe/oublie", {"email": CLAIRE})
    oubli = lien_recu(CLAIRE)
    assert client.get(oubli).status_code == 200
    poster(claire, adresse)
    assert client.get(oubli).status_code == 404


@pytest.mark.parametrize("jeton", ["x" * 43, "-" * 20, "_0" * 1500])
def test_an_invented_link_opens_nothing(claire, monde, jeton):
    verifier_perime(claire, f"/mon-espace/adresse/{jeton}")


def test_a_link_of_another_use_and_the_row_of_a_link_open_nothing(claire, client, monde):
    poster(client, "/mot-de-passe/oublie", {"email": CLAIRE})
    verifier_perime(claire, f"/mon-espace/adresse/{lien_recu(CLAIRE).rpartition('/')[2]}")
    lien(claire)
    verifier_perime(claire, f"/mon-espace/adresse/{Jeton.get(Jeton.usage == 'adresse').empreinte}")


# ——— an address that has an account ———


def test_known_and_unknown_look_the_same_and_the_known_is_told_by_mail_alone(claire, monde):
    vues = []
    for email in (NEUVE, monde.paulo.email):
        reponse = demander(claire, email)
        page = sans_jeton(claire.get(reponse.location).text.replace(email, "…"))
        vues.append((reponse.status_code, reponse.location, page))
    assert vues[0] == vues[1]
    (pris,) = recus(monde.paulo.email)
    assert pris.sujet == "Cette adresse a déjà un compte" and pris.scelle is None
    assert "Bonjour Paulo" in pris.corps and "Moreau" not in pris.corps
    assert len(recus(CLAIRE)) == 2


def test_an_account_made_there_meanwhile_is_a_kind_refusal(claire, monde):
    adresse = lien(claire)
    Compte.update(email=NEUVE).where(Compte.id == monde.paulo.id).execute()
    reponse = poster(claire, adresse)
    assert reponse.status_code == 409
    assert "Cette adresse a maintenant un compte" in reponse.text
    assert (monde.claire.email, len(recus(CLAIRE))) == (CLAIRE, 1)
    assert est_entre(claire)


def test_an_account_that_nobody_activated_there_gives_way(claire, client, monde):
    poster(
        client,
        "/compte/creer",
        {"nom": "X", "prenom": "Y", "email": NEUVE, "mot_de_passe": "cerise plume orage"},
    )
    assert demander(claire).status_code == 303
    poster(claire, lien_recu(NEUVE))
    assert Compte.get(email=NEUVE).prenom == "Claire"


# ——— the form ———


def test_after_ten_minutes_the_password_is_asked_for_and_the_address_typed_is_kept(claire, monde):
    with plus_tard():
        for actuel, phrase in (("", "Indiquez votre mot de passe."), ("faux", "Ce n’est pas votre")):
            reponse = demander(claire, actuel=actuel)
            page = lire(reponse.text)
            assert reponse.status_code == 422
            assert phrase in mots(page.find(id="mot_de_passe_actuel-message"))
            assert page.find(id="email")["value"] == NEUVE
        assert not recus(NEUVE) and not recus(CLAIRE)
        assert demander(claire, actuel=MOT_DE_PASSE).status_code == 303
    assert len(recus(NEUVE)) == 1


@pytest.mark.parametrize(
    ("email", "phrase"),
    [
        ("", "Indiquez votre adresse"),
        ("claire", "Écrivez l’adresse en entier"),
        (CLAIRE.upper(), "C’est déjà votre adresse."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(claire, monde, email, phrase):
    reponse = demander(claire, email)
    assert reponse.status_code == 422
    assert phrase in mots(lire(reponse.text).find(id="email-message"))
    assert not recus(CLAIRE)


def test_after_three_mails_one_waits_whatever_the_address(claire, monde):
    for n in range(3):
        assert demander(claire, f"claire{n}@example.net").status_code == 303
    reponse = demander(claire)
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (429, "61")
    assert "Trop de demandes." in mots(lire(reponse.text).find(id="email-message"))
    assert not recus(NEUVE)


def test_the_staff_changes_theirs_too(connexion, monde):
    sophie = connexion(monde.sophie)
    poster(sophie, lien(sophie, "sophie@example.net"))
    assert Compte.get(email="sophie@example.net").prenom == "Sophie"
    assert comptes.est_le_sien(Compte.get(email="sophie@example.net"), MOT_DE_PASSE)
