"""An agent opens a document that a family sent: the journal says so, and the family reads it there."""

import pytest

import workflows as w
from models import Abonnement, Document, Evenement
from portail.domain import documents
from tests.dossier.images import octets
from tests.formulaires import poster
from tests.monde import MAINTENANT
from tests.preinscriptions.actes import deposer
from tests.preinscriptions.parents import en_parent
from tests.preinscriptions.souhaits import atelier

PDF = b"%PDF-1.7\n%%EOF attestation"


def envoyer(monde, nom="attestation « été ».pdf", contenu=PDF) -> Document:
    document = documents.deposer(monde.claire, "Attestation", nom, contenu)
    deposer(monde, atelier(monde), monde.lea, documents=(document.id,))
    return document


def ouvrir(client, document_id):
    return poster(client, f"/agents/documents/{document_id}/lecture")


def test_the_file_comes_to_be_kept_and_can_do_nothing(monde, connexion):
    document = envoyer(monde)
    reponse = ouvrir(connexion(monde.sophie), document.id)
    assert (reponse.status_code, reponse.data, reponse.mimetype) == (200, PDF, "application/pdf")
    entetes = reponse.headers
    assert entetes["Content-Disposition"].startswith("attachment;")
    assert entetes["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (entetes["X-Content-Type-Options"], entetes["Cache-Control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize(
    "nom", ["a\nSet-Cookie: x=1\r\n.pdf", "../../été « 1 ».pdf", "\x7f\u202efdp.exe", '"; x="']
)
def test_whatever_the_name_the_file_comes_and_the_header_is_one_line(monde, connexion, nom):
    document = envoyer(monde)
    Document.update(nom=nom).where(Document.id == document.id).execute()
    reponse = ouvrir(connexion(monde.sophie), document.id)
    assert (reponse.status_code, reponse.data) == (200, PDF)
    assert reponse.headers["Content-Disposition"].startswith("attachment;")
    assert "X-Autre" not in reponse.headers


def test_a_picture_is_the_one_that_the_portal_drew(monde, connexion):
    document = envoyer(monde, "photo.png", octets(format_="PNG"))
    reponse = ouvrir(connexion(monde.sophie), document.id)
    assert reponse.mimetype == "image/jpeg" and reponse.data.startswith(b"\xff\xd8")


def test_each_reading_is_a_line_of_the_journal_that_the_family_reads(monde, connexion):
    document = envoyer(monde)
    client = connexion(monde.sophie)
    for _ in range(2):
        assert ouvrir(client, document.id).status_code == 200
    lignes = list(Evenement.select().where(Evenement.acte == "lecture_document"))
    assert [(e.auteur, e.objet, e.objet_id, e.famille) for e in lignes] == [
        (monde.sophie, "document", document.id, monde.moreau)
    ] * 2
    journal = connexion(monde.claire).get("/mon-espace/journal").text
    assert journal.count("Un document joint à une demande a été ouvert") == 2
    # what was sent for a child of whom the other parent may read nothing is not told to that parent
    julien = en_parent(monde, "aucun")
    assert "document joint" not in connexion(julien).get("/mon-espace/journal").text


@pytest.mark.parametrize("qui", ["claire", "paulo", "animateur"])
def test_nobody_else_opens_it_there(monde, connexion, qui):
    document = envoyer(monde)
    reponse = ouvrir(connexion(getattr(monde, qui)), document.id)
    assert (reponse.status_code, PDF in reponse.data) == (403, False)
    assert not Evenement.select().where(Evenement.acte == "lecture_document").exists()


def test_no_agent_opens_that_of_their_own_family(monde, connexion):
    document = envoyer(monde)
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    reponse = ouvrir(connexion(monde.sophie), document.id)
    assert (reponse.status_code, PDF in reponse.data) == (422, False)


def test_one_that_waits_for_its_demande_or_does_not_exist_is_404(monde, connexion):
    seul = documents.deposer(monde.claire, "Attestation", "a.pdf", PDF)
    client = connexion(monde.sophie)
    for ident in (seul.id, 999_999, "x", "0"):
        assert ouvrir(client, ident).status_code == 404
    assert client.get(f"/agents/documents/{seul.id}/lecture").status_code == 405
