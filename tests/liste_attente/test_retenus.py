"""Whom an agent makes wait, though there is a place, waits until a place frees or an agent gives it."""

import pytest

import workflows as w
from models import Reservation, Seance
from portail.domain import liste_attente, moderation
from tests.actes import demander, places
from tests.monde import LUNDI


@pytest.fixture
def seance(monde) -> Seance:
    """Evening care of the Monday, with places to spare; an agent has made Léa wait all the same."""
    seance = places(monde.seance(monde.soir, LUNDI), 3)
    demande = demander(monde, (monde.lea, seance))
    moderation.mettre_en_attente(monde.sophie, demande.id)
    return seance


def test_the_round_gives_nothing_to_a_child_whom_an_agent_made_wait(monde, seance):
    """Noé waits there too, as long as Inès has no place elsewhere: the round looks at that séance."""
    ailleurs = places(monde.seance(monde.cantine, LUNDI), 1)
    monde.poser(monde.tomas, ailleurs, w.RESERVE)
    nouer(monde.poser(monde.noe, seance, w.LISTE_ATTENTE), monde.poser(monde.ines, ailleurs, w.LISTE_ATTENTE))

    liste_attente.reprendre()

    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE
    assert monde.statut(monde.noe, seance) == w.LISTE_ATTENTE


def test_the_round_still_gives_the_others_the_places_that_are_there(monde, seance):
    monde.poser(monde.noe, seance, w.LISTE_ATTENTE)

    liste_attente.reprendre()

    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE
    assert monde.statut(monde.noe, seance) == w.RESERVE


def nouer(*reservations: Reservation) -> None:
    ids = [reservation.id for reservation in reservations]
    Reservation.update(fratrie=ids[0]).where(Reservation.id.in_(ids)).execute()
