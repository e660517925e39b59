"""What a kitchen's day has taken is kept true while its set-up changes, séances are made, families book, a
roll is called; and nobody waits for another without end.
"""

import datetime as dt
import threading
import time

import pytest

import workflows as w
from models import Activite, Capacite, Seance, db, verrouiller
from portail.domain import activites, capacites, planning, pointage, seances, verification_places
from portail.domain.capacites import Voulue
from tests.actes import partager
from tests.courses.coureurs import ensemble, manches, peupler
from tests.invariants import fautes
from tests.monde import HIER, JEUDI, LUNDI

PAUSE = 0.4
"""Seconds that an act stays open, what it does to a capacity done and not yet seen by others."""
MANCHES = 25
VIDE = dt.date(2026, 12, 21)
"""A day of the holidays: no séance."""
A_SIX_HEURES = seances.Reglage(dt.time(6), dt.time(7), 10)


@pytest.fixture
def entre(monkeypatch):
    """Set when the capacity has been written, a moment before its transaction ends."""
    dedans, vrai = threading.Event(), capacites.bouger

    def bouger(ids):
        dedans.set()
        time.sleep(PAUSE)
        vrai(ids)

    monkeypatch.setattr(capacites, "bouger", bouger)
    return dedans


def enregistrer(monde, *partagees: Activite):
    """The act by which these share a kitchen, the only capacity that there is."""
    capacite = Capacite.get_or_none()
    voulue = Voulue("Cuisine", 99, False, frozenset(activite.id for activite in partagees))
    vu = capacites.prevoir(monde.gestionnaire, capacite and capacite.id, voulue).empreinte
    return lambda: capacites.enregistrer(monde.gestionnaire, capacite and capacite.id, voulue, vu)


def tenir(*issues) -> None:
    assert [issue for issue in issues if isinstance(issue, Exception)] == []
    assert ecarts() == [] and fautes() == []


def ecarts() -> list[tuple]:
    return db.execute_sql(verification_places.jours()).fetchall()


def ajouter_et_reserver(monde, entre, activite: Activite):
    def agir():
        assert entre.wait(60)
        seance = seances.ajouter(monde.gestionnaire, activite.id, VIDE, A_SIX_HEURES)
        return planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])

    return agir


@pytest.mark.parametrize("deja", [False, True], ids=["a new kitchen", "an activity more"])
def test_a_seance_made_and_booked_while_its_kitchen_is_saved_is_counted(monde, entre, deja):
    Activite.update(automatique=True).execute()
    if deja:
        partager(99, monde.matin, nom="Cuisine")
    acte = enregistrer(monde, monde.cantine, monde.matin)
    tenir(*ensemble(acte, ajouter_et_reserver(monde, entre, monde.cantine)))
    assert Seance.get(Seance.jour == VIDE).prises == 1


@pytest.mark.parametrize("url_de_base", ["postgresql"], indirect=True)  # on SQLite, one writes at a time
def test_without_the_lock_on_the_activities_it_is_not(monde, entre, monkeypatch):
    Activite.update(automatique=True).execute()
    partager(99, monde.matin, nom="Cuisine")
    acte = enregistrer(monde, monde.cantine, monde.matin)
    monkeypatch.setattr(capacites, "verrouiller", lambda t, ids: {} if t is Activite else verrouiller(t, ids))
    ensemble(acte, ajouter_et_reserver(monde, entre, monde.cantine))
    assert ecarts() != []


@pytest.mark.parametrize("geste", ["joined", "left"])
def test_a_roll_called_late_while_the_kitchen_is_saved_is_counted(monde, entre, geste):
    hier = monde.seance(monde.cantine, HIER)
    monde.poser(monde.lea, hier, w.RESERVE)
    if geste == "left":
        partager(99, monde.cantine, monde.matin, nom="Cuisine")
    acte = enregistrer(monde, *([monde.cantine] if geste == "joined" else []), monde.matin)

    def pointer():
        assert entre.wait(60)
        return pointage.pointer(monde.sophie, hier.id, monde.lea.id, pointage.Geste("absent"))

    tenir(*ensemble(acte, pointer))
    assert Seance.get_by_id(hier.id).prises == 0


def test_a_seance_is_made_while_its_kitchen_goes(monde, entre):
    cuisine = partager(99, monde.cantine, monde.matin, nom="Cuisine")

    def ajouter(activite, jour):
        assert entre.wait(60)
        return seances.ajouter(monde.gestionnaire, activite.id, jour, A_SIX_HEURES)

    tenir(
        *ensemble(
            lambda: capacites.supprimer(monde.gestionnaire, cuisine.id),
            lambda: ajouter(monde.cantine, LUNDI),
            lambda: ajouter(monde.matin, VIDE),
        )
    )


def test_families_and_an_agent_who_makes_seances_of_one_kitchen_do_not_block_each_other(monde):
    """A family's sending moves Thursday, then Monday; the agent's séances come in the order of the days."""
    Activite.update(automatique=True).execute()
    Seance.update(places=500).execute()
    partager(999, monde.cantine, monde.matin, nom="Cuisine")
    jeudi, lundi = (monde.seance(monde.cantine, jour) for jour in (JEUDI, LUNDI))
    foyers = peupler(monde.cantine, MANCHES)
    for foyer in foyers:
        monde.poser(foyer.enfant, jeudi, w.RESERVE)

    def demander(foyer):
        voeux = {
            w.NATURE_ABSENCE: [(foyer.enfant.id, jeudi.id)],
            w.NATURE_RESERVATION: [(foyer.enfant.id, lundi.id)],
        }
        return planning.demander(foyer.compte, foyer.famille, voeux)

    def completer(rang):
        Seance.delete().where(Seance.activite == monde.matin, Seance.jour.in_([LUNDI, JEUDI])).execute()
        activite = Activite.get_by_id(monde.matin.id)
        manquent = len(activites.seances_manquantes(activite, list(activite.horaires)))
        time.sleep(0.004 * (rang % 12))
        return activites.completer(monde.gestionnaire, activite.id, manquent)

    issues = manches(
        [
            [lambda f=foyer: demander(f) for foyer in foyers],
            [lambda rang=rang: completer(rang) for rang in range(MANCHES)],
        ]
    )
    tenir(*issues[0], *issues[1])
