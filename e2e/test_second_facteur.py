"""An agent sets the application of codes up and comes in with it: with and without JavaScript, axe."""

import datetime as dt

import pyotp
import pytest
from playwright.sync_api import Page, expect

from e2e.apparences import DEUX_APPARENCES
from portail import clock
from tests.monde import MAINTENANT, MOT_DE_PASSE

AGENT = "agent@example.org"

pytestmark = pytest.mark.parametrize("demo", [False], ids=["a town"])


def se_connecter(page: Page) -> None:
    page.goto("/connexion?next=/agents?etat=traitees")
    page.get_by_label("Adresse e-mail").fill(AGENT)
    page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


def code_du_telephone(secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.maintenant())


def cle(page: Page) -> str:
    """What somebody types who cannot show the drawing to a phone."""
    return "".join(page.get_by_role("code").inner_text().split())


@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_from_the_first_sign_in_to_the_next_ones(ouvrir, javascript):
    page = ouvrir(javascript=javascript)
    se_connecter(page)
    expect(page.get_by_role("heading", name="Installez votre application de codes")).to_be_visible()
    expect(page.get_by_role("img", name="QR code à lire avec l’application de codes")).to_be_visible()
    secret = cle(page)
    page.get_by_label("Code à 6 chiffres").fill("12345")
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_label("Code à 6 chiffres")).to_be_focused()
    expect(page.get_by_label("Code à 6 chiffres")).to_have_value("12345")
    page.get_by_label("Code à 6 chiffres").fill(code_du_telephone(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vos codes de secours")).to_be_visible()
    codes = page.get_by_role("code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="C’est noté, continuer").click()
    expect(page).to_have_url("/agents?etat=traitees")
    page.get_by_role("button", name="Se déconnecter").click()

    se_connecter(page)
    champ = page.get_by_label("Code à 6 chiffres ou code de secours")
    expect(champ).to_be_focused()
    champ.fill(code_du_telephone(secret))
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Ce code n’est pas le bon, ou il a déjà servi.")).to_be_visible()
    with clock.figer(MAINTENANT + dt.timedelta(seconds=30)):
        champ.fill(code_du_telephone(secret))
        page.get_by_role("button", name="Continuer").click()
        expect(page).to_have_url("/agents?etat=traitees")
    page.get_by_role("button", name="Se déconnecter").click()

    se_connecter(page)
    champ.fill(codes[0].lower())
    page.get_by_role("button", name="Continuer").click()
    expect(page).to_have_url("/agents?etat=traitees")
    page.goto("/mon-espace/second-facteur")
    expect(page.get_by_role("main")).to_contain_text("Il vous en reste 9.")
    page.get_by_role("button", name="Refaire les codes de secours").click()
    assert not set(page.get_by_role("code").all_inner_texts()) & set(codes)


def test_the_way_out_leads_back_to_the_welcome_page(ouvrir):
    page = ouvrir()
    se_connecter(page)
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    page.goto("/connexion/second-facteur")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()


@DEUX_APPARENCES
def test_axe_finds_nothing_on_its_pages(ouvrir, axe, sans_defilement, taille, theme):
    page = ouvrir(taille=taille, theme=theme)

    def regarder() -> None:
        assert axe(page) == [], page.url
        sans_defilement(page)

    se_connecter(page)
    regarder()
    secret = cle(page)
    page.get_by_label("Code à 6 chiffres").fill("000000")
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_text("Ce code n’est pas le bon")).to_be_visible()
    regarder()
    page.get_by_label("Code à 6 chiffres").fill(code_du_telephone(secret))
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("heading", name="Vos codes de secours")).to_be_visible()
    regarder()
    page.goto("/mon-espace/second-facteur")
    regarder()
    page.get_by_role("button", name="Se déconnecter").click()
    se_connecter(page)
    regarder()
