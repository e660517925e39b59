"""Pre-registrations, from the family's side (guide §3): in place, by the keyboard, without JavaScript."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from e2e.apparences import DEUX_APPARENCES
from models import Demande, Document, Enfant, LienParental, Ligne, Preinscription, Seance, normaliser
from portail.domain import echanges, moderation, preinscriptions
from tests.conftest import MOTEURS_DES_PARCOURS
from tests.preinscriptions.souhaits import atelier, jours_de, souhait

CLAIRE = "famille@example.org"
PDF = {"name": "assurance.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}


@pytest.fixture
def theatre(monde):
    return atelier(monde, pieces="Attestation d’assurance", description="Un spectacle en juin.")


@pytest.fixture
def cinq(monde) -> list[Enfant]:
    """A family of five children."""
    for rang, prenom in ((4, "Hugo"), (5, "Zoé")):
        nouveau = Enfant.create(
            famille=monde.moreau,
            prenom=prenom,
            nom="Moreau",
            naissance=dt.date(2019, 5, rang),
            rang=rang,
            recherche=normaliser(f"{prenom} Moreau"),
        )
        LienParental.create(responsable=monde.adulte_claire, enfant=nouveau, droit="plein")
    return list(Enfant.select().where(Enfant.famille == monde.moreau).order_by(Enfant.rang))


def choisir(page: Page, nom: str, javascript: bool) -> None:
    page.get_by_label("Activité", exact=True).select_option(label=nom)
    if not javascript:
        page.get_by_role("button", name="Choisir cette activité").click()
    expect(page.get_by_role("heading", name=nom, exact=True)).to_be_visible()


def cocher(page: Page, *prenoms: str) -> None:
    for prenom in prenoms:
        page.get_by_role("group", name="Enfant(s)").get_by_label(re.compile(rf"\b{prenom}, ")).check()


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_the_guide_from_the_familys_side(entrer, monde, theatre, cinq, moteur, javascript):
    page = entrer(CLAIRE, javascript=javascript)
    page.get_by_role("main").get_by_role("link", name=re.compile("^Pré-inscriptions")).click()
    page.get_by_role("link", name="Ajouter une pré-inscription").click()
    choisir(page, "Atelier théâtre", javascript)
    expect(page.get_by_role("main")).to_contain_text("Un spectacle en juin.")
    cocher(page, *(enfant.prenom for enfant in cinq))
    page.get_by_role("group", name="Chaque semaine").get_by_label("mercredi").check(force=True)
    if not javascript:
        page.get_by_role("button", name="Appliquer", exact=True).click()
    expect(page.get_by_label("mercredi 9 décembre")).to_be_checked()
    page.get_by_label("vendredi 11 décembre").check(force=True)
    page.get_by_label("mercredi 16 décembre").uncheck(force=True)
    page.get_by_label("Attestation d’assurance").set_input_files(PDF)
    page.get_by_label("Remarques").fill("Ils viennent ensemble.")
    page.get_by_label("Au", exact=True).fill("2026-11-30")
    page.get_by_role("button", name="Continuer").click()

    expect(page.get_by_role("heading", name="réponse est à corriger")).to_be_focused()
    expect(page.get_by_label("Remarques")).to_have_value("Ils viennent ensemble.")
    expect(page.locator("#documents")).to_contain_text("assurance.pdf")
    page.get_by_label("Au", exact=True).fill("2026-12-18")
    page.get_by_role("button", name="Continuer").click()

    expect(page.get_by_role("heading", name="Vérifiez votre demande")).to_be_visible()
    for enfant in cinq:
        section = page.get_by_role("region", name=enfant.prenom)
        expect(section).to_contain_text("3 jours à réserver")
    page.get_by_role("button", name="Modifier").click()
    expect(page.get_by_label("vendredi 11 décembre")).to_be_checked()
    expect(page.get_by_label("mercredi 16 décembre")).not_to_be_checked()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer la demande").click()

    demande = Demande.get()
    expect(page.get_by_role("heading", name="Accusé de réception")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(demande.numero)
    assert Ligne.select().where(Ligne.demande == demande).count() == 5
    assert Document.get().demande == demande

    echanges.demander_une_piece(monde.sophie, demande.id, "Un certificat médical")
    page.goto("/famille")
    page.get_by_role("link", name=re.compile("^Répondre")).click()
    page.get_by_label("Joindre des documents").set_input_files(PDF | {"name": "certificat.pdf"})
    page.get_by_role("button", name="Envoyer à la mairie").click()
    expect(page.locator("#echanges")).to_contain_text("certificat.pdf")
    expect(page.locator(".chapeau")).to_contain_text("La mairie doit répondre")

    moderation.accepter(monde.sophie, demande.id)
    page.goto("/famille/preinscriptions")
    page.get_by_role(
        "link", name=re.compile("^Réservation possible : planning de Zoé, Atelier théâtre")
    ).click()
    creneau = page.get_by_role(
        "link", name=re.compile("^Zoé, Atelier théâtre, vendredi 11 décembre.* Réservé$")
    )
    expect(creneau).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Léa, "))).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_a_demande_is_withdrawn_and_asked_for_again(entrer, monde, theatre, javascript):
    preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    page = entrer(CLAIRE, javascript=javascript)
    page.goto("/famille/preinscriptions")
    page.get_by_role("link", name=re.compile("^Demande en cours")).click()
    page.get_by_role("link", name="Annuler ma demande").click()
    page.get_by_role("button", name="Annuler ma demande").click()
    expect(page.locator("#bandeau")).to_contain_text("Votre demande est annulée.")
    assert Preinscription.get(Preinscription.activite == theatre).statut == w.ANNULEE
    page.goto("/famille/preinscriptions/nouvelle")
    choisir(page, "Atelier théâtre", javascript)
    cocher(page, "Léa")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.get_by_role("heading", name="Atelier théâtre : Léa")).to_be_visible()


def test_the_keyboard_counts_as_it_goes_and_never_loses_its_place(entrer, monde, theatre):
    page = entrer(CLAIRE)
    page.goto("/famille/preinscriptions/nouvelle")
    page.evaluate("window.meme = true")
    choix = page.get_by_label("Activité", exact=True)
    choix.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name="Atelier théâtre", exact=True)).to_be_visible()
    expect(choix).to_be_focused()
    lea = page.get_by_label(re.compile("Léa, "))
    lea.focus()
    page.keyboard.press("Space")
    apercu = page.get_by_role("complementary", name="Aperçu de votre demande")
    expect(apercu).to_contain_text("Léa")
    expect(lea).to_be_focused()
    mercredi = page.locator("#semaine-2-toutes")
    mercredi.focus()
    page.keyboard.press("Space")
    n = sum(jour.weekday() == 2 for jour in jours_de(theatre, dt.date(2026, 12, 1), theatre.fin))
    expect(apercu).to_contain_text(f"{n} jours à réserver pour Léa.")
    expect(page.locator("#annonce")).to_contain_text(f"{n} jours à réserver pour Léa.")
    expect(mercredi).to_be_focused()
    un_jour = page.get_by_label("mercredi 9 décembre")
    un_jour.focus()
    page.keyboard.press("Space")
    expect(apercu).to_contain_text(f"{n - 1} jours à réserver pour Léa.")
    expect(un_jour).to_be_focused()
    expect(un_jour).not_to_be_checked()
    assert page.evaluate("window.meme"), "the page was never left"
    page.get_by_label("Du", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vérifiez votre demande")).to_be_visible()


def test_coming_back_from_the_check_a_day_taken_off_stays_off(entrer, monde, theatre):
    page = entrer(CLAIRE, taille="etroit")
    page.goto("/famille/preinscriptions/nouvelle")
    choisir(page, "Atelier théâtre", javascript=True)
    cocher(page, "Léa")
    page.get_by_label("Au", exact=True).fill("2026-12-18")
    expect(page.locator("#jours summary")).to_have_count(1)
    page.get_by_role("group", name="Chaque semaine").get_by_label("mercredi").check(force=True)
    expect(page.get_by_label("mercredi 9 décembre")).to_be_checked()
    page.get_by_label("mercredi 9 décembre").uncheck(force=True)
    page.get_by_label("vendredi 11 décembre").check(force=True)
    page.get_by_label("Remarques").fill("Avec sa cousine.")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("region", name="Léa")).to_contain_text("décembre 2026")
    dits = page.get_by_role("region", name="Léa").text_content()
    page.go_back()
    expect(page.get_by_label("mercredi 9 décembre")).not_to_be_checked()
    expect(page.get_by_label("vendredi 11 décembre")).to_be_checked()
    expect(page.get_by_label("Remarques")).to_have_value("Avec sa cousine.")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Vérifiez votre demande")).to_be_visible()
    assert page.get_by_role("region", name="Léa").text_content() == dits


@DEUX_APPARENCES
def test_axe_finds_nothing_on_any_of_these_screens(
    entrer, monde, theatre, cinq, axe, sans_defilement, taille, theme
):
    plein = jours_de(theatre)[2]
    Seance.update(places=0).where(Seance.activite == theatre, Seance.jour == plein).execute()
    danse = atelier(monde, nom="Danse", preinscription_au=dt.date(2026, 12, 1))
    atelier(monde, nom="Cirque", preinscription_du=dt.date(2027, 5, 3))
    voulu = souhait(danse, *cinq, jours=jours_de(danse), remarques="Une remarque. " * 20)
    attendue = preinscriptions.deposer(monde.claire, monde.moreau, voulu)
    echanges.demander_une_piece(monde.sophie, attendue.id, "Une attestation")
    refusee = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    moderation.refuser(monde.sophie, refusee.id, "Activité complète")
    page = entrer(CLAIRE, taille=taille, theme=theme)

    def regarder() -> None:
        assert axe(page) == [], page.url
        sans_defilement(page)

    for adresse in (
        "",
        "/preinscriptions",
        f"/preinscriptions/{attendue.id}",
        f"/preinscriptions/{refusee.id}",
    ):
        page.goto(f"/famille{adresse}")
        regarder()
    page.goto(f"/famille/preinscriptions/{attendue.id}/annulation")
    regarder()
    page.goto("/famille/preinscriptions/nouvelle")
    page.locator("details.autres summary").click()
    regarder()
    choisir(page, "Atelier théâtre", javascript=True)
    page.locator("#partie").evaluate("e => e.querySelectorAll('details').forEach(d => d.open = true)")
    regarder()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="réponse est à corriger")).to_be_visible()
    regarder()
    cocher(page, "Léa", "Zoé")
    page.get_by_label("Attestation d’assurance").set_input_files(PDF)
    page.get_by_role("group", name="Chaque semaine").get_by_label("mercredi").check(force=True)
    expect(page.get_by_label("mercredi 16 décembre")).to_be_checked()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Vérifiez votre demande")).to_be_visible()
    regarder()
