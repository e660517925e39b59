"""Notes between agents: read by them, never by the family; the journal never says what they said."""

import json

import pytest

import workflows as w
from models import Abonnement, Affectation, Demande, Evenement, Lieu, NoteInterne
from portail.domain import lecture_demande, mes_donnees, moderation, notes
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import abonner, demander, empreinte
from tests.htmx import Page
from tests.monde import LUNDI, MAINTENANT

TEXTE = "La directrice confirme :\nla classe change en janvier."


@pytest.fixture
def demande(monde) -> Demande:
    return demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))


def test_a_note_is_read_by_the_agents_also_once_the_demande_is_answered(monde, demande):
    notes.ecrire(monde.marc, demande.id, TEXTE)
    moderation.accepter(monde.marc, demande.id)
    notes.ecrire(monde.sophie, demande.id, "Vu.")
    lues = lecture_demande.lire(demande.id, monde.sophie).notes
    assert [(n.auteur, n.texte, n.de_moi) for n in lues] == [
        ("Sophie Garnier", "Vu.", True),
        ("Marc Tessier", TEXTE, False),
    ]


def test_the_journal_says_that_it_was_written_and_never_what_it_said(monde, demande):
    note = notes.ecrire(monde.sophie, demande.id, TEXTE)
    notes.ecrire(monde.sophie, demande.id, TEXTE)
    notes.retirer(monde.sophie, demande.id, note.id)
    lignes = list(Evenement.select().where(Evenement.objet == "note_interne").order_by(Evenement.id))
    assert [(li.acte, li.objet_id, li.auteur_id, li.detail) for li in lignes] == [
        ("note_ecrite", note.id, monde.sophie.id, ""),
        ("note_retiree", note.id, monde.sophie.id, ""),
    ], "the same one sent twice is written once"
    assert NoteInterne.select().count() == 0


def test_the_family_never_reads_it_nor_does_an_agent_of_the_family(monde, connexion, demande):
    notes.ecrire(monde.sophie, demande.id, "CANARI")
    client = connexion(monde.claire)
    adresses = (f"/famille/demandes/{demande.id}", "/famille/planning", "/mon-espace/journal")
    for adresse in adresses:
        assert "CANARI" not in client.get(adresse, follow_redirects=True).text, adresse
    assert "CANARI" not in json.dumps(mes_donnees.rassembler(monde.claire), default=str)
    Abonnement.create(compte=monde.marc, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    assert lecture_demande.lire(demande.id, monde.marc).notes == []
    page = connexion(monde.marc).get(f"/agents/demandes/{demande.id}").text
    assert "CANARI" not in page and "Notes entre agents" not in page


@pytest.mark.parametrize("texte", ["", "  \n ", "x" * (notes.TEXTE_MAX + 1)])
def test_an_empty_or_endless_note_is_told_beside_the_field_and_nothing_typed_is_lost(
    monde, connexion, demande, texte
):
    page, avant = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}"), empreinte()
    page.cliquer(".note form button", 422, note=texte)
    saisi = page.un(".note textarea")
    assert page.texte(f"#{saisi['aria-describedby'].split()[-1]}")
    assert saisi.get_text().strip() == texte.strip() and page.un(".note").has_attr("open")
    assert empreinte() == avant


def test_who_may_not_cannot_and_nothing_is_written(monde, demande):
    note = notes.ecrire(monde.sophie, demande.id, TEXTE)
    avant = empreinte()
    de_la_famille = abonner(monde.moreau, "parent@example.org", role="agent")
    for compte, refus in ((monde.claire, Interdit), (monde.animateur, Interdit), (de_la_famille, Refus)):
        with pytest.raises(refus):
            notes.ecrire(compte, demande.id, TEXTE)
        with pytest.raises(refus):
            notes.retirer(compte, demande.id, note.id)
    with pytest.raises(Refus, match="Seul son auteur"):
        notes.retirer(monde.marc, demande.id, note.id)
    Affectation.create(compte=monde.marc, lieu=Lieu.create(nom="Ailleurs"))
    for acte in (
        lambda: notes.ecrire(monde.marc, demande.id, TEXTE),
        lambda: notes.ecrire(monde.sophie, 999_999, TEXTE),
        lambda: notes.retirer(monde.sophie, demande.id, 999_999),
    ):
        with pytest.raises(Introuvable):
            acte()
    assert empreinte() == avant


def test_a_demande_has_so_many_notes_and_no_more(monde, demande, monkeypatch):
    monkeypatch.setattr(notes, "NOTES_MAX", 2)
    for texte in ("Une", "Deux"):
        notes.ecrire(monde.sophie, demande.id, texte)
    with pytest.raises(Refus, match="déjà 2 notes"):
        notes.ecrire(monde.sophie, demande.id, "Trois")


@pytest.mark.parametrize("geste", ["cliquer", "suivre"])
def test_on_the_page_with_and_without_script(monde, connexion, demande, geste):
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    suite = getattr(page, geste)(".note form button", note=TEXTE)
    page = suite if geste == "suivre" else page
    assert "la classe change en janvier" in page.texte(".demande .echanges")
    assert page.texte(".file .notee") == "1 note"
    suite = getattr(page, geste)(".demande .echanges button")
    page = suite if geste == "suivre" else page
    assert not page.tous(".demande .echanges")
