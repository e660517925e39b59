"""An open planning lives: answers, places, days that come and go, within thirty seconds and without a reload."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

import workflows as w
from models import Calendrier, Demande, Seance
from portail.domain import moderation, planning
from tests.conftest import MOTEURS
from tests.monde import JEUDI, LUNDI

FAMILLE, AGENT = "famille@example.org", "agent@example.org"
SEMAINE = "/famille/planning?vue=semaine&date=2026-12-07"
TRENTE_SECONDES = 30_000


def slot(page: Page, prenom: str, activite: str, jour: str):
    return page.get_by_role("link", name=re.compile(f"^{prenom}, {activite}, {jour}"))


@pytest.fixture
def page(entrer) -> Page:
    """Claire's window on the week, with a mark that a reload would wipe out; what it asks by itself is kept."""
    fenetre = entrer(FAMILLE)
    fenetre.reponses, fenetre.fautes = [], []
    fenetre.on("response", lambda r: fenetre.reponses.append(r) if "/nouvelles?" in r.url else None)
    fenetre.on("console", lambda m: fenetre.fautes.append(m.text) if m.type in ("error", "warning") else None)
    fenetre.goto(SEMAINE)
    fenetre.evaluate(
        """() => {
            window.temoin = 1;
            window.echanges = 0;
            new MutationObserver((m) => { window.echanges += m.length; })
                .observe(document.body, {childList: true, characterData: true, subtree: true});
        }"""
    )
    return fenetre


def prochaine(page: Page) -> Response:
    """What the page is answered the next time that it asks."""
    with page.expect_response(lambda r: "/nouvelles?" in r.url, timeout=20_000) as attendue:
        pass
    attendue.value.finished()
    page.wait_for_timeout(100)
    return attendue.value


@pytest.mark.parametrize("moteur", MOTEURS)
def test_a_parent_looks_an_agent_answers_the_slot_changes(page, entrer, monde, moteur):
    lea = slot(page, "Léa", "Cantine", "lundi 7 décembre")
    lea.click()
    page.get_by_role("button", name="Confirmer").click()
    expect(lea).to_have_accessible_name(re.compile("Réservation en attente$"))
    prochaine(page)  # what one has just done, once
    page.evaluate("window.echanges = 0")

    for _ in range(2):
        reponse = prochaine(page)
        assert (reponse.status, reponse.headers["cache-control"]) == (304, "no-store")
        assert reponse.headers["etag"].startswith('W/"')
    assert page.evaluate("window.echanges") == 0
    expect(page.locator("#bandeau [data-panne]")).to_have_count(0)

    agent = entrer(AGENT)
    agent.goto("/agents")
    agent.get_by_role("button", name="Accepter", exact=True).click()
    expect(agent.get_by_role("heading", name="La file est vide")).to_be_visible()

    expect(lea).to_have_accessible_name(re.compile("Réservé$"), timeout=TRENTE_SECONDES)
    expect(page.locator("#annonce")).to_contain_text("Activité réservée : Léa")
    assert prochaine(page).status == 304
    assert page.evaluate("window.temoin") == 1
    assert page.fautes == []


def test_a_freed_place_shows_silently_and_leaves_the_keyboard_and_the_pointer_where_they_were(
    entrer, monde, page
):
    seance = monde.seance(monde.soir, LUNDI)
    monde.poser(monde.tomas, seance, w.RESERVE)
    Seance.update(places=1).where(Seance.id == seance.id).execute()
    page.goto(SEMAINE)
    lea = slot(page, "Léa", "Accueil du soir", "lundi 7 décembre")
    lea.focus()
    page.evaluate("document.activeElement.temoin = 1")
    depot = planning.declarer_absence(monde.paulo, monde.dasilva, [(monde.tomas.id, seance.id)])
    moderation.accepter(monde.sophie, depot.demande.id)

    assert f'hx-target="#c-{monde.lea.id}-{seance.id}"' in prochaine(page).text()

    assert prochaine(page).status == 304
    expect(page.locator("#annonce")).to_be_empty()
    expect(lea).to_be_focused()
    assert page.evaluate("document.activeElement.temoin") == 1, "the focused link is the very same one"
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("1 place restante")
    assert page.fautes == []


@pytest.mark.parametrize("taille", ["large", "etroit"])
def test_a_day_that_closes_is_drawn_in_place_once_the_panel_is_closed(page, monde, taille):
    page.set_viewport_size({"width": {"large": 1280, "etroit": 360}[taille], "height": 500})
    ines = slot(page, "Inès", "Accueil du soir", "vendredi 11 décembre")
    ines.scroll_into_view_if_needed()
    ines.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    Calendrier.create(genre="fermeture", nom="Grève", debut=JEUDI, fin=JEUDI)
    assert prochaine(page).status == 204
    expect(page.get_by_role("button", name="Confirmer")).to_be_focused()

    page.keyboard.press("Escape")
    expect(ines).to_be_focused()
    avant = page.evaluate("[window.scrollX, window.scrollY]"), ines.bounding_box()["y"]
    assert prochaine(page).status == 200

    expect(page.get_by_text("Grève")).to_be_visible()
    expect(slot(page, "Léa", "Cantine", "jeudi 10 décembre")).to_have_count(0)
    expect(ines).to_be_focused()
    expect(page.locator("#annonce")).to_have_text("Votre planning vient de changer.")
    apres = page.evaluate("[window.scrollX, window.scrollY]"), ines.bounding_box()["y"]
    assert (avant, apres) == (avant, avant) or taille == "etroit"
    debut = len(page.reponses)
    assert prochaine(page).status == 304
    assert prochaine(page).status == 304
    assert len(page.reponses) - debut <= 2, "the redrawn page asks once at a time"
    assert page.fautes == []


def test_the_network_comes_back_and_a_304_takes_the_failure_away(page):
    page.context.set_offline(True)
    expect(page.locator("#bandeau [data-panne]")).to_be_visible(timeout=20_000)
    page.context.set_offline(False)
    assert prochaine(page).status == 304
    expect(page.locator("#bandeau [data-panne]")).to_have_count(0)
