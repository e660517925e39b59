"""The Espace Facturation in a browser: a line opened in its place and closed, without script too, axe."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from models import Facture, LigneDeFacture
from tests.factures import encaisser, facture
from tests.monde import HIER

VENDREDI = dt.date(2026, 11, 27)


@pytest.fixture
def emise(monde) -> Facture:
    """One that is late, one to be paid, of which some is."""
    facture(
        monde.adulte_claire,
        [(monde.ines, monde.seance(monde.soir, VENDREDI), 200)],
        mois=dt.date(2026, 9, 1),
        echeance=dt.date(2026, 11, 1),
    )
    lignes = [
        (enfant, monde.seance(activite, jour), 345)
        for enfant in (monde.lea, monde.noe)
        for activite in (monde.cantine, monde.matin)
        for jour in (VENDREDI, HIER)
    ]
    creee = facture(monde.adulte_claire, lignes, echeance=dt.date(2026, 12, 15))
    encaisser(monde.adulte_claire, 500, creee)
    return creee


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("taille", ["large", "etroit"])
def test_the_pages_are_found_faultless(entrer, axe, sans_defilement, emise, taille, theme):
    page = entrer("famille@example.org", taille=taille, theme=theme)
    ligne = LigneDeFacture.get(facture=emise).id
    for adresse in ("", f"/factures/{emise.id}", f"/lignes/{ligne}"):
        page.goto(f"/facturation{adresse}")
        assert axe(page) == []
        sans_defilement(page)


def test_a_line_opens_in_its_place_and_gives_the_focus_back(entrer, axe, emise):
    page = entrer("famille@example.org")
    page.goto(f"/facturation/factures/{emise.id}")
    premier, second = page.locator(".jours-du-poste a").all()[:2]
    premier.click()
    titre = page.get_by_role("heading", name="Léa, vendredi 27 novembre 2026", level=4)
    expect(titre).to_be_focused()
    expect(premier).to_have_attribute("aria-expanded", "true")
    assert axe(page) == []
    second.click()
    expect(page.get_by_role("heading", name="Léa, lundi 30 novembre 2026")).to_be_focused()
    expect(page.locator(".ligne-ouverte")).to_have_count(1)
    expect(premier).to_have_attribute("aria-expanded", "false")
    page.get_by_role("link", name="Fermer").click()
    expect(page.locator(".ligne-ouverte")).to_have_count(0)
    expect(second).to_be_focused()
    premier.press("Enter")
    expect(titre).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".ligne-ouverte")).to_have_count(0)
    expect(premier).to_be_focused()


def test_without_script_a_line_is_a_page(entrer, emise):
    page = entrer("famille@example.org", javascript=False)
    page.goto(f"/facturation/factures/{emise.id}")
    page.locator(".jours-du-poste a").first.click()
    page.wait_for_url("**/facturation/lignes/*")
    expect(page.get_by_role("link", name="Contester cette ligne")).to_be_visible()
