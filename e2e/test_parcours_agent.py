"""Agents treat the queue in a browser: mouse, keyboard alone, no JavaScript, two agents, phone, axe."""

import re

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from e2e.apparences import DEUX_APPARENCES
from e2e.clavier import tabuler
from models import Demande, Ligne
from portail.domain import moderation
from tests.actes import demander, places, statut
from tests.monde import JEUDI, LUNDI

AGENT, AUTRE_AGENT = "agent@example.org", "agent2@example.org"


@pytest.fixture
def file(monde) -> list[Demande]:
    """Léa's Monday, then Noé's Monday and Thursday, then Inès's Monday."""
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    return [
        demander(monde, (monde.lea, lundi)),
        demander(monde, (monde.noe, lundi), (monde.noe, jeudi)),
        demander(monde, (monde.ines, lundi)),
    ]


@pytest.fixture
def page(entrer, file) -> Page:
    """Sophie's window, on the queue, with a mark that a reload would wipe out."""
    fenetre = entrer(AGENT)
    fenetre.goto("/agents")
    fenetre.evaluate("window.sansRechargement = true")
    return fenetre


def titre(page: Page, prenom: str):
    return page.get_by_role("heading", name=f"Réservation pour {prenom} Moreau")


def bouton(page: Page, nom: str):
    return page.get_by_role("button", name=nom, exact=True)


def pas_rechargee(page: Page) -> None:
    assert page.evaluate("window.sansRechargement") is True


# ——— with the mouse ———


def test_an_answer_opens_the_next_demande_without_a_reload(page, file):
    expect(titre(page, "Léa")).to_be_visible()

    bouton(page, "Accepter").click()

    expect(titre(page, "Noé")).to_be_focused()
    expect(page.locator(".file > li")).to_have_count(2)
    expect(page.locator("#annonce")).to_have_text(re.compile("^Demande acceptée"))
    expect(page.locator("#bandeau")).to_contain_text("Voir cette demande")
    expect(page).to_have_url(re.compile(f"/agents/demandes/{file[1].id}$"))

    page.get_by_label("Motif du refus").select_option("Activité complète")
    bouton(page, "Refuser").click()

    expect(titre(page, "Inès")).to_be_focused()
    assert (statut(file[0]), statut(file[1])) == (w.ACCEPTEE, w.REFUSEE)
    pas_rechargee(page)
    bouton(page, "Mettre en liste d’attente").click()
    expect(page.get_by_role("heading", name="La file est vide")).to_be_focused()
    pas_rechargee(page)


def test_the_lines_that_are_ticked_are_the_ones_answered_and_the_button_says_so(page, file):
    page.get_by_role("link", name=re.compile("Noé")).click()
    expect(bouton(page, "Accepter les 2 lignes")).to_be_visible()

    page.get_by_label("Choisir Noé, Cantine, jeudi 10 décembre").uncheck()
    bouton(page, "Accepter les lignes cochées").click()

    expect(page.locator("#annonce")).to_contain_text("il reste 1 ligne à traiter")
    expect(titre(page, "Noé")).to_be_focused()
    assert [ligne.statut for ligne in Ligne.select().where(Ligne.demande == file[1]).order_by(Ligne.id)] == [
        w.ACCEPTEE,
        w.EN_ATTENTE,
    ]


def test_a_reason_asked_for_gets_the_focus_and_is_not_carried_over_to_the_next_demande(page, file):
    motif, precision = (
        page.get_by_label("Motif du refus"),
        page.get_by_label("Précision, que la famille lira"),
    )
    bouton(page, "Refuser").click()
    expect(motif).to_be_focused()
    expect(motif).to_have_accessible_description(re.compile("Choisissez le motif"))

    expect(precision).to_be_hidden()
    motif.select_option("autre")
    precision.fill("Sortie scolaire ce jour-là")
    precision.press("Enter")
    assert statut(file[0]) == w.EN_ATTENTE, "Enter in the reason answers nothing by itself"
    bouton(page, "Refuser").click()

    expect(titre(page, "Noé")).to_be_focused()
    expect(motif).to_have_value("")
    expect(precision).to_be_hidden()
    assert Ligne.get(Ligne.demande == file[0]).motif == "Sortie scolaire ce jour-là"


def test_a_selection_is_answered_at_once_and_outlives_looking_at_another_demande(page, file):
    selection = page.get_by_role("group", name="Sélection")
    expect(selection).to_be_hidden()
    for prenom in ("Léa", "Inès"):
        page.get_by_label(f"Sélectionner Moreau, {prenom}").check()
    expect(selection).to_be_visible()

    page.get_by_role("link", name=re.compile("Noé")).click()
    expect(titre(page, "Noé")).to_be_focused()
    expect(page.get_by_label("Sélectionner Moreau, Léa")).to_be_checked()
    page.get_by_role("button", name="Accepter la sélection").click()
    page.get_by_role("button", name="Accepter 2 demandes").click()

    expect(page.locator("#bandeau")).to_contain_text("2 demandes acceptées.")
    expect(titre(page, "Noé")).to_be_visible()
    expect(selection).to_be_hidden()
    assert [statut(demande) for demande in file] == [w.ACCEPTEE, w.EN_ATTENTE, w.ACCEPTEE]


def test_everything_ticked_at_once_stays_ticked_while_one_looks_and_answers(page, file):
    page.get_by_role("link", name="Tout cocher").click()
    page.get_by_role("link", name=re.compile("Noé")).click()
    expect(titre(page, "Noé")).to_be_focused()
    for prenom in ("Léa", "Noé", "Inès"):
        expect(page.get_by_label(f"Sélectionner Moreau, {prenom}")).to_be_checked()

    bouton(page, "Accepter les 2 lignes").click()
    expect(titre(page, "Inès")).to_be_focused()
    page.get_by_role("button", name="Accepter la sélection").click()
    page.get_by_role("button", name="Accepter 2 demandes").click()
    expect(page.locator("#bandeau")).to_contain_text("2 demandes acceptées.")


def test_a_selection_is_refused_with_one_reason(page, file):
    page.get_by_label("Sélectionner Moreau, Léa").check()
    page.get_by_text("Refuser…").click()
    page.get_by_role("button", name="Refuser la sélection").click()
    expect(page.get_by_label("Motif commun")).to_be_focused()
    page.get_by_label("Motif commun").select_option("Délai dépassé")
    page.get_by_role("button", name="Refuser la sélection").click()
    page.get_by_role("button", name="Refuser 1 demande").click()
    expect(page.locator("#bandeau")).to_contain_text("1 demande refusée.")
    assert statut(file[0]) == w.REFUSEE


def test_back_comes_back_to_what_was_open(page):
    page.get_by_role("link", name=re.compile("Noé")).click()
    expect(titre(page, "Noé")).to_be_focused()
    page.go_back()
    expect(titre(page, "Léa")).to_be_visible()
    expect(titre(page, "Noé")).to_be_hidden()


def test_a_double_click_answers_once(page, file):
    bouton(page, "Accepter").dblclick()
    expect(page.locator("#annonce")).to_have_text(re.compile("^Demande acceptée"))
    expect(titre(page, "Noé")).to_be_focused()
    assert [statut(demande) for demande in file] == [w.ACCEPTEE, w.EN_ATTENTE, w.EN_ATTENTE]


# ——— with the keyboard alone ———


def test_the_whole_of_it_with_the_keyboard(page, file):
    tabuler(page, page.get_by_role("link", name=re.compile("Noé")))
    page.keyboard.press("Enter")
    expect(titre(page, "Noé")).to_be_focused()

    case = page.get_by_label("Choisir Noé, Cantine, lundi 7 décembre")
    tabuler(page, case)
    page.keyboard.press("Enter")
    assert statut(file[1]) == w.EN_ATTENTE, "Enter on a box answers nothing"
    page.keyboard.press("Space")
    expect(case).not_to_be_checked()
    tabuler(page, bouton(page, "Accepter les lignes cochées"))
    page.keyboard.press("Enter")
    expect(page.locator("#annonce")).to_contain_text("il reste 1 ligne")

    tabuler(page, page.get_by_label("Motif du refus"))
    page.keyboard.press("ArrowDown")
    tabuler(page, bouton(page, "Refuser"))
    page.keyboard.press("Space")
    expect(titre(page, "Inès")).to_be_focused()

    tabuler(page, bouton(page, "Accepter"))
    page.keyboard.press("Enter")
    expect(titre(page, "Léa")).to_be_focused()
    assert [statut(demande) for demande in file] == [w.EN_ATTENTE, w.ACCEPTEE_EN_PARTIE, w.ACCEPTEE]
    pas_rechargee(page)


# ——— without JavaScript ———


def test_without_javascript(entrer, file):
    page = entrer(AGENT, javascript=False)
    page.goto("/agents?q=moreau")
    bouton(page, "Accepter").click()
    expect(page.locator("#bandeau")).to_contain_text("Demande acceptée")
    expect(page).to_have_url(re.compile(f"/agents/demandes/{file[1].id}\\?q=moreau$"))

    bouton(page, "Refuser").click()
    expect(page.get_by_text("Choisissez le motif du refus")).to_be_visible()
    page.get_by_label("Choisir Noé, Cantine, lundi 7 décembre").uncheck()
    page.get_by_label("Motif du refus").select_option("autre")
    page.get_by_label("Précision, que la famille lira").fill("Sortie scolaire")
    bouton(page, "Refuser").click()
    expect(page.locator("#bandeau")).to_contain_text("il reste 1 ligne à traiter")

    page.get_by_role("link", name="Tout cocher").click()
    expect(page.get_by_text("Sélection", exact=True)).to_be_visible()
    page.get_by_role("button", name="Accepter la sélection").click()
    page.get_by_role("button", name="Accepter 2 demandes").click()
    expect(page.locator("#bandeau")).to_contain_text("2 demandes acceptées")
    expect(page.get_by_role("heading", name="Aucune demande ne correspond")).to_be_visible()
    assert [statut(demande) for demande in file] == [w.ACCEPTEE, w.ACCEPTEE_EN_PARTIE, w.ACCEPTEE]


# ——— two agents ———


def test_of_two_agents_one_decides_and_the_other_is_told_who_did_what_and_sees_it(page, entrer, file):
    marc = entrer(AUTRE_AGENT)
    marc.goto("/agents")
    sans_script = entrer(AUTRE_AGENT, javascript=False)
    sans_script.goto("/agents")

    bouton(page, "Accepter").click()
    expect(titre(page, "Noé")).to_be_focused()

    marc.get_by_label("Motif du refus").select_option("Délai dépassé")
    bouton(marc, "Refuser").click()
    expect(marc.locator("#annonce")).to_have_text(
        re.compile("^Sophie Garnier l’a acceptée, .* Votre réponse n’a pas été enregistrée.$")
    )
    expect(titre(marc, "Léa")).to_be_focused()
    expect(marc.locator(".demande")).to_contain_text("Acceptée par Sophie Garnier")
    expect(marc.locator(".file > li")).to_have_count(2)

    bouton(sans_script, "Accepter").click()
    expect(
        sans_script.get_by_role("heading", name="Une autre personne a déjà répondu", level=1)
    ).to_be_visible()
    sans_script.get_by_role("link", name="Demande suivante").click()
    expect(titre(sans_script, "Noé")).to_be_visible()
    assert statut(file[0]) == w.ACCEPTEE


# ——— phone, axe, nothing sideways ———


def test_on_a_phone_the_queue_leads_to_the_demande_and_back(entrer, file):
    page = entrer(AGENT, taille="etroit")
    page.goto("/agents")
    expect(titre(page, "Léa")).to_be_hidden()

    page.get_by_role("link", name=re.compile("Noé")).click()
    expect(titre(page, "Noé")).to_be_focused()
    expect(titre(page, "Noé")).to_be_in_viewport()
    expect(page.locator(".file")).to_be_hidden()
    bouton(page, "Accepter les 2 lignes").click()
    expect(titre(page, "Inès")).to_be_in_viewport()

    page.get_by_role("link", name="Retour à la file").click()
    expect(page.locator(".file > li")).to_have_count(2)


ECRANS = {
    "queue": "/agents",
    "selection": "/agents?tout=1",
    "demande": "/agents/demandes/{plusieurs}",
    "answered": "/agents/demandes/{repondue}?etat=traitees",
    "wrong filters": "/agents?nature=zzz",
    "nothing found": "/agents?q=zzz",
}


@DEUX_APPARENCES
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    entrer, monde, file, axe, sans_defilement, taille, theme
):
    places(monde.seance(monde.cantine, JEUDI), 0)
    moderation.refuser(monde.marc, file[0].id, "Pièce manquante au dossier")
    page = entrer(AGENT, taille=taille, theme=theme)
    for nom, adresse in ECRANS.items():
        page.goto(adresse.format(plusieurs=file[1].id, repondue=file[0].id))
        assert axe(page) == [], nom
        sans_defilement(page)
    page.goto("/agents?tout=1")
    page.get_by_text("Refuser…").click()
    page.get_by_role("button", name="Refuser la sélection").click()
    expect(page.get_by_label("Motif commun")).to_be_focused()
    assert axe(page) == [], "a selection refused without a reason"
    page.goto(f"/agents/demandes/{file[1].id}")
    bouton(page, "Refuser").click()
    expect(page.get_by_label("Motif du refus")).to_be_focused()
    assert axe(page) == [], "a refusal without a reason"
    bouton(page, "Accepter les 2 lignes").click()
    expect(titre(page, "Inès")).to_be_focused()
    assert axe(page) == [], "after an answer"
    page.set_viewport_size({"width": 320, "height": 640})
    for adresse in ECRANS.values():
        page.goto(adresse.format(plusieurs=file[1].id, repondue=file[0].id))
        sans_defilement(page)


def test_axe_finds_nothing_on_the_page_of_who_comes_second(page, monde, file, axe):
    moderation.accepter(monde.marc, file[0].id)
    page.locator(".reponse").evaluate("formulaire => formulaire.submit()")  # as a browser without htmx would
    expect(page.get_by_role("heading", level=1)).to_have_text("Une autre personne a déjà répondu")
    assert axe(page) == []
