"""Activating an account: the link shows a button, the button works once; another link can be asked for."""

import datetime as dt

import pytest

from models import Abonnement, Compte, Evenement, Jeton
from portail import clock
from portail.domain import comptes
from tests.courrier import lien_recu, recus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.inscription.conftest import EMAIL
from tests.monde import MAINTENANT

PERIME = "Ce lien ne sert plus"


def apres(**duree):
    return clock.figer(MAINTENANT + dt.timedelta(**duree))


def test_the_button_activates_and_one_signs_in(client, creer, entrer):
    creer()
    lien = lien_recu(EMAIL)
    page = lire(client.get(lien).text)
    assert [mots(bouton) for bouton in page.main.find_all("button")] == ["Activer mon compte"]
    reponse = poster(client, lien)
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/connexion")
    assert "Votre compte est activé. Vous pouvez vous connecter." in client.get("/connexion").text
    compte = Compte.get(email=EMAIL)
    assert compte.active_le == MAINTENANT
    ligne = Evenement.get(Evenement.acte == "activation")
    assert (ligne.objet, ligne.objet_id, ligne.auteur_id) == ("compte", compte.id, compte.id)
    assert entrer().headers["Location"] == "/"


def test_letter_boxes_that_open_links_by_themselves_change_nothing(client, creer):
    creer()
    lien = lien_recu(EMAIL)
    for methode in ("GET", "HEAD", "GET", "OPTIONS", "GET"):
        assert client.open(lien, method=methode).status_code == 200
    assert Compte.get(email=EMAIL).active_le is None
    assert poster(client, lien).status_code == 303


def verifier_perime(client, lien: str) -> None:
    for reponse in (client.get(lien), poster(client, lien)):
        assert reponse.status_code == 404
        page = lire(reponse.text)
        assert page.h1.text == PERIME
        assert page.find("a", string="Recevoir un nouveau lien")["href"] == "/compte/activation"


def test_a_link_serves_once(client, creer):
    creer()
    lien = lien_recu(EMAIL)
    poster(client, lien)
    verifier_perime(client, lien)
    assert Evenement.select().where(Evenement.acte == "activation").count() == 1


def test_a_link_serves_for_twenty_four_hours(client, creer):
    creer()
    lien = lien_recu(EMAIL)
    with apres(hours=24, seconds=-1):
        assert client.get(lien).status_code == 200
    with apres(hours=24):
        verifier_perime(client, lien)
    assert Compte.get(email=EMAIL).active_le is None


@pytest.mark.parametrize("jeton", ["x" * 43, "-" * 20, "_0" * 1500])
def test_an_invented_link_is_told_like_any_other_that_serves_no_more(client, monde, jeton):
    verifier_perime(client, f"/compte/activer/{jeton}")


def test_the_row_of_a_link_and_the_link_of_another_act_open_nothing(client, creer):
    creer()
    verifier_perime(client, f"/compte/activer/{Jeton.get().empreinte}")
    poster(client, "/mot-de-passe/oublie", {"email": EMAIL})
    oubli = lien_recu(EMAIL).rpartition("/")[2]
    verifier_perime(client, f"/compte/activer/{oubli}")


def test_a_closed_account_is_not_activated(client, creer):
    creer()
    Compte.update(actif=False).where(Compte.email == EMAIL).execute()
    verifier_perime(client, lien_recu(EMAIL))


# ——— another mail ———


def redemander(client, email: str):
    reponse = poster(client, "/compte/activation", {"email": email})
    page = client.get(reponse.headers["Location"])
    return reponse.status_code, reponse.headers["Location"], mots(lire(page.text.replace(email, "…")).main)


def test_another_link_is_mailed_and_both_serve(client, creer, entrer):
    creer()
    premier = lien_recu(EMAIL)
    statut, adresse, page = redemander(client, EMAIL)
    assert (statut, adresse) == (303, "/compte/courriel?encore=1")
    assert "Si un compte a été créé avec l’adresse … , un e-mail y part." in page
    assert lien_recu(EMAIL) != premier
    assert client.get(premier).status_code == 200
    assert poster(client, lien_recu(EMAIL)).status_code == 303
    assert entrer().status_code == 303


def test_asking_again_tells_nobody_who_has_an_account(client, creer, monde):
    creer()
    reponses = [redemander(client, email) for email in (EMAIL, "qui@example.org", "famille@example.org")]
    assert reponses[0] == reponses[1] == reponses[2]
    assert recus("qui@example.org") == []
    assert [courriel.sujet for courriel in recus("famille@example.org")] == ["Vous avez déjà un compte"]


def test_what_is_wrong_is_said_beside_the_field(client, monde):
    reponse = poster(client, "/compte/activation", {"email": "nadege"})
    assert reponse.status_code == 422
    assert "Écrivez l’adresse en entier" in reponse.text


def test_too_many_mails_wait(client, creer):
    creer()
    for _ in range(2):
        redemander(client, EMAIL)
    reponse = poster(client, "/compte/activation", {"email": EMAIL})
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (429, "61")
    assert poster(client, "/mot-de-passe/oublie", {"email": EMAIL}).status_code == 429
    poster(client, lien_recu(EMAIL))
    assert poster(client, "/mot-de-passe/oublie", {"email": EMAIL}).status_code == 303


# ——— seven days ———


def test_what_nobody_activates_is_deleted_after_seven_days(client, creer, monde):
    creer()
    avant = Compte.select().count()
    with apres(days=7):
        comptes.faire_le_menage()
        assert Compte.select().count() == avant
    with apres(days=7, seconds=1):
        comptes.faire_le_menage()
        assert Compte.select().count() == avant - 1
        assert Jeton.select().count() == 0
        assert creer().status_code == 303


def test_an_activated_account_stays_and_so_do_fresh_links(client, creer):
    creer()
    poster(client, lien_recu(EMAIL))
    with apres(days=30):
        poster(client, "/mot-de-passe/oublie", {"email": EMAIL})
        comptes.faire_le_menage()
        assert Compte.get_or_none(email=EMAIL)
        assert client.get(lien_recu(EMAIL)).status_code == 200


def test_a_new_account_reads_what_to_do_to_reach_its_family_file(client, creer, entrer):
    creer()
    poster(client, lien_recu(EMAIL))
    entrer()
    assert Abonnement.select().join(Compte).where(Compte.email == EMAIL).count() == 0
    for adresse in ("/", "/famille", "/famille/planning"):
        page = client.get(adresse, follow_redirects=True)
        assert page.status_code == 200
        assert "code abonné" in page.text
        assert "Pas encore de dossier famille" in page.text
