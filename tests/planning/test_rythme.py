"""One family cannot flood the town, nor its own mail (threat T44)."""

import datetime as dt

import pytest

from models import Demande, Reservation
from portail import clock
from portail.domain import planning, rythme
from portail.domain.refus import TropVite
from tests.actes import empreinte
from tests.formulaires import poster
from tests.monde import JEUDI, LUNDI, MAINTENANT


@pytest.fixture
def emballement(monde):
    """A minute in which Léa's slot was asked and withdrawn as often as can be."""
    voeu = (monde.lea.id, monde.seance(monde.cantine, LUNDI).id)
    for _ in range(rythme.DEMANDES_PAR_MINUTE):
        depot = planning.demander_reservation(monde.claire, monde.moreau, [voeu])
        planning.annuler(monde.claire, monde.moreau, depot.demande.lignes.get().id)


def test_the_next_one_waits_a_minute_and_loses_nothing(monde, emballement):
    avant, voeu = empreinte(), (monde.noe.id, monde.seance(monde.cantine, LUNDI).id)
    with pytest.raises(TropVite, match="patientez"):
        planning.demander_reservation(monde.claire, monde.moreau, [voeu])
    assert empreinte() == avant
    with clock.figer(MAINTENANT + dt.timedelta(seconds=61)):
        assert planning.demander_reservation(monde.claire, monde.moreau, [voeu]).demande


def test_another_family_is_not_slowed(monde, emballement):
    seance = monde.seance(monde.cantine, JEUDI)
    assert planning.demander_reservation(monde.paulo, monde.dasilva, [(monde.tomas.id, seance.id)]).demande


def test_the_screen_says_so(monde, connexion, emballement):
    adresse = f"/famille/planning/creneaux/{monde.noe.id}/{monde.seance(monde.cantine, LUNDI).id}/demande"
    reponse = poster(connexion(monde.claire), adresse, {"voulu": "reserve"})
    assert reponse.status_code == 429
    assert "patientez un instant" in reponse.text
    assert Reservation.select().where(Reservation.enfant == monde.noe).count() == 0
    assert Demande.select().count() == rythme.DEMANDES_PAR_MINUTE
