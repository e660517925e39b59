"""A day is closed while a family books on it, or while an agent accepts: nothing stands there any more."""

import time

import pytest
from peewee import IntegrityError, OperationalError

import workflows as w
from models import Courriel, Demande, Reservation, Seance, db, moteur
from portail.domain import annulation_de_seances, moderation, places, planning
from portail.domain.annulation_de_seances import Annulation
from portail.domain.planning import Depot
from portail.domain.refus import DejaChange, Refus
from tests.courses.coureurs import manches, peupler, ruptures
from tests.courses.test_derniere_place import de, seances_de
from tests.invariants import fautes

MANCHES = 20
MOTIF = "Grève nationale"


def fermer(monde, seances: list[Seance]):
    gestionnaire = monde.gestionnaire
    return [lambda s=s: annulation_de_seances.annuler(gestionnaire, [s.id], MOTIF) for s in seances]


def reserver_et_fermer(monde, combien: int):
    """On an activity that answers by itself."""
    (foyer,), seances = peupler(monde.matin, 1), seances_de(monde.matin, combien)
    reserver = [lambda s=s: planning.demander_reservation(*de(foyer, s)) for s in seances]
    return manches([fermer(monde, seances), reserver])


def accepter_et_fermer(monde, combien: int):
    """On an activity whose demandes wait for an agent."""
    (foyer,), seances, sophie = peupler(monde.cantine, 1), seances_de(monde.cantine, combien), monde.sophie
    demandes = [planning.demander_reservation(*de(foyer, s)).demande for s in seances]
    accepter = [lambda d=d: moderation.accepter(sophie, d.id) for d in demandes]
    return manches([fermer(monde, seances), accepter])


COURSES = pytest.mark.parametrize(
    "course", [reserver_et_fermer, accepter_et_fermer], ids=["booking", "acceptance"]
)


@COURSES
def test_what_is_booked_while_the_day_is_closed_is_undone_and_told_or_refused(monde, course):
    avant = ruptures()
    fermetures, autres = course(monde, MANCHES)
    assert all(isinstance(issue, Annulation) for issue in fermetures), fermetures
    assert all(isinstance(issue, Depot | Demande | Refus | DejaChange) for issue in autres), autres
    assert not Reservation.select().where(Reservation.statut != w.NON_RESERVE).exists()
    assert not Seance.select().where((Seance.annulee == MOTIF) & (Seance.prises != 0)).exists()
    assert not Demande.select().where(Demande.statut == w.EN_ATTENTE).exists()
    defaits = sum(annulation.creneaux for annulation in fermetures)
    if course is reserver_et_fermer:
        assert defaits == sum(isinstance(issue, Depot) for issue in autres)
    else:  # accepted or waiting still, each had something there
        assert defaits == MANCHES
    assert Courriel.select().where(Courriel.cle.startswith("fermeture:")).count() == defaits
    assert (fautes(), ruptures()) == ([], avant)


# ——— without the lock it must lose, or the rounds above prove nothing ———


@pytest.fixture
def sans_verrou(base, monkeypatch):
    """The lock of the séances taken out; whoever closes stays a while with what was seen to stand there."""

    def lire_sans_verrouiller(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids)))}

    def voir_puis_pause(seances, voir=annulation_de_seances._creneaux):
        vus = voir(seances)
        time.sleep(0.3)
        return vus

    monkeypatch.setattr(places, "verrouiller", lire_sans_verrouiller)
    monkeypatch.setattr(annulation_de_seances, "_creneaux", voir_puis_pause)
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")


@COURSES
def test_without_the_lock_something_stands_there_or_somebody_has_to_begin_again(monde, sans_verrou, course):
    fermetures, autres = course(monde, 3)
    pannes = [i for i in (*fermetures, *autres) if isinstance(i, IntegrityError | OperationalError)]
    a_refaire = [i for i in fermetures if isinstance(i, DejaChange)]
    assert pannes or a_refaire or fautes()
