"""The round of places, made every minute, makes nobody wait when it has nothing to give."""

import pytest

import workflows as w
from models import Capacite, CapaciteActivite, Seance
from portail.domain import liste_attente
from tests.liste_attente.test_retenus import nouer
from tests.monde import JEUDI, LUNDI


@pytest.fixture
def cuisine(monde) -> Capacite:
    """The kitchen is full, whatever the places of the canteen: Léa waits, Noé and Inès wait together."""
    cuisine = Capacite.create(nom="Cuisine", places=0)
    CapaciteActivite.create(capacite=cuisine, activite=monde.cantine)
    lundi, jeudi = (monde.seance(monde.cantine, jour) for jour in (LUNDI, JEUDI))
    monde.poser(monde.lea, lundi, w.LISTE_ATTENTE)
    nouer(monde.poser(monde.noe, lundi, w.LISTE_ATTENTE), monde.poser(monde.ines, jeudi, w.LISTE_ATTENTE))
    return cuisine


def test_nothing_is_locked_where_there_is_nothing_to_give(cuisine, monkeypatch):
    monkeypatch.setattr(liste_attente, "write_transaction", lambda: pytest.fail("somebody has to wait"))
    liste_attente.reprendre()


def test_what_there_is_is_given_once_the_kitchen_has_more(monde, cuisine):
    Capacite.update(places=9).where(Capacite.id == cuisine.id).execute()
    liste_attente.reprendre()
    lundi, jeudi = (monde.seance(monde.cantine, jour) for jour in (LUNDI, JEUDI))
    assert (Seance.get_by_id(lundi.id).prises, Seance.get_by_id(jeudi.id).prises) == (2, 1)
