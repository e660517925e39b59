"""« Mes demandes » in a browser: narrowed with the keyboard, without script, on a phone, and on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from e2e.apparences import DEUX_APPARENCES
from portail.domain import demandes, moderation
from tests.actes import absenter, demander
from tests.demandes.volume import grande_demande
from tests.monde import JEUDI, LUNDI

FAMILLE = "famille@example.org"
LISTE = "/famille/demandes"


@pytest.fixture
def variees(monde):
    """Three demandes: one waits, one is refused, one is as long as a school year."""
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    refusee = absenter(monde, (monde.noe, monde.seance(monde.soir, JEUDI)))
    moderation.refuser(monde.sophie, refusee.id, "Délai dépassé")
    return grande_demande(monde)


def rangees(page: Page):
    return page.locator("#demandes tbody tr")


def test_the_keyboard_alone_narrows_the_list_in_place(entrer, variees):
    page = entrer(FAMILLE)
    page.goto(LISTE)
    page.evaluate("window.temoin = 1")
    page.get_by_label("État").focus()
    page.keyboard.type("Refus")
    page.get_by_role("button", name="Filtrer").focus()
    page.keyboard.press("Enter")
    expect(rangees(page)).to_have_count(1)
    expect(rangees(page)).to_contain_text("Motif : Délai dépassé")
    expect(page.locator("#annonce")).to_have_text("1 demande affichée")
    expect(page.get_by_role("button", name="Filtrer")).to_be_focused()
    expect(page).to_have_url(re.compile(f"etat={w.REFUSEE}"))
    assert page.evaluate("window.temoin") == 1, "the page was loaded again"
    page.go_back()
    expect(rangees(page)).to_have_count(3)


def test_without_javascript(entrer, variees):
    page = entrer(FAMILLE, javascript=False)
    page.goto(LISTE)
    page.get_by_label("Nature").select_option("Absence")
    page.get_by_role("button", name="Filtrer").click()
    expect(rangees(page)).to_have_count(1)
    page.get_by_role("link", name="Tout afficher").click()
    expect(rangees(page)).to_have_count(3)
    page.goto(f"{LISTE}/{variees.id}")
    page.get_by_role("link", name=re.compile("Voir les 1.002 lignes")).click()
    page.get_by_role("link", name=re.compile("Mars 2027")).click()
    expect(page.get_by_role("row", name=re.compile("Léa, Cantine, lundi 1er mars"))).to_be_visible()


def test_the_focus_stays_where_the_lines_are_asked_for(entrer, variees):
    page = entrer(FAMILLE)
    page.goto(f"{LISTE}/{variees.id}")
    page.get_by_role("link", name=re.compile("^Voir les")).press("Enter")
    expect(page.get_by_role("link", name="Revenir au résumé")).to_be_focused()
    page.get_by_role("link", name=re.compile("Février 2027")).press("Enter")
    expect(page.get_by_role("link", name=re.compile("Février 2027"))).to_be_focused()
    expect(page.locator("caption")).to_contain_text("février 2027")


@DEUX_APPARENCES
def test_axe_finds_nothing_and_nothing_scrolls_sideways(entrer, axe, monde, variees, taille, theme):
    retiree = demander(monde, (monde.ines, monde.seance(monde.cantine, JEUDI)))
    demandes.annuler_demande(monde.claire, monde.moreau, retiree.id)
    page = entrer(FAMILLE, taille=taille, theme=theme)
    if taille == "etroit":
        page.set_viewport_size({"width": 320, "height": 740})
    for adresse in (
        "",
        f"?etat={w.ANNULEE}",
        "?etat=x&du=x",
        f"/{variees.id}",
        f"/{variees.id}?lignes=toutes",
    ):
        page.goto(LISTE + adresse)
        assert axe(page) == [], adresse
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), adresse


def test_on_paper_there_is_the_recap_and_nothing_to_click(entrer, variees):
    page = entrer(FAMILLE, theme="dark")
    for adresse in (LISTE, f"{LISTE}?nature={w.NATURE_ABSENCE}", f"{LISTE}/{variees.id}"):
        page.goto(adresse)
        page.emulate_media(media="print")
        expect(page.locator(".en-tete-papier")).to_have_text(
            re.compile(r"Saint-Alban-sur-Loire\s*Famille Moreau\s*Imprimé le 1er décembre 2026")
        )
        for objet in ("nav", "header.entete", "footer", "form", "button", ".bouton"):
            assert not page.locator(objet).locator("visible=true").count(), (adresse, objet)
        papier = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert papier in ("rgb(255, 255, 255)", "oklch(1 0 0)")
        expect(page.get_by_role("main")).to_contain_text(re.compile(r"2026-\d+"))
        assert page.pdf(format="A4").startswith(b"%PDF-")
    page.goto(f"{LISTE}?nature={w.NATURE_ABSENCE}")
    expect(page.locator(".somme-de-liste")).to_contain_text("1 demande : Absence")
