"""Several slots by the keyboard, an absence with its reason, the list left from a mail: in a browser."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

import workflows as w
from models import Courriel, MotifAbsence, Reservation
from portail.domain import courriels
from tests.actes import demander, places
from tests.conftest import MOTEURS_DES_PARCOURS
from tests.monde import JEUDI, LUNDI

VENDREDI = dt.date(2026, 12, 4)
SEMAINE = "/famille/planning?vue=semaine&date=2026-12-07"
FAMILLE = "famille@example.org"


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("taille", ["large", "etroit"])
def test_three_slots_are_chosen_by_the_keyboard_and_asked_for_together(
    entrer, monde, axe, sans_defilement, taille, javascript
):
    monde.poser(monde.lea, monde.seance(monde.matin, LUNDI), w.RESERVE)
    page = entrer(FAMILLE, taille=taille, javascript=javascript)
    page.goto(SEMAINE)
    page.get_by_role("link", name="Choisir plusieurs créneaux").press("Enter")
    noms = (
        "Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30, Non réservé",
        "Noé, Cantine, jeudi 10 décembre, 11 h 30 – 13 h 30, Non réservé",
        "Léa, Accueil du matin, lundi 7 décembre, 7 h 30 – 8 h 30, Réservé",
    )
    for nom in noms:
        case = page.get_by_role("checkbox", name=nom)
        case.press("Space")
        expect(case).to_be_checked()
    compte = "getComputedStyle(document.querySelector('.combien'), '::after').content"
    if javascript:
        assert page.evaluate(compte).startswith("counter(choisis)")
        assert axe(page) == []
    sans_defilement(page)
    expect(page.get_by_role("button", name="Continuer")).to_be_in_viewport()
    page.get_by_role("button", name="Continuer").press("Enter")

    expect(page.get_by_role("heading", name="Les créneaux choisis")).to_be_visible()
    if javascript:
        assert axe(page) == []
    sans_defilement(page)
    page.get_by_role("button", name="Demander 2 réservations et déclarer 1 absence").press("Enter")

    expect(page.locator("#bandeau")).to_contain_text("2 réservations demandées, 1 absence enregistrée.")
    for enfant, activite, jour, statut in (
        (monde.lea, monde.cantine, LUNDI, w.RESERVATION_ATTENTE),
        (monde.noe, monde.cantine, JEUDI, w.RESERVATION_ATTENTE),
        (monde.lea, monde.matin, LUNDI, w.ABSENT),
    ):
        assert monde.statut(enfant, monde.seance(activite, jour)) == statut
    page.get_by_role("button", name="Annuler ces réservations").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Annulée")


@pytest.mark.parametrize("taille", ["large", "etroit"])
def test_ticks_survive_another_month_a_hidden_child_and_the_preview(
    entrer, monde, axe, sans_defilement, taille
):
    """On a phone too a day of the month after is in sight, at the end of this one, when it is ticked."""
    monde.poser(monde.lea, monde.seance(monde.matin, VENDREDI), w.RESERVE)
    page = entrer(FAMILLE, taille=taille)
    page.goto("/famille/planning?vue=mois&date=2026-12-01&choix=1")
    cases = [
        page.get_by_role("checkbox", name=f"{debut} – ")
        for debut in (
            "Léa, Accueil du matin, vendredi 4 décembre, 7 h 30",
            "Léa, Cantine, lundi 7 décembre, 11 h 30",
            "Noé, Cantine, jeudi 10 décembre, 11 h 30",
        )
    ]
    for case in cases:
        case.press("Space")
    assert _choisis(page) == 3

    page.get_by_role("link", name="Mois suivant").press("Enter")
    expect(page.locator("#combien")).to_contain_text("dont 3 non affichés ici")
    assert _choisis(page) == 3 and "creneau" not in page.url
    sans_defilement(page)
    assert axe(page) == []

    page.get_by_role("link", name="Mois précédent").press("Enter")
    expect(page.locator("#periode")).to_contain_text("Décembre")
    page.get_by_role("button", name="Léa").press("Enter")
    expect(page.locator("#combien")).to_contain_text("dont 2 non affichés ici")
    expect(cases[2]).to_be_checked()
    assert _choisis(page) == 3
    page.get_by_role("link", name="Mois précédent").press("Enter")
    expect(page.locator("#periode")).to_contain_text("Novembre")
    page.get_by_role("button", name="Léa").press("Enter")
    expect(page.locator("#combien")).to_contain_text("dont 2 non affichés ici")
    expect(cases[0]).to_be_checked()
    assert _choisis(page) == 3

    page.get_by_role("button", name="Continuer").press("Enter")
    expect(page.get_by_role("button", name="Demander 2 réservations et déclarer 1 absence")).to_be_visible()
    page.get_by_role("link", name="Revenir au planning").press("Enter")
    expect(page.locator("#combien")).to_contain_text("dont 2 non affichés ici")
    page.get_by_role("link", name="Mois suivant").press("Enter")
    for case in cases:
        expect(case).to_be_checked()
    assert _choisis(page) == 3 and "creneau" not in page.url


def test_without_javascript_the_preview_brings_back_what_was_ticked(entrer, monde):
    page = entrer(FAMILLE, taille="etroit", javascript=False)
    page.goto(f"{SEMAINE}&choix=1")
    expect(page.get_by_text("appuyez d’abord sur Continuer")).to_be_visible()
    case = page.get_by_role("checkbox", name="Léa, Cantine, lundi 7 décembre, 11 h 30 – ")
    case.check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("link", name="Revenir au planning").click()
    expect(case).to_be_checked()


def _choisis(page) -> int:
    """What the bar counts: the sheet does, and only what it draws."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".choix-de-creneaux *")].filter((e) =>
            getComputedStyle(e).counterIncrement === "choisis 1" && e.getClientRects().length).length"""
    )


@pytest.mark.parametrize("taille", ["large", "etroit"])
def test_an_absence_with_a_reason_leads_to_the_page_that_takes_its_document(
    entrer, monde, axe, sans_defilement, tmp_path, taille
):
    MotifAbsence.create(nom="Maladie", facturation="jamais", justificatif="Certificat médical")
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    page = entrer(FAMILLE, taille=taille)
    page.goto("/famille/planning?vue=mois&date=2026-12-01")
    page.get_by_role("link", name=re.compile("^Léa, Cantine, lundi 7 décembre")).click()
    raison = page.get_by_label("Motif de l’absence")
    raison.select_option(label="Maladie : non facturée, certificat médical à envoyer")
    assert axe(page) == []
    sans_defilement(page)
    page.get_by_role("button", name="Confirmer").click()
    page.locator("#bandeau").get_by_role("link", name="Envoyer le document").click()
    certificat = tmp_path / "certificat.pdf"
    certificat.write_bytes(b"%PDF-1.4\n%%EOF")
    page.get_by_label("Certificat médical").set_input_files(certificat)
    assert axe(page) == []
    page.get_by_role("button", name="Envoyer à la mairie").click()
    expect(page.locator("#echanges")).to_contain_text("certificat.pdf")


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
@pytest.mark.parametrize("javascript", [True, False])
def test_the_list_is_left_from_the_mail_without_signing_in(ouvrir, monde, axe, javascript):
    seance = places(monde.seance(monde.matin, LUNDI), 0)
    demander(monde, (monde.lea, seance))
    lettre = courriels.en_clair(Courriel.get(Courriel.cle.startswith("reponse:")))
    page = ouvrir(taille="etroit", javascript=javascript)
    page.goto(re.search(r"/liste-d-attente/[\w-]{43}", lettre)[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Renoncer à la place de Léa ?")
    if javascript:
        assert axe(page) == []
    page.get_by_role("button", name="Renoncer à la place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Léa n’attend plus")
    assert Reservation.get().statut == w.NON_RESERVE
