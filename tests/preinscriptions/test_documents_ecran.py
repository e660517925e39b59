"""The documents of a pre-registration: sent with the form, kept from step to step, bounded, one's own."""

import io

import pytest

from models import Demande, Document
from portail.domain import documents, preinscriptions
from tests.dossier.images import octets
from tests.formulaires import csrf
from tests.preinscriptions.ecran import CONTINUER, ICI, PIECE, lue, poster, saisie, valeurs
from tests.preinscriptions.souhaits import atelier, souhait


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def theatre(monde):
    return atelier(monde, pieces=f"{PIECE}\nCertificat médical")


def pdf(taille: int = 20) -> bytes:
    return b"%PDF-1.4\n" + b"0" * taille + b"\n%%EOF"


def test_a_document_is_kept_through_a_fault_the_check_and_the_sending(monde, claire, theatre):
    fichiers = {"piece-0": (io.BytesIO(pdf()), "assurance Léa.pdf")}
    fautive = poster(claire, saisie(theatre, **fichiers))
    assert fautive.status_code == 422
    page = lue(claire, fautive)
    assert "assurance Léa.pdf" in page.texte("#documents")
    verif = page.suivre(CONTINUER, enfants=[monde.lea.id])
    assert f"{PIECE} : assurance Léa.pdf" in verif.texte("main dl")
    verif.suivre("button[value=envoyer]")
    document = Document.get()
    assert document.demande == Demande.get()
    assert (document.piece, document.nom) == (PIECE, "assurance Léa.pdf")


def test_several_files_can_be_sent_for_one_piece_and_one_taken_back(monde, claire, theatre):
    fichiers = {"piece-1": [(io.BytesIO(pdf()), "a.pdf"), (io.BytesIO(octets()), "b.jpg")]}
    page = lue(claire, poster(claire, saisie(theatre, **fichiers)))
    assert [d.nom for d in Document.select().order_by(Document.id)] == ["a.pdf", "b.jpg"]
    suite = page.suivre(page.tous("button[name=retirer]")[0])
    assert "a.pdf" not in suite.texte("#documents") and "b.jpg" in suite.texte("#documents")
    assert [d.nom for d in Document.select()] == ["b.jpg"]


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [(b"MZ un programme", "ne sait pas lire ce fichier"), (pdf(5 * 1024 * 1024), "dépasse 5 Mo")],
    ids=["wrong kind", "too heavy"],
)
def test_a_document_that_is_none_is_refused_beside_its_field(monde, claire, theatre, contenu, phrase):
    envoi = saisie(theatre, monde.lea, **{"piece-0": (io.BytesIO(contenu), "virus.pdf")}, etape="envoyer")
    reponse = poster(claire, envoi)
    assert reponse.status_code == 422
    page = lue(claire, reponse)
    assert phrase in page.texte("#piece-0-message") and "virus.pdf" in page.texte("#piece-0-message")
    assert valeurs(page, "enfants") == [str(monde.lea.id)]
    assert Demande.select().count() == Document.select().count() == 0


def test_a_document_that_is_none_hides_no_other_mistake(monde, claire, theatre):
    envoi = saisie(theatre, **{"piece-0": (io.BytesIO(b"MZ"), "virus.pdf")}, fin="2026-12-01")
    page = lue(claire, poster(claire, envoi))
    for champ in ("piece-0", "enfants", "fin"):
        assert page.texte(f"#{champ}-message") in page.texte(".avis.erreur")
    assert "3 réponses sont à corriger" in page.texte("#resume")


def test_more_than_a_form_may_weigh_is_told(monde, claire, theatre):
    fichiers = [(io.BytesIO(pdf(5_000_000)), f"{n}.pdf") for n in range(6)]
    reponse = poster(claire, saisie(theatre, monde.lea, **{"piece-0": fichiers}))
    assert reponse.status_code == 413
    page = lue(claire, reponse)
    assert "Un fichier pèse 5 Mo au plus, et tous ensemble 25 Mo." in page.texte("main")
    assert "vous ramène à ce que vous faisiez" in page.texte("main")
    assert "Famille Moreau" in page.texte("header") and "Se connecter" not in page.texte("main")


def test_too_heavy_from_nobody_says_nothing_of_anybody(client, theatre):
    envoi = {"piece-0": (io.BytesIO(pdf(30_000_000)), "a.pdf")}
    reponse = client.post(ICI, data=envoi, content_type="multipart/form-data")
    assert reponse.status_code == 413
    assert "Se connecter" in reponse.text and "Moreau" not in reponse.text


def test_another_accounts_document_is_not_taken(monde, claire, theatre):
    autre = documents.deposer(monde.paulo, PIECE, "secret.pdf", pdf())
    reponse = poster(claire, saisie(theatre, monde.lea, document=autre.id))
    assert "secret.pdf" not in reponse.text
    poster(claire, saisie(theatre, monde.lea, document=autre.id, etape="envoyer"))
    poster(claire, saisie(theatre, monde.lea, retirer=autre.id, etape=""))
    assert Document.get_by_id(autre.id).demande is None


def test_what_htmx_sends_meanwhile_keeps_no_file(monde, claire, theatre):
    envoi = saisie(theatre, monde.lea, **{"piece-0": (io.BytesIO(pdf()), "a.pdf")}, etape="compter")
    assert poster(claire, envoi, **{"HX-Request": "true"}).status_code == 200
    assert Document.select().count() == 0


def test_what_was_sent_for_another_activity_does_not_go_with_this_one(monde, claire, theatre):
    sante = documents.deposer(monde.claire, "Certificat médical", "certificat.pdf", pdf())
    foot = atelier(monde, nom="Foot", rang=10)
    assert poster(claire, saisie(foot, monde.lea, document=[sante.id], etape="envoyer")).status_code == 303
    assert Demande.get() and Document.get().demande is None


def test_a_piece_that_is_told_at_length_takes_its_document(monde, claire):
    piece = "Attestation d’assurance de responsabilité civile et individuelle accident " * 2
    theatre = atelier(monde, pieces=piece)
    fichiers = {"piece-0": (io.BytesIO(pdf()), "assurance.pdf")}
    envoi = poster(claire, saisie(theatre, monde.lea, **fichiers, etape="envoyer"))
    assert envoi.status_code == 303
    assert Document.get().demande == Demande.get()
    assert "Il manque" not in claire.get(envoi.location).text


def test_more_files_at_once_than_are_taken_is_said_and_none_is_lost_in_silence(claire, monde, theatre):
    def onze():
        return [(io.BytesIO(octets()), f"{n}.jpg") for n in range(11)]

    envoi = poster(claire, saisie(theatre, monde.lea, **{"piece-0": onze()}))
    assert envoi.status_code == 422
    assert documents.TROP_A_LA_FOIS in lue(claire, envoi).texte("#piece-0-message")
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.lea))
    ici = f"/famille/preinscriptions/{demande.id}/reponse"
    reponse = claire.post(ici, data={"csrf_token": csrf(claire), "texte": "", "documents": onze()})
    assert reponse.status_code == 422
    assert documents.TROP_A_LA_FOIS in lue(claire, reponse).texte("#documents-message")
    assert Document.select().count() == 0
