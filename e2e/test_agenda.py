"""The planning in one’s own calendar: the address asked for, read as a phone does, taken away."""

import re
import urllib.error
import urllib.request

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

import workflows as w
from models import SessionOuverte
from tests.conftest import MOTEURS_DES_PARCOURS
from tests.monde import LUNDI, MOT_DE_PASSE

CLAIRE = "famille@example.org"


def lu_par_un_telephone(adresse: str) -> tuple[int, str]:
    """What answers to a program that has the address and nothing else: no cookie, no browser."""
    try:
        with urllib.request.urlopen(adresse, timeout=8) as reponse:
            return reponse.status, reponse.read().decode()
    except urllib.error.HTTPError as erreur:
        with erreur:
            return erreur.code, erreur.read().decode()


@pytest.mark.parametrize("moteur", MOTEURS_DES_PARCOURS)
@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_a_parent_opens_the_feed_gets_its_address_reads_it_and_revokes_it(
    entrer, monde, serveur, axe, javascript
):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    page = entrer(CLAIRE, javascript=javascript)
    SessionOuverte.update(confirmee_le=None).execute()
    page.goto("/famille/planning")
    page.get_by_role("link", name="Suivre le planning dans votre agenda").click()
    page.get_by_role("link", name="Créer une adresse : Léa").click()
    page.get_by_role("button", name="Créer l’adresse").click()
    actuel = page.get_by_label("Votre mot de passe actuel")
    if javascript:
        expect(actuel).to_be_focused()
    actuel.fill(MOT_DE_PASSE)
    page.keyboard.press("Enter")
    champ = page.get_by_label("Adresse à copier : Léa")
    expect(champ).to_have_value(re.compile(rf"^{serveur}/agenda/[\w-]{{43}}\.ics$"))
    adresse = champ.input_value()
    lien = page.get_by_role("link", name="Ajouter à mon agenda : Léa")
    expect(lien).to_have_attribute("href", adresse.replace("http://", "webcal://"))
    if javascript:
        assert axe(page) == []

    statut, texte = lu_par_un_telephone(adresse)
    titres = [str(evenement["SUMMARY"]) for evenement in Calendar.from_ical(texte).walk("VEVENT")]
    assert statut == 200 and "Léa, Cantine" in titres

    page.get_by_role("link", name="Supprimer l’adresse : Léa").click()
    page.get_by_role("button", name="Supprimer l’adresse").click()
    expect(page.get_by_text("L’adresse est supprimée : elle ne montre plus rien.")).to_be_visible()
    expect(page.get_by_role("link", name="Créer une adresse : Léa")).to_be_visible()
    statut, texte = lu_par_un_telephone(adresse)
    assert statut == 404 and "BEGIN" not in texte


def test_the_page_holds_on_a_phone_in_the_dark_and_the_field_is_copied_by_the_keyboard(
    entrer, axe, sans_defilement
):
    page = entrer(CLAIRE, taille="etroit", theme="dark")
    for nom in ("toute la famille", "Noé"):
        page.goto("/famille/agenda")
        page.get_by_role("link", name=f"Créer une adresse : {nom}").click()
        page.get_by_role("button", name="Créer l’adresse").click()
    champ = page.get_by_label("Adresse à copier : Noé")
    champ.focus()
    page.keyboard.press("Control+a")
    choisi = "document.activeElement.selectionEnd - document.activeElement.selectionStart"
    assert page.evaluate(choisi) == len(champ.input_value()), "all of it is ready to be copied"
    sans_defilement(page)
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    sans_defilement(page)
    for lien in ("Remplacer l’adresse : Noé", "Supprimer l’adresse : Noé"):
        page.goto("/famille/agenda")
        page.get_by_role("link", name=lien).click()
        sans_defilement(page)
        assert axe(page) == []
