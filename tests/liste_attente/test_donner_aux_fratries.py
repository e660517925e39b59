"""An agent gives places to tied brothers and sisters: each list keeps its order."""

import pytest

import workflows as w
from models import Reservation, Seance
from portail.domain import liste_attente
from portail.domain.refus import Refus
from tests.actes import places
from tests.liste_attente.test_retenus import nouer
from tests.monde import LUNDI


@pytest.fixture
def soir(monde) -> Seance:
    return places(monde.seance(monde.soir, LUNDI), 1)


@pytest.fixture
def cantine(monde) -> Seance:
    return places(monde.seance(monde.cantine, LUNDI), 1)


@pytest.fixture
def noe(monde, soir, cantine) -> Reservation:
    """Noé waits for the evening, tied to Inès who waits for the canteen, where Tomás stands before her."""
    monde.poser(monde.tomas, cantine, w.LISTE_ATTENTE)
    noe, ines = (
        monde.poser(monde.noe, soir, w.LISTE_ATTENTE),
        monde.poser(monde.ines, cantine, w.LISTE_ATTENTE),
    )
    nouer(noe, ines)
    return noe


def test_whoever_stands_before_a_tied_sister_is_not_passed_over(monde, noe, cantine):
    with pytest.raises(Refus, match="Tomás Da Silva est avant sur la liste"):
        liste_attente.donner_la_place(monde.sophie, noe.id)
    assert monde.statut(monde.ines, cantine) == w.LISTE_ATTENTE


def test_where_there_is_a_place_for_each_nobody_is_passed_over(monde, noe, cantine):
    places(cantine, 2)
    liste_attente.donner_la_place(monde.sophie, noe.id)
    assert monde.statut(monde.ines, cantine) == w.RESERVE


def test_without_a_place_for_the_sister_none_is_given(monde, noe, cantine):
    places(cantine, 0)
    with pytest.raises(Refus, match="Il ne reste pas de place"):
        liste_attente.donner_la_place(monde.sophie, noe.id)
