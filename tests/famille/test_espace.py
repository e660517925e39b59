"""Espace Famille: what needs attention first, the next days, the blocks."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import MotifAbsence
from portail.domain import moderation, planning
from tests.htmx import Page
from tests.monde import LUNDI


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def test_an_approaching_deadline_with_nothing_booked_comes_first(monde, claire):
    page = Page(claire, "/famille")
    premier = page.tous(".urgent")[0].get_text(" ", strip=True)
    assert "jeudi 3 décembre avant 12 h" in premier
    assert "Rien de réservé pour Léa, Noé et Inès\xa0: Cantine, du 7 au 11 décembre" in premier
    assert "4 jours possibles" in premier


def test_a_child_who_does_not_come_where_a_sibling_does_is_not_recalled(monde, claire):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI - dt.timedelta(7)), w.RESERVE)
    textes = [li.get_text(" ", strip=True) for li in Page(claire, "/famille").tous(".urgent")]
    assert any("Rien de réservé pour Léa\xa0: Cantine, du 7 au 11 décembre" in texte for texte in textes)


def test_a_week_with_a_booking_is_not_recalled_for_that_child(monde, claire):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    for enfant in (monde.noe, monde.ines):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI - dt.timedelta(7)), w.PRESENT)
    textes = [li.get_text(" ", strip=True) for li in Page(claire, "/famille").tous(".urgent")]
    attendu = "Rien de réservé pour Noé et Inès\xa0: Cantine, du 7 au 11 décembre"
    assert any(attendu in texte for texte in textes)


def test_the_reminder_leads_to_those_slots(claire):
    page = Page(claire, "/famille")
    lien = next(a for a in page.tous(".urgent a") if "Cantine" in a.get_text())
    suite = Page(claire, lien["href"])
    assert {b.get_text() for b in suite.tous(".creneau b")} == {"Léa", "Noé", "Inès"}
    assert len(suite.tous(".jour")) == 5


def test_what_waits_for_the_town_is_told(monde, claire):
    planning.demander_reservation(
        monde.claire, monde.moreau, [(monde.lea.id, monde.seance(monde.cantine, LUNDI).id)]
    )
    assert "1 demande attend une réponse" in Page(claire, "/famille").texte("main")


def test_what_the_town_answered_of_late_is_told_with_its_reason(monde, claire):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, seance.id)]).demande
    assert "Réponses de la mairie" not in Page(claire, "/famille").texte("main")
    moderation.refuser(monde.sophie, demande.id, "Activité complète")
    texte = Page(claire, "/famille").texte("main")
    assert "Répondu mardi 1er décembre à 10 h. Motif : Activité complète." in texte
    assert "attend une réponse" not in texte


def test_the_next_days_are_slots_that_work(monde, claire):
    page = Page(claire, "/famille")
    assert page.tous(".apercu .jour")[0].select_one("time")["datetime"] == str(dt.date(2026, 12, 1))
    slot = page.tous(".apercu .creneau")[-1]
    page.cliquer(slot)
    page.cliquer(".panneau button") if page.tous(".panneau form") else None
    assert page.tous(".apercu .creneau")


def test_a_booking_made_from_the_home_changes_its_slot_in_place(monde, claire):
    page = Page(claire, "/famille")
    seance = monde.seance(monde.matin, dt.date(2026, 12, 3))
    page.cliquer(f"#c-{monde.lea.id}-{seance.id}-a")
    page.cliquer(".panneau button")
    assert page.un(f"#c-{monde.lea.id}-{seance.id}-a")["aria-label"].endswith("Réservé")


def test_the_blocks_lead_to_the_screens(claire):
    liens = [a["href"] for a in Page(claire, "/famille").tous(".blocs a")]
    assert [claire.get(lien).status_code for lien in liens] == [200] * len(liens)


def test_the_home_costs_a_constant_number_of_queries(monde, claire):
    claire.get("/famille")
    with count_queries() as compteur:
        claire.get("/famille")
    assert compteur.count <= 9  # the invoices are one of them


@pytest.mark.parametrize(("qui", "attendu"), [("sophie", 403), ("animateur", 403)])
def test_staff_have_no_family_home(monde, connexion, qui, attendu):
    assert connexion(getattr(monde, qui)).get("/famille").status_code == attendu


def test_the_document_of_an_absence_is_answered_on_the_page_of_the_absence(monde, claire):
    maladie = MotifAbsence.create(nom="Maladie", facturation="jamais", justificatif="Certificat médical")
    seance = monde.seance(monde.matin, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    depot = planning.declarer_absence(
        monde.claire, monde.moreau, [(monde.lea.id, seance.id)], motif=maladie.id
    )
    page = Page(claire, "/famille")
    assert "La mairie attend un document de vous : Accueil du matin, Léa" in page.texte("main")
    page = page.suivre(".urgent a[href*='/demandes/']")
    assert page.url.startswith(f"/famille/demandes/{depot.demande.id}")
    assert "Certificat médical" in page.texte("#echanges")
