"""What is kept of a day of a shared capacity is what its séances say, whoever writes; its mark only grows."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models import Capacite, CapaciteActivite, JourDeCapacite, Seance, db
from portail.domain import verification_places
from tests.actes import partager
from tests.monde import LUNDI, Monde
from tests.remise import Origine
from tests.repetitions import exemples

ACTIVITES = ("matin", "cantine", "soir")


class Ville:
    """Two capacities, activities that may share them, séances on two days; a gesture bears on one of each."""

    def __init__(self, monde: Monde) -> None:
        self.monde = monde
        modele = monde.seance(monde.cantine, LUNDI).__data__
        self.modele = {nom: valeur for nom, valeur in modele.items() if nom != "id"}
        Seance.delete().execute()
        CapaciteActivite.delete().execute()
        Capacite.delete().execute()
        self.capacites = [partager(9, nom="Cuisine"), partager(9, nom="Salle", simultanee=True)]

    def viser(self, nom: str, lequel: int) -> None:
        self.jour, self.capacite = LUNDI + dt.timedelta(lequel), self.capacites[lequel].id
        self.activite = getattr(self.monde, nom).id
        self.seance = (Seance.activite == self.activite) & (Seance.jour == self.jour)
        self.partage = (CapaciteActivite.capacite == self.capacite) & (
            CapaciteActivite.activite == self.activite
        )

    def ouvrir(self) -> None:
        propre = {"activite": self.activite, "jour": self.jour, "prises": 2, "mouvements": 3}
        Seance.insert_many([self.modele | propre]).on_conflict_ignore().execute()

    def prendre(self) -> None:
        plus = {Seance.prises: Seance.prises + 1, Seance.mouvements: Seance.mouvements + 1}
        Seance.update(plus).where(self.seance).execute()

    def vider(self) -> None:
        Seance.update(prises=0).where(self.seance).execute()

    def retirer(self) -> None:
        Seance.delete().where(self.seance).execute()

    def partager(self) -> None:
        la = Capacite.select(Capacite.id, self.activite).where(Capacite.id == self.capacite)
        deja = CapaciteActivite.select().where(self.partage).exists()
        if not deja:
            CapaciteActivite.insert_from(la, [CapaciteActivite.capacite, CapaciteActivite.activite]).execute()

    def quitter(self) -> None:
        CapaciteActivite.delete().where(self.partage).execute()

    def supprimer(self) -> None:
        Capacite.delete().where(Capacite.id == self.capacite).execute()


GESTES = ("ouvrir", "prendre", "vider", "retirer", "partager", "quitter", "supprimer")
PLUS_SOUVENT = ("ouvrir", "ouvrir", "prendre", "partager", "partager")
gestes = st.lists(
    st.tuples(st.sampled_from(PLUS_SOUVENT + GESTES), st.sampled_from(ACTIVITES), st.integers(0, 1)),
    max_size=15,
)


@pytest.fixture
def origine(base):
    return Origine()


@given(gestes=gestes)
@settings(
    max_examples=exemples(60, 2000),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_sum_of_a_day_is_kept_whatever_is_written(origine, gestes):
    ville = Ville(origine.remettre())
    assert JourDeCapacite.select().count() == 0
    for geste, nom, lequel in gestes:
        avant = _marques()
        ville.viser(nom, lequel)
        getattr(ville, geste)()
        assert db.execute_sql(verification_places.jours()).fetchall() == [], geste
        apres = _marques()
        assert geste == "supprimer" or avant.keys() <= apres.keys()
        assert all(apres[cle] >= avant[cle] for cle in avant.keys() & apres.keys()), geste


@pytest.mark.parametrize("geste", ["ouvrir", "prendre", "retirer", "quitter"])
def test_what_a_family_would_see_moves_the_mark_of_that_day_alone(origine, geste):
    ville = Ville(origine.remettre())
    for nom, lequel in (("matin", 0), ("cantine", 0), ("cantine", 1)):
        ville.viser(nom, lequel)
        ville.partager()
        if (geste, nom) != ("ouvrir", "matin"):
            ville.ouvrir()
    ville.viser("matin", 0)
    avant = _marques()
    getattr(ville, geste)()
    (apres,) = _marques().items() - avant.items()
    assert apres[0] == (ville.capacite, LUNDI) and apres[1] > avant[apres[0]]


def _marques() -> dict[tuple[int, dt.date], int]:
    lues = JourDeCapacite.select(JourDeCapacite.capacite, JourDeCapacite.jour, JourDeCapacite.mouvements)
    return {(capacite, jour): mouvements for capacite, jour, mouvements in lues.tuples()}
