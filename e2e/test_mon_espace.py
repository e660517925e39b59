"""Mon Espace Citoyen in a browser: another address by real mail, a device thrown out, the keyboard, axe."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.apparences import DEUX_APPARENCES
from models import SessionOuverte, db
from portail import facteur
from portail.domain import jetons
from tests.conftest import config_de_test
from tests.courriels.conftest import boite, smtp
from tests.monde import MOT_DE_PASSE

__all__ = ["boite", "smtp"]

CLAIRE = "famille@example.org"
NEUVE = "claire.moreau@example.net"
NOUVEAU = "brouette vert lundi"


@pytest.fixture
def relever(boite, smtp):
    """`relever()`: what the portal has to send goes through SMTP; who received what, and the links."""

    def lire() -> dict[str, tuple[str, str]]:
        debut = len(boite.recus)
        facteur.tournee(config_de_test("", smtp=smtp, demo=False))
        recus = zip(boite.destinataires[debut:], boite.recus[debut:], strict=True)
        return {qui[0]: (str(m["Subject"]), _lien(m.get_content())) for qui, m in recus}

    return lire


def _lien(texte: str) -> str:
    trouve = re.search(r"http://\S+/mon-espace/adresse/[\w-]{43}\b", texte)
    return trouve[0] if trouve else ""


def oublier_la_confirmation() -> None:
    """As if the password had been given long ago."""
    SessionOuverte.update(confirmee_le=None).execute()


@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_another_address_by_real_mail(entrer, relever, javascript):
    page = entrer(CLAIRE, javascript=javascript)
    oublier_la_confirmation()
    page.goto("/mon-espace")
    page.get_by_role("link", name="Changer mon adresse e-mail").click()
    page.get_by_label("Nouvelle adresse e-mail").fill(NEUVE)
    actuel = page.get_by_label("Votre mot de passe actuel")
    actuel.fill("pas celui-là")
    page.get_by_role("button", name="Envoyer le lien").click()
    expect(page.get_by_text("Ce n’est pas votre mot de passe.")).to_be_visible()
    expect(page.get_by_label("Nouvelle adresse e-mail")).to_have_value(NEUVE)
    expect(actuel).to_be_focused()
    actuel.fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Envoyer le lien").click()
    expect(page.get_by_role("heading", name="Consultez votre messagerie")).to_be_visible()

    recus = relever()
    assert recus[CLAIRE] == ("On demande à changer votre adresse e-mail", "")
    page.goto(recus[NEUVE][1])
    page.get_by_role("button", name="Utiliser cette adresse").click()
    expect(page.get_by_text("Votre adresse e-mail est changée.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(NEUVE)
    assert relever() == {CLAIRE: ("Votre adresse e-mail a changé", "")}
    page.goto(recus[NEUVE][1])
    expect(page.get_by_role("heading", name="Ce lien ne sert plus")).to_be_visible()


def test_a_device_is_thrown_out_in_place_by_the_keyboard(entrer):
    ailleurs, page = entrer(CLAIRE), entrer(CLAIRE)
    page.goto("/mon-espace/appareils")
    page.evaluate("window.temoin = true")
    boutons = page.get_by_role("button", name=re.compile("^Déconnecter (?!les)"))
    expect(boutons).to_have_count(2)
    boutons.nth(1).focus()
    page.keyboard.press("Enter")
    expect(boutons).to_have_count(1)
    expect(page.locator("#appareils")).to_be_focused()
    expect(page.locator("#annonce")).to_have_text("Cet appareil est déconnecté.")
    assert page.evaluate("window.temoin"), "the page was not reloaded"
    ailleurs.goto("/mon-espace")
    expect(ailleurs.get_by_role("heading", name="Se connecter")).to_be_visible()
    boutons.click()
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()


def test_without_a_script_a_device_is_thrown_out_too(entrer):
    ailleurs, page = entrer(CLAIRE), entrer(CLAIRE, javascript=False)
    page.goto("/mon-espace/appareils")
    page.get_by_role("button", name="Déconnecter les autres appareils").click()
    expect(page.get_by_text("Les autres appareils sont déconnectés.")).to_be_visible()
    ailleurs.goto("/mon-espace")
    expect(ailleurs.get_by_role("heading", name="Se connecter")).to_be_visible()


def test_another_password_by_the_keyboard_alone_then_the_data_in_a_file(entrer):
    page = entrer(CLAIRE)
    oublier_la_confirmation()
    page.goto("/mon-espace/mot-de-passe")
    expect(page.get_by_label("Votre mot de passe actuel")).to_be_focused()
    page.keyboard.type(MOT_DE_PASSE)
    nouveau = page.get_by_label("Nouveau mot de passe")
    nouveau.focus()
    page.keyboard.type("les moreau en mer")
    expect(page.locator("#force")).to_contain_text("Évitez « moreau »")
    nouveau.fill(NOUVEAU)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Votre mot de passe est changé.")).to_be_visible()
    page.get_by_role("link", name="Mes données").click()
    with page.expect_download() as fichier:
        page.get_by_role("link", name="Télécharger mes données").click()
    assert fichier.value.suggested_filename == "mes-donnees.json"
    assert "Léa" in fichier.value.path().read_text(encoding="utf-8")


def regarder(page: Page, axe, sans_defilement, *adresses: str) -> None:
    for adresse in adresses:
        page.goto(adresse)
        assert axe(page) == [], page.url
        sans_defilement(page)


@DEUX_APPARENCES
def test_axe_finds_nothing_on_any_page(entrer, monde, axe, sans_defilement, taille, theme):
    page = entrer(CLAIRE, taille=taille, theme=theme)
    with db.atomic():
        lien = f"/mon-espace/adresse/{jetons.emettre(monde.claire, jetons.ADRESSE, NEUVE)}"
    onglets = [f"/mon-espace{suite}" for suite in ("", "/appareils", "/journal", "/donnees", "/nom")]
    perime = f"/mon-espace/adresse/{'x' * 43}"
    regarder(page, axe, sans_defilement, *onglets, lien, perime, "/mon-espace/adresse/courriel")
    oublier_la_confirmation()
    formulaires = [f"/mon-espace/{nom}" for nom in ("mot-de-passe", "adresse", "fermeture", "confirmation")]
    regarder(page, axe, sans_defilement, *formulaires)
    page.goto("/mon-espace/fermeture")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("button", name="Fermer mon compte").click()
    expect(page.get_by_text("Cochez la case si vous êtes sûr.")).to_be_visible()
    assert axe(page) == []
