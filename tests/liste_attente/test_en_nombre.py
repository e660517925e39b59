"""An act that frees a whole year gives every place of it, in a number of statements that does not grow."""

import pytest

import workflows as w
from models import Courriel, Preinscription, Reservation, Seance, db
from portail.domain.fin_d_inscription import mettre_fin
from tests.courses.coureurs import peupler
from tests.invariants import fautes
from tests.monde import MAINTENANT
from tests.preinscriptions.actes import inscrire
from tests.preinscriptions.test_performance import tous_les_jours

DERNIER = MAINTENANT.date()


@pytest.fixture
def ordres(base, monkeypatch):
    """Counts the statements of an act: `ordres(acte)`."""
    executer, faits = db.obj.execute_sql, []

    def compter(sql, *valeurs, **options):
        faits.append(sql)
        return executer(sql, *valeurs, **options)

    def mesurer(acte):
        faits.clear()
        acte()
        return len(faits)

    monkeypatch.setattr(db.obj, "execute_sql", compter)
    return mesurer


def une_fin(monde, ordres, nom: str, jours: int, familles: int = 1) -> int:
    """So many days with one place, that Léa has; on each a child of one of these families waits."""
    activite = tous_les_jours(monde, nom)
    Seance.update(places=1).where(Seance.activite == activite).execute()
    choisies = list(
        Seance.select().where(Seance.activite == activite, Seance.jour > DERNIER).order_by(Seance.jour)
    )[:jours]
    inscrire(
        monde,
        activite,
        monde.lea,
        debut=activite.debut,
        fin=activite.fin,
        jours=[s.jour for s in choisies],
    )
    attendent = [foyer.enfant for foyer in peupler(activite, familles)]
    for n, seance in enumerate(choisies):
        monde.poser(attendent[n % familles], seance, w.LISTE_ATTENTE)
    inscription = Preinscription.get(enfant=monde.lea, activite=activite)
    faits = ordres(lambda: mettre_fin(monde.sophie, monde.moreau.id, inscription.id, DERNIER))
    promus = Reservation.select().where(
        Reservation.seance.in_(choisies), Reservation.enfant.in_(attendent), Reservation.statut == w.RESERVE
    )
    assert promus.count() == jours
    assert Courriel.select().where(Courriel.cle.startswith("promotion:")).count() == familles
    assert fautes() == []
    return faits


def test_180_places_freed_cost_about_as_much_as_ten(monde, ordres):
    assert une_fin(monde, ordres, "Une année", 180) <= 40


def test_ten_places_freed(monde, ordres):
    assert une_fin(monde, ordres, "Dix jours", 10) <= 40


def test_only_the_families_to_tell_add_to_it(monde, ordres):
    assert une_fin(monde, ordres, "Une année", 180, familles=20) <= 40 + 20 * 4
