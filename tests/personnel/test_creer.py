"""`compte creer`, `compte lien`: an account of the staff, and the link by which its password is chosen."""

import datetime as dt

import pytest

from models import Compte
from portail import clock
from portail.domain import comptes
from tests.courrier import recus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT, MOT_DE_PASSE
from tests.personnel.conftest import actes, lien_dit

QUI = ("--prenom", "Anne", "--nom", "Le Roy")
EMAIL = "anne.leroy@mairie.example"
CHOISI = "brouette vert lundi matin"


def test_the_first_administrator_is_created_chooses_a_password_and_comes_in(taper, client, monde):
    fait = taper("creer", EMAIL, *QUI, "--role", "administrateur", "--service", "Direction")
    assert fait.exit_code == 0
    assert f"Compte créé : {EMAIL}, administrateur." in fait.output
    lien = lien_dit(fait.output)
    page = lire(client.get(lien).text)
    assert page.find(id="email")["value"] == EMAIL
    assert poster(client, lien, {"mot_de_passe": CHOISI}).status_code == 303
    entree = poster(client, "/connexion", {"email": EMAIL, "mot_de_passe": CHOISI})
    assert entree.status_code == 303
    assert client.get("/agents").status_code == 200
    assert "Anne Le Roy" in client.get("/agents").text and "Direction" in client.get("/agents").text


def test_the_journal_tells_it_without_an_author(taper, monde):
    taper("creer", EMAIL, *QUI, "--role", "gestionnaire")
    compte = Compte.get(Compte.email == EMAIL)
    assert actes(compte) == [("compte_cree", None, "", "gestionnaire")]
    assert (compte.cree_le, compte.active_le, compte.actif) == (MAINTENANT, MAINTENANT, True)


def test_before_the_link_is_followed_no_password_opens_the_account(taper, client, monde):
    taper("creer", EMAIL, *QUI, "--role", "agent")
    for essai in ("", "-", MOT_DE_PASSE):
        assert poster(client, "/connexion", {"email": EMAIL, "mot_de_passe": essai}).status_code == 422
    # A hash like any other: to check it takes as long as for an account that has chosen its password.
    assert (
        Compte.get(Compte.email == EMAIL).mot_de_passe.split("$")[1:4]
        == (comptes.hacher("x").split("$")[1:4])
    )


def test_nobody_takes_the_address_by_signing_up_meanwhile_and_nothing_deletes_it(taper, client, monde):
    lien = lien_dit(taper("creer", EMAIL, *QUI, "--role", "agent").output)
    inscription = {"nom": "X", "prenom": "Y", "email": EMAIL, "mot_de_passe": "cerise plume orage"}
    assert poster(client, "/compte/creer", inscription).status_code == 303
    assert recus(EMAIL)[-1].sujet == "Vous avez déjà un compte"
    compte = Compte.get(Compte.email == EMAIL)
    assert (compte.role, compte.prenom) == ("agent", "Anne")
    assert client.get(lien).status_code == 200
    with clock.figer(MAINTENANT + dt.timedelta(days=30)):
        comptes.faire_le_menage()
    assert Compte.get_or_none(Compte.email == EMAIL)


@pytest.mark.parametrize("email", ["agent@example.org", " Agent@Example.ORG "])
def test_an_address_that_has_an_account_is_refused(taper, monde, email):
    avant = Compte.select().count()
    fait = taper("creer", email, *QUI, "--role", "administrateur")
    assert fait.exit_code == 1
    assert fait.output == "Error: Il y a déjà un compte à l’adresse agent@example.org.\n"
    assert Compte.select().count() == avant
    assert monde.sophie.role == "agent"


@pytest.mark.parametrize(
    ("email", "prenom", "phrase"),
    [
        ("anne", "Anne", "Adresse e-mail : Écrivez l’adresse en entier"),
        ("anné@mairie.example", "Anne", "Adresse e-mail : Écrivez l’adresse en entier"),
        ("a" * 250 + "@a.fr", "Anne", "Adresse e-mail : Cette adresse est trop longue."),
        (EMAIL, "http://x", "Prénom : Écrivez-le avec des lettres seulement"),
        (EMAIL, " ", "Prénom : Indiquez votre prénom."),
    ],
)
def test_what_the_form_of_the_page_refuses_is_refused_here(taper, monde, email, prenom, phrase):
    fait = taper("creer", email, "--prenom", prenom, "--nom", "Le Roy", "--role", "agent")
    assert fait.exit_code == 1 and phrase in fait.output
    assert not Compte.select().where(Compte.nom == "Le Roy").exists()


def test_a_role_that_does_not_exist_is_refused(taper, monde):
    fait = taper("creer", EMAIL, *QUI, "--role", "maire")
    assert fait.exit_code == 2 and "administrateur" in fait.output


def test_the_link_serves_once_for_thirty_minutes(taper, client, monde):
    lien = lien_dit(taper("creer", EMAIL, *QUI, "--role", "agent").output)
    with clock.figer(MAINTENANT + dt.timedelta(minutes=30)):
        assert client.get(lien).status_code == 404
        neuf = lien_dit(taper("lien", EMAIL).output)
        assert poster(client, neuf, {"mot_de_passe": CHOISI}).status_code == 303
        assert client.get(neuf).status_code == 404
        assert poster(client, "/connexion", {"email": EMAIL, "mot_de_passe": CHOISI}).status_code == 303
    journal = actes(Compte.get(Compte.email == EMAIL))
    assert [acte for acte, *_ in journal][:2] == ["compte_cree", "lien_donne"]


def test_a_new_link_leaves_the_password_as_it_is_until_it_is_followed(taper, connexion, monde):
    assert lien_dit(taper("lien", " AGENT@example.org").output)
    connexion(monde.sophie)


def test_no_link_for_an_unknown_or_a_closed_account(taper, monde):
    fait = taper("lien", "personne@example.org")
    assert (fait.exit_code, fait.output) == (1, "Error: Aucun compte à l’adresse personne@example.org.\n")
    Compte.update(actif=False).where(Compte.id == monde.sophie.id).execute()
    fait = taper("lien", "agent@example.org")
    assert fait.exit_code == 1 and "est fermé : rouvrez-le d’abord" in fait.output


def test_the_password_that_it_chooses_is_one_of_the_staff(taper, client, monde):
    lien = lien_dit(taper("creer", EMAIL, *QUI, "--role", "animateur").output)
    reponse = poster(client, lien, {"mot_de_passe": "tasseverteaunord"})
    assert reponse.status_code == 422
    assert "Il manque 2 caractères" in mots(lire(reponse.text).find(id="mot_de_passe-message"))
