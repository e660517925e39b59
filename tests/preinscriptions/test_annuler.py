"""The family thinks better of it, until it is answered."""

import pytest

import workflows as w
from models import Demande, LienParental, Ligne, Reservation
from portail.domain import echanges, moderation, preinscriptions
from portail.domain.demandes import annuler_demande
from portail.domain.refus import DejaChange, Interdit, Introuvable
from tests.garanties.empreinte import contenu
from tests.invariants import fautes
from tests.preinscriptions.souhaits import atelier, jours_de, souhait, statuts


@pytest.fixture
def theatre(monde):
    return atelier(monde)


@pytest.fixture
def demande(monde, theatre):
    voulu = souhait(theatre, monde.lea, monde.noe, jours=jours_de(theatre)[1:3])
    return preinscriptions.deposer(monde.claire, monde.moreau, voulu)


def test_all_of_it_is_withdrawn_and_nothing_is_booked(monde, theatre, demande):
    annuler_demande(monde.claire, monde.moreau, demande.id)
    assert statuts(theatre) == {"Léa": w.ANNULEE, "Noé": w.ANNULEE}
    assert {ligne.statut for ligne in demande.lignes} == {w.ANNULEE}
    assert Demande.get_by_id(demande.id).statut == w.ANNULEE
    assert Reservation.select().count() == 0
    assert fautes() == []


def test_twice_is_harmless(monde, demande):
    annuler_demande(monde.claire, monde.moreau, demande.id)
    avant = contenu()
    annuler_demande(monde.claire, monde.moreau, demande.id)
    assert contenu() == avant


@pytest.mark.parametrize("accepte", [True, False])
def test_once_it_is_answered_one_is_told_so(monde, demande, accepte):
    if accepte:
        moderation.accepter(monde.sophie, demande.id)
    else:
        moderation.refuser(monde.sophie, demande.id, "Activité complète")
    avant = contenu()
    with pytest.raises(DejaChange, match="La mairie a déjà répondu"):
        annuler_demande(monde.claire, monde.moreau, demande.id)
    assert contenu() == avant


def test_only_what_waits_is_withdrawn(monde, theatre, demande):
    (lea,) = (ligne.id for ligne in demande.lignes if ligne.preinscription.enfant == monde.lea)
    moderation.accepter(monde.sophie, demande.id, [lea])
    annuler_demande(monde.claire, monde.moreau, demande.id)
    assert statuts(theatre) == {"Léa": w.RESERVATION_POSSIBLE, "Noé": w.ANNULEE}
    assert Demande.get_by_id(demande.id).statut == w.ACCEPTEE
    assert fautes() == []


def test_the_town_waits_for_nothing_any_more(monde, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, "Une attestation d’assurance")
    annuler_demande(monde.claire, monde.moreau, demande.id)
    assert Demande.get_by_id(demande.id).piece_attendue == ""


def test_another_familys_does_not_exist(monde, demande):
    avant = contenu()
    with pytest.raises(Introuvable):
        annuler_demande(monde.paulo, monde.dasilva, demande.id)
    assert contenu() == avant


def droit_de_claire(monde, droit: str, *enfants) -> None:
    LienParental.update(droit=droit).where(
        LienParental.responsable == monde.adulte_claire, LienParental.enfant.in_(enfants)
    ).execute()


def test_who_only_reads_decides_nothing(monde, demande):
    droit_de_claire(monde, "information", monde.lea, monde.noe)
    avant = contenu()
    with pytest.raises(Interdit):
        annuler_demande(monde.claire, monde.moreau, demande.id)
    assert contenu() == avant


def test_of_the_children_for_whom_one_decides_only(monde, theatre, demande):
    droit_de_claire(monde, "information", monde.noe)
    dit = annuler_demande(monde.claire, monde.moreau, demande.id)
    assert dit == "Votre demande est annulée pour Léa seulement. Elle attend toujours une réponse pour Noé."
    assert statuts(theatre) == {"Léa": w.ANNULEE, "Noé": w.DEMANDE_EN_COURS}
    assert Demande.get_by_id(demande.id).statut == w.EN_ATTENTE
    assert Ligne.select().where(Ligne.statut == w.EN_ATTENTE).count() == 1
    assert fautes() == []
