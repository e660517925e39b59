"""A family withdraws what it contests, for as long as the town has not answered."""

import pytest

import workflows as w
from models import Courriel, Evenement
from portail.domain import contestations, demandes, moderation
from portail.domain.refus import DejaChange, Introuvable
from tests.actes import lignes, statut
from tests.factures import facture
from tests.formulaires import poster
from tests.invariants import fautes
from tests.monde import HIER


def test_every_line_that_waits_is_withdrawn(monde, contester):
    demande = contester(0, 1)
    demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    assert (statut(demande), {li.statut for li in lignes(demande)}) == (w.ANNULEE, {w.ANNULEE})
    faits = Evenement.select().where(Evenement.acte == w.ANNULER).order_by(Evenement.id)
    assert [(f.objet, f.auteur) for f in faits] == [("ligne", monde.claire)] * 2 + [("demande", monde.claire)]
    assert fautes() == []


def test_twice_is_harmless(monde, contester):
    demande = contester()
    for _ in range(2):
        demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    assert statut(demande) == w.ANNULEE


def test_what_was_answered_stays_the_rest_is_withdrawn(monde, contester):
    demande = contester(0, 1)
    moderation.accepter(monde.sophie, demande.id, [lignes(demande)[0].id])
    demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    assert [li.statut for li in lignes(demande)] == [w.ACCEPTEE, w.ANNULEE]
    assert statut(demande) == w.ACCEPTEE
    assert fautes() == []


def test_once_answered_it_is_too_late(monde, contester):
    demande = contester()
    moderation.accepter(monde.sophie, demande.id)
    with pytest.raises(DejaChange, match="acceptée et ne peut plus être annulée"):
        demandes.annuler_demande(monde.claire, monde.moreau, demande.id)


def test_who_lives_with_the_payeur_may_who_does_not_read_the_invoice_may_not(monde, julien, contester):
    demandes.annuler_demande(julien, monde.moreau, contester().id)
    cantine = monde.seance(monde.cantine, HIER)
    a_part = facture(monde.adulte_claire, [(monde.ines, cantine, 200)], foyer=False)
    sienne = contestations.contester(monde.claire, monde.moreau, a_part.lignes.get().id, [], "Non.")
    with pytest.raises(Introuvable):
        demandes.annuler_demande(julien, monde.moreau, sienne.id)
    assert statut(sienne) == w.EN_ATTENTE


def test_a_stranger_withdraws_nothing(monde, connexion, contester):
    demande = contester()
    reponse = poster(connexion(monde.paulo), f"/famille/demandes/{demande.id}/annulation")
    assert (reponse.status_code, statut(demande)) == (404, w.EN_ATTENTE)
    assert Courriel.select().where(Courriel.cle.startswith("reponse:")).count() == 0
