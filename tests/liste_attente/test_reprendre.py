"""The round that finds the places which no act could give: a closure lifted, more places, a tie undone."""

import pytest

import workflows as w
from models import Calendrier, Courriel, Seance
from portail import clock
from portail.domain import liste_attente, moderation
from portail.domain.liste_attente import reprendre
from tests.actes import demander, en_liste, nouer, partager, places, statut
from tests.garanties.empreinte import contenu
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI


def test_more_places_go_to_the_first_of_the_list(monde):
    seance = places(monde.seance(monde.cantine, LUNDI), 0)
    lea, noe = en_liste(monde, (monde.lea, seance), (monde.noe, seance))
    places(seance, 1)
    assert reprendre() == 0
    assert [statut(lea), statut(noe)] == [w.RESERVE, w.LISTE_ATTENTE]
    assert Courriel.select().where(Courriel.cle.startswith("promotion:")).count() == 1
    assert fautes() == []


def test_twice_is_harmless_and_with_nothing_to_give_nothing_is_written(monde):
    seance = places(monde.seance(monde.cantine, LUNDI), 1)
    en_liste(monde, (monde.lea, seance))
    reprendre()
    avant = contenu()
    assert reprendre() == 0
    assert contenu() == avant


def test_a_closure_that_is_lifted(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    (lea,) = en_liste(monde, (monde.lea, seance))
    Calendrier.create(genre="fermeture", nom="Grève", debut=LUNDI, fin=LUNDI)
    reprendre()
    assert statut(lea) == w.LISTE_ATTENTE
    Calendrier.delete().where(Calendrier.nom == "Grève").execute()
    reprendre()
    assert statut(lea) == w.RESERVE


def test_past_the_deadline_it_gives_nothing(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    (lea,) = en_liste(monde, (monde.lea, seance))
    with clock.figer(Seance.get_by_id(seance.id).limite_reservation):
        reprendre()
    assert statut(lea) == w.LISTE_ATTENTE


def test_whom_an_agent_made_wait_is_left_to_wait(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    moderation.mettre_en_attente(monde.sophie, demander(monde, (monde.lea, seance)).id)
    reprendre()
    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE


def test_tied_children_over_two_days_are_given_both_or_none(monde):
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), places(monde.seance(monde.soir, JEUDI), 0)
    lea, noe = en_liste(monde, (monde.lea, lundi), (monde.noe, jeudi))
    nouer(lea, noe)
    reprendre()
    assert [statut(lea), statut(noe)] == [w.LISTE_ATTENTE, w.LISTE_ATTENTE]
    places(jeudi, 1)
    reprendre()
    assert [statut(lea), statut(noe)] == [w.RESERVE, w.RESERVE]


def test_a_shared_limit_that_is_full_is_not_exceeded(monde):
    partager(1, monde.matin, monde.soir)
    matin, soir = monde.seance(monde.matin, LUNDI), monde.seance(monde.soir, LUNDI)
    lea, noe = en_liste(monde, (monde.lea, matin), (monde.noe, soir))
    reprendre()
    assert [statut(lea), statut(noe)] == [w.RESERVE, w.LISTE_ATTENTE]
    assert fautes() == []


@pytest.mark.parametrize("par_tour", [1, 2])
def test_a_few_seances_at_a_time_until_all_are_seen(monde, monkeypatch, par_tour):
    monkeypatch.setattr(liste_attente, "SEANCES_PAR_TOUR", par_tour)
    jours = [monde.seance(monde.cantine, jour) for jour in (LUNDI, JEUDI)]
    attendent = en_liste(monde, *((monde.lea, s) for s in jours))
    apres, tours = reprendre(), 1
    while apres:
        apres, tours = reprendre(apres), tours + 1
    assert [statut(r) for r in attendent] == [w.RESERVE, w.RESERVE]
    assert tours == (3 if par_tour == 1 else 2)
