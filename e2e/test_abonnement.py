"""Subscribing to a family file as the guide says it, §1 and §1.1: by real mail, on both engines."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.apparences import DEUX_APPARENCES
from e2e.test_compte import CHOISI, EMAIL, boite, relever, remplir, se_connecter, smtp
from models import Abonnement
from portail import facteur
from portail.domain import codes
from tests.abonnements.conftest import SECRETS, lettre, nouveau_compte
from tests.conftest import MOTEURS_DES_PARCOURS, config_de_test

__all__ = ["boite", "relever", "smtp"]

ABONNEMENTS = "/mon-espace/abonnements"
ATTENTE, ACTIF = "En attente de reconnexion", "Actif"


def creer_un_compte(page: Page, **champs: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Créer un compte").click()
    remplir(page, **champs)
    page.get_by_role("button", name="Créer un compte").click()


def activer_et_entrer(page: Page, relever) -> None:
    expect(page.get_by_role("heading", name="Consultez votre messagerie")).to_be_visible()
    sujet, lien = relever(EMAIL)
    assert sujet == "Activez votre compte"
    page.goto(lien)
    page.get_by_role("button", name="Activer mon compte").click()
    se_connecter(page, CHOISI)


def rien_de_la_famille(page: Page) -> None:
    assert not [mot for mot in SECRETS if mot in page.content()]


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_without_the_code_at_first_one_subscribes_later_and_signs_in_again(
    ouvrir, monde, relever, boite, smtp, javascript
):
    page = ouvrir(javascript=javascript)
    creer_un_compte(page)
    activer_et_entrer(page, relever)
    expect(page.get_by_role("heading", name="Pas encore de dossier famille")).to_be_visible()

    page.get_by_role("link", name="Mon Espace Citoyen").click()
    page.get_by_role("link", name="Mes abonnements").click()
    expect(page.get_by_role("heading", name="Mes abonnements")).to_be_attached()
    page.get_by_role("link", name="M’abonner").click()
    page.get_by_label("Code Abonné").fill(lettre(monde.moreau))
    page.get_by_role("button", name="Rechercher").click()
    abonnement = page.get_by_role("list", name="Vos abonnements").get_by_role("listitem")
    expect(abonnement).to_contain_text(ATTENTE)
    rien_de_la_famille(page)
    page.goto("/famille")
    expect(page.get_by_role("heading", name="Encore un pas : reconnectez-vous")).to_be_visible()
    rien_de_la_famille(page)

    page.get_by_role("button", name="Me déconnecter et me reconnecter").click()
    expect(page.get_by_text("Vous êtes déconnecté. Reconnectez-vous pour continuer.")).to_be_visible()
    se_connecter(page, CHOISI)
    expect(page).to_have_url(re.compile(f"{ABONNEMENTS}$"))
    expect(abonnement).to_contain_text(ACTIF)
    expect(abonnement.get_by_role("heading", name="Famille Moreau")).to_be_visible()
    page.get_by_role("link", name="Planning des activités").first.click()
    expect(page.get_by_role("main")).to_contain_text("Léa")

    facteur.tournee(config_de_test("", smtp=smtp, demo=False))
    sujets = {str(m["To"]): str(m["Subject"]) for m in boite.recus[1:]}
    assert sujets == {
        EMAIL: "Votre abonnement est enregistré",
        "famille@example.org": "Une personne vient de s’abonner à votre dossier",
        "julien@example.org": "Une personne vient de s’abonner à votre dossier",
    }


@pytest.mark.parametrize(
    ("moteur", "javascript"), [("sqlite", False), ("postgresql", True)], ids=["sans JavaScript", "avec"]
)
def test_with_the_code_in_the_form_the_first_sign_in_opens_the_family_space(
    ouvrir, monde, relever, javascript
):
    page = ouvrir(javascript=javascript)
    creer_un_compte(page, **{"Code abonné": "104 582"})
    naissance = page.get_by_label("Date de naissance d’un de vos enfants")
    expect(naissance).to_be_focused()
    expect(naissance).to_have_accessible_description(re.compile("indiquez aussi la date de naissance"))
    expect(page.get_by_label("Adresse e-mail")).to_have_value(EMAIL)
    naissance.fill("14/03/2018")
    page.get_by_label("Mot de passe", exact=True).fill(CHOISI)
    page.get_by_role("button", name="Créer un compte").click()
    activer_et_entrer(page, relever)
    expect(page.get_by_role("heading", name="Espace Famille")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("Famille Moreau")
    page.goto(ABONNEMENTS)
    expect(page.get_by_role("list", name="Vos abonnements")).to_contain_text(ACTIF)


def test_the_keyboard_alone_subscribes_and_the_focus_is_never_lost(entrer, monde):
    nouveau_compte(monde, "Nadège", EMAIL)
    page = entrer(EMAIL)
    page.goto(ABONNEMENTS)
    charge = page.evaluate("window.charge = Math.random()")
    page.get_by_role("link", name="M’abonner").focus()
    page.keyboard.press("Enter")
    saisie = page.get_by_label("Code Abonné")
    expect(saisie).to_be_focused()
    expect(page).to_have_url(re.compile(f"{ABONNEMENTS}/nouveau$"))
    page.keyboard.type("K7QM")
    page.keyboard.press("Enter")
    expect(saisie).to_have_accessible_description(re.compile("vous en avez saisi 4"))
    expect(saisie).to_be_focused()
    expect(saisie).to_have_value("K7QM")
    expect(page.get_by_role("status")).to_contain_text("vous en avez saisi 4")
    saisie.press("ControlOrMeta+a")
    page.keyboard.type(codes.presenter(codes.tirer()).lower())
    page.keyboard.press("Enter")
    expect(saisie).to_have_accessible_description(re.compile("ne permettent pas de vous abonner"))
    saisie.press("ControlOrMeta+a")
    page.keyboard.type("104582")
    page.keyboard.press("Enter")
    naissance = page.get_by_label("Date de naissance d’un de vos enfants")
    expect(naissance).to_be_focused()
    assert page.evaluate("window.charge") == charge, "all that happened without loading the page again"
    page.keyboard.type("14032018")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Vos abonnements")).to_contain_text(ATTENTE)
    expect(page.get_by_text("Votre abonnement est enregistré.")).to_be_visible()


def test_a_subscription_is_ended_after_a_question(entrer, monde):
    page = entrer("famille@example.org")
    page.goto(ABONNEMENTS)
    page.get_by_role("link", name="Y mettre fin : famille Moreau").click()
    expect(
        page.get_by_role("heading", name="Mettre fin à l’abonnement à la famille Moreau ?")
    ).to_be_visible()
    page.get_by_role("button", name="Mettre fin à cet abonnement").click()
    expect(page.get_by_text("Cet abonnement a pris fin.")).to_be_visible()
    expect(page.get_by_role("heading", name="Aucun abonnement pour le moment")).to_be_visible()


@DEUX_APPARENCES
def test_axe_finds_nothing_on_the_pages_of_subscriptions(entrer, monde, axe, sans_defilement, taille, theme):
    nadege = nouveau_compte(monde, "Nadège", EMAIL)
    page = entrer(EMAIL, taille=taille, theme=theme)

    def regarder() -> None:
        assert axe(page) == [], page.url
        sans_defilement(page)

    for adresse in ("/famille", ABONNEMENTS):
        page.goto(adresse)
        regarder()
    page.get_by_role("link", name="M’abonner").click()
    page.get_by_label("Code Abonné").fill("104582")
    page.get_by_role("button", name="Rechercher").click()
    page.get_by_label("Date de naissance d’un de vos enfants").wait_for()
    regarder()
    page.get_by_label("Date de naissance d’un de vos enfants").fill("2018-03-14")
    page.get_by_role("button", name="Rechercher").click()
    page.get_by_text(ATTENTE).wait_for()
    regarder()
    fin = f"{ABONNEMENTS}/{Abonnement.get(compte=nadege).id}/fin"
    for adresse in (fin, "/facturation"):
        page.goto(adresse)
        regarder()
    page.get_by_role("button", name="Me déconnecter et me reconnecter").click()
    page.get_by_label("Adresse e-mail").wait_for()
    page = entrer(EMAIL, taille=taille, theme=theme)
    for adresse in (ABONNEMENTS, "/facturation"):
        page.goto(adresse)
        regarder()
