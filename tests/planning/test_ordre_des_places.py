"""Places that activities share go to the same children in the preview and in the act, by every door."""

import pytest

import workflows as w
from models import Activite, Capacite, CapaciteActivite, Reservation
from portail.domain import droits, longue_periode, planning
from portail.domain.examen_creneaux import POSSIBLE
from portail.domain.jours_voulus import Habitude
from portail.domain.longue_periode import EN_LISTE, SouhaitLong
from tests.monde import LUNDI


@pytest.fixture
def souhait(monde) -> SouhaitLong:
    """Léa and Noé, morning and evening of the Monday, where two places are left in all: for the morning."""
    deux = [monde.matin, monde.soir]
    Activite.update(automatique=True).where(Activite.id.in_(deux)).execute()
    repas = Capacite.create(nom="Goûters", places=2)
    CapaciteActivite.insert_many([{"capacite": repas, "activite": a} for a in deux]).execute()
    enfants, activites = {monde.lea.id, monde.noe.id}, {a.id for a in deux}
    habitudes = frozenset({Habitude(0, "toutes")})
    return SouhaitLong("reservation", frozenset(enfants), frozenset(activites), LUNDI, LUNDI, habitudes)


def obtenu() -> dict[tuple[str, str], str]:
    issues = {w.RESERVE: POSSIBLE, w.LISTE_ATTENTE: EN_LISTE}
    return {(r.enfant.prenom, r.seance.activite.nom): issues[r.statut] for r in Reservation.select()}


def test_a_long_demande_gives_the_places_that_its_preview_showed(monde, souhait):
    regard = droits.regard(monde.claire, monde.moreau)
    apercu = longue_periode.apercevoir(monde.claire, monde.moreau, souhait, regard=regard)
    vu = {(x.creneau.enfant.prenom, x.creneau.seance.activite.nom): x.issue for x in apercu.lignes}

    longue_periode.demander(monde.claire, monde.moreau, souhait)

    assert obtenu() == vu


def test_the_order_of_the_wishes_changes_nothing(monde, souhait):
    seances = [monde.seance(a, LUNDI).id for a in (monde.soir, monde.matin)]
    voeux = [(e.id, seance) for e in (monde.noe, monde.lea) for seance in seances]

    planning.demander_reservation(monde.claire, monde.moreau, voeux)

    assert {qui for qui, issue in obtenu().items() if issue == POSSIBLE} == {
        ("Léa", "Accueil du matin"),
        ("Noé", "Accueil du matin"),
    }
