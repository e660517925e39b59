"""The family answers the town on the page of its demande: with words, with documents, while it waits."""

import io

import pytest

from models import Demande, Document, Message
from portail.domain import echanges, lecture_demande, moderation, preinscriptions
from tests.formulaires import csrf
from tests.htmx import Page
from tests.preinscriptions.parents import en_parent
from tests.preinscriptions.souhaits import atelier, souhait

PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def demande(monde):
    """The town waits for a certificate."""
    faite = preinscriptions.deposer(monde.claire, monde.moreau, souhait(atelier(monde), monde.lea))
    return echanges.demander_une_piece(monde.sophie, faite.id, "Un certificat médical")


def adresse(demande) -> str:
    return f"/famille/preinscriptions/{demande.id}"


def repondre(client, demande, **champs):
    return client.post(
        f"{adresse(demande)}/reponse",
        data={"csrf_token": csrf(client), **champs},
        content_type="multipart/form-data",
    )


def fichier(contenu: bytes = PDF, nom: str = "certificat.pdf"):
    return (io.BytesIO(contenu), nom)


def test_the_page_says_what_the_town_waits_for_and_who_acts_next(claire, demande):
    page = Page(claire, adresse(demande))
    assert "Ce que la mairie attend Un certificat médical" in page.texte("main")
    assert "La mairie attend un document, ou une précision, de votre part." in page.texte(".chapeau")


def test_words_and_documents_go_to_the_town_that_acts_next(claire, demande):
    reponse = repondre(claire, demande, texte="Le voici.", documents=[fichier(), fichier(nom="suite.pdf")])
    assert reponse.status_code == 303
    page = Page(claire, reponse.location)
    assert "Votre réponse est envoyée à la mairie." in page.texte("#bandeau")
    assert "La mairie doit répondre." in page.texte(".chapeau")
    assert "Le voici." in page.texte(".fil-de-messages")
    assert [(d.nom, d.piece) for d in Document.select().order_by(Document.id)] == [
        ("certificat.pdf", "Un certificat médical"),
        ("suite.pdf", "Un certificat médical"),
    ]
    assert Demande.get_by_id(demande.id).piece_attendue == ""


def test_a_document_alone_is_an_answer(claire, demande):
    assert repondre(claire, demande, documents=[fichier()]).status_code == 303
    assert Document.get().demande == demande


@pytest.mark.parametrize(
    ("champs", "champ", "phrase"),
    [
        ({"texte": "  "}, "texte", "Écrivez un message, ou joignez un document."),
        ({"texte": "é" * 1001}, "texte", "Le message est trop long : 1000 caractères au plus."),
        (
            {"texte": "Le voici.", "documents": b"MZ"},
            "documents",
            "Le portail ne sait pas lire ce fichier",
        ),
    ],
    ids=["nothing", "too long", "no document"],
)
def test_a_fault_is_said_beside_its_field_and_the_words_stay(claire, demande, champs, champ, phrase):
    fichiers = {"documents": [fichier(champs["documents"], "virus.exe")]} if "documents" in champs else {}
    reponse = repondre(claire, demande, **champs | fichiers)
    assert reponse.status_code == 422
    page = Page.__new__(Page)
    page.client = claire
    page._poser(reponse)
    assert phrase in page.texte(f"#{champ}-message")
    assert page.un("#texte").get_text().strip() == champs["texte"].strip()
    assert Message.select().count() == 1 and Document.select().count() == 0


def test_a_message_can_be_added_as_long_as_the_town_has_not_answered(monde, claire):
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(atelier(monde), monde.lea))
    assert "Ajouter un message ou un document" in Page(claire, adresse(demande)).texte("#echanges")
    assert repondre(claire, demande, texte="Une précision.").status_code == 303
    assert Message.get().texte == "Une précision."


def test_too_late_the_present_state_is_shown(monde, claire, demande):
    moderation.accepter(monde.sophie, demande.id)
    reponse = repondre(claire, demande, texte="Le voici.")
    assert reponse.status_code == 409
    assert "La mairie a déjà répondu : cette demande est acceptée." in reponse.text
    assert not Page(claire, adresse(demande)).tous("#echanges form")


def test_a_stranger_gets_404_the_other_parent_and_the_staff_403(monde, connexion, demande):
    assert repondre(connexion(monde.paulo), demande, texte="Moi").status_code == 404
    assert repondre(connexion(en_parent(monde, "information")), demande, texte="Moi").status_code == 403
    assert repondre(connexion(monde.sophie), demande, texte="Moi").status_code == 403
    assert Message.select().count() == 1


@pytest.mark.parametrize("demandee", [False, True])
def test_what_was_missing_and_has_come_is_not_said_to_be_missing(monde, claire, demandee):
    theatre = atelier(monde, pieces="Attestation d’assurance")
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    assert "Il manque</dt>" in claire.get(adresse(demande)).text
    if demandee:
        echanges.demander_une_piece(monde.sophie, demande.id, "Il manque : Attestation d’assurance.")
    assert repondre(claire, demande, documents=[fichier()]).status_code == 303
    assert "Il manque</dt>" not in claire.get(adresse(demande)).text
    assert lecture_demande.lire(demande.id, monde.sophie).manquantes == []


def test_files_that_came_with_a_fault_in_the_words_are_to_be_chosen_anew_and_it_is_said(claire, demande):
    reponse = repondre(claire, demande, texte="é" * 1001, documents=[fichier()])
    assert reponse.status_code == 422
    page = Page.__new__(Page)
    page.client = claire
    page._poser(reponse)
    assert "Le message est trop long" in page.texte("#texte-message")
    assert "Choisissez de nouveau vos documents" in page.texte("#documents-message")
    assert Document.select().count() == 0
