"""Places at the edges: a séance that ends the day after, children tied while one waited for the lock."""

import datetime as dt

import pytest

import workflows as w
from models import Capacite, CapaciteActivite, Seance
from portail.domain import liste_attente, planning
from portail.domain import places as le_module
from portail.domain.places import lire_les_places
from tests.actes import places
from tests.liste_attente.test_retenus import nouer
from tests.monde import LUNDI


def test_a_night_takes_its_places_of_a_room_until_midnight(monde):
    dortoir = Capacite.create(nom="Dortoir", places=2, simultanee=True)
    for activite in (monde.soir, monde.centre):
        CapaciteActivite.create(capacite=dortoir, activite=activite)
    soir = monde.seance(monde.soir, LUNDI)
    veillee = Seance.create(
        activite=monde.centre, jour=LUNDI, debut=dt.time(22), fin=dt.time(23), places=9,
        limite_reservation=soir.limite_reservation, limite_absence=soir.limite_absence,
    )  # fmt: skip
    Seance.update(debut=dt.time(20), fin=dt.time(8)).where(Seance.id == soir.id).execute()

    planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, soir.id)])
    monde.poser(monde.noe, soir, w.RESERVE)

    lues = lire_les_places((s.activite_id, s) for s in map(Seance.get_by_id, (soir.id, veillee.id)))
    assert (lues.restantes(soir.id), lues.restantes(veillee.id)) == (1, 1)


@pytest.fixture
def nouees_trop_tard(monkeypatch):
    """Whoever locks has not seen the tie: an agent answered while it waited for the lock."""
    monkeypatch.setattr(le_module, "_liees", lambda ids: set())
    yield
    monkeypatch.undo()


def test_children_tied_meanwhile_are_left_to_the_round(monde, nouees_trop_tard, monkeypatch):
    soir, cantine = (places(monde.seance(a, LUNDI), 1) for a in (monde.soir, monde.cantine))
    nouer(monde.poser(monde.noe, soir, w.LISTE_ATTENTE), monde.poser(monde.ines, cantine, w.LISTE_ATTENTE))

    liste_attente.renoncer(monde.claire, monde.moreau, (monde.noe.id, soir.id))
    assert monde.statut(monde.noe, soir) == w.NON_RESERVE
    monkeypatch.undo()
    liste_attente.reprendre()

    assert monde.statut(monde.ines, cantine) == w.RESERVE
