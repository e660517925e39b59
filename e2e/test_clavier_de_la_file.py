"""The agents' queue by its keys: they move the focus, open, tick; none answers by itself."""

import re

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from e2e.conftest import AXE, REGLES
from models import Demande
from tests.actes import demander
from tests.monde import JEUDI, LUNDI

AGENT = "agent@example.org"


@pytest.fixture
def page(entrer, monde) -> Page:
    for enfant, jour in ((monde.lea, LUNDI), (monde.noe, LUNDI), (monde.ines, JEUDI)):
        demander(monde, (enfant, monde.seance(monde.cantine, jour)))
    fenetre = entrer(AGENT)
    fenetre.goto("/agents")
    return fenetre


def attendent() -> int:
    return Demande.select().where(Demande.statut == w.EN_ATTENTE).count()


def test_next_open_select_accept_refuse_and_none_answers_by_itself(page):
    page.keyboard.press("j")
    expect(page.locator(".file > li").nth(1).get_by_role("link")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator(".file > li").nth(1).get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="Réservation pour Noé Moreau")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".file > li").nth(0).get_by_role("link")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Réservation pour Léa Moreau")).to_be_focused()
    page.keyboard.press("a")
    accepter = page.get_by_role("button", name="Accepter", exact=True)
    expect(accepter).to_be_focused()
    assert attendent() == 3, "a key moves the focus: it answers nobody"
    page.keyboard.press("r")
    expect(page.locator(".reponse select")).to_be_focused()
    accepter.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".file > li")).to_have_count(2)
    assert attendent() == 2


def test_the_keys_are_silent_while_one_types_and_once_they_are_put_off(page):
    page.keyboard.press("/")
    recherche = page.get_by_label("Famille, enfant ou code")
    expect(recherche).to_be_focused()
    page.keyboard.type("ajx?")
    expect(recherche).to_have_value("ajx?")
    expect(page.locator("#aide-clavier")).to_be_hidden()
    page.locator("h1").click()

    page.keyboard.press("?")
    aide = page.get_by_role("dialog", name="Raccourcis clavier")
    expect(aide).to_be_visible()
    page.evaluate(AXE)
    fautes = page.evaluate("regles => axe.run({runOnly: regles})", REGLES)["violations"]
    assert not fautes, fautes
    page.get_by_label("Utiliser ces raccourcis").uncheck()
    page.keyboard.press("Escape")
    expect(aide).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator(".file > li").nth(1).get_by_role("link")).not_to_be_focused()
    page.get_by_role("button", name="Raccourcis clavier").click()
    page.get_by_label("Utiliser ces raccourcis").check()
    page.get_by_role("button", name="Fermer").click()
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Je m’en occupe")).to_be_focused()


def test_a_group_is_ticked_whole_its_rows_are_seen_ticked_and_one_less_unticks_it(page):
    page.goto("/agents?par=famille")
    groupe = page.get_by_role("checkbox", name="Sélectionner tout le groupe : Famille Moreau, 3 demandes")
    groupe.check()
    rangees = page.locator(".file input")
    for rang in range(3):
        expect(rangees.nth(rang)).to_be_checked()
    rangees.nth(2).uncheck()
    expect(groupe).not_to_be_checked()
    page.get_by_role("button", name="Accepter la sélection").click()
    page.get_by_role("button", name="Accepter 2 demandes").click()
    expect(page.locator(".file > li")).to_have_count(1)
    assert attendent() == 1


def test_the_history_and_a_note_come_in_place(page):
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Tout l’historique de la famille Moreau")).to_be_focused()
    page.keyboard.press("n")
    note = page.get_by_label("Note pour les agents")
    expect(note).to_be_focused()
    note.fill("À rappeler lundi")
    page.get_by_role("button", name="Enregistrer la note").click()
    expect(page.locator(".demande .echanges")).to_contain_text("À rappeler lundi")


def test_a_key_pressed_as_soon_as_the_page_is_there_stays_on_it(page):
    page.add_init_script(
        "const plusTard = setTimeout;"
        "window.setTimeout = (quoi, delai, ...avec) => plusTard(quoi, delai || 20000, ...avec);"
    )
    page.goto("/agents")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Tout l’historique de la famille Moreau")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/agents$"))


def test_a_key_that_answers_opens_first_the_row_that_has_the_focus(page):
    titre = page.locator(".demande h2")
    expect(titre).to_contain_text("Léa")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(titre).to_contain_text("Inès")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Accepter")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".file > li")).to_have_count(2)
    assert attendent() == 2
    page.keyboard.press("u")
    expect(page.get_by_role("button", name=re.compile("^Annuler ma réponse"))).to_be_focused()


@pytest.mark.parametrize("quoi", ["note", "reason"])
def test_what_was_written_of_a_demande_does_not_go_without_a_word(page, quoi):
    dits = []
    page.on(
        "dialog",
        lambda boite: (dits.append(boite.message), boite.dismiss() if len(dits) == 1 else boite.accept()),
    )
    if quoi == "note":
        page.keyboard.press("n")
        champ = page.get_by_label("Note", exact=False).and_(page.locator("textarea"))
    else:
        page.get_by_label("Motif du refus").select_option("Autre (préciser)")
        champ = page.locator(".reponse .raison input[type=text]")
    champ.fill("La mère a appelé")
    page.get_by_role("link", name=re.compile("Noé")).click()
    expect(champ).to_be_focused()
    expect(champ).to_have_value("La mère a appelé")
    page.get_by_role("link", name=re.compile("Noé")).click()
    expect(page.locator(".demande h2")).to_contain_text("Noé")
    assert dits == ["Ce que vous avez écrit n’a pas été envoyé, et serait perdu. Continuer ?"] * 2
