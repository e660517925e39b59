"""Agents and family files in a browser: find, print, renew, end; keyboard, paper, no JavaScript, axe."""

import re

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from e2e.apparences import DEUX_APPARENCES
from e2e.clavier import tabuler
from models import Abonnement, CodeAbonne, Responsable
from portail.domain import codes

AGENT = "agent@example.org"


@pytest.fixture
def julien(monde) -> Responsable:
    """The other adult of the family, without an account nor an address."""
    Responsable.update(email="").where(Responsable.id == monde.adulte_julien.id).execute()
    return monde.adulte_julien


def bouton(page: Page, nom: str):
    return page.get_by_role("button", name=nom, exact=True)


def le_code(page: Page) -> str:
    return page.locator(".lettre .code strong").inner_text()


@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_an_agent_finds_a_family_prints_its_letter_and_renews_it(entrer, monde, julien, javascript):
    page = entrer(AGENT, javascript=javascript)
    page.get_by_role("link", name="Familles", exact=True).click()
    page.get_by_label("Nom, enfant, code abonné, e-mail ou téléphone").fill("léa")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Moreau", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Famille Moreau")

    bouton(page, "Imprimer une lettre pour Julien Moreau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lettre pour Julien Moreau")
    premier = le_code(page)
    assert CodeAbonne.get().empreinte == codes.empreinte(codes.lire(premier))

    page.get_by_role("link", name="Famille Moreau").click()
    bouton(page, "Réimprimer la lettre pour Julien Moreau").click()
    assert le_code(page) == premier

    page.get_by_role("link", name="Famille Moreau").click()
    expect(bouton(page, "Renouveler le code de Julien Moreau")).to_be_hidden()
    page.get_by_text("Renouveler…").click()
    bouton(page, "Renouveler le code de Julien Moreau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lettre pour Julien Moreau")
    assert le_code(page) != premier


def test_ending_a_subscription_closes_the_file_in_the_window_that_the_family_has_open(entrer, monde):
    claire, page = entrer("famille@example.org"), entrer(AGENT)
    claire.goto("/famille/planning")
    expect(claire.get_by_role("heading", level=1)).to_contain_text("Planning des activités")

    page.goto(f"/agents/familles/{monde.moreau.id}")
    page.locator("summary", has_text="Mettre fin…").click()
    expect(page.get_by_text("ne verra plus ce dossier, dès maintenant")).to_be_visible()
    bouton(page, "Mettre fin à l’abonnement de Claire Moreau, famille@example.org").click()
    expect(page.locator("#bandeau")).to_contain_text("Abonnement terminé : Claire Moreau n’a plus accès")
    expect(page.locator(".personnes .statut")).to_have_text("Résilié")

    claire.reload()
    expect(claire.get_by_role("main")).not_to_contain_text("Léa")
    expect(claire.get_by_role("link", name="Planning des activités")).to_have_count(0)
    assert Abonnement.get(Abonnement.compte == monde.claire).statut == w.RESILIE


def test_all_of_it_with_the_keyboard(entrer, monde, julien):
    page = entrer(AGENT)
    page.goto("/agents/familles")
    recherche = page.get_by_label("Nom, enfant, code abonné, e-mail ou téléphone")
    tabuler(page, recherche)
    page.keyboard.type("104582")
    page.keyboard.press("Enter")
    famille = page.get_by_role("link", name="Moreau", exact=True)
    expect(page.locator("tbody tr")).to_have_count(1)
    tabuler(page, famille)
    page.keyboard.press("Enter")
    lettre = bouton(page, "Imprimer une lettre pour Julien Moreau")
    lettre.wait_for()
    tabuler(page, lettre)
    page.keyboard.press("Enter")
    imprimer = bouton(page, "Imprimer")
    imprimer.wait_for()
    page.evaluate("void (window.print = () => { window.imprimees = (window.imprimees ?? 0) + 1 })")
    tabuler(page, imprimer)
    page.keyboard.press("Enter")
    assert page.evaluate("window.imprimees") == 1

    page.get_by_role("link", name="Famille Moreau").press("Enter")
    fin = page.locator("summary", has_text="Mettre fin…")
    fin.wait_for()
    tabuler(page, fin)
    page.keyboard.press("Enter")
    tabuler(page, bouton(page, "Mettre fin à l’abonnement de Claire Moreau, famille@example.org"))
    page.keyboard.press("Enter")
    expect(page.locator("#bandeau")).to_contain_text("Abonnement terminé")


def test_on_paper_the_letter_is_one_sheet_and_nothing_else(entrer, monde, julien):
    page = entrer(AGENT, theme="dark")
    page.goto(f"/agents/familles/{monde.moreau.id}")
    bouton(page, "Imprimer une lettre pour Julien Moreau").click()
    bouton(page, "Imprimer").wait_for()
    pages = re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True))
    assert len(pages) == 1

    page.emulate_media(media="print")
    expect(page.locator(".lettre")).to_be_visible()
    expect(page.locator(".lettre .code strong")).to_be_visible()
    for ailleurs in (".entete", ".pied", ".a-l-ecran"):
        expect(page.locator(ailleurs)).to_be_hidden()
    encre = page.locator(".lettre .code strong").evaluate("e => getComputedStyle(e).color")
    assert float(re.findall(r"[\d.]+", encre)[0]) < 0.5, f"dark ink on paper, even in the dark theme: {encre}"


def test_without_javascript_no_button_that_does_nothing(entrer, monde, julien):
    page = entrer(AGENT, javascript=False)
    page.goto(f"/agents/familles/{monde.moreau.id}")
    bouton(page, "Imprimer une lettre pour Julien Moreau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lettre pour Julien Moreau")
    expect(bouton(page, "Imprimer")).to_be_hidden()


@DEUX_APPARENCES
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    entrer, monde, julien, axe, sans_defilement, taille, theme
):
    page = entrer(AGENT, taille=taille, theme=theme)
    fiche = f"/agents/familles/{monde.moreau.id}"
    for adresse in ("/agents/familles", "/agents/familles?q=zzz", "/agents/familles?page=x", fiche):
        page.goto(adresse)
        assert axe(page) == [], adresse
        sans_defilement(page)
    bouton(page, "Imprimer une lettre pour Julien Moreau").click()
    bouton(page, "Imprimer").wait_for()
    assert axe(page) == [], "the letter"
    page.set_viewport_size({"width": 320, "height": 640})
    sans_defilement(page)
    page.goto(fiche)
    for ouvrir in ("Renouveler…", "Mettre fin…"):
        page.locator("summary", has_text=ouvrir).click()
    assert axe(page) == [], "what is asked before it is done"
    sans_defilement(page)
    page.goto("/agents/familles")
    sans_defilement(page)
