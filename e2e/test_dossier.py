"""The family file, from the family's side (guide §2): in place, by the keyboard, without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.apparences import DEUX_APPARENCES
from models import Enfant, Modification, SessionOuverte
from portail.domain import dossier
from tests.conftest import MOTEURS_DES_PARCOURS
from tests.monde import MOT_DE_PASSE

CLAIRE = "famille@example.org"
IBAN = "FR76 3000 6000 0112 3456 7890 189"


def ouvrir_le_dossier(page: Page, qui: str) -> None:
    """As the guide says: menu Espace Famille, block Dossier Famille."""
    page.goto("/famille")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Dossier Famille")).click()
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^{qui}")).last.click()
    expect(page.get_by_role("heading", name=qui, level=1)).to_be_visible()


def rubrique(page: Page, titre: str):
    return page.locator("section.rubrique", has=page.get_by_role("heading", name=titre))


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_the_guide_from_the_familys_side(entrer, monde, moteur, javascript):
    page = entrer(CLAIRE, javascript=javascript)
    ouvrir_le_dossier(page, "Claire Moreau")
    expect(page.get_by_role("main")).to_contain_text(
        "Toute modification est soumise à une validation par la collectivité"
    )
    expect(rubrique(page, "Données fiscales")).to_contain_text("s’adresser à leur collectivité")
    expect(rubrique(page, "Données fiscales").get_by_role("link")).to_have_count(0)

    page.get_by_role("link", name="Modifier : Adresse").click()
    page.get_by_label("Numéro et rue").fill("6 chemin des Mariniers")
    page.get_by_label("Code postal").fill("4932")
    page.get_by_role("button", name="Envoyer à la mairie").click()
    expect(page.get_by_role("heading", name="1 réponse est à corriger")).to_be_focused()
    expect(page.get_by_label("Numéro et rue")).to_have_value("6 chemin des Mariniers")
    page.get_by_role("link", name="Code postal : Un code postal a 5 chiffres.").click()
    expect(page.get_by_label("Code postal")).to_be_focused()
    page.get_by_label("Code postal").fill("49320")
    page.get_by_role("button", name="Envoyer à la mairie").click()
    attente = rubrique(page, "Adresse").locator(".modif").first
    expect(attente).to_contain_text("Modification en attente de validation")
    expect(attente).to_contain_text("6 chemin des Mariniers")
    expect(page.locator("#bandeau")).to_contain_text("la mairie doit la valider")

    page.get_by_role("navigation", name="Membres de la famille").get_by_role("link", name="Léa").click()
    page.get_by_role("link", name="Modifier : Autorisations").click()
    page.get_by_role("group", name="Peut se baigner").get_by_label("Oui").check()
    page.get_by_role("button", name="Envoyer à la mairie").click()
    expect(rubrique(page, "Autorisations").locator(".modif")).to_contain_text("Oui")
    page.get_by_role("button", name="Annuler ma demande : Peut se baigner").click()
    expect(rubrique(page, "Autorisations").locator(".modif")).to_have_count(0)
    expect(page.locator("#bandeau")).to_contain_text("Demande annulée : peut se baigner")
    page.get_by_role("link", name="Demander de nouveau").click()
    expect(page.get_by_role("group", name="Peut se baigner").get_by_label("Oui")).to_be_checked()
    page.get_by_role("link", name="Ne rien changer : Autorisations").click()

    page.goto("/famille/demandes")
    expect(page.get_by_role("main")).to_contain_text("Dossier : Claire Moreau, numéro et rue et code postal")
    assert Modification.select().count() == 3
    assert Enfant.get(prenom="Léa").baignade is None


def test_the_keyboard_opens_a_part_mends_sends_and_never_loses_its_place(entrer, monde):
    page = entrer(CLAIRE)
    page.goto(f"/famille/enfants/{monde.lea.id}")
    page.evaluate("window.meme = true")
    page.get_by_role("link", name="Modifier : Données sanitaires").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Régime alimentaire")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Arachide")
    page.get_by_label("Téléphone du médecin").focus()
    page.keyboard.type("02 61 91 40")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 réponse est à corriger")).to_be_focused()
    telephone = page.get_by_label("Téléphone du médecin")
    expect(telephone).to_have_accessible_description(re.compile("Il manque 2 chiffres"))
    telephone.fill("02 61 91 40 12")
    telephone.press("Enter")
    expect(page.get_by_role("heading", name="Données sanitaires", exact=True)).to_be_focused()
    expect(page.locator("#annonce")).to_contain_text("la mairie doit la valider")
    expect(page).to_have_url(re.compile(rf"/famille/enfants/{monde.lea.id}$"))
    assert page.evaluate("window.meme"), "the page was never left"


def test_two_parts_open_at_once_keep_what_was_typed_in_each(entrer, monde):
    page = entrer(CLAIRE)
    page.goto(f"/famille/dossier/responsables/{monde.adulte_claire.id}")
    page.get_by_role("link", name="Modifier : Adresse").click()
    page.get_by_label("Commune").fill("Angers")
    page.get_by_role("link", name="Modifier : Informations de base").click()
    page.get_by_label("Profession").fill("Libraire")
    page.get_by_role("button", name="Envoyer à la mairie : Informations de base").click()
    expect(page.locator("#base .modif")).to_contain_text("Libraire")
    expect(page.get_by_label("Commune")).to_have_value("Angers")


def test_bank_details_ask_for_the_password_and_show_the_iban_masked(entrer, monde):
    page = entrer(CLAIRE)
    SessionOuverte.update(confirmee_le=None).execute()
    page.goto(f"/famille/dossier/responsables/{monde.adulte_claire.id}")
    page.get_by_role("link", name="Modifier : Données bancaires").click()
    page.get_by_label("IBAN").fill(IBAN)
    page.get_by_label("Votre mot de passe actuel").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Envoyer à la mairie").click()
    expect(page.locator("#banque .modif")).to_contain_text("FR76 •••• •••• 0189")
    page.get_by_role("button", name="Annuler ma demande : IBAN").click()
    expect(page.locator("#banque .modif")).to_have_count(0)


CONTRASTE_DU_TRAIT = """e => {
  const clarte = couleur => {
    const dessin = document.createElement("canvas").getContext("2d");
    dessin.fillStyle = couleur;
    dessin.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...dessin.getImageData(0, 0, 1, 1).data].map(v => {
      v /= 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const trait = clarte(getComputedStyle(e).borderLeftColor);
  const page = clarte(getComputedStyle(document.body).backgroundColor);
  return (Math.max(trait, page) + 0.05) / (Math.min(trait, page) + 0.05);
}"""
"""What is left of the yellow in greyscale: the contrast of its edge with the page (WCAG 1.4.11: 3)."""


@DEUX_APPARENCES
def test_axe_finds_nothing_and_the_yellow_is_seen(entrer, monde, axe, sans_defilement, taille, theme):
    lea = monde.lea.id
    voulues = {"classe": "CM1", "allergies": "Arachide " * 20, "image": "oui"}
    dossier.demander_des_modifications(monde.claire, monde.moreau, "enfant", lea, voulues)
    page = entrer(CLAIRE, taille=taille, theme=theme)

    def regarder() -> None:
        assert axe(page) == [], page.url
        sans_defilement(page)

    page.goto("/famille/dossier")
    regarder()
    page.goto(f"/famille/dossier/responsables/{monde.adulte_julien.id}")
    regarder()
    page.goto(f"/famille/enfants/{lea}")
    regarder()
    fond = "e => getComputedStyle(e).backgroundColor"
    attente = page.locator(".modif").first
    assert attente.evaluate(fond) != page.locator("body").evaluate(fond)
    assert attente.evaluate(CONTRASTE_DU_TRAIT) >= 3, "without the hue, the edge is still seen"
    expect(attente.locator(".note svg").first).to_be_visible()
    expect(attente.locator(".note").first).to_contain_text("attente")
    page.get_by_role("link", name="Modifier : Autorisations").click()
    page.get_by_role("link", name="Modifier : Données sanitaires").click()
    page.get_by_label("Téléphone du médecin").fill("02")
    page.get_by_label("PAI valable").fill("0026-01-01")
    page.get_by_role("button", name="Envoyer à la mairie : Données sanitaires").click()
    expect(page.get_by_role("heading", name="2 réponses sont à corriger")).to_be_visible()
    regarder()
