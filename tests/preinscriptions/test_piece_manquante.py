"""An agent sees that a document is missing before accepting, demande by demande or several at once."""

import pytest

from models import Demande
from portail.domain import documents, lecture_moderation
from portail.domain.lecture_moderation import Filtres
from tests.htmx import Page
from tests.preinscriptions.actes import deposer
from tests.preinscriptions.souhaits import atelier

CONFIRMER = ".confirmation button"
ACCEPTER, REFUSER = ".lot button[value=accepter]", ".lot button[value=refuser]"
ASSURANCE, CERTIFICAT = "Attestation d’assurance", "Certificat médical"


@pytest.fixture
def theatre(monde):
    return atelier(monde, pieces=f"{ASSURANCE}\n {CERTIFICAT} \n\n")


@pytest.fixture
def demande(monde, theatre) -> Demande:
    return deposer(monde, theatre, monde.lea, monde.noe)


@pytest.fixture
def agent(monde, connexion):
    return connexion(monde.sophie)


def envoyer(monde, demande: Demande, *pieces: str) -> None:
    for piece in pieces:
        documents.garder(demande, monde.claire, piece, "a.pdf", documents.PDF, b"%PDF-")


def marquees() -> list[int]:
    return [r.id for r in lecture_moderation.file(Filtres()).rangees if r.incomplete]


def test_its_row_is_marked_until_the_last_document_has_come(monde, demande):
    assert marquees() == [demande.id]
    envoyer(monde, demande, ASSURANCE)
    assert marquees() == [demande.id]
    envoyer(monde, demande, CERTIFICAT)
    assert marquees() == []


def test_where_nothing_is_asked_for_nothing_is_missing(monde, demande):
    deposer(monde, atelier(monde, nom="Atelier danse"), monde.lea)
    assert marquees() == [demande.id]


def test_once_it_is_answered_the_row_says_it_no_more(monde, agent, demande):
    page = Page(agent, "/agents")
    assert page.texte(f"#d-{demande.id} .manque") == "Pièce manquante"
    page = page.suivre(ACCEPTER, demande=demande.id).suivre(CONFIRMER)
    assert not Page(agent, "/agents?etat=traitees").tous(".manque")


def test_it_is_said_above_the_buttons_that_answer(monde, agent, demande):
    envoyer(monde, demande, ASSURANCE)
    page = Page(agent, f"/agents/demandes/{demande.id}")
    assert page.texte(".reponse .conflit") == f"Il manque : {CERTIFICAT}."
    envoyer(monde, demande, CERTIFICAT)
    assert not Page(agent, f"/agents/demandes/{demande.id}").tous(".reponse .conflit")


def test_a_selection_tells_which_of_those_accepted_lack_one(monde, agent, demande):
    complete = deposer(monde, atelier(monde, nom="Atelier danse"), monde.lea)
    page = Page(agent, "/agents")
    page = page.suivre(ACCEPTER, demande=[demande.id, complete.id]).suivre(CONFIRMER)
    assert page.texte("#bandeau").startswith(
        f"2 demandes acceptées. Il manque encore une pièce à la demande n° {demande.numero}."
    )


def test_of_many_only_the_first_are_named(monde, agent):
    ateliers = [atelier(monde, nom=f"Atelier {rang}", pieces=ASSURANCE) for rang in range(6)]
    demandes = [deposer(monde, activite, monde.lea) for activite in ateliers]
    page = Page(agent, "/agents")
    page = page.suivre(ACCEPTER, demande=[d.id for d in demandes]).suivre(CONFIRMER)
    assert f"aux demandes n° {demandes[0].numero}, " in page.texte("#bandeau")
    assert f"n° {demandes[4].numero} et 1 autre." in page.texte("#bandeau")


def test_of_those_refused_nothing_is_missing(monde, agent, demande):
    page = Page(agent, "/agents")
    page = page.suivre(REFUSER, demande=demande.id, motif="Activité complète").suivre(CONFIRMER)
    assert "1 demande refusée." in page.texte("#bandeau")
