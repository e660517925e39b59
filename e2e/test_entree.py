"""Getting in and out, the appearance, and what is said when the portal does not answer."""

import pytest
from playwright.sync_api import expect

from e2e.apparences import DEUX_APPARENCES
from e2e.traces import RIEN, gardes
from tests.monde import MOT_DE_PASSE

PUBLIQUES = ("/", "/connexion", "/demo/courriels", "/nulle-part")
PANNE = "Le portail n’a pas répondu. Vérifiez votre connexion, puis rechargez la page"
BANDEAU = '<hx-partial hx-target="#bandeau" hx-swap="innerHTML"><p>Très demandé.</p></hx-partial>'


@DEUX_APPARENCES
def test_axe_finds_nothing_on_the_public_pages(ouvrir, axe, sans_defilement, taille, theme):
    page = ouvrir(taille=taille, theme=theme)
    for adresse in PUBLIQUES:
        page.goto(adresse)
        assert axe(page) == [], adresse
        sans_defilement(page)
    page.goto("/connexion")
    page.get_by_label("Adresse e-mail").fill("famille@example.org")
    page.get_by_label("Mot de passe").fill("mauvais")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Adresse e-mail ou mot de passe incorrect.")).to_be_visible()
    assert axe(page) == []


def test_the_keyboard_alone_gets_in_and_out(ouvrir):
    page = ouvrir()
    page.goto("/connexion?next=/famille/planning")
    expect(page.get_by_label("Adresse e-mail")).to_be_focused()
    page.keyboard.type("famille@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("mauvais")
    page.keyboard.press("Enter")
    champ = page.get_by_label("Mot de passe")
    expect(champ).to_be_focused()
    expect(champ).to_have_accessible_description("Adresse e-mail ou mot de passe incorrect.")
    page.keyboard.type(MOT_DE_PASSE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/famille/planning")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.get_by_role("button", name="Se déconnecter").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()


def test_after_signing_out_the_back_button_shows_nothing(entrer):
    page = entrer("famille@example.org")
    page.goto("/famille/planning")
    page.goto("/famille")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    expect(page.get_by_text("Moreau")).to_have_count(0)
    assert gardes(page) == RIEN


@pytest.mark.parametrize("javascript", [True, False])
def test_the_chosen_appearance_stays_and_so_does_the_page(entrer, javascript):
    page = entrer("famille@example.org", javascript=javascript, theme="light")
    page.goto("/famille/demandes")
    fond = "getComputedStyle(document.body).backgroundColor"
    clair = page.evaluate(fond)
    page.get_by_role("button", name="Sombre").click()
    expect(page.get_by_role("button", name="Sombre")).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("/famille/demandes")
    assert page.evaluate(fond) != clair
    page.goto("/famille/planning")
    assert page.evaluate(fond) != clair
    page.get_by_role("button", name="Automatique").click()
    expect(page.get_by_role("button", name="Automatique")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(fond) == clair


def test_the_menu_opens_and_closes_on_a_phone(entrer, axe, sans_defilement):
    page = entrer("famille@example.org", taille="etroit")
    menu = page.get_by_role("navigation", name="Menu principal")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(menu).to_be_visible()
    assert axe(page) == []
    sans_defilement(page)
    page.get_by_role("button", name="Fermer le menu").click()
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    menu.get_by_role("link", name="Mes demandes").click()
    page.wait_for_url("**/famille/demandes")


@pytest.mark.parametrize(
    ("reponse", "phrase"),
    [
        ({"status": 502, "body": "<html><body>Bad Gateway</body></html>"}, PANNE),
        ({"status": 500, "body": ""}, PANNE),
        (
            {
                "status": 503,
                "body": BANDEAU,
            },
            "Très demandé.",
        ),
    ],
    ids=["502 du mandataire", "500 vide", "503 du portail"],
)
def test_a_failure_is_told_in_the_banner_and_the_slot_stays(entrer, reponse, phrase):
    page = entrer("famille@example.org")
    page.goto("/famille/planning?vue=jour&date=2026-12-07")
    creneau = page.get_by_role("link", name="Léa, Cantine")
    page.route("**/creneaux/**", lambda route: route.fulfill(content_type="text/html", **reponse))
    creneau.click()
    expect(page.locator("#bandeau")).to_contain_text(phrase)
    expect(creneau).to_be_visible()
    expect(creneau).to_be_focused()
    page.unroute("**/creneaux/**")
    creneau.click()
    expect(page.get_by_role("button", name="Confirmer")).to_be_focused()
    if phrase == PANNE:
        expect(page.locator("#bandeau")).to_be_empty()


def test_a_session_that_ends_while_reading_leads_to_sign_in_and_back(entrer, monde):
    from models import SessionOuverte, db

    page = entrer("famille@example.org")
    page.goto("/famille/planning?vue=jour&date=2026-12-07")
    SessionOuverte.delete().execute()
    db.close()
    page.get_by_role("link", name="Léa, Cantine").click()
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    page.get_by_label("Adresse e-mail").fill("famille@example.org")
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/famille/planning?vue=jour&date=2026-12-07")
