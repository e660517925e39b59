"""Agents treat pre-registrations in a browser: keyboard alone, without JavaScript, on a phone, axe."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from e2e.apparences import DEUX_APPARENCES
from models import Activite, Demande, Evenement, Preinscription
from portail.domain import documents
from tests.actes import statut
from tests.conftest import MOTEURS_DES_PARCOURS
from tests.preinscriptions.actes import deposer, inscrire
from tests.preinscriptions.souhaits import atelier, jours_de

AGENT = "agent@example.org"
PDF = b"%PDF-1.7\n%%EOF attestation"


@pytest.fixture
def theatre(monde) -> Activite:
    return atelier(monde, pieces="Attestation d’assurance\nCertificat médical")


@pytest.fixture
def demande(monde, theatre) -> Demande:
    """Léa and Noé, three days each, one of the two documents asked for."""
    document = documents.deposer(monde.claire, "Attestation d’assurance", "scan.pdf", PDF)
    jours = jours_de(theatre)[1:4]
    return deposer(monde, theatre, monde.lea, monde.noe, jours=jours, documents=(document.id,))


def bouton(page: Page, nom: str):
    return page.get_by_role("button", name=nom, exact=True)


def activer(page: Page, cible, touche: str = "Enter") -> None:
    """With the keyboard alone: it takes the focus, then the key."""
    cible.focus()
    expect(cible).to_be_focused()
    page.keyboard.press(touche)


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
def test_with_the_keyboard_a_document_is_asked_for_then_the_children_are_answered_one_by_one(
    entrer, monde, demande, moteur
):
    page = entrer(AGENT)
    page.goto("/agents")
    page.evaluate("window.sansRechargement = true")
    titre = page.get_by_role("heading", name="Pré-inscription pour Léa et Noé Moreau")
    expect(titre).to_be_visible()

    activer(page, page.locator("summary", has_text="Demander une pièce…"))
    champ = page.get_by_label("Ce que la famille doit envoyer ou préciser")
    expect(champ).to_have_value("Il manque : Certificat médical.")
    activer(page, bouton(page, "Envoyer à la famille"))
    expect(page.locator("#annonce")).to_contain_text("la famille est avertie")
    expect(page.locator(".file .suivi")).to_have_text("Attend la famille")
    expect(titre).to_be_focused()

    activer(page, page.get_by_label("Choisir Noé, Atelier théâtre"), "Space")
    activer(page, bouton(page, "Accepter les inscriptions cochées"))
    expect(page.locator("#annonce")).to_contain_text("il reste 1 inscription à traiter")
    page.get_by_label("Motif du refus").select_option("Hors du secteur de l’école")
    activer(page, bouton(page, "Refuser"))
    expect(page.get_by_role("heading", name="La file est vide")).to_be_focused()

    assert statut(demande) == w.ACCEPTEE_EN_PARTIE
    assert page.evaluate("window.sansRechargement") is True


def test_what_cannot_be_asked_for_is_told_beside_the_field_that_takes_the_focus(entrer, demande):
    page = entrer(AGENT)
    page.goto(f"/agents/demandes/{demande.id}")
    page.locator("summary", has_text="Demander une pièce…").click()
    champ = page.get_by_label("Ce que la famille doit envoyer ou préciser")
    champ.fill(" ")
    bouton(page, "Envoyer à la famille").click()
    expect(champ).to_be_focused()
    expect(champ).to_have_accessible_description(re.compile("Indiquez ce qui manque"))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_document_is_kept_on_the_device_and_the_journal_says_so(entrer, demande, javascript):
    page = entrer(AGENT, javascript=javascript)
    page.goto(f"/agents/demandes/{demande.id}")
    with page.expect_download() as arrivee:
        page.get_by_role("button", name="Ouvrir scan.pdf").click()
    assert arrivee.value.path().read_bytes() == PDF
    assert arrivee.value.suggested_filename == "scan.pdf"
    assert Evenement.select().where(Evenement.acte == "lecture_document").count() == 1
    expect(page.get_by_role("heading", name="Pré-inscription pour Léa et Noé Moreau")).to_be_visible()


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
def test_without_javascript_all_of_it_works(entrer, monde, theatre, demande, moteur):
    page = entrer(AGENT, javascript=False)
    page.goto(f"/agents/demandes/{demande.id}")
    page.locator("summary", has_text="Demander une pièce…").click()
    bouton(page, "Envoyer à la famille").click()
    expect(page.locator("#bandeau")).to_contain_text("la famille est avertie")
    bouton(page, "Accepter les 2 inscriptions").click()
    expect(page.locator("#bandeau")).to_contain_text("Demande acceptée")
    assert statut(demande) == w.ACCEPTEE

    page.goto(f"/agents/familles/{monde.moreau.id}")
    page.get_by_role("link", name=re.compile("Mettre fin.*Léa, Atelier théâtre")).click()
    page.get_by_label("Dernier jour").fill("9/12/2026")
    bouton(page, "Voir ce que cela libère").click()
    expect(page.locator(".mise-en-garde")).to_contain_text("1 jour réservé sera libéré")
    bouton(page, "Mettre fin le 9 décembre 2026").click()
    expect(page.locator("#bandeau")).to_contain_text("l’inscription prend fin le 9 décembre 2026")
    fin = Preinscription.get(Preinscription.enfant == monde.lea, Preinscription.activite == theatre).fin
    assert fin == dt.date(2026, 12, 9)


def test_ending_early_with_the_keyboard_without_a_reload_until_it_is_done(entrer, monde, theatre):
    inscription = inscrire(monde, theatre, monde.lea, jours=jours_de(theatre)[1:])
    page = entrer(AGENT)
    page.goto(f"/agents/familles/{monde.moreau.id}/inscriptions/{inscription.id}/fin")
    page.evaluate("window.sansRechargement = true")
    champ = page.get_by_label("Dernier jour")
    champ.fill("zut")
    champ.press("Enter")
    expect(champ).to_be_focused()
    expect(champ).to_have_accessible_description(re.compile("Écrivez la date ainsi"))
    champ.fill("9/12/2026")
    champ.press("Enter")
    expect(page.get_by_role("heading", name="L’inscription finira le 9 décembre 2026")).to_be_focused()
    assert page.evaluate("window.sansRechargement") is True
    page.get_by_label("Motif, que la famille lira").fill("Déménagement")
    activer(page, bouton(page, "Mettre fin le 9 décembre 2026"))
    expect(page).to_have_url(re.compile(f"/agents/familles/{monde.moreau.id}$"))
    expect(page.locator("#bandeau")).to_contain_text("3 jours libérés")


@DEUX_APPARENCES
def test_nothing_scrolls_sideways_and_axe_finds_nothing(
    entrer, monde, theatre, demande, axe, sans_defilement, taille, theme
):
    Activite.update(age_max=7).where(Activite.id == theatre.id).execute()
    ines = inscrire(monde, theatre, monde.ines, jours=jours_de(theatre)[1:])
    fin = f"/agents/familles/{monde.moreau.id}/inscriptions/{ines.id}/fin"
    page = entrer(AGENT, taille=taille, theme=theme)
    for adresse in (
        f"/agents/demandes/{demande.id}",
        f"/agents/familles/{monde.moreau.id}",
        fin,
        f"{fin}?dernier=9/12/2026",
        f"{fin}?dernier=zut",
    ):
        page.goto(adresse)
        for pli in page.locator("main details").all():
            pli.evaluate("pli => { pli.open = true }")
        sans_defilement(page)
        assert axe(page) == [], adresse
