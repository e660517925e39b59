"""Whatever breaks, at any statement of an act on pre-registrations: all of it is written, or nothing."""

import datetime as dt

import pytest

import workflows as w
from models import Document, Preinscription, Reservation
from portail.domain import documents, echanges, fin_d_inscription, moderation, preinscriptions
from portail.domain.demandes import annuler_demande
from tests.actes import places
from tests.dossier.images import PDF
from tests.dossier.test_tout_ou_rien import a_chaque_ordre
from tests.invariants import fautes
from tests.monde import JEUDI
from tests.preinscriptions.souhaits import atelier, jours_de, souhait, statuts


@pytest.fixture
def theatre(monde):
    return atelier(monde, places=1)


@pytest.fixture
def voulu(monde, theatre):
    recu = documents.deposer(monde.claire, "Assurance", "a.pdf", PDF)
    jours = jours_de(theatre)[1:3]
    return souhait(theatre, monde.lea, monde.noe, jours=jours, remarques="Bonjour", documents=(recu.id,))


@pytest.fixture
def demande(monde, voulu):
    return preinscriptions.deposer(monde.claire, monde.moreau, voulu)


def test_asking(monde, monkeypatch, theatre, voulu):
    combien = a_chaque_ordre(monkeypatch, lambda: preinscriptions.deposer(monde.claire, monde.moreau, voulu))
    assert combien > 15
    assert statuts(theatre) == {"Léa": w.DEMANDE_EN_COURS, "Noé": w.DEMANDE_EN_COURS}
    assert fautes() == []


def test_accepting_with_days_booked_and_days_that_wait(monde, monkeypatch, theatre, demande):
    combien = a_chaque_ordre(monkeypatch, lambda: moderation.accepter(monde.sophie, demande.id))
    assert combien > 25
    assert {r.statut for r in Reservation.select()} == {w.RESERVE, w.LISTE_ATTENTE}
    assert fautes() == []


def test_refusing(monde, monkeypatch, theatre, demande):
    combien = a_chaque_ordre(
        monkeypatch, lambda: moderation.refuser(monde.sophie, demande.id, "Activité complète")
    )
    assert combien > 12
    assert statuts(theatre) == {"Léa": w.REFUSEE, "Noé": w.REFUSEE}
    assert fautes() == []


def test_withdrawing(monde, monkeypatch, theatre, demande):
    a_chaque_ordre(monkeypatch, lambda: annuler_demande(monde.claire, monde.moreau, demande.id))
    assert statuts(theatre) == {"Léa": w.ANNULEE, "Noé": w.ANNULEE}
    assert fautes() == []


def test_ending_early_with_a_place_given_and_a_demande_refused(monde, monkeypatch):
    jeudi = places(monde.seance(monde.soir, JEUDI), 1)
    monde.poser(monde.lea, jeudi, w.RESERVE)
    monde.poser(monde.tomas, jeudi, w.LISTE_ATTENTE)
    from portail.domain import planning

    planning.demander_reservation(
        monde.claire, monde.moreau, [(monde.lea.id, monde.seance(monde.soir, dt.date(2026, 12, 11)).id)]
    )
    sienne = Preinscription.get(enfant=monde.lea, activite=monde.soir)
    combien = a_chaque_ordre(
        monkeypatch,
        lambda: fin_d_inscription.mettre_fin(
            monde.sophie, monde.moreau.id, sienne.id, dt.date(2026, 12, 8), "Déménagement"
        ),
    )
    assert combien > 25
    assert monde.statut(monde.tomas, jeudi) == w.RESERVE
    assert fautes() == []


def test_asking_for_a_document_and_answering_with_one(monde, monkeypatch, demande):
    a_chaque_ordre(
        monkeypatch, lambda: echanges.demander_une_piece(monde.sophie, demande.id, "Une attestation")
    )
    fichiers = [echanges.Fichier("a.pdf", PDF), echanges.Fichier("b.pdf", PDF)]
    a_chaque_ordre(
        monkeypatch,
        lambda: echanges.repondre(monde.claire, monde.moreau, demande.id, "Voici", fichiers),
    )
    assert Document.select().where(Document.demande == demande).count() == 3
