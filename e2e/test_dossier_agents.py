"""An agent and the family file in a browser: field by field, a conflict, what is protected; the counter."""

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from models import Evenement
from portail.domain import application
from tests.actes import modifications, modifier, statut

AGENT = "agent@example.org"


@pytest.fixture
def demande(monde):
    """Léa's class, her picture in the bulletin, her allergies; the class has changed meanwhile."""
    faite = modifier(monde, monde.lea, classe="CM1", image="oui", allergies="Arachide")
    application.ecrire_la_fiche(monde.lea, {"classe": "CE2"})
    return faite


@pytest.fixture
def page(entrer, demande) -> Page:
    fenetre = entrer(AGENT)
    fenetre.goto(f"/agents/demandes/{demande.id}")
    fenetre.evaluate("window.sansRechargement = true")
    return fenetre


def bouton(page: Page, nom: str):
    return page.get_by_role("button", name=nom, exact=True)


@pytest.mark.parametrize("largeur", [1280, 360])
def test_protected_values_a_conflict_then_each_field_its_answer(page, monde, demande, axe, largeur):
    page.set_viewport_size({"width": largeur, "height": 900})
    expect(page.get_by_role("heading", name="Dossier de Léa Moreau")).to_be_visible()
    expect(page.get_by_text("A changé depuis la demande")).to_be_visible()
    expect(page.get_by_text("Arachide")).to_have_count(0)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    bouton(page, "Afficher les données sanitaires").click()
    expect(page.get_by_text("Arachide")).to_be_visible()
    assert [e.acte for e in Evenement.select().where(Evenement.acte.startswith("lecture_"))] == [
        "lecture_sante"
    ]
    assert axe(page) == []

    bouton(page, "Accepter les modifications cochées").click()
    expect(page.locator("#annonce")).to_contain_text("il reste 1 modification à traiter")
    expect(page.get_by_text("Arachide")).to_have_count(0)
    page.get_by_label("Remplacer quand même").check()
    bouton(page, "Accepter").click()
    expect(page.locator("#annonce")).to_contain_text("Demande acceptée")
    assert (monde.lea.classe, monde.lea.image, statut(demande)) == ("CM1", True, w.ACCEPTEE)
    assert {statut(m) for m in modifications(demande)} == {w.APPLIQUEE}
    assert page.evaluate("window.sansRechargement") is True


@pytest.mark.parametrize("largeur", [1280, 360])
def test_an_answer_that_does_not_go_through_closes_nothing_and_loses_nothing(page, axe, largeur):
    page.set_viewport_size({"width": largeur, "height": 900})
    bouton(page, "Accepter les modifications cochées").click()
    avis = page.get_by_text("Affichez d’abord les données sanitaires")
    expect(avis).to_be_visible()
    expect(page.locator(".reponse .message")).to_be_focused()
    assert axe(page) == []

    bouton(page, "Afficher les données sanitaires").click()
    expect(page.get_by_text("Arachide")).to_be_visible()
    page.get_by_label("Motif du refus").select_option("autre")
    page.locator(".modifications").get_by_label("Choisir Léa Moreau, allergies").uncheck()
    bouton(page, "Refuser").click()
    expect(page.get_by_text("Précisez le motif")).to_be_visible()
    expect(page.get_by_label("Précision, que la famille lira")).to_be_focused()
    expect(page.get_by_text("Arachide")).to_be_visible()
    expect(page.get_by_label("Motif du refus")).to_have_value("autre")
    expect(page.get_by_label("Choisir Léa Moreau, allergies")).not_to_be_checked()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.sansRechargement") is True


def test_at_the_counter_the_fiscal_data_and_a_right(entrer, monde, axe):
    fenetre = entrer(AGENT)
    fenetre.goto(f"/agents/familles/{monde.moreau.id}")
    fenetre.get_by_role("link", name="Claire Moreau").first.click()
    assert axe(fenetre) == []
    fenetre.get_by_role("link", name="Modifier : données fiscales").click()
    fenetre.get_by_label("Quotient familial").fill("642,50")
    bouton(fenetre, "Enregistrer").click()
    expect(fenetre.get_by_text("642,50 €")).to_be_visible()
    fenetre.goto(f"/agents/familles/{monde.moreau.id}/enfants/{monde.lea.id}")
    fenetre.get_by_label("Julien Moreau").select_option("Aucun droit")
    bouton(fenetre, "Enregistrer le droit de Julien Moreau").click()
    expect(fenetre.get_by_label("Julien Moreau")).to_have_value("aucun")
    assert axe(fenetre) == []
