"""An early end: what is past ends nothing; a place that nobody leaves is given to nobody."""

import pytest

import workflows as w
from models import Preinscription, Reservation
from portail.domain import moderation, planning
from portail.domain.fin_d_inscription import mettre_fin
from portail.domain.refus import Refus
from tests.preinscriptions.actes import inscrire
from tests.preinscriptions.souhaits import DU, atelier, jours_de


def test_a_year_mistyped_does_not_cancel_what_has_not_begun(monde):
    theatre = atelier(monde)
    jours = jours_de(theatre)[1:]
    inscription = inscrire(monde, theatre, monde.lea, debut=jours[0], jours=jours)
    with pytest.raises(Refus, match="jours passés"):
        mettre_fin(monde.sophie, monde.moreau.id, inscription.id, jours[1].replace(year=2025))
    assert Preinscription.get_by_id(inscription.id).statut == w.RESERVATION_POSSIBLE
    assert {r.statut for r in Reservation.select()} == {w.RESERVE}


def test_whom_an_agent_has_made_wait_still_waits_when_no_place_is_left(monde):
    theatre = atelier(monde)
    jour = jours_de(theatre)[2]
    seance = monde.seance(theatre, jour)
    for enfant in (monde.lea, monde.noe):
        inscrire(monde, theatre, enfant)
        depot = planning.demander_reservation(monde.claire, monde.moreau, [(enfant.id, seance.id)])
        moderation.mettre_en_attente(monde.sophie, depot.demande.id)
    sienne = Preinscription.get(enfant=monde.lea, activite=theatre)
    mettre_fin(monde.sophie, monde.moreau.id, sienne.id, DU)
    assert monde.statut(monde.lea, seance) == w.NON_RESERVE
    assert monde.statut(monde.noe, seance) == w.LISTE_ATTENTE
