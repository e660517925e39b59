"""The last place, wanted at the same moment by a click, an agent's answer and the list: round after round.

Never one too many, never a place that stays free while a child who may have it waits, no error for anyone.
One world, many séances: each is a round. In some, the place is shared with another activity.
"""

import datetime as dt
import time
from typing import Any

import pytest
from peewee import IntegrityError, OperationalError

import workflows as w
from models import Activite, Calendrier, Ligne, Preinscription, Reservation, Seance, db, moteur
from portail.domain import (
    depot_creneaux,
    liste_attente,
    moderation,
    places,
    planning,
    reponse_creneaux,
    rythme,
)
from portail.domain.planning import Depot
from tests.actes import partager
from tests.courses.coureurs import Foyer, manches, peupler
from tests.invariants import fautes
from tests.monde import LUNDI
from tests.repetitions import exemples

MANCHES = exemples(20, 200)
CLIC, REPONDU, PARTANT, PREMIER, SECOND = range(5)
"""Who meets on each séance: one who clicks, one whom an agent answers, one who leaves, two who wait."""


def seances_de(activite: Activite, combien: int, places: int = 1) -> list[Seance]:
    """So many séances of the activity, from Monday, a day each: what a day shares, a round has alone."""
    modele = Seance.get(activite=activite, jour=LUNDI)
    valeurs = {k: v for k, v in modele.__data__.items() if k not in ("id", "jour", "prises", "places")}
    Seance.delete().where(Seance.activite == activite).execute()
    Calendrier.delete().execute()
    Seance.insert_many(
        valeurs | {"jour": LUNDI + dt.timedelta(n), "prises": 0, "places": places} for n in range(combien)
    ).execute()
    return list(Seance.select().where(Seance.activite == activite).order_by(Seance.id))


def preparer(monde, nombre: int, partagees: bool) -> tuple[list[Foyer], list[Seance], list[Seance], list]:
    """So many last places, that the third has; its absence and the second's booking wait for an agent.

    The lines of a demande are answered one by one: a demande of twenty is asked for far faster than twenty.
    """
    automatique, moderee = monde.matin, monde.cantine
    Activite.update(absence_automatique=False).where(Activite.id == automatique.id).execute()
    foyers = peupler(automatique, 5)
    inscrits = Preinscription.select().where(Preinscription.enfant >= foyers[0].enfant.id)
    Preinscription.insert_many(
        {k: v for k, v in p.__data__.items() if k != "id"} | {"activite": moderee.id} for p in inscrits
    ).execute()
    clics = reponses = seances_de(automatique, nombre, places=5 if partagees else 1)
    if partagees:
        reponses = seances_de(moderee, nombre, places=5)
        partager(1, automatique, moderee)
    lignes: list[list[tuple[int, int]]] = [[], []]
    for rang in range(0, nombre, 20):
        siennes, autres = clics[rang : rang + 20], reponses[rang : rang + 20]
        for qui in (PARTANT, PREMIER, SECOND):
            planning.demander_reservation(*de(foyers[qui], *siennes))
        depart = planning.declarer_absence(*de(foyers[PARTANT], *siennes)).demande
        Activite.update(automatique=False).where(Activite.id == automatique.id).execute()
        attendue = planning.demander_reservation(*de(foyers[REPONDU], *autres)).demande
        Activite.update(automatique=True).where(Activite.id == automatique.id).execute()
        for les_siennes, demande in zip(lignes, (depart, attendue), strict=True):
            les_siennes += [(demande.id, ligne.id) for ligne in demande.lignes.order_by(Ligne.id)]
    return foyers, clics, reponses, lignes


def de(foyer: Foyer, *seances: Seance) -> tuple:
    return foyer.compte, foyer.famille, [(foyer.enfant.id, seance.id) for seance in seances]


def courir(monde, foyers, clics, lignes) -> list[Any]:
    """At each round: a click, an absence accepted that promotes, a booking accepted, and the sweep.

    A few rounds at a time: each time, nobody may be stuck longer than `PATIENCE`.
    """
    sophie, marc = monde.sophie, monde.marc
    coureurs = [
        [lambda s=s: planning.demander_reservation(*de(foyers[CLIC], s)) for s in clics],
        *(
            [lambda a=agent, d=d, li=li: moderation.accepter(a, d, lignes=[li]) for d, li in siennes]
            for agent, siennes in zip((sophie, marc), lignes, strict=True)
        ),
        [lambda s=s: liste_attente.reprendre(s.id - 1) for s in clics],
    ]
    issues = []
    for rang in range(0, len(clics), 20):
        issues += [i for siennes in manches([c[rang : rang + 20] for c in coureurs]) for i in siennes]
    return issues


@pytest.mark.parametrize("partagees", [False, True], ids=["own place", "shared place"])
def test_the_last_place_is_given_once_and_to_the_list_first(monde, monkeypatch, partagees):
    monkeypatch.setattr(rythme, "DEMANDES_PAR_MINUTE", 10 * MANCHES)  # the clock stands still
    foyers, clics, reponses, lignes = preparer(monde, MANCHES, partagees)

    issues = courir(monde, foyers, clics, lignes)

    assert [issue for issue in issues if isinstance(issue, Exception)] == []
    assert sum(isinstance(issue, Depot) for issue in issues) == MANCHES
    for clic, reponse in zip(clics, reponses, strict=True):
        ids = {clic.id, reponse.id}
        statuts = {r.enfant_id: r.statut for r in Reservation.select().where(Reservation.seance.in_(ids))}
        assert statuts[foyers[PARTANT].enfant.id] == w.ABSENT
        tenues = [enfant for enfant, statut in statuts.items() if statut in w.OCCUPENT_UNE_PLACE]
        assert tenues == [foyers[PREMIER].enfant.id], statuts  # who waited first; nobody jumps the list
        assert sum(statut == w.LISTE_ATTENTE for statut in statuts.values()) == 3
    assert fautes() == []


# ——— without the lock it must lose, or the rounds above prove nothing ———


@pytest.fixture
def sans_verrou(base, monkeypatch):
    """The lock of `places` taken out, and time given to the others between the count and the write."""

    def lire_sans_verrouiller(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids)))}

    def hesiter(attribuer):
        def attribuer_puis_pause(*args):
            issues = attribuer(*args)
            time.sleep(0.05)
            return issues

        return attribuer_puis_pause

    monkeypatch.setattr(places, "verrouiller", lire_sans_verrouiller)
    for module in (depot_creneaux, reponse_creneaux):
        monkeypatch.setattr(module, "attribuer", hesiter(module.attribuer))
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")


@pytest.mark.parametrize("partagees", [False, True], ids=["own place", "shared place"])
def test_without_the_lock_one_is_given_too_many_or_people_get_errors(monde, sans_verrou, partagees):
    foyers = peupler(monde.matin, 2)
    seances = seances_de(monde.matin, 6, places=5 if partagees else 1)
    if partagees:
        partager(1, monde.matin)

    issues = manches(
        [[lambda s=s, f=f: planning.demander_reservation(*de(f, s)) for s in seances] for f in foyers]
    )

    pannes = [i for siennes in issues for i in siennes if isinstance(i, IntegrityError | OperationalError)]
    assert pannes or [faute for faute in fautes() if "capacity" in faute]
