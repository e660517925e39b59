"""What the database counts of shared places, for a page or a list, is what the acts count."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models import Calendrier, Seance, db
from portail.domain import verification_places
from portail.domain.places import Places, lire_les_places, prevoir_les_places
from portail.domain.places_en_base import partagees_de
from tests.actes import partager
from tests.invariants import fautes
from tests.monde import LUNDI
from tests.remise import Origine
from tests.repetitions import exemples

ACTIVITES = ("matin", "cantine", "soir", "centre")
heures = st.integers(0, 23)
seances = st.lists(
    st.tuples(st.sampled_from(ACTIVITES), st.booleans(), heures, heures, st.integers(0, 4)).filter(
        lambda s: s[2] != s[3]
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda s: s[:3],
)
"""Activity, Monday or the day after, from, to — the next day when it is no later —, places taken."""
partages = st.lists(
    st.tuples(st.integers(0, 9), st.booleans(), st.sets(st.sampled_from(ACTIVITES), min_size=1)), max_size=3
)


@pytest.fixture
def origine(base):
    return Origine()


@given(seances=seances, partages=partages)
@settings(
    max_examples=exemples(40, 1000),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_database_counts_as_the_acts_do(origine, seances, partages):
    monde = origine.remettre()
    modele = monde.seance(monde.cantine, LUNDI).__data__
    Seance.delete().execute()
    Calendrier.delete().execute()
    Seance.insert_many(
        {k: v for k, v in modele.items() if k != "id"}
        | {
            "activite": getattr(monde, nom).id,
            "jour": LUNDI + dt.timedelta(lendemain),
            "debut": dt.time(debut),
            "fin": dt.time(fin),
            "places": 99,
            "prises": prises,
        }
        for nom, lendemain, debut, fin, prises in seances
    ).execute()
    for n, (places, simultanee, activites) in enumerate(partages):
        partager(places, *(getattr(monde, a) for a in activites), simultanee=simultanee, nom=f"Partage {n}")
    toutes = {s.id: s for s in Seance.select()}
    des_actes = prevoir_les_places(toutes)
    en_base = dict(partagees_de(Seance.select(Seance.id)).bind(db).tuples())
    for ident, seance in toutes.items():
        comptees = min(99 - seance.prises, en_base.get(ident, 99))
        assert comptees == des_actes.restantes(ident), seance.__data__
        assert (ident in en_base) == des_actes.partagent(seance.activite_id)
        seule = lire_les_places([(seance.activite_id, seance)])  # the others summed up, or read beside it
        for question in (Places.restantes, Places.saturee, Places.debordee, Places.manque):
            assert question(seule, ident) == question(des_actes, ident)
    trop = any(des_actes.restantes(ident) < 0 for ident in toutes)
    assert bool(db.execute_sql(verification_places.partagees()).fetchall()) == trop
    assert any("capacity" in faute for faute in fautes()) == trop
