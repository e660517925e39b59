"""Without an active subscription, the pages of the family explain what to do instead of refusing."""

import pytest

from models import Abonnement
from portail.domain import abonnements
from tests.abonnements.conftest import ADRESSE, abonnement_de, lettre
from tests.formulaires import csrf, poster
from tests.html import lire, mots

PAGES = ("/famille", "/famille/planning", "/famille/demandes", "/facturation", "/famille/demandes/1")


@pytest.mark.parametrize("adresse", PAGES)
def test_the_page_says_what_to_do(chez_nadege, adresse):
    reponse = chez_nadege.get(adresse)
    assert reponse.status_code == 200
    page = lire(reponse.text)
    assert page.h1.text == "Pas encore de dossier famille"
    assert [mots(a) for a in page.main.select(".bouton:not(.second)")] == ["M’abonner"]
    assert page.main.find("a", string="M’abonner")["href"] == f"{ADRESSE}/nouveau"


@pytest.mark.parametrize("adresse", PAGES)
def test_whoever_waits_is_told_to_sign_in_again(chez_nadege, nadege, monde, adresse):
    abonnements.s_abonner(nadege, lettre(monde.moreau))
    page = lire(chez_nadege.get(adresse).text)
    assert "En attente de reconnexion" in mots(page.main)
    bouton = page.main.select_one(".bouton:not(.second)")
    assert mots(bouton) == "Me déconnecter et me reconnecter"
    assert bouton.find_parent("form")["action"] == "/deconnexion"
    assert bouton.find_parent("form").find(attrs={"name": "next"})["value"] == ADRESSE


def test_what_would_have_been_done_is_refused_with_the_same_page(chez_nadege, monde):
    jeton = csrf(chez_nadege)
    for adresse in ("/choix", "/demandes/1/annulation", "/planning/creneaux/1/1/demande"):
        reponse = chez_nadege.post(f"/famille{adresse}", data={"csrf_token": jeton})
        assert reponse.status_code == 403, adresse
        assert lire(reponse.text).h1.text == "Pas encore de dossier famille"


def test_htmx_is_sent_to_the_page_that_explains(chez_nadege):
    entetes = {"HX-Request": "true"}
    reponse = chez_nadege.get("/famille/planning", headers=entetes)
    assert (reponse.status_code, reponse.headers["HX-Redirect"], reponse.text) == (204, "/famille", "")
    reponse = poster(chez_nadege, "/famille/choix", headers=entetes)
    assert (reponse.status_code, reponse.headers["HX-Redirect"]) == (403, "/famille")


def test_the_menu_leads_to_the_subscriptions(chez_nadege):
    page = lire(chez_nadege.get("/famille").text)
    assert [(mots(a), a["href"]) for a in page.select("nav.menu a")] == [
        ("Espace Famille", "/famille"),
        ("Mon Espace Citoyen", "/mon-espace"),
    ]
    assert page.select_one("nav.menu [aria-current]").text == "Espace Famille"
    onglets = lire(chez_nadege.get("/mon-espace").text).select("nav.onglets a")
    assert ("Mes abonnements", ADRESSE) in [(mots(a), a["href"]) for a in onglets]


def test_the_welcome_page_leads_to_the_explanation(chez_nadege):
    assert chez_nadege.get("/").headers["Location"] == "/famille"


def test_the_invoices_open_once_subscribed(connexion, monde):
    page = mots(lire(connexion(monde.claire).get("/facturation").text).main)
    assert "Aucune facture pour le moment" in page


def test_the_staff_has_no_invoices(connexion, monde):
    assert connexion(monde.sophie).get("/facturation").status_code == 403


def test_reading_activates_nothing(chez_nadege, nadege, monde):
    abonnements.s_abonner(nadege, lettre(monde.moreau))
    avant = list(Abonnement.select().order_by(Abonnement.id).dicts())
    for adresse in (*PAGES, ADRESSE, f"{ADRESSE}/nouveau", f"{ADRESSE}/{abonnement_de(nadege).id}/fin"):
        chez_nadege.get(adresse)
    assert list(Abonnement.select().order_by(Abonnement.id).dicts()) == avant
