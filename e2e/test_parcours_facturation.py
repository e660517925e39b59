"""A month of billing in a browser, whole: billed, read, opened as a PDF, paid, contested, corrected."""

import re

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from models import Facture
from portail import pdf
from tests.conftest import MOTEURS_DES_PARCOURS
from tests.factures import regler, tarif
from tests.monde import HIER

GESTIONNAIRE, FAMILLE = "gestionnaire@example.org", "famille@example.org"


@pytest.fixture
def consommee(monde) -> None:
    """Léa and Noé ate at the canteen yesterday, for 3,45 € each; nothing of it has been billed."""
    regler()
    tarif(monde.cantine)
    cantine = monde.seance(monde.cantine, HIER)
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, cantine, w.PRESENT)


def facturer_novembre(page: Page) -> None:
    page.goto("/agents/facturation")
    page.get_by_role("link", name="Facturer un mois").click()
    page.get_by_label("Mois").fill("2026-11")
    page.get_by_role("button", name="Préparer l’aperçu").click()
    expect(page.get_by_role("heading", name="Novembre 2026")).to_be_visible()
    expect(page.locator("dl.chiffres-cles")).to_contain_text("6,90 €")
    page.get_by_role("button", name=re.compile("^Émettre")).click()
    expect(page.get_by_role("table", name=re.compile("Émissions de ce mois"))).to_contain_text("6,90 €")


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
def test_a_month_is_billed_read_printed_paid_contested_and_corrected(entrer, monde, consommee):
    facturer_novembre(entrer(GESTIONNAIRE))
    emise = Facture.get()

    page = entrer(FAMILLE)
    page.goto("/demo/courriels")
    expect(page.get_by_text(re.compile("facture", re.IGNORECASE)).first).to_be_visible()
    page.goto("/famille")
    page.get_by_role("link", name=re.compile("^Espace Facturation")).first.click()
    expect(page.get_by_text("6,90 €").first).to_be_visible()
    page.get_by_role("link", name="Facture : Novembre 2026").press("Enter")
    expect(page.get_by_text("3,45 € la séance").first).to_be_visible()
    patience = (pdf.SECONDES + 10) * 1000
    document = page.context.request.get(f"/facturation/factures/{emise.id}/pdf", timeout=patience)
    assert pdf.disponible()
    assert document.headers["content-type"] == "application/pdf"
    assert document.body().startswith(b"%PDF-")

    page.get_by_role("link", name="Payer en ligne").click()
    page.get_by_role("button", name="Payer 6,90 € sur PayFiP").click()
    page.get_by_role("button", name="Payer par carte").click()
    expect(page.get_by_role("heading", name="Votre paiement est reçu")).to_be_visible()
    page.goto("/demo/courriels")
    expect(page.get_by_text("Votre paiement de 6,90 € est reçu")).to_be_visible()

    page.goto(f"/facturation/factures/{emise.id}")
    page.get_by_role("link", name=re.compile("Léa, Cantine")).press("Enter")
    page.get_by_role("link", name=re.compile("Contester")).click()
    page.get_by_label("Pourquoi n’êtes-vous pas d’accord ?").fill("Léa était malade.")
    page.get_by_role("button", name="Envoyer ma contestation").click()
    agent = entrer("agent@example.org")
    agent.goto("/agents?nature=contestation")
    agent.get_by_role("button", name="et émettre l’avoir").click()
    expect(agent.locator("#bandeau, main").first).to_contain_text("avoir n°")

    page.goto("/facturation")
    expect(page.get_by_role("link", name="Avoir sur novembre 2026")).to_be_visible()
    expect(page.get_by_text("Vous avez 3,45 € d’avance")).to_be_visible()
    assert Facture.get(Facture.total < 0).total == -345
