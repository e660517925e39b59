"""« Ensemble ou pas du tout » is about brothers and sisters: a child is not tied to itself."""

import datetime as dt

from models import Seance
from portail import clock
from portail.domain import planning
from tests.monde import LUNDI


def test_a_child_is_not_held_back_by_its_own_other_wish_at_the_same_hours(monde):
    soir, autre = monde.seance(monde.soir, LUNDI), monde.seance(monde.cantine, LUNDI)
    trop_tard = clock.maintenant() - dt.timedelta(1)
    Seance.update(debut=soir.debut, fin=soir.fin, limite_reservation=trop_tard).where(
        Seance.id == autre.id
    ).execute()
    voeux = [(monde.lea.id, soir.id), (monde.lea.id, autre.id)]

    depot = planning.demander_reservation(monde.claire, monde.moreau, voeux, ensemble=True)

    assert depot.retenus == [(monde.lea.id, soir.id)]
    assert [(voeu, phrase.split(" :")[0]) for voeu, phrase in depot.refuses] == [
        ((monde.lea.id, autre.id), "Le délai est dépassé")
    ]
