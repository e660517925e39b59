"""The family answers the town on the page of its demande: with words, with documents, while it waits."""

import io

import pytest

from models import Demande, Document, Message
from portail.domain import documents, echanges, lecture_demande, moderation, preinscriptions
from tests.formulaires import csrf
from tests.htmx import Page
from tests.preinscriptions.ecran import lue
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


CERTIFICAT, ASSURANCE = "Certificat médical", "Attestation d’assurance"


@pytest.fixture
def incomplete(monde):
    """Two documents are asked for, none has come."""
    theatre = atelier(monde, pieces=f"{CERTIFICAT}\n{ASSURANCE}")
    return preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))


def vue_par_l_agent(monde, demande) -> list[str]:
    return lecture_demande.lire(demande.id, monde.sophie).manquantes


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
    page = lue(claire, reponse)
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


# ——— the documents that the activity asks for ———


def test_what_is_missing_has_a_field_each_and_the_headline_leads_there(claire, incomplete):
    page = Page(claire, adresse(incomplete))
    dit = page.texte(".chapeau")
    assert "Il manque encore : Certificat médical et Attestation d’assurance." in dit
    assert "rien à faire" not in dit
    assert page.un(".chapeau a")["href"] == "#echanges-titre"
    libelles = [page.texte(f"label[for={c['id']}]") for c in page.tous("#echanges input[type=file]")]
    assert libelles == [CERTIFICAT, ASSURANCE, "Autre document"]


def test_a_document_sent_as_such_is_no_longer_missing_on_either_side(monde, claire, incomplete):
    assert repondre(claire, incomplete, **{"piece-1": fichier(nom="maif.pdf")}).status_code == 303
    page = Page(claire, adresse(incomplete))
    assert "Il manque encore : Certificat médical." in page.texte(".chapeau")
    assert [c["name"] for c in page.tous("#echanges input[type=file]")] == ["piece-0", "documents"]
    assert vue_par_l_agent(monde, incomplete) == [CERTIFICAT]
    repondre(claire, incomplete, **{"piece-0": fichier()})
    assert "Vous n’avez rien à faire." in Page(claire, adresse(incomplete)).texte(".chapeau")
    assert vue_par_l_agent(monde, incomplete) == []


def test_another_document_is_none_of_those_that_are_missing(monde, claire, incomplete):
    echanges.demander_une_piece(monde.sophie, incomplete.id, f"Il manque : {CERTIFICAT} et {ASSURANCE}.")
    repondre(claire, incomplete, documents=[fichier(nom="livret.pdf")])
    assert vue_par_l_agent(monde, incomplete) == [CERTIFICAT, ASSURANCE]
    assert "Il manque encore : Certificat médical et" in Page(claire, adresse(incomplete)).texte(".chapeau")


def test_once_accepted_what_is_missing_can_still_be_sent_and_nothing_else(monde, claire, incomplete):
    moderation.accepter(monde.sophie, incomplete.id)
    page = Page(claire, adresse(incomplete))
    assert "Il manque encore : Certificat médical et Attestation d’assurance." in page.texte(".chapeau")
    assert [c["name"] for c in page.tous("#echanges input[type=file]")] == ["piece-0", "piece-1"]
    assert not page.tous("#echanges textarea")
    assert repondre(claire, incomplete, **{"piece-0": fichier()}).status_code == 303
    assert vue_par_l_agent(monde, incomplete) == [ASSURANCE]
    assert repondre(claire, incomplete, documents=[fichier()]).status_code == 409
    assert repondre(claire, incomplete, texte="Bonjour", **{"piece-1": fichier()}).status_code == 409
    assert Document.select().count() == 1 and Message.select().count() == 0


def test_once_refused_nothing_more_is_sent(monde, claire, incomplete):
    moderation.refuser(monde.sophie, incomplete.id, "Groupe complet")
    assert not Page(claire, adresse(incomplete)).tous("#echanges form")
    assert repondre(claire, incomplete, **{"piece-0": fichier()}).status_code == 409
    assert Document.select().count() == 0


def test_a_bad_file_is_named_and_the_good_ones_are_kept_for_the_next_try(monde, claire, incomplete):
    fichiers = {"piece-0": fichier(nom="bon.pdf"), "piece-1": fichier(b"MZ", "virus.exe")}
    reponse = repondre(claire, incomplete, texte="Les voici.", documents=fichier(b"", "vide.pdf"), **fichiers)
    assert reponse.status_code == 422
    page = lue(claire, reponse)
    assert "virus.exe : Le portail ne sait pas lire ce fichier" in page.texte("#piece-1-message")
    assert "vide.pdf : " in page.texte("#documents-message")
    assert page.un("#piece-1").has_attr("autofocus") and not page.tous("#piece-0-message")
    assert "Joindre bon.pdf" in page.texte("#echanges form")
    suite = page.suivre("#echanges form button")
    assert "Les voici." in suite.texte(".fil-de-messages")
    assert [(d.nom, d.piece, d.demande) for d in Document.select()] == [("bon.pdf", CERTIFICAT, incomplete)]


def test_a_kept_file_can_be_left_out_and_anothers_is_never_taken(monde, claire, connexion, incomplete):
    autre = documents.deposer(monde.paulo, CERTIFICAT, "secret.pdf", PDF)
    assert repondre(claire, incomplete, document=autre.id).status_code == 422
    repondre(claire, incomplete, texte="Rien.", document=autre.id)
    assert Document.get_by_id(autre.id).demande is None
    assert vue_par_l_agent(monde, incomplete) == [CERTIFICAT, ASSURANCE]


def test_who_only_reads_leaves_no_file_behind(monde, connexion, incomplete):
    julien = connexion(en_parent(monde, "information"))
    fichiers = {"piece-0": fichier(), "piece-1": fichier(b"MZ", "virus.exe")}
    assert repondre(julien, incomplete, **fichiers).status_code == 403
    assert Document.select().count() == 0


def test_the_same_scan_sent_as_two_documents_is_both_and_sent_again_adds_nothing(monde, claire, incomplete):
    assert repondre(claire, incomplete, **{"piece-0": fichier()}).status_code == 303
    assert vue_par_l_agent(monde, incomplete) == [ASSURANCE]
    for _ in range(2):
        repondre(claire, incomplete, **{"piece-1": fichier()})
    assert vue_par_l_agent(monde, incomplete) == []
    assert sorted(d.piece for d in Document.select()) == [ASSURANCE, CERTIFICAT]


def test_a_document_kept_for_another_activity_does_not_come_with_the_answer(monde, claire, incomplete):
    ailleurs = documents.deposer(monde.claire, "Brevet de natation", "brevet.pdf", PDF)
    repondre(claire, incomplete, texte="Rien d’autre.", document=ailleurs.id)
    assert Document.get_by_id(ailleurs.id).demande is None
    moderation.accepter(monde.sophie, incomplete.id)
    assert repondre(claire, incomplete, document=ailleurs.id).status_code == 422
    assert Document.get_by_id(ailleurs.id).demande is None
