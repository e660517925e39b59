"""The whole way of a contested line in a browser: the family contests, the agent accepts, the avoir shows."""

import re

import pytest
from playwright.sync_api import expect

from e2e.apparences import DEUX_APPARENCES
from models import Contestation, Demande, Facture
from portail.domain import contestations
from tests.conftest import MOTEURS_DES_PARCOURS
from tests.factures import facture
from tests.monde import HIER

FAMILLE, AGENT = "famille@example.org", "agent@example.org"


@pytest.fixture
def emise(monde) -> Facture:
    cantine, soir = monde.seance(monde.cantine, HIER), monde.seance(monde.soir, HIER)
    return facture(
        monde.adulte_claire, [(monde.lea, cantine, 345), (monde.noe, cantine, 276), (monde.lea, soir, 120)]
    )


def adresse(emise: Facture) -> str:
    return f"/facturation/lignes/{emise.lignes.get().id}/contestation"


def contester(monde, emise: Facture) -> Demande:
    premiere, seconde, _ = emise.lignes
    return contestations.contester(
        monde.claire, monde.moreau, premiere.id, [seconde.id], "Les enfants étaient chez leur grand-mère."
    )


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
@pytest.mark.parametrize("javascript", [True, False])
def test_the_family_contests_the_agent_accepts_the_avoir_shows(entrer, emise, javascript):
    page = entrer(FAMILLE, javascript=javascript)
    page.goto(adresse(emise))
    page.get_by_label("Pourquoi n’êtes-vous pas d’accord ?").fill("Les enfants étaient chez leur grand-mère.")
    page.get_by_text("Contester aussi d’autres lignes").click()
    page.get_by_label(re.compile("Noé, Cantine")).check()
    page.get_by_role("button", name="Envoyer ma contestation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Contestation : facture n° {emise.numero}")
    expect(page.get_by_role("row", name=re.compile("Noé, Cantine"))).to_contain_text("En attente")

    agent = entrer(AGENT, javascript=javascript)
    agent.goto("/agents")
    expect(agent.get_by_role("heading", name=re.compile("Contestation de la facture"))).to_be_visible()
    agent.get_by_label("Avoir, en euros : Léa").fill("1,50")
    agent.get_by_role("button", name="et émettre l’avoir").click()
    expect(agent.locator("#bandeau, main").first).to_contain_text("avoir n°")
    avoir = Facture.get(Facture.total < 0)
    assert avoir.total == -150 - 276
    expect(agent.get_by_role("button", name="Annuler ma réponse")).to_have_count(0)

    page.reload()
    expect(page.get_by_role("row", name=re.compile("Léa, Cantine"))).to_contain_text("1,50")
    expect(page.get_by_role("row", name=re.compile("Noé, Cantine"))).to_contain_text(
        f"Avoir n° {avoir.numero}"
    )
    expect(page.get_by_role("button", name="Annuler ma demande")).to_have_count(0)


def test_a_wrong_amount_keeps_the_focus_on_its_field(entrer, monde, emise):
    demande = contester(monde, emise)
    agent = entrer(AGENT)
    agent.goto(f"/agents/demandes/{demande.id}")
    agent.get_by_label("Avoir, en euros : Noé").fill("12")
    agent.get_by_role("button", name="et émettre l’avoir").click()
    champ = agent.get_by_label("Avoir, en euros : Noé")
    expect(champ).to_have_value("12")
    expect(champ).to_be_focused()
    expect(agent.get_by_text("L’avoir va de 0,01 € à 2,76 €.")).to_be_visible()
    assert Contestation.select().where(Contestation.rendue.is_null(False)).count() == 0


@DEUX_APPARENCES
def test_axe_finds_nothing_and_nothing_scrolls_sideways(entrer, axe, monde, emise, taille, theme):
    page = entrer(FAMILLE, taille=taille, theme=theme)
    if taille == "etroit":
        page.set_viewport_size({"width": 320, "height": 740})
    page.goto(adresse(emise))
    page.get_by_role("button", name="Envoyer ma contestation").click()
    expect(page.get_by_text("Dites pourquoi vous n’êtes pas d’accord")).to_be_visible()
    assert axe(page) == []
    demande = contester(monde, emise)
    for ou in (adresse(emise), f"/famille/demandes/{demande.id}", "/famille/demandes"):
        page.goto(ou)
        assert axe(page) == [], ou
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), ou
    agent = entrer(AGENT, taille=taille, theme=theme)
    agent.goto(f"/agents/demandes/{demande.id}")
    assert axe(agent) == []
    assert agent.evaluate("document.documentElement.scrollWidth <= innerWidth")
