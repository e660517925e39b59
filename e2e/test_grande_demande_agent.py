"""An agent before a demande of a school year, then before a waiting list: what only a browser can prove."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

import workflows as w
from models import Demande, Reservation
from portail import clock
from tests.actes import places, statut
from tests.moderation.annee import ouvrir as ouvrir_les_seances
from tests.moderation.annee import tout_demander
from tests.monde import LUNDI

AGENT = "agent@example.org"


@pytest.fixture
def grande(monde) -> Demande:
    """Léa, Noé and Inès, at the canteen and in the evening, twenty weeks; a few evenings are full."""
    cantine, soir = ouvrir_les_seances(monde.cantine, 20), ouvrir_les_seances(monde.soir, 20)
    demande = tout_demander(monde, [monde.lea, monde.noe, monde.ines], [*cantine, *soir])
    for seance in soir[:6]:
        places(seance, 1)
    return demande


def test_a_year_is_read_month_by_month_and_accepted_in_one_act_without_a_reload(
    entrer, grande, axe, sans_defilement
):
    page = entrer(AGENT)
    page.goto("/agents")
    page.evaluate("window.sansRechargement = true")
    expect(page.locator(".file .sujet")).to_contain_text("480 créneaux")
    expect(page.get_by_text("480 créneaux : 468 ont des places, 12 complets.")).to_be_visible()
    assert axe(page) == []

    page.get_by_role("link", name="créneaux : Noé, Accueil du soir, janvier 2027").click()
    detail = page.get_by_role("heading", name="Créneau par créneau : Noé, Accueil du soir, janvier 2027")
    expect(detail).to_be_focused()
    expect(page).to_have_url(re.compile(r"lignes=\d+-\d+-2027-01"))
    expect(page.get_by_label(re.compile("^Choisir Noé, Accueil du soir, .* janvier$"))).to_have_count(16)
    assert axe(page) == []

    page.get_by_label("Choisir Noé, Accueil du soir, lundi 4 janvier").uncheck()
    expect(page.get_by_role("button", name="Accepter les lignes cochées")).to_be_visible()
    page.get_by_label("Choisir Noé, Accueil du soir, lundi 4 janvier").check()
    page.get_by_role("button", name="Accepter les 480 lignes").click()

    expect(page.locator("#annonce")).to_contain_text("Demande acceptée", timeout=20_000)
    assert page.evaluate("window.sansRechargement") is True
    assert statut(grande) == w.ACCEPTEE
    assert Reservation.select().where(Reservation.statut == w.LISTE_ATTENTE).count() == 12


def test_on_a_phone_without_javascript_its_lines_are_a_link_away(entrer, grande, sans_defilement):
    page = entrer(AGENT, taille="etroit", javascript=False)
    page.goto(f"/agents/demandes/{grande.id}")
    sans_defilement(page)
    page.get_by_role("link", name="Voir les 480 créneaux").click()
    sans_defilement(page)
    expect(page.get_by_label(re.compile("^Choisir Léa, Cantine, "))).to_have_count(80)


def test_past_the_deadline_an_agent_gives_the_place_by_keyboard(entrer, monde, axe, sans_defilement):
    soir = places(monde.seance(monde.soir, LUNDI), 1)
    monde.poser(monde.ines, soir, w.RESERVE)
    premier = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    monde.poser(monde.lea, soir, w.LISTE_ATTENTE)
    places(soir, 2)
    with clock.figer(clock.instant(LUNDI, dt.time(9))):
        page = entrer(AGENT)
        page.get_by_role("link", name="Listes", exact=True).click()
        page.get_by_role("link", name="Listes d’attente").click()
        expect(page.get_by_text("à donner par vous")).to_be_visible()
        assert axe(page) == []
        page.get_by_role("link", name=re.compile("^lundi 7 décembre")).click()
        assert axe(page) == []
        page.get_by_role("button", name="Donner la place à Tomás Da Silva").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#annonce")).to_have_text(re.compile("Tomás Da Silva a reçu une place"))
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page.get_by_role("button", name=re.compile("^Donner"))).to_have_count(0)
    assert statut(premier) == w.RESERVE
