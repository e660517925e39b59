"""A manager sets the town up in a browser: a place, an activity seen before it is made, a day that closes."""

import pytest
from playwright.sync_api import expect

import workflows as w
from models import Activite, Courriel, Seance
from tests.monde import LUNDI

GESTIONNAIRE = "gestionnaire@example.org"


@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_a_place_and_an_activity_are_made_then_a_day_is_closed(entrer, monde, javascript):
    cantine = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, cantine, w.RESERVE)
    page = entrer(GESTIONNAIRE, javascript=javascript)

    def bouton(nom: str) -> None:
        page.get_by_role("button", name=nom, exact=True).click()

    page.get_by_role("link", name="Mise en place", exact=True).click()
    page.get_by_role("link", name="Lieux", exact=True).click()
    page.get_by_role("link", name="Ajouter un lieu").click()
    page.get_by_label("Nom", exact=False).first.fill("Moulin des Prés")
    bouton("Enregistrer")
    expect(page.get_by_role("main")).to_contain_text("Moulin des Prés")

    page.get_by_role("link", name="Mise en place", exact=True).first.click()
    page.get_by_role("main").get_by_role("link", name="Activités", exact=True).click()
    page.get_by_role("link", name="Nouvelle activité").click()
    page.get_by_label("Nom de l’activité").fill("Poterie")
    page.get_by_label("Lieu", exact=True).select_option("Moulin des Prés")
    page.get_by_label("Premier jour").fill("2027-01-04")
    page.get_by_label("Dernier jour").fill("2027-02-05")
    page.get_by_label("mercredi", exact=True).check()
    page.get_by_label("De", exact=True).fill("14:00")
    page.get_by_label("À", exact=True).fill("16:00")
    page.get_by_label("Places", exact=True).fill("12")
    bouton("Voir ce que cela change")
    expect(page.get_by_role("heading", level=1)).to_contain_text("ce que cela change")
    assert Activite.get_or_none(Activite.nom == "Poterie") is None
    bouton("Enregistrer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Poterie")
    assert Seance.select().join(Activite).where(Activite.nom == "Poterie").count() == 5

    page.get_by_role("link", name="Mise en place", exact=True).first.click()
    page.get_by_role("link", name="Calendrier", exact=True).click()
    page.get_by_role("link", name="Fermer un jour ou une période").click()
    page.get_by_label("Nom, que les familles liront sur le planning").fill("Panne de chauffage")
    page.get_by_label("Premier jour").fill("7/12/2026")
    bouton("Voir ce que cela change")
    expect(page.get_by_role("main")).to_contain_text("1 enfant de 1 famille : 1 réservation défaite")
    assert monde.statut(monde.lea, cantine) == w.RESERVE
    bouton("Confirmer et prévenir 1 famille")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Calendrier")
    assert monde.statut(monde.lea, cantine) != w.RESERVE
    assert Courriel.select().where(Courriel.destinataire == monde.claire.email).count() == 1
