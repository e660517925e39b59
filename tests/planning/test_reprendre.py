"""The round that gives the places which stayed free while somebody waits: what no act could see."""

import datetime as dt
import threading

import pytest

import workflows as w
from models import Capacite, CapaciteActivite, Courriel, Reservation, Seance
from portail import clock, facteur
from portail.domain import liste_attente, moderation, planning
from portail.domain.verification import verifier
from tests.actes import demander, empreinte, places
from tests.conftest import config_de_test
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI


@pytest.fixture
def seance(monde) -> Seance:
    """Full: Léa, then Noé, wait."""
    seance = places(monde.seance(monde.matin, LUNDI), 0)
    for enfant in (monde.lea, monde.noe):
        demander(monde, (enfant, seance))
    Courriel.delete().execute()
    return seance


def ruptures() -> set[str]:
    return {rupture.invariant for rupture in verifier()}


def test_more_places_go_to_the_first_ones_and_they_are_told(monde, seance):
    places(seance, 1)
    assert "Places à donner" in ruptures()
    liste_attente.reprendre()
    assert [monde.statut(e, seance) for e in (monde.lea, monde.noe)] == [w.RESERVE, w.LISTE_ATTENTE]
    assert Courriel.get().sujet == "Une place s’est libérée"
    assert "Places à donner" not in ruptures() and "Places annoncées" not in ruptures() and fautes() == []


def test_two_places_of_one_family_are_told_in_one_mail_and_verifier_knows_it(monde, seance):
    places(seance, 2)
    liste_attente.reprendre()
    assert [c.sujet for c in Courriel.select()] == ["2 places se sont libérées"]
    assert "Places annoncées" not in ruptures()


def test_where_nothing_is_free_it_writes_nothing(monde, seance):
    avant = empreinte()
    assert liste_attente.reprendre() == 0
    assert empreinte() == avant


def test_who_was_made_to_wait_by_an_agent_is_left_to_the_agent(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    moderation.mettre_en_attente(monde.sophie, demande.id)
    liste_attente.reprendre()
    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE
    assert "Places à donner" not in ruptures()


def test_at_the_very_second_of_the_deadline_no_place_goes_by_itself(monde, seance):
    places(seance, 1)
    with clock.figer(seance.limite_reservation):
        liste_attente.reprendre()
        assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE
        assert "Places à donner" not in ruptures()
    with clock.figer(seance.limite_reservation - dt.timedelta(seconds=1)):
        assert "Places à donner" in ruptures()
        liste_attente.reprendre()
        assert monde.statut(monde.lea, seance) == w.RESERVE


def test_a_full_shared_capacity_keeps_the_list_waiting_and_once_it_grows_the_place_is_given(monde, seance):
    salle = Capacite.create(nom="Salle des fêtes", places=1, simultanee=False)
    for activite in (monde.matin, monde.soir):
        CapaciteActivite.create(capacite=salle, activite=activite)
    monde.poser(monde.tomas, monde.seance(monde.soir, LUNDI), w.RESERVE)
    places(seance, 5)
    liste_attente.reprendre()
    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE
    assert "Places à donner" not in ruptures() and "Places partagées" not in ruptures()
    Capacite.update(places=2).execute()
    assert "Places à donner" in ruptures()
    liste_attente.reprendre()
    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert ruptures() & {"Places à donner", "Places partagées"} == set() and fautes() == []


def test_tied_children_wait_until_there_is_a_place_for_each(monde):

    seance = places(monde.seance(monde.matin, JEUDI), 0)
    voeux = [(e.id, seance.id) for e in (monde.lea, monde.noe)]
    planning.demander_reservation(monde.claire, monde.moreau, voeux, ensemble=True)
    places(seance, 1)
    liste_attente.reprendre()
    assert {r.statut for r in Reservation.select()} == {w.LISTE_ATTENTE}
    assert "Places à donner" not in ruptures()
    places(seance, 2)
    assert "Places à donner" in ruptures()
    liste_attente.reprendre()
    assert {r.statut for r in Reservation.select()} == {w.RESERVE}
    assert ruptures() & {"Places à donner", "Ensemble ou pas du tout"} == set()


def test_verifier_sees_tied_children_that_were_split_and_a_capacity_that_overflows(monde, seance):
    Reservation.update(fratrie=1).execute()
    monde.poser(monde.ines, seance := places(seance, 3), w.RESERVE)
    Reservation.update(fratrie=1).execute()
    assert "Ensemble ou pas du tout" in ruptures() and any("tie 1" in faute for faute in fautes())
    salle = Capacite.create(nom="Salle", places=0, simultanee=True)
    CapaciteActivite.create(capacite=salle, activite=monde.matin)
    assert "Places partagées" in ruptures() and any("capacity" in faute for faute in fautes())


# ——— who calls it ———


class UneSeuleTournee(threading.Event):
    """Stops after one round."""

    def wait(self, timeout=None) -> bool:
        self.set()
        return True


def test_the_postman_gives_them_and_the_mail_leaves_in_the_same_round(monde, seance):
    places(seance, 1)
    with clock.figer(clock.maintenant()):
        facteur.distribuer(config_de_test("", demo=True), UneSeuleTournee())
    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert Courriel.get().statut == "envoye"


def test_it_goes_on_where_it_was_and_sees_them_all(monde, monkeypatch):
    monkeypatch.setattr(liste_attente, "SEANCES_PAR_TOUR", 1)
    Seance.update(places=0).where(Seance.activite == monde.matin).execute()
    seances = list(Seance.select().where(Seance.activite == monde.matin, Seance.jour > LUNDI).limit(3))
    for seance in seances:
        demander(monde, (monde.lea, seance))
    Seance.update(places=1).where(Seance.activite == monde.matin).execute()
    premier = liste_attente.reprendre()
    assert premier == min(s.id for s in seances)
    assert [monde.statut(monde.lea, s) for s in seances].count(w.RESERVE) == 1
    facteur.donner_les_places()
    assert {monde.statut(monde.lea, s) for s in seances} == {w.RESERVE}
