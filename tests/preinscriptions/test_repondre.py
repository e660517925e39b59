"""The family answers what the town asked for: words, documents, or both; the town acts next."""

import pytest

import workflows as w
from models import Demande, Document, Evenement, Message, Responsable
from portail.domain import documents, echanges, moderation
from portail.domain.echanges import Fichier
from portail.domain.refus import DejaChange, Introuvable, Refus, TropVite
from tests.actes import empreinte
from tests.dossier.images import octets
from tests.preinscriptions.actes import deposer
from tests.preinscriptions.souhaits import atelier

PDF = b"%PDF-1.7\n%%EOF attestation"


@pytest.fixture
def demande(monde) -> Demande:
    demande = deposer(monde, atelier(monde), monde.lea)
    return echanges.demander_une_piece(monde.sophie, demande.id, "Il manque l’attestation.")


def attendue(demande: Demande) -> str:
    return Demande.get_by_id(demande.id).piece_attendue


def test_words_and_a_document_and_the_town_acts_next(monde, demande):
    echanges.repondre(monde.claire, monde.moreau, demande.id, " La voici. ", [Fichier("scan.pdf", PDF)])
    assert attendue(demande) == ""
    dernier = Message.select().order_by(Message.id.desc()).get()
    assert (dernier.texte, dernier.de_la_mairie, dernier.auteur) == ("La voici.", False, monde.claire)
    (document,) = documents.de_la_demande(demande.id)
    assert (document.nom, document.genre, document.piece) == (
        "scan.pdf",
        documents.PDF,
        "Il manque l’attestation.",
    )
    assert Evenement.get(Evenement.acte == "repondre").auteur == monde.claire
    moderation.accepter(monde.sophie, demande.id)
    assert Demande.get_by_id(demande.id).statut == w.ACCEPTEE


def test_a_document_alone_or_words_alone_are_an_answer_and_nothing_is_none(monde, demande):
    echanges.repondre(monde.claire, monde.moreau, demande.id, "", [Fichier("a.jpg", octets())])
    assert Document.select().count() == 1
    echanges.repondre(monde.claire, monde.moreau, demande.id, "Et voilà.")
    avant = empreinte()
    with pytest.raises(Refus, match="Écrivez un message, ou joignez un document") as refus:
        echanges.repondre(monde.claire, monde.moreau, demande.id, "  ")
    assert refus.value.champ == "texte"
    assert empreinte() == avant


def test_what_cannot_be_read_or_is_too_long_is_refused_whole(monde, demande):
    for texte, fichiers, champ in (
        ("Voici", [Fichier("a.pdf", PDF), Fichier("b.exe", b"MZ")], "documents"),
        ("a" * 1001, [Fichier("a.pdf", PDF)], "texte"),
        ("Voici", [Fichier("a.pdf", PDF + b" " * documents.OCTETS_MAX)], "documents"),
    ):
        with pytest.raises(Refus) as refus:
            echanges.repondre(monde.claire, monde.moreau, demande.id, texte, fichiers)
        assert refus.value.champ == champ
    assert (Document.select().count(), attendue(demande)) == (0, "Il manque l’attestation.")


def test_what_is_sent_is_sealed(monde, demande):
    echanges.repondre(monde.claire, monde.moreau, demande.id, "", [Fichier("a.pdf", PDF)])
    assert "attestation" not in Document.get().contenu
    assert documents.ouvrir(monde.sophie, Document.get().id).octets == PDF


def test_too_late_once_the_town_has_answered(monde, demande):
    moderation.refuser(monde.sophie, demande.id, "Activité complète")
    with pytest.raises(DejaChange, match="déjà répondu : cette demande est refusée"):
        echanges.repondre(monde.claire, monde.moreau, demande.id, "Voici")
    assert Message.select().where(~Message.de_la_mairie).count() == 0


def test_a_stranger_finds_nothing(monde, demande):
    for famille in (monde.dasilva, monde.moreau):
        with pytest.raises(Introuvable):
            echanges.repondre(monde.paulo, famille, demande.id if famille == monde.dasilva else 999_999, "x")
    assert attendue(demande) != ""


def test_the_other_parent_answers_too(monde, demande):
    from tests.actes import abonner

    julien = abonner(monde.moreau, "julien@example.org")
    assert Responsable.get(Responsable.email == julien.email)
    echanges.repondre(julien, monde.moreau, demande.id, "La voici.")
    assert attendue(demande) == ""


@pytest.mark.parametrize("texte, fichiers", [("Voici", 0), ("", 1), ("Voici", 2)])
def test_an_answer_sent_twice_is_kept_once(monde, demande, texte, fichiers):
    envoyes = [echanges.Fichier(f"{n}.pdf", PDF) for n in range(fichiers)]
    for _ in range(2):
        echanges.repondre(monde.claire, monde.moreau, demande.id, texte, envoyes)
    assert Message.select().where(~Message.de_la_mairie).count() == bool(texte)
    assert Document.select().count() == fichiers
    assert Evenement.select().where(Evenement.acte == echanges.REPONDRE).count() == 1


def test_what_differs_or_answers_a_new_request_is_no_double_click(monde, demande):
    un, deux = (echanges.Fichier(f"{n}.pdf", PDF) for n in range(2))
    for texte, fichiers in (("Voici", [un]), ("Voici", [deux]), ("Voilà", [])):
        echanges.repondre(monde.claire, monde.moreau, demande.id, texte, fichiers)
    echanges.demander_une_piece(monde.sophie, demande.id, "Illisible, encore une fois")
    echanges.repondre(monde.claire, monde.moreau, demande.id, "Voilà", [])
    assert Demande.get_by_id(demande.id).piece_attendue == ""
    assert Message.select().where(~Message.de_la_mairie).count() == 4
    assert Document.select().count() == 2


@pytest.mark.parametrize("borne, champ", [("DOCUMENTS_MAX", "documents"), ("MESSAGES_MAX", "texte")])
def test_nobody_fills_the_disk_with_one_demande(monde, demande, monkeypatch, borne, champ):
    monkeypatch.setattr(echanges, borne, 3)
    with pytest.raises(TropVite) as refus:
        for n in range(4):
            echanges.repondre(monde.claire, monde.moreau, demande.id, f"{n}", [Fichier(f"{n}.pdf", PDF)])
    assert refus.value.champ == champ
    assert Document.select().count() <= 3
