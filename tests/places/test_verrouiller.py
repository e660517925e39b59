"""What is locked before a place is given: the séances, those that share with them, those of tied children."""

import pytest

import workflows as w
from models import Reservation, Seance, write_transaction
from portail.domain import planning
from portail.domain.places import lire_les_places, verrouiller_les_places
from tests.actes import en_liste, nouer, partager, places
from tests.monde import JEUDI, LUNDI


def verrouillees(*seances):
    with write_transaction():
        return set(verrouiller_les_places([s.id for s in seances]).seances)


def test_alone_a_seance_is_locked_alone(monde):
    cantine = monde.seance(monde.cantine, LUNDI)
    assert verrouillees(cantine) == {cantine.id}
    assert verrouillees() == set()


def test_those_of_the_same_day_that_share_are_locked_too_from_one_to_the_next(monde):
    partager(10, monde.matin, monde.cantine)
    partager(10, monde.cantine, monde.soir, simultanee=True)
    du_jour = [monde.seance(a, LUNDI) for a in (monde.matin, monde.cantine, monde.soir)]
    assert verrouillees(du_jour[0]) == {s.id for s in du_jour}


def test_those_of_tied_children_are_too_and_what_shares_with_them(monde):
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.soir, JEUDI)
    matin = monde.seance(monde.matin, JEUDI)
    partager(10, monde.matin, monde.soir)
    nouer(*en_liste(monde, (monde.lea, lundi), (monde.noe, jeudi)))
    assert verrouillees(lundi) == {lundi.id, jeudi.id, matin.id}


def test_a_tie_that_no_longer_waits_leads_nowhere(monde):
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.soir, JEUDI)
    lea, noe = en_liste(monde, (monde.lea, lundi), (monde.noe, jeudi))
    nouer(lea, noe)
    Reservation.update(statut=w.RESERVE, ordre=None).where(Reservation.id == noe.id).execute()
    assert verrouillees(lundi) == {lundi.id}


def test_a_shared_limit_that_is_full_puts_on_the_list_where_the_seance_has_places(monde):
    partager(1, monde.matin, monde.soir)
    matin, soir = monde.seance(monde.matin, LUNDI), monde.seance(monde.soir, LUNDI)
    monde.poser(monde.noe, soir, w.RESERVE)
    planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, matin.id)])
    assert monde.statut(monde.lea, matin) == w.LISTE_ATTENTE


@pytest.mark.parametrize("simultanee", [True, False])
def test_hours_apart_a_room_is_free_again_and_a_meal_is_not(monde, simultanee):
    partager(1, monde.matin, monde.soir, simultanee=simultanee)
    matin, soir = monde.seance(monde.matin, LUNDI), monde.seance(monde.soir, LUNDI)
    monde.poser(monde.noe, soir, w.RESERVE)
    planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, matin.id)])
    assert monde.statut(monde.lea, matin) == (w.RESERVE if simultanee else w.LISTE_ATTENTE)


def test_what_is_shown_counts_what_is_shared_like_what_is_locked(monde):
    partager(3, monde.matin, monde.soir)
    matin, soir = places(monde.seance(monde.matin, LUNDI), 9), monde.seance(monde.soir, LUNDI)
    monde.poser(monde.noe, soir, w.RESERVE)
    lues = lire_les_places([(matin.activite_id, Seance.get_by_id(matin.id))])
    with write_transaction():
        tenues = verrouiller_les_places([matin.id])
    assert lues.restantes(matin.id) == tenues.restantes(matin.id) == 2
