"""A gestionnaire lowers the places of an activity while a family takes the last one: never one too many."""

import time

import pytest
from peewee import IntegrityError, OperationalError

import workflows as w
from models import Activite, Preinscription, Seance, db, moteur
from portail.domain import activites, depot_creneaux, places, planning
from portail.domain.effet_d_activite import Effet
from portail.domain.planning import Depot
from portail.domain.refus import DejaChange, Refus
from tests.activites.outils import creer, modifier, origine, plage, projet_de, un_stage
from tests.courses.coureurs import Foyer, manches, peupler, ruptures
from tests.courses.test_derniere_place import de
from tests.invariants import fautes

MANCHES = 6
PREMIER, SECOND = range(2)
PAUSE = 0.03


def stages(monde, combien: int) -> tuple[list[Foyer], list[Activite]]:
    """So many activities of two places; the first child has one of them, on the first day."""
    lieu, gestionnaire = monde.cantine.lieu, monde.gestionnaire
    faits = [
        creer(
            gestionnaire,
            un_stage(
                lieu,
                nom=f"Stage {n}",
                automatique=True,
                plages=(plage("09:00", "17:00", 2, range(5), "toujours"),),
            ),
        )
        for n in range(combien)
    ]
    foyers = peupler(faits[0], 2)
    inscrits = Preinscription.select().where(Preinscription.enfant >= foyers[0].enfant.id)
    siennes = [{k: v for k, v in p.__data__.items() if k != "id"} for p in inscrits]
    for stage in faits[1:]:
        Preinscription.insert_many(sienne | {"activite": stage.id} for sienne in siennes).execute()
    for stage in faits:
        planning.demander_reservation(*de(foyers[PREMIER], premier_jour(stage)))
    return foyers, faits


def premier_jour(stage: Activite) -> Seance:
    return Seance.select().where(Seance.activite == stage).order_by(Seance.jour).get()


def a_une_place(stage: Activite):
    plages = (plage("09:00", "17:00", 1, range(5), "toujours", origine(stage)),)
    return projet_de(stage, plages=plages)


def reduire_et_reserver(monde, combien: int):
    foyers, faits = stages(monde, combien)
    gestionnaire, second = monde.gestionnaire, foyers[SECOND]
    issues = manches(
        [
            [lambda s=s: modifier(gestionnaire, s, a_une_place(s)) for s in faits],
            [lambda s=s: planning.demander_reservation(*de(second, premier_jour(s))) for s in faits],
        ]
    )
    return second, faits, issues


def hesiter(acte, duree):
    def agir(*args, **options):
        rendu = acte(*args, **options)
        time.sleep(duree)
        return rendu

    return agir


def test_the_last_place_is_kept_or_taken_away_never_both(monde, monkeypatch):
    monkeypatch.setattr(depot_creneaux, "attribuer", hesiter(depot_creneaux.attribuer, PAUSE))
    monkeypatch.setattr(activites, "prevoir", hesiter(activites.prevoir, PAUSE))
    avant = ruptures()
    second, faits, (reductions, depots) = reduire_et_reserver(monde, MANCHES)
    assert all(isinstance(depot, Depot) for depot in depots), depots
    for stage, reduction in zip(faits, reductions, strict=True):
        assert isinstance(reduction, Effet | DejaChange | Refus), reduction
        seance = premier_jour(stage)
        statut = monde.statut(second.enfant, seance)
        if isinstance(reduction, Effet):
            assert (seance.places, seance.prises, statut) == (1, 1, w.LISTE_ATTENTE)
        else:
            assert (seance.places, seance.prises, statut) == (2, 2, w.RESERVE)
    assert (fautes(), ruptures()) == ([], avant)


# ——— without the lock it must lose, or the rounds above prove nothing ———


@pytest.fixture
def sans_verrou(base, monkeypatch):
    """The lock of the séances taken out, and time given to the others between the count and the write."""

    def lire_sans_verrouiller(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids)))}

    monkeypatch.setattr(places, "verrouiller", lire_sans_verrouiller)
    monkeypatch.setattr(depot_creneaux, "attribuer", hesiter(depot_creneaux.attribuer, 0.2))
    monkeypatch.setattr(activites, "_avec_assez_de_places", hesiter(activites._avec_assez_de_places, 0.2))
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")


def test_without_the_lock_people_get_errors_or_lose_what_was_taken(monde, sans_verrou):
    _, _, issues = reduire_et_reserver(monde, 3)
    pannes = [i for siennes in issues for i in siennes if isinstance(i, IntegrityError | OperationalError)]
    assert pannes or fautes()
