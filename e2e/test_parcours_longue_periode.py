"""A long demande (guide §4.1): on a phone, by the keyboard, without JavaScript; what is seen of its form."""

import re

import pytest
from playwright.sync_api import expect

import workflows as w
from e2e.apparences import DEUX_APPARENCES
from models import Demande, Ligne
from tests.conftest import MOTEURS_DES_PARCOURS

CLAIRE = "famille@example.org"


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
def test_a_year_of_canteen_on_a_phone_without_javascript_by_the_keyboard(
    entrer, monde, moteur, sans_defilement
):
    page = entrer(CLAIRE, taille="etroit", javascript=False)
    page.goto("/famille/planning")
    page.get_by_role("link", name="Faire une demande sur une longue période").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Faire une demande sur une longue période")
    expect(page.get_by_role("group", name="Enfants").get_by_label("Léa")).to_be_checked()
    page.get_by_role("group", name="Enfants").get_by_label("Inès").press("Space")
    page.get_by_role("group", name="Activités").get_by_label("Cantine").press("Space")
    for jour in ("lundi", "mardi"):
        page.get_by_role("group", name="Chaque semaine").get_by_label(jour).press("Space")
    expect(page.get_by_label("Motif (facultatif)")).to_be_hidden()
    sans_defilement(page)
    page.get_by_role("button", name="Continuer").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Relisez votre demande")
    expect(page.locator(".comptes").first).to_contain_text("8 créneaux possibles")
    expect(page.get_by_role("region", name="Noé, Cantine")).to_contain_text("4 créneaux possibles")
    sans_defilement(page)
    assert Demande.select().count() == 0
    page.get_by_role("button", name="Demander 8 réservations").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est envoyée")
    expect(page.locator(".comptes").first).to_contain_text("8 en attente de la mairie")
    sans_defilement(page)
    page.get_by_role("button", name="Annuler ma demande").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est annulée")
    assert {ligne.statut for ligne in Ligne.select()} == {w.ANNULEE}


@DEUX_APPARENCES
def test_the_counts_follow_the_form_and_nothing_is_wrong_with_the_pages(
    entrer, monde, taille, theme, axe, sans_defilement
):
    page = entrer(CLAIRE, taille=taille, theme=theme)
    page.goto("/famille/planning/longue-periode")
    page.get_by_role("group", name="Activités").get_by_label("Cantine").check()
    page.get_by_role("group", name="Chaque semaine").get_by_label("lundi").check(force=True)
    expect(page.locator("#compte")).to_contain_text("6 créneaux possibles")
    expect(page.locator("#annonce")).to_contain_text("6 créneaux possibles")
    assert axe(page) == []
    page.get_by_label("Des absences").check()
    expect(page.get_by_label("Motif (facultatif)")).to_be_visible()
    expect(page.get_by_label(re.compile("^Ensemble ou pas du tout"))).to_be_hidden()
    page.get_by_label("Des réservations").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert axe(page) == []
    page.get_by_role("button", name="Demander 6 réservations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est envoyée")
    assert axe(page) == []
    page.get_by_role("button", name="Annuler ma demande").click()
    expect(page.locator("#suite")).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est annulée")
    sans_defilement(page)
