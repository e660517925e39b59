"""A family books on the planning, an agent answers: the whole way, in a browser."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from e2e.apparences import DEUX_APPARENCES
from e2e.clavier import tabuler
from models import Demande
from portail import clock
from tests.conftest import MOTEURS_DES_PARCOURS
from tests.monde import LUNDI, MAINTENANT
from tests.monde import MOTIFS as TOUS_LES_MOTIFS

MOIS = "/famille/planning?vue=mois&date=2026-12-01"
MOTIFS = TOUS_LES_MOTIFS[w.NATURE_ABSENCE]
FAMILLE, AGENT = "famille@example.org", "agent@example.org"


def slot(page: Page, prenom: str, activite: str, jour: str):
    return page.get_by_role("link", name=re.compile(f"^{prenom}, {activite}, {jour}"))


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
def test_booking_answer_absence_refusal_cancellation(entrer, monde, moteur):
    """The journey of the issue: book, accepted; absence, refused with a reason; a second one withdrawn."""
    page = entrer(FAMILLE)
    page.goto(MOIS)
    lea = slot(page, "Léa", "Cantine", "lundi 7 décembre")
    lea.click()
    page.get_by_role("button", name="Confirmer").click()
    expect(lea).to_have_accessible_name(re.compile("Réservation en attente$"))
    expect(page.locator("#bandeau")).to_contain_text("Demande en attente de validation")

    agent = entrer(AGENT)
    agent.goto("/agents")
    agent.get_by_role("button", name=re.compile("^Accepter")).first.click()
    expect(agent.locator("#annonce")).not_to_be_empty()
    page.goto(MOIS)
    expect(lea).to_have_accessible_name(re.compile("Réservé$"))
    expect(page.locator(f"#c-{monde.lea.id}-{monde.seance(monde.cantine, LUNDI).id}-i")).to_contain_text(
        "Activité réservée"
    )

    lea.click()
    expect(page.get_by_role("dialog")).to_contain_text("Déclarer une absence pour Léa")
    page.get_by_role("button", name="Confirmer").click()
    expect(lea).to_have_accessible_name(re.compile("Absence en attente$"))

    agent.goto("/agents")
    agent.get_by_label("Motif du refus").first.select_option(MOTIFS[-1])
    agent.get_by_role("button", name=re.compile("^Refuser")).first.click()
    expect(agent.locator("#annonce")).not_to_be_empty()
    page.goto(MOIS)
    expect(lea).to_have_accessible_name(re.compile("Réservé$"))
    lea.click()
    expect(page.get_by_role("dialog")).to_contain_text(MOTIFS[-1])
    page.get_by_role("link", name="Fermer").click()
    page.goto("/famille/demandes")
    page.get_by_role("link", name=re.compile("^Absence")).click()
    expect(page.get_by_role("main")).to_contain_text(f"Motif : {MOTIFS[-1]}")

    page.goto(MOIS)
    noe = slot(page, "Noé", "Cantine", "lundi 7 décembre")
    noe.click()
    page.get_by_role("button", name="Confirmer").click()
    page.locator("#bandeau").get_by_role("button", name="Annuler ma demande").click()
    expect(noe).to_have_accessible_name(re.compile("Non réservé$"))
    assert Demande.select().order_by(Demande.id.desc()).get().statut == w.ANNULEE


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
def test_the_same_way_without_javascript(entrer, moteur):
    page = entrer(FAMILLE, javascript=False)
    page.goto(MOIS)
    slot(page, "Léa", "Cantine", "lundi 7 décembre").click()
    page.get_by_role("button", name="Confirmer").click()
    expect(slot(page, "Léa", "Cantine", "lundi 7 décembre")).to_have_accessible_name(
        re.compile("Réservation en attente$")
    )
    agent = entrer(AGENT, javascript=False)
    agent.goto("/agents")
    agent.get_by_role("button", name=re.compile("^Accepter")).first.click()
    page.goto(MOIS)
    slot(page, "Léa", "Cantine", "lundi 7 décembre").click()
    page.get_by_role("button", name="Confirmer").click()
    agent.goto("/agents")
    agent.get_by_label("Motif du refus").first.select_option(MOTIFS[0])
    agent.get_by_role("button", name=re.compile("^Refuser")).first.click()
    page.goto("/famille/demandes")
    page.get_by_role("link", name=re.compile("^Absence")).click()
    expect(page.get_by_role("main")).to_contain_text(f"Motif : {MOTIFS[0]}")
    page.goto(MOIS)
    slot(page, "Noé", "Cantine", "lundi 7 décembre").click()
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_role("button", name="Annuler ma demande").click()
    expect(slot(page, "Noé", "Cantine", "lundi 7 décembre")).to_have_accessible_name(
        re.compile("Non réservé$")
    )


@pytest.mark.parametrize("taille", ["large", "etroit"])
def test_the_keyboard_alone_does_the_whole_way(ouvrir, taille):
    page = ouvrir(taille=taille)
    page.goto("/connexion")
    page.get_by_label("Adresse e-mail").focus()
    page.keyboard.type(FAMILLE)
    page.keyboard.press("Tab")
    page.keyboard.type("portail-de-demonstration")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Se déconnecter").wait_for()
    page.goto(MOIS)
    lea = slot(page, "Léa", "Cantine", "lundi 7 décembre")
    tabuler(page, lea)
    expect(page.locator(".infobulle:visible")).to_contain_text("À réserver avant le jeudi 3 décembre à 12 h")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Confirmer")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(lea).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Confirmer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(lea).to_have_accessible_name(re.compile("Réservation en attente$"))
    expect(lea).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Annuler ma demande")).to_be_focused()
    page.keyboard.press("Enter")
    expect(lea).to_have_accessible_name(re.compile("Non réservé$"))
    expect(lea).to_be_focused()


def test_nothing_is_reloaded_and_focus_stays_on_the_filter(entrer):
    page = entrer(FAMILLE)
    page.goto(MOIS)
    page.evaluate("window.temoin = 1")
    filtre = page.get_by_role("button", name="Noé")
    filtre.click()
    expect(filtre).to_have_attribute("aria-pressed", "false")
    expect(filtre).to_be_focused()
    expect(slot(page, "Noé", "Cantine", "lundi 7 décembre")).to_have_count(0)
    page.get_by_role("link", name="Mois suivant").click()
    expect(page.get_by_role("heading", level=2, name="Janvier 2027")).to_be_visible()
    expect(page.get_by_role("link", name="Mois suivant")).to_be_focused()
    expect(page).to_have_title(re.compile("Janvier 2027"))
    assert page.evaluate("window.temoin") == 1


def test_back_gives_the_month_before_and_the_address_can_be_kept(entrer):
    page = entrer(FAMILLE)
    page.goto(MOIS)
    page.get_by_role("button", name="Noé").click()
    expect(page).to_have_url(re.compile("enfant="))
    page.get_by_role("link", name="Mois suivant").click()
    expect(page.get_by_role("heading", level=2, name="Janvier 2027")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=2, name="Décembre 2026")).to_be_visible()
    expect(page.get_by_role("button", name="Noé")).to_have_attribute("aria-pressed", "false")
    page.go_back()
    expect(page.get_by_role("button", name="Noé")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(slot(page, "Noé", "Cantine", "lundi 7 décembre")).to_be_visible()


def test_the_banner_can_be_put_away(entrer):
    page = entrer(FAMILLE)
    page.goto(MOIS)
    slot(page, "Léa", "Cantine", "lundi 7 décembre").click()
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_role("button", name="Fermer ce message").click()
    expect(page.locator("#bandeau")).to_be_empty()
    expect(page.get_by_role("main")).to_be_focused()


def test_one_panel_at_a_time(entrer):
    page = entrer(FAMILLE)
    page.goto(MOIS)
    slot(page, "Léa", "Cantine", "lundi 7 décembre").click()
    expect(page.get_by_role("dialog")).to_contain_text("Léa")
    slot(page, "Noé", "Cantine", "mardi 8 décembre").click()
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.get_by_role("dialog")).to_contain_text("Noé")


def test_the_confirmation_shows_whole_on_a_phone_and_nothing_scrolls_sideways(entrer, sans_defilement):
    page = entrer(FAMILLE, taille="etroit")
    page.set_viewport_size({"width": 320, "height": 640})
    for vue in ("mois", "semaine", "semaine5", "jour"):
        page.goto(f"/famille/planning?vue={vue}&date=2026-12-07")
        sans_defilement(page)
    slot(page, "Léa", "Cantine", "lundi 7 décembre").click()
    boite = page.get_by_role("dialog").bounding_box()
    assert boite["y"] + boite["height"] <= 640 and boite["x"] >= 0 and boite["x"] + boite["width"] <= 320
    expect(page.get_by_role("button", name="Confirmer")).to_be_in_viewport()


def test_the_network_gone_is_said_and_nothing_is_lost(entrer):
    page = entrer(FAMILLE)
    page.goto(MOIS)
    slot(page, "Léa", "Cantine", "lundi 7 décembre").click()
    page.get_by_role("button", name="Confirmer").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="Confirmer").click()
    expect(page.locator("#bandeau")).to_contain_text("Le portail n’a pas répondu")
    page.context.set_offline(False)
    page.get_by_role("button", name="Confirmer").click()
    expect(slot(page, "Léa", "Cantine", "lundi 7 décembre")).to_have_accessible_name(
        re.compile("Réservation en attente$")
    )
    assert Demande.select().count() == 1


@DEUX_APPARENCES
def test_axe_finds_nothing_on_the_familys_pages(entrer, axe, monde, taille, theme):
    page = entrer(FAMILLE, taille=taille, theme=theme)
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    monde.poser(monde.noe, monde.seance(monde.cantine, LUNDI), w.LISTE_ATTENTE)
    monde.poser(monde.ines, monde.seance(monde.cantine, LUNDI), w.ABSENT)
    trouves = {}
    pages = ["/famille", "/famille/demandes"]
    pages += [
        f"/famille/planning?vue={vue}&date=2026-12-07" for vue in ("mois", "semaine", "semaine5", "jour")
    ]
    for adresse in pages:
        page.goto(adresse)
        trouves[adresse] = axe(page)
    page.goto(MOIS)
    slot(page, "Léa", "Accueil du soir", "lundi 7 décembre").click()
    page.get_by_role("button", name="Confirmer").wait_for()
    trouves["the open panel"] = axe(page)
    page.get_by_role("button", name="Confirmer").click()
    page.locator("#bandeau form button").wait_for()
    trouves["after the act"] = axe(page)
    page.goto(f"/famille/planning/creneaux/{monde.lea.id}/{monde.seance(monde.cantine, LUNDI).id}")
    trouves["a slot's own page"] = axe(page)
    page.goto(f"/famille/demandes/{Demande.get().id}")
    trouves["a demande"] = axe(page)
    assert {k: v for k, v in trouves.items() if v} == {}


def test_on_a_phone_the_month_begins_today(entrer):
    page = entrer(FAMILLE, taille="etroit")
    with clock.figer(MAINTENANT + dt.timedelta(9)):
        page.goto("/connexion")
        page.goto("/famille/planning")
        if "/connexion" in page.url:
            page.get_by_label("Adresse e-mail").fill(FAMILLE)
            page.get_by_label("Mot de passe", exact=True).fill("portail-de-demonstration")
            page.get_by_role("button", name="Se connecter").click()
            page.goto("/famille/planning")
        hier = slot(page, "Léa", "Centre de loisirs", "mercredi 9 décembre")
        expect(slot(page, "Léa", "Cantine", "jeudi 10 décembre")).to_be_visible()
        expect(hier).to_have_count(0)
        page.get_by_label("Afficher les jours passés").check()
        expect(hier).to_be_visible()
