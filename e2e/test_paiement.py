"""Paying online in a real browser: chosen, paid on the page of PayFiP, told without a click, by mail too."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.apparences import DEUX_APPARENCES
from e2e.conftest import PATIENCE, servir
from models import Facture, Paiement
from portail.demo.payfip import Simulateur
from tests import monde as le_monde
from tests.conftest import MOTEURS_DES_PARCOURS, base_neuve
from tests.factures import facture, reste
from tests.monde import HIER, LUNDI, MOT_DE_PASSE
from tests.payfip import servir as servir_payfip

PAYER = "/facturation/payer"


@pytest.fixture
def factures(monde) -> list[Facture]:
    """6,21 € and 5,00 €, in the name of Claire."""
    hier, lundi = monde.seance(monde.cantine, HIER), monde.seance(monde.cantine, LUNDI)
    return [
        facture(monde.adulte_claire, [(monde.lea, hier, 345), (monde.noe, hier, 276)]),
        facture(monde.adulte_claire, [(monde.lea, lundi, 500)]),
    ]


def payer(page: Page, total: str, bouton: str, cas: str = "Tout se passe bien") -> None:
    """From the choice to the return, by the page of PayFiP."""
    page.get_by_role("button", name=f"Payer {total} € sur PayFiP").click()
    page.get_by_role("heading", name=f"Payer {total} €").wait_for()
    page.get_by_label(cas).check()
    page.get_by_role("button", name=bouton).click()
    page.wait_for_url("**/facturation/paiements/*")


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
def test_from_the_choice_to_the_receipt(entrer, factures):
    page = entrer("famille@example.org")
    page.goto(PAYER)
    page.evaluate("window.temoin = true")
    page.get_by_role("checkbox").nth(1).uncheck()
    expect(page.get_by_role("button", name="Payer 6,21 € sur PayFiP")).to_be_visible()
    assert page.evaluate("window.temoin"), "the total changes in place"
    page.get_by_role("checkbox").nth(1).check()
    payer(page, "11,21", "Payer par carte")
    expect(page.get_by_role("heading", name="Votre paiement est reçu")).to_be_visible()
    assert [reste(f) for f in factures] == [0, 0]
    page.goto("/demo/courriels")
    expect(page.get_by_text("Votre paiement de 11,21 € est reçu")).to_be_visible()
    page.goto(PAYER)
    expect(page.get_by_role("heading", name="Rien à payer")).to_be_visible()


@pytest.mark.parametrize(
    ("bouton", "titre"),
    [("Faire refuser le paiement", "Le paiement a été refusé"), ("Abandonner", "Vous n’avez pas payé")],
)
def test_refused_or_given_up_one_pays_again(entrer, factures, bouton, titre):
    page = entrer("famille@example.org")
    page.goto(PAYER)
    payer(page, "11,21", bouton)
    expect(page.get_by_role("heading", name=titre)).to_be_visible()
    page.get_by_role("link", name="Payer à nouveau").click()
    payer(page, "11,21", "Payer par prélèvement")
    expect(page.get_by_role("heading", name="Votre paiement est reçu")).to_be_visible()
    assert Paiement.select().count() == 2


def test_never_notified_the_page_asks_by_itself(entrer, factures):
    page = entrer("famille@example.org")
    page.goto(PAYER)
    payer(page, "11,21", "Payer par carte", "Le portail n’est jamais prévenu")
    expect(page.get_by_role("heading", name="Votre paiement est reçu")).to_be_visible()
    expect(page.locator("#annonce")).to_have_text("Paiement payé")


def test_without_javascript_a_button_asks(entrer, factures):
    page = entrer("famille@example.org", javascript=False)
    page.goto(PAYER)
    page.get_by_role("checkbox").nth(1).uncheck()
    page.get_by_role("button", name="Recalculer le total").click()
    payer(page, "6,21", "Payer par carte", "Le portail n’est jamais prévenu")
    page.get_by_role("button", name="Demander le résultat").click()
    expect(page.get_by_role("heading", name="Votre paiement est reçu")).to_be_visible()


def test_a_centime_off_an_agent_sees_it_and_decides(entrer, factures):
    page = entrer("famille@example.org")
    page.goto(PAYER)
    payer(page, "11,21", "Payer par carte", "Il manque un centime")
    expect(page.get_by_role("heading", name="La mairie vérifie ce paiement")).to_be_visible()
    agent = entrer("agent@example.org")
    agent.goto("/agents/facturation/paiements")
    agent.get_by_role("table").get_by_role("link").first.click()
    agent.get_by_label("Ce que vous avez vérifié et décidé").fill("11,20 € au relevé de PayFiP.")
    agent.get_by_role("button", name="Encaisser 11,20 €").click()
    expect(agent.get_by_text("ce paiement n’est plus à vérifier")).to_be_visible()
    assert sum(reste(f) for f in factures) == 1


@DEUX_APPARENCES
def test_the_pages_hold_for_everybody(entrer, factures, axe, sans_defilement, taille, theme):
    page = entrer("famille@example.org", taille=taille, theme=theme)
    page.goto(PAYER)
    vues = [page.url]
    payer(page, "11,21", "Payer par carte", "Il manque un centime")
    expect(page.get_by_role("heading", name="La mairie vérifie ce paiement")).to_be_visible()
    vues.append(page.url)
    for vue in vues:
        page.goto(vue)
        sans_defilement(page)
        assert axe(page) == [], vue
    agent = entrer("agent@example.org", taille=taille, theme=theme)
    suite = "/agents/facturation/paiements"
    for vue in (suite, f"{suite}?liste=tous", f"{suite}/{Paiement.get().id}"):
        agent.goto(vue)
        sans_defilement(agent)
        assert axe(agent) == [], vue


def test_payfip_stands_on_another_origin_and_the_browser_lets_the_form_end_there(
    browser: Browser, request, tmp_path
):
    """Chromium holds the redirection that answers a form to `form-action`: that origin, no other."""
    simulateur = Simulateur(tmp_path / "payfip.sqlite3", "")
    with (
        servir_payfip(simulateur) as ailleurs,
        base_neuve("sqlite", request, tmp_path) as url,
        servir(url, le_monde.MAINTENANT, payfip=ailleurs) as adresse,
    ):
        simulateur.portail, monde = adresse, le_monde.Monde()
        facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
        fenetre = browser.new_context(base_url=adresse, locale="fr-FR")
        fenetre.set_default_timeout(PATIENCE)
        page, fautes = fenetre.new_page(), []
        page.on("console", lambda m: fautes.append(m.text) if "Content Security" in m.text else None)
        page.goto("/connexion")
        page.get_by_label("Adresse e-mail").fill("famille@example.org")
        page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
        page.get_by_role("button", name="Se connecter").click()
        page.get_by_role("button", name="Se déconnecter").wait_for()
        page.goto(PAYER)
        page.get_by_role("button", name=re.compile("sur PayFiP")).click()
        page.wait_for_url(f"{ailleurs}/**")
        page.get_by_role("button", name="Payer par carte").click()
        page.wait_for_url(f"{adresse}/facturation/paiements/*")
        expect(page.get_by_role("heading", name="Votre paiement est reçu")).to_be_visible()
        fenetre.close()
    assert fautes == []
