"""An open planning lives: answers, places, days that come and go, by themselves and without a reload."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, Response, expect

import workflows as w
from models import Calendrier, Seance
from portail import clock
from portail.domain import moderation, planning
from tests.monde import JEUDI, LUNDI

SUIVANT = dt.date(2026, 12, 17)
FAMILLE, AGENT = "famille@example.org", "agent@example.org"
SEMAINE = "/famille/planning?vue=semaine&date=2026-12-07"


def slot(page: Page, prenom: str, activite: str, jour: str):
    return page.get_by_role("link", name=re.compile(f"^{prenom}, {activite}, {jour}"))


def montrer_la_semaine(page: Page) -> None:
    """The week, with a mark that a reload would wipe out; what is swapped from now on is counted."""
    page.goto(SEMAINE)
    page.evaluate(
        """() => {
            window.temoin = 1;
            window.echanges = 0;
            new MutationObserver((m) => { window.echanges += m.length; })
                .observe(document.body, {childList: true, characterData: true, subtree: true});
        }"""
    )


@pytest.fixture
def page(entrer) -> Page:
    """Claire's window on the week. What it asks by itself is kept, and so is what the console says."""
    fenetre = entrer(FAMILLE)
    fenetre.demandes, fenetre.fautes = [], []
    fenetre.on("request", lambda r: fenetre.demandes.append(r.url) if "/nouvelles?" in r.url else None)
    fenetre.on("console", lambda m: fenetre.fautes.append(m.text) if m.type in ("error", "warning") else None)
    montrer_la_semaine(fenetre)
    yield fenetre
    assert fenetre.evaluate("window.temoin") == 1, "the page was reloaded"


@pytest.fixture
def en_main(page) -> Page:
    """The same, its clock in our hands: fifteen seconds pass when we say so."""
    page.clock.install()
    montrer_la_semaine(page)
    return page


def quinze_secondes(page: Page) -> Response:
    """What the page is answered the next time that it asks, once it has been done with."""
    with page.expect_response(lambda r: "/nouvelles?" in r.url) as attendue:
        page.clock.run_for(15_000)
    attendue.value.finished()
    page.wait_for_function("!document.querySelector('#veille > .htmx-request')")
    page.clock.run_for(100)
    return attendue.value


def test_a_parent_looks_an_agent_answers_and_the_slot_changes_within_thirty_seconds(page, entrer, monde):
    """On the true clock."""
    lea = slot(page, "Léa", "Cantine", "lundi 7 décembre")
    lea.click()
    page.get_by_role("button", name="Confirmer").click()
    expect(lea).to_have_accessible_name(re.compile("Réservation en attente$"))
    agent = entrer(AGENT)
    agent.goto("/agents")
    agent.get_by_role("button", name="Accepter", exact=True).click()
    expect(agent.get_by_role("heading", name="La file est vide")).to_be_visible()

    expect(lea).to_have_accessible_name(re.compile("Réservé$"), timeout=30_000)

    expect(page.locator("#annonce")).to_contain_text("Activité réservée : Léa")
    assert page.fautes == []


def test_as_long_as_nothing_changes_the_browser_gets_a_304_and_swaps_nothing(en_main):
    for _ in range(3):
        reponse = quinze_secondes(en_main)
        assert (reponse.status, reponse.headers["cache-control"]) == (304, "no-store")
        assert reponse.request.headers["if-none-match"] == reponse.headers["etag"]
    assert en_main.evaluate("window.echanges") == 0
    expect(en_main.locator("#bandeau")).to_be_empty()
    assert en_main.fautes == []


def test_a_freed_place_shows_silently_and_the_keyboard_stays_on_the_very_same_link(en_main, monde):
    page, seance = en_main, monde.seance(monde.soir, LUNDI)
    monde.poser(monde.tomas, seance, w.RESERVE)
    Seance.update(places=1).where(Seance.id == seance.id).execute()
    montrer_la_semaine(page)
    lea = slot(page, "Léa", "Accueil du soir", "lundi 7 décembre")
    lea.focus()
    page.evaluate("document.activeElement.temoin = 1")
    depot = planning.declarer_absence(monde.paulo, monde.dasilva, [(monde.tomas.id, seance.id)])
    moderation.accepter(monde.sophie, depot.demande.id)

    assert f'hx-target="#c-{monde.lea.id}-{seance.id}"' in quinze_secondes(page).text()

    assert quinze_secondes(page).status == 304
    expect(page.locator("#annonce")).to_be_empty()
    expect(lea).to_be_focused()
    assert page.evaluate("document.activeElement.temoin") == 1
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("1 place restante")
    assert page.fautes == []


@pytest.mark.parametrize("largeur", [1280, 360])
def test_a_day_that_closes_is_drawn_in_place_once_the_panel_is_closed(en_main, largeur):
    page = en_main
    page.set_viewport_size({"width": largeur, "height": 500})
    ines = slot(page, "Inès", "Accueil du soir", "vendredi 11 décembre")
    ines.scroll_into_view_if_needed()
    ines.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.clock.run_for(100)
    Calendrier.create(genre="fermeture", nom="Grève", debut=JEUDI, fin=JEUDI)
    assert quinze_secondes(page).status == 204
    expect(page.get_by_role("button", name="Confirmer")).to_be_focused()

    page.keyboard.press("Escape")
    expect(ines).to_be_focused()
    assert quinze_secondes(page).status == 200

    expect(page.get_by_text("Grève")).to_be_visible()
    expect(slot(page, "Léa", "Cantine", "jeudi 10 décembre")).to_have_count(0)
    expect(ines).to_be_focused()
    expect(ines).to_be_in_viewport()
    expect(page.locator("#annonce")).to_have_text("Votre planning vient de changer.")
    page.demandes.clear()
    assert [quinze_secondes(page).status for _ in range(2)] == [304, 304]
    assert len(page.demandes) == 2, "drawn again, the page asks no more often"
    assert page.fautes == []


def test_what_is_ticked_stays_ticked_when_the_planning_changes_under_it(en_main, monde):
    """One slot drawn again, or all of them: in sight or on another page, what was ticked is still chosen."""
    page, seance = en_main, monde.seance(monde.soir, LUNDI)
    page.get_by_role("link", name="Choisir plusieurs créneaux").click()
    coche = page.get_by_role("checkbox", name=re.compile("^Léa, Accueil du soir, lundi 7"))
    coche.check()
    page.get_by_role("link", name="Semaine suivante").click()
    ailleurs = page.locator(".barre-de-choix [name=creneau]")
    expect(ailleurs).to_have_count(1)
    autre = page.get_by_role("checkbox", name=re.compile("^Noé, Accueil du soir, lundi 14"))
    autre.check()
    Calendrier.create(genre="fermeture", nom="Grève", debut=SUIVANT, fin=SUIVANT)
    assert quinze_secondes(page).status == 200
    expect(page.get_by_text("Grève")).to_be_visible()
    expect(autre).to_be_checked()
    expect(ailleurs).to_have_count(1)

    page.get_by_role("link", name="Semaine précédente").click()
    expect(coche).to_be_checked()
    monde.poser(monde.tomas, seance, w.RESERVE)
    Seance.update(mouvements=Seance.mouvements + 1, bouge_le=clock.maintenant()).execute()
    assert f'hx-target="#c-{monde.lea.id}-{seance.id}"' in quinze_secondes(page).text()
    expect(coche).to_be_checked()
    expect(ailleurs).to_have_count(1)
    assert page.fautes == []


def test_once_the_network_is_back_a_304_takes_the_failure_away(en_main):
    en_main.context.set_offline(True)
    en_main.clock.run_for(15_000)
    expect(en_main.locator("#bandeau [data-panne]")).to_be_visible()
    en_main.context.set_offline(False)
    assert quinze_secondes(en_main).status == 304
    expect(en_main.locator("#bandeau [data-panne]")).to_have_count(0)
