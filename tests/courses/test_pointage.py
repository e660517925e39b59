"""Two devices point the same child at the same moment: one is followed, the other is kept and shown."""

import uuid

import pytest
from peewee import IntegrityError

import workflows as w
from models import Pointage, Presence, Seance
from portail.domain import places, pointage
from portail.domain.pointage import Geste, pointer
from portail.domain.refus import DejaChange
from tests.courses.coureurs import ensemble, manches, peupler
from tests.invariants import fautes
from tests.monde import MAINTENANT

DUELS = 30


@pytest.fixture
def seance(monde) -> Seance:
    seance = monde.seance(monde.cantine, MAINTENANT.date())
    Seance.update(places=2 * DUELS).where(Seance.id == seance.id).execute()
    return seance


def jouer(monde, seance) -> tuple[list, list]:
    """Duels of two devices, on children who are booked."""
    foyers = peupler(monde.cantine, DUELS)
    for foyer in foyers:
        monde.poser(foyer.enfant, seance, w.RESERVE)
    qui = (monde.animateur, "present"), (monde.sophie, "absent")
    issues = manches(
        [
            [
                lambda f=f, c=compte, v=voulu: pointer(
                    c, seance.id, f.enfant.id, Geste(v, cle=str(uuid.uuid4()))
                )
                for f in foyers
            ]
            for compte, voulu in qui
        ]
    )
    return foyers, list(zip(*issues, strict=True))


def test_in_thirty_duels_one_is_followed_the_other_is_a_conflict_that_stands(monde, seance):
    foyers, duels = jouer(monde, seance)
    assert {tuple(sorted(duel)) for duel in duels} == {("conflit", "suivi")}
    for foyer, (premier, _) in zip(foyers, duels, strict=True):
        presence = Presence.get(Presence.enfant == foyer.enfant)
        assert presence.etat == ("present" if premier == "suivi" else "absent")
        assert monde.statut(foyer.enfant, seance) == (w.PRESENT if premier == "suivi" else w.ABSENT)
    assert Pointage.select().count() == 2 * DUELS
    assert fautes() == []


def test_the_same_tap_twenty_times_at_once_counts_once(monde, seance):
    """A child without a booking: nothing but the lock keeps two of them from being the first."""
    cle = str(uuid.uuid4())
    yann, noe = monde.animateur, monde.noe.id
    issues = ensemble(*[lambda: pointer(yann, seance.id, noe, Geste("present", "", cle))] * 20)
    assert issues == ["suivi"] * 20
    assert (Pointage.select().count(), Presence.select().count()) == (1, 1)


@pytest.mark.parametrize(
    "url_de_base", ["postgresql"], indirect=True
)  # on SQLite the transaction is the lock
def test_without_the_lock_somebody_loses(monde, seance, monkeypatch):
    monkeypatch.setattr(pointage, "verrouiller_les_places", places.compter_les_places)
    _, duels = jouer(monde, seance)
    assert any(isinstance(issue, DejaChange | IntegrityError) for duel in duels for issue in duel)
