"""« Annuler ma demande », until the town answers: a page that asks, then it is done."""

import pytest

import workflows as w
from models import Demande, Preinscription
from portail.domain import moderation, preinscriptions
from tests.formulaires import csrf
from tests.htmx import Page
from tests.preinscriptions.parents import en_parent
from tests.preinscriptions.souhaits import atelier, souhait, statuts


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def theatre(monde):
    return atelier(monde)


@pytest.fixture
def demande(monde, theatre):
    return preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, monde.noe))


def adresse(demande) -> str:
    return f"/famille/preinscriptions/{demande.id}"


def annuler(client, demande):
    return client.post(f"{adresse(demande)}/annulation", data={"csrf_token": csrf(client)})


def test_one_is_asked_then_it_is_done(claire, theatre, demande):
    page = Page(claire, adresse(demande))
    question = page.suivre("a[href$=annulation]")
    assert "Léa et Noé" in question.texte("main")
    assert statuts(theatre) == {"Léa": w.DEMANDE_EN_COURS, "Noé": w.DEMANDE_EN_COURS}
    suite = question.suivre("main form button")
    assert suite.url == adresse(demande)
    assert "Votre demande est annulée." in suite.texte("#bandeau")
    assert "Annulée" in suite.texte(".titre") and not suite.tous("a[href$=annulation]")
    assert statuts(theatre) == {"Léa": w.ANNULEE, "Noé": w.ANNULEE}


def test_twice_is_harmless(claire, theatre, demande):
    assert [annuler(claire, demande).status_code for _ in range(2)] == [303, 303]
    assert Demande.get_by_id(demande.id).statut == w.ANNULEE


def test_once_answered_it_is_too_late_and_the_present_state_is_shown(monde, claire, theatre, demande):
    moderation.accepter(monde.sophie, demande.id)
    reponse = annuler(claire, demande)
    assert reponse.status_code == 409
    assert "ne peut plus être annulée" in reponse.text and "Acceptée" in reponse.text
    question = Page(claire, f"{adresse(demande)}/annulation")
    assert "Cette demande ne peut pas être annulée" in question.texte("h1")
    assert not question.tous("main form")
    assert statuts(theatre)["Léa"] == w.RESERVATION_POSSIBLE


def test_a_stranger_gets_404_the_other_parent_and_the_staff_403(monde, connexion, theatre, demande):
    assert annuler(connexion(monde.paulo), demande).status_code == 404
    assert connexion(monde.paulo).get(f"{adresse(demande)}/annulation").status_code == 404
    assert annuler(connexion(en_parent(monde, "information")), demande).status_code == 403
    assert annuler(connexion(monde.sophie), demande).status_code == 403
    attendues = Preinscription.statut == w.DEMANDE_EN_COURS
    assert Preinscription.select().where(attendues).count() == 2


def test_one_is_told_what_was_not_withdrawn_since_the_town_had_answered(monde, claire, theatre, demande):
    question = Page(claire, f"{adresse(demande)}/annulation")
    (lea,) = (ligne.id for ligne in demande.lignes if ligne.preinscription.enfant == monde.lea)
    moderation.accepter(monde.sophie, demande.id, [lea])
    suite = question.suivre("main form button")
    assert suite.texte("#bandeau") == (
        "Votre demande est annulée pour Noé seulement. Elle était déjà acceptée pour Léa."
    )
    assert statuts(theatre) == {"Léa": w.RESERVATION_POSSIBLE, "Noé": w.ANNULEE}


def test_the_page_that_asks_names_only_what_would_be_withdrawn(monde, claire, demande):
    (lea,) = (ligne.id for ligne in demande.lignes if ligne.preinscription.enfant == monde.lea)
    moderation.refuser(monde.sophie, demande.id, "Hors du secteur de l’école", [lea])
    question = Page(claire, f"{adresse(demande)}/annulation")
    assert "2026 : Noé." in question.texte("main .mesure")
    assert "Pour les autres enfants, rien ne change." in question.texte("main")


def test_what_was_cancelled_can_be_asked_for_again(monde, claire, theatre, demande):
    annuler(claire, demande)
    encore = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea, monde.noe))
    assert encore.id != demande.id
