"""Sixty families for ten places, all at the same moment: ten places are sold, and nobody gets an error."""

import time

import pytest
from peewee import IntegrityError, OperationalError

import workflows as w
from models import Courriel, Demande, Reservation, Seance, db, moteur
from portail.domain import depot_creneaux, lot, moderation, places, planning, reponse_creneaux
from tests.courses.coureurs import ensemble, peupler
from tests.invariants import fautes
from tests.monde import LUNDI

FOYERS, PLACES = 60, 10


def seance_de(activite) -> Seance:
    Seance.update(places=PLACES).where(Seance.activite == activite).execute()
    return Seance.get(activite=activite, jour=LUNDI)


def demander(foyer, seance):
    return lambda: planning.demander_reservation(foyer.compte, foyer.famille, [(foyer.enfant.id, seance.id)])


def ruee_des_familles(monde):
    """Sixty families book at once on an activity that validates by itself."""
    seance = seance_de(monde.matin)
    return ensemble(*(demander(foyer, seance) for foyer in peupler(monde.matin, FOYERS)))


def ruee_des_agents(monde):
    """Sixty pending demandes are accepted at once, by two agents."""
    seance = seance_de(monde.cantine)
    demandes = [demander(foyer, seance)().demande for foyer in peupler(monde.cantine, FOYERS)]
    agents = (monde.sophie, monde.marc)
    return ensemble(
        *(
            lambda agent=agents[n % 2], demande=demande: moderation.accepter(agent, demande.id)
            for n, demande in enumerate(demandes)
        )
    )


RUEES = pytest.mark.parametrize("ruee", [ruee_des_familles, ruee_des_agents], ids=["families", "agents"])


@RUEES
def test_ten_places_are_sold_and_fifty_children_wait_in_a_strict_order(monde, ruee):
    issues = ruee(monde)

    assert [issue for issue in issues if isinstance(issue, Exception)] == []
    statuts = [r.statut for r in Reservation.select()]
    assert (statuts.count(w.RESERVE), statuts.count(w.LISTE_ATTENTE)) == (PLACES, FOYERS - PLACES)
    ordres = {r.ordre for r in Reservation.select().where(Reservation.statut == w.LISTE_ATTENTE)}
    assert len(ordres) == FOYERS - PLACES
    assert {d.statut for d in Demande.select()} == {w.ACCEPTEE}
    assert Courriel.select().where(Courriel.cle.startswith("reponse:")).count() == FOYERS
    assert fautes() == []


# ——— the same without the lock: it must lose, or the race above proves nothing ———


@pytest.fixture
def sans_verrou(base, monkeypatch):
    """The lock taken out, and time given to the others between the check and the write."""

    def lire_sans_verrouiller(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids)))}

    for module in (places, lot):
        monkeypatch.setattr(module, "verrouiller", lire_sans_verrouiller)
    for module in (depot_creneaux, reponse_creneaux):
        monkeypatch.setattr(module, "attribuer", _hesiter(module.attribuer))
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")


def _hesiter(attribuer):
    def attribuer_puis_pause(*args):
        issues = attribuer(*args)
        time.sleep(0.2)
        return issues

    return attribuer_puis_pause


@RUEES
def test_without_the_lock_people_get_errors(monde, sans_verrou, ruee):
    issues = ruee(monde)
    assert [issue for issue in issues if isinstance(issue, IntegrityError | OperationalError)]


@RUEES
def test_without_the_lock_and_the_databases_last_word_more_is_sold_than_there_is_or_people_get_errors(
    monde, sans_verrou, ruee
):
    if moteur() == "postgresql":
        db.execute_sql("ALTER TABLE seance DROP CONSTRAINT seance_check")
    issues = ruee(monde)

    vendues = Reservation.select().where(Reservation.statut == w.RESERVE).count()
    if moteur() == "postgresql":
        assert vendues > PLACES
    else:  # a transaction that has read cannot write once another has: SQLite fails rather than oversell
        assert [issue for issue in issues if isinstance(issue, OperationalError)]
