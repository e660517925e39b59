"""Creating an account, activating it, a password forgotten: with and without JavaScript, by real mail."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.apparences import DEUX_APPARENCES
from portail import facteur
from tests.conftest import config_de_test
from tests.courriels.conftest import boite, smtp

__all__ = ["boite", "smtp"]

EMAIL = "nadege.petit@example.org"
CHOISI = "cerise plume orage"
NOUVEAU = "brouette vert lundi"


@pytest.fixture
def relever(boite, smtp):
    """`relever(EMAIL)`: what the portal has to send goes through SMTP; the last subject, and its link."""

    def lire(email: str) -> tuple[str, str]:
        facteur.tournee(config_de_test("", smtp=smtp, demo=False))
        assert boite.destinataires[-1] == [email]
        message = boite.recus[-1]
        liens = re.findall(r"http://\S+/(?:activer|mot-de-passe)/[\w-]{43}\b", message.get_content())
        return str(message["Subject"]), liens[0] if liens else ""

    return lire


def remplir(page: Page, **changements: str) -> None:
    champs = {"Nom": "Petit", "Prénom": "Nadège", "Adresse e-mail": EMAIL, "Mot de passe": CHOISI}
    for libelle, valeur in (champs | changements).items():
        page.get_by_label(libelle, exact=True).fill(valeur)


def se_connecter(page: Page, mot_de_passe: str) -> None:
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    page.get_by_label("Mot de passe", exact=True).fill(mot_de_passe)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_from_the_welcome_page_to_ones_own_account_and_back_after_forgetting(ouvrir, relever, javascript):
    page = ouvrir(javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Créer un compte").click()
    remplir(page)
    page.get_by_role("button", name="Créer un compte").click()
    expect(page.get_by_role("heading", name="Consultez votre messagerie")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(EMAIL)

    sujet, lien = relever(EMAIL)
    assert sujet == "Activez votre compte"
    page.goto(lien)
    page.get_by_role("button", name="Activer mon compte").click()
    expect(page.get_by_text("Votre compte est activé. Vous pouvez vous connecter.")).to_be_visible()
    se_connecter(page, CHOISI)
    expect(page.get_by_role("heading", name="Pas encore de dossier famille")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("Nadège Petit")
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(lien)
    expect(page.get_by_role("heading", name="Ce lien ne sert plus")).to_be_visible()

    page.goto("/connexion")
    page.get_by_role("link", name="Mot de passe oublié ?").click()
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("main")).to_contain_text(f"Si un compte existe à l’adresse {EMAIL}")
    sujet, lien = relever(EMAIL)
    assert sujet == "Choisissez un nouveau mot de passe"
    page.goto(lien)
    page.get_by_label("Nouveau mot de passe").fill(NOUVEAU)
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.get_by_text("Votre mot de passe est changé.")).to_be_visible()
    assert relever(EMAIL) == ("Votre mot de passe a changé", "")
    se_connecter(page, CHOISI)
    expect(page.get_by_text("Adresse e-mail ou mot de passe incorrect.")).to_be_visible()
    se_connecter(page, NOUVEAU)
    expect(page.get_by_role("heading", name="Pas encore de dossier famille")).to_be_visible()


def test_the_keyboard_alone_creates_an_account_and_hears_how_strong_the_password_is(ouvrir):
    page = ouvrir()
    page.goto("/compte/creer")
    expect(page.get_by_label("Nom", exact=True)).to_be_focused()
    for texte in ("Petit", "Nadège", EMAIL):
        page.keyboard.type(texte)
        page.keyboard.press("Tab")
    saisie, force = page.get_by_label("Mot de passe", exact=True), page.locator("#force")
    expect(saisie).to_be_focused()
    page.keyboard.type("nadège")
    expect(force).to_have_text("Trop fragile. Il manque 6 caractères : il en faut 12 au moins.")
    page.keyboard.type(" en mer")
    expect(force).to_contain_text("Évitez « nadege »")
    expect(saisie).to_be_focused()
    saisie.fill(CHOISI)
    expect(force).to_have_text("Très solide.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Consultez votre messagerie")).to_be_visible()


@pytest.mark.parametrize("adresse", ["/compte/creer", "/connexion"])
def test_the_password_is_shown_and_hidden_by_the_keyboard_and_leaves_hidden(ouvrir, adresse):
    page = ouvrir()
    page.goto(adresse)
    saisie = page.get_by_label("Mot de passe", exact=True)
    saisie.fill("court")
    page.keyboard.press("Tab")
    bouton = page.get_by_role("button", name="Afficher le mot de passe")
    expect(bouton).to_be_focused()
    expect(bouton).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(saisie).to_have_attribute("type", "text")
    expect(bouton).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(saisie).to_have_attribute("type", "password")
    bouton.click()
    expect(saisie).to_have_attribute("type", "text")
    page.evaluate("document.addEventListener('submit', e => e.preventDefault())")
    page.evaluate("document.querySelector('main form').noValidate = true")
    saisie.press("Enter")
    expect(saisie).to_have_attribute("type", "password")


def test_without_a_script_no_button_promises_what_it_cannot_do(ouvrir):
    page = ouvrir(javascript=False)
    for adresse in ("/compte/creer", "/connexion"):
        page.goto(adresse)
        expect(page.get_by_role("button", name="Afficher le mot de passe")).to_have_count(0)


def test_what_is_wrong_has_the_focus_and_tells_why(ouvrir):
    page = ouvrir()
    page.goto("/compte/creer")
    remplir(page, **{"Prénom": "Nadège 2", "Mot de passe": "court"})
    page.get_by_role("button", name="Créer un compte").click()
    prenom = page.get_by_label("Prénom")
    expect(prenom).to_be_focused()
    expect(prenom).to_have_accessible_description(re.compile("avec des lettres seulement"))
    remplir(page, **{"Mot de passe": "chez nadège"})
    page.get_by_role("button", name="Créer un compte").click()
    expect(page.get_by_label("Mot de passe", exact=True)).to_be_focused()


@DEUX_APPARENCES
def test_axe_finds_nothing_on_the_pages_of_an_account(ouvrir, relever, axe, sans_defilement, taille, theme):
    page = ouvrir(taille=taille, theme=theme)

    def regarder() -> None:
        assert axe(page) == [], page.url
        sans_defilement(page)

    page.goto("/compte/creer")
    regarder()
    remplir(page, **{"Nom": "", "Mot de passe": "nadège"})
    expect(page.locator("#force-dite")).to_be_visible()
    page.get_by_role("button", name="Afficher le mot de passe").click()
    regarder()
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("button", name="Créer un compte").click()
    expect(page.get_by_text("Indiquez votre nom.")).to_be_visible()
    regarder()
    remplir(page)
    expect(page.locator("#force-dite")).to_have_text("Très solide.")
    regarder()
    page.get_by_role("button", name="Créer un compte").click()
    regarder()
    for adresse in (
        relever(EMAIL)[1],
        "/compte/activation",
        "/mot-de-passe/oublie",
        "/mot-de-passe/courriel",
    ):
        page.goto(adresse)
        regarder()
    page.goto("/mot-de-passe/oublie")
    regarder()
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    page.get_by_role("button", name="Envoyer").click()
    for adresse in (relever(EMAIL)[1], "/compte/activation", "/mot-de-passe/courriel"):
        page.goto(adresse)
        regarder()
