"""Names made to be more than names, in a real browser: nothing runs, nothing is asked elsewhere.

A violation of the content security policy or a request to another host fails the test (see `conftest.py`).
"""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

import workflows as w
from models import (
    Activite,
    Calendrier,
    Compte,
    Enfant,
    Famille,
    Lieu,
    Ligne,
    Preinscription,
    Ville,
    normaliser,
)
from portail.domain import moderation, planning
from portail.domain.ville import oublier_la_ville
from tests.garanties.pieges import PIEGES
from tests.monde import JEUDI, LUNDI

FAMILLE, AGENT = "famille@example.org", "agent@example.org"
SEMAINE = f"/famille/planning?vue=semaine5&date={LUNDI.isoformat()}"


@pytest.fixture
def ville_piegee(monde) -> list[int]:
    """One child a trap, each with a demande; traps in the names of everything else. Gives the demandes."""
    for table, champs in (
        (Ville, ("guichet", "adresse", "horaires")),
        (Famille, ("nom",)),
        (Activite, ("nom",)),
        (Lieu, ("nom",)),
        (Calendrier, ("nom",)),
        (Compte, ("prenom", "nom", "service")),
    ):
        for rang, ligne in enumerate(table.select()):
            pieges = {champ: PIEGES[(rang + i) % len(PIEGES)][:80] for i, champ in enumerate(champs)}
            table.update(pieges).where(table.id == ligne.id).execute()
    Calendrier.create(genre="fermeture", nom=PIEGES[3], debut=JEUDI, fin=JEUDI, confirme=True)
    oublier_la_ville()
    cantine = monde.seance(Activite.get(rang=2), LUNDI)
    demandes = []
    for rang, piege in enumerate(PIEGES, start=4):
        enfant = Enfant.create(
            famille=monde.lea.famille, prenom=piege, nom=piege, naissance=dt.date(2019, 1, 1), rang=rang,
            recherche=normaliser(piege),
        )  # fmt: skip
        Preinscription.create(
            enfant=enfant,
            activite=cantine.activite,
            debut=dt.date(2026, 9, 1),
            fin=dt.date(2027, 7, 2),
            statut=w.RESERVATION_POSSIBLE,
            cree_le=cantine.limite_absence,
        )
        famille = enfant.famille
        depot = planning.demander_reservation(monde.claire, famille, [(enfant.id, cantine.id)])
        demandes.append(depot.demande.id)
    for demande, piege in zip(demandes[::2], PIEGES[::2], strict=True):
        moderation.refuser(monde.sophie, demande, piege)
    return demandes


def guetter(page: Page) -> list[str]:
    """What a script of somebody else's would do first."""
    faits: list[str] = []
    page.on("dialog", lambda dialogue: (faits.append(dialogue.message), dialogue.dismiss()))
    return faits


def test_the_family_reads_hostile_names_and_nothing_happens(entrer, ville_piegee):
    page = entrer(FAMILLE)
    faits = guetter(page)
    for adresse in ("/famille", SEMAINE, SEMAINE.replace("semaine5", "mois"), "/famille/demandes"):
        page.goto(adresse)
        expect(page.get_by_text(PIEGES[0]).first).to_be_attached()
    page.goto(SEMAINE)
    for piege in PIEGES[:4]:
        page.keyboard.press("Escape")
        lien = page.locator(f"[id^=c-{Enfant.get(prenom=piege).id}-][id$=-a]").first
        lien.hover()
        lien.click()
        expect(page.get_by_role("dialog")).to_contain_text(piege)
    page.get_by_role("dialog").get_by_role("button", name="Annuler ma demande").click()
    expect(page.locator("#bandeau")).to_contain_text(PIEGES[3])
    for demande in ville_piegee[:4]:
        page.goto(f"/famille/demandes/{demande}")
        expect(page.get_by_role("main")).to_contain_text("Demande n")
    page.goto("/demo/courriels")
    assert faits == []


def test_an_agent_reads_hostile_names_and_nothing_happens(entrer, ville_piegee):
    page = entrer(AGENT)
    faits = guetter(page)
    for adresse in ("/agents", "/agents?etat=traitees"):
        page.goto(adresse)
        for lien in page.locator("ol.file a").all()[:6]:
            lien.click()
            page.wait_for_load_state("networkidle")
    page.goto("/agents")
    page.get_by_role("button", name="Accepter", exact=True).click()
    expect(page.locator("#annonce")).not_to_be_empty()
    assert Ligne.select().where(Ligne.statut == w.ACCEPTEE).count() == 1
    assert faits == []
