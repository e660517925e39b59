"""A year for five children in one demande: as many statements as for a month, up to the batches."""

import datetime as dt
import time

import pytest

from models import (
    Activite,
    Delai,
    Enfant,
    Horaire,
    LienParental,
    Preinscription,
    Reservation,
    Seance,
    db,
)
from portail.domain import moderation, preinscriptions
from portail.domain.calendrier import creer_seances
from portail.domain.examen import Souhait, examiner
from portail.domain.fin_d_inscription import mettre_fin
from portail.domain.transitions import LOT
from tests.invariants import fautes
from tests.monde import MAINTENANT

LENDEMAIN = MAINTENANT.date() + dt.timedelta(1)


def tous_les_jours(monde, nom: str = "Tous les jours") -> Activite:
    """Every day for six months, from tomorrow, with room for everybody."""
    activite = Activite.create(
        nom=nom,
        lieu=monde.cantine.lieu_id,
        debut=LENDEMAIN,
        fin=LENDEMAIN + dt.timedelta(190),
        age_min=0,
        delai_reservation=Delai("jours", 0, dt.time(12)),
        delai_absence=Delai("jours", 0, dt.time(12)),
    )
    heures = {"debut": dt.time(16), "fin": dt.time(18), "places": 40, "periode": "toujours"}
    for jour in range(7):
        Horaire.create(activite=activite, jour=jour, **heures)
    creer_seances(activite, activite.debut, activite.fin)
    return activite


@pytest.fixture
def fratrie(monde) -> list[Enfant]:
    """Five children."""
    for prenom in ("Ada", "Basile"):
        enfant = Enfant.create(
            famille=monde.moreau,
            prenom=prenom,
            nom="Moreau",
            naissance=dt.date(2019, 1, 1),
            rang=9,
            recherche="x",
        )
        LienParental.create(responsable=monde.adulte_claire, enfant=enfant, droit="plein")
    return list(Enfant.select().where(Enfant.famille == monde.moreau).order_by(Enfant.rang))


class Compteur:
    """The statements of each act, and how long it took."""

    def __init__(self, monkeypatch) -> None:
        self.ordres: list[str] = []
        vraie = db.obj.execute_sql

        def compter(sql, *args, **kwargs):
            self.ordres.append(sql)
            return vraie(sql, *args, **kwargs)

        monkeypatch.setattr(db.obj, "execute_sql", compter)
        self.ordres_de: dict[str, int] = {}
        self.secondes: dict[str, float] = {}

    def faire(self, nom: str, acte):
        self.ordres.clear()
        debut = time.perf_counter()
        rendu = acte()
        self.secondes[nom] = time.perf_counter() - debut
        self.ordres_de[nom] = len(self.ordres)
        return rendu


def une_annee(monde, activite, fratrie, compteur: Compteur, jours: int) -> None:
    """Looked at, asked for, accepted, ended early the next day, for the eldest."""
    fin = LENDEMAIN + dt.timedelta(jours - 1)
    tous = frozenset(LENDEMAIN + dt.timedelta(n) for n in range(jours))
    voulu = Souhait(activite.id, tuple(e.id for e in fratrie), LENDEMAIN, fin, tous)
    examen = compteur.faire("examiner", lambda: examiner(monde.claire, monde.moreau, voulu))
    # bank holidays are not days on which one comes
    possibles = len(examen.jours_possibles)
    assert examen.nombre == 5 * possibles and possibles >= jours - 3
    demande = compteur.faire("deposer", lambda: preinscriptions.deposer(monde.claire, monde.moreau, voulu))
    compteur.faire("accepter", lambda: moderation.accepter(monde.sophie, demande.id))
    siennes = Reservation.select().join(Seance).where(Seance.activite == activite)
    assert siennes.count() == 5 * possibles
    ainee = Preinscription.get(enfant=fratrie[0], activite=activite)
    fait = compteur.faire(
        "mettre_fin", lambda: mettre_fin(monde.sophie, monde.moreau.id, ainee.id, LENDEMAIN)
    )
    assert len(fait.liberes) == possibles - 1
    assert Seance.get(activite=activite, jour=fin).prises == 4
    assert fautes() == []


MOIS, ANNEE = 20, 180
PLAFONDS = {"examiner": 8, "deposer": 32, "accepter": 56, "mettre_fin": 26}
LOTS_DE_PLUS = -(-5 * ANNEE // LOT) - 1
"""How many batches more for a year than for a month, of each thing that is written in batches."""


def test_the_number_of_statements_does_not_grow_with_the_days(monde, fratrie, monkeypatch):
    activites = tous_les_jours(monde), tous_les_jours(monde, "Tous les jours aussi")
    compteur = Compteur(monkeypatch)
    une_annee(monde, activites[0], fratrie, compteur, MOIS)
    pour_un_mois = dict(compteur.ordres_de)
    une_annee(monde, activites[1], fratrie, compteur, ANNEE)
    for acte, plafond in PLAFONDS.items():
        assert pour_un_mois[acte] <= plafond, (acte, pour_un_mois)
        # inserted or written in batches: the days kept; the créneaux, their journal, their status
        ecart = compteur.ordres_de[acte] - pour_un_mois[acte]
        assert ecart <= {"deposer": 1, "accepter": 3}.get(acte, 0) * LOTS_DE_PLUS, (acte, ecart)


def test_a_year_for_five_children_is_accepted_in_less_than_two_seconds(monde, fratrie, monkeypatch):
    """It takes half a second; `bench/preinscriptions.py` measures it."""
    compteur = Compteur(monkeypatch)
    une_annee(monde, tous_les_jours(monde), fratrie, compteur, ANNEE)
    assert max(compteur.secondes.values()) < 2, compteur.secondes
