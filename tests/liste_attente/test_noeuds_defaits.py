"""A tie lasts as long as the children wait for it: whoever has left waits for nobody, if it comes again."""

import pytest

import workflows as w
from models import Reservation, Seance, write_transaction
from portail.domain import liste_attente, moderation, planning
from portail.domain.transitions import Acteur, franchir, franchir_ensemble
from tests.actes import places
from tests.liste_attente.test_retenus import nouer
from tests.monde import LUNDI


@pytest.fixture
def cantine(monde) -> Seance:
    return places(monde.seance(monde.cantine, LUNDI), 1)


@pytest.fixture
def soir(monde) -> Seance:
    return places(monde.seance(monde.soir, LUNDI), 1)


@pytest.fixture
def lea(monde, soir, cantine) -> Reservation:
    """Léa waits for the evening, tied to Noé who waits for the canteen; Tomás has both places."""
    for seance in (soir, cantine):
        monde.poser(monde.tomas, seance, w.RESERVE)
    lea, noe = monde.poser(monde.lea, soir, w.LISTE_ATTENTE), monde.poser(monde.noe, cantine, w.LISTE_ATTENTE)
    nouer(lea, noe)
    return lea


def test_who_left_and_waits_again_by_another_act_holds_nobody_back(monde, lea, soir, cantine):
    """A pre-registration with days, accepted since, books the day again without any word of Noé."""
    liste_attente.renoncer(monde.claire, monde.moreau, (monde.lea.id, soir.id))
    with write_transaction():
        revenue, agent = Reservation.get_by_id(lea.id), Acteur(monde.sophie, w.AGENT)
        franchir_ensemble([revenue], w.INSCRIRE, agent, w.LISTE_ATTENTE, famille_id=monde.moreau.id)

    depot = planning.declarer_absence(monde.paulo, monde.dasilva, [(monde.tomas.id, cantine.id)])
    moderation.accepter(monde.sophie, depot.demande.id)

    assert monde.statut(monde.noe, cantine) == w.RESERVE


@pytest.mark.parametrize("ensemble", [True, False])
def test_a_booking_that_is_no_more_is_tied_to_nobody(monde, lea, ensemble):
    with write_transaction():
        acteur, liens = Acteur(monde.claire, w.FAMILLE), {"famille_id": monde.moreau.id}
        if ensemble:
            franchir_ensemble([lea], w.RENONCER, acteur, w.NON_RESERVE, **liens)
        else:
            franchir(lea, w.RENONCER, acteur, **liens)
    assert Reservation.get_by_id(lea.id).fratrie is None
