"""An activity is made, with its séances: what was shown, and nothing else."""

import datetime as dt

import pytest

from models import Activite, Evenement, Horaire, Lieu, Seance
from portail import clock
from portail.domain import activites
from portail.domain.refus import DejaChange, Interdit, Refus
from tests.activites.outils import creer, limiter, plage, sains, un_stage

MARS = dt.date(2027, 3, 2)


def test_it_is_made_with_its_pattern_and_its_seances(monde):
    activite = creer(monde.gestionnaire, un_stage(monde.cantine.lieu))
    seances = list(Seance.select().where(Seance.activite == activite).order_by(Seance.jour))
    assert [s.jour.isoformat()[5:] for s in seances] == ["04-12", "04-13", "04-14", "04-15", "04-16"]
    assert {(s.debut, s.fin, s.places, s.prises) for s in seances} == {(dt.time(9), dt.time(17), 12, 0)}
    assert seances[0].limite_reservation == clock.instant(dt.date(2027, 4, 2), dt.time(12))
    assert seances[0].limite_absence == clock.instant(dt.date(2027, 4, 8), dt.time(12))
    assert Horaire.select().where(Horaire.activite == activite).count() == 5
    (ligne,) = Evenement.select().where(Evenement.objet == "activite", Evenement.objet_id == activite.id)
    assert (ligne.acte, ligne.auteur) == ("activite_creee", monde.gestionnaire)
    assert ligne.detail.endswith("5 séances")
    sains()


def test_what_is_not_shown_is_not_made(monde):
    projet = un_stage(monde.cantine.lieu)
    with pytest.raises(DejaChange):
        activites.creer(monde.gestionnaire, projet, "autre chose")
    assert not Activite.select().where(Activite.nom == projet.nom).exists()


def test_the_forecast_names_the_deadlines_on_real_days(monde):
    effet = activites.prevoir(monde.gestionnaire, None, un_stage(monde.cantine.lieu))
    assert (len(effet.seances.creees), effet.a_montrer) == (5, True)
    assert effet.exemple.reservation == clock.instant(dt.date(2027, 4, 2), dt.time(12))


@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur"])
def test_who_does_not_set_the_portal_up_makes_none(monde, qui):
    with pytest.raises(Interdit):
        creer(getattr(monde, qui), un_stage(monde.cantine.lieu))


def test_who_is_limited_to_places_makes_it_there_and_nowhere_else(monde):
    sien = limiter(monde.gestionnaire)
    with pytest.raises(Refus) as refus:
        creer(monde.gestionnaire, un_stage(monde.cantine.lieu))
    assert refus.value.champ == "lieu_id"
    assert creer(monde.gestionnaire, un_stage(sien)).lieu == sien


@pytest.mark.parametrize(
    ("changes", "champ"),
    [
        ({"nom": ""}, "nom"),
        ({"nom": "x" * 101}, "nom"),
        ({"nom": "Cantine"}, "nom"),
        ({"fin": dt.date(2027, 4, 11)}, "fin"),
        ({"fin": dt.date(2031, 4, 11)}, "fin"),
        ({"age_min": 13}, "age_max"),
        ({"age_max": 99}, "age_max"),
        ({"rang": 0}, "rang"),
        ({"couleur": 9}, "couleur"),
        ({"preinscription_du": MARS, "preinscription_au": MARS - dt.timedelta(1)}, "preinscription_au"),
        ({"pieces": "Attestation\nAttestation"}, "pieces"),
        ({"description": "x" * 1001}, "description"),
        ({"plages": (plage(jours=()),)}, "plages"),
        ({"plages": (plage("09:00", "09:00"),)}, "plages"),
        ({"plages": (plage(), plage(jours=(0,), fin="12:00"))}, "plages"),
        ({"plages": (plage(), plage(jours=(0,), periode="toujours"))}, "plages"),
        ({"plages": (plage(places=10_000),)}, "plages"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # held by the rules, before any query
def test_what_cannot_be_is_told_beside_its_field(monde, changes, champ):
    avant = Activite.select().count()
    projet = un_stage(monde.cantine.lieu, **changes)
    projet = projet if projet.nom != "Cantine" else un_stage(monde.cantine.lieu, nom="Cantine")
    with pytest.raises(Refus) as refus:
        creer(monde.gestionnaire, projet)
    assert refus.value.champ == champ
    assert Activite.select().count() == avant


def test_in_term_and_in_the_holidays_the_same_hour_may_have_other_places(monde):
    plages = (plage(places=20), plage(places=8, periode="vacances"))
    activite = creer(
        monde.gestionnaire,
        un_stage(monde.cantine.lieu, debut=dt.date(2026, 12, 14), fin=dt.date(2026, 12, 22), plages=plages),
    )
    places = {s.jour.day: s.places for s in Seance.select().where(Seance.activite == activite)}
    assert places == {14: 20, 15: 20, 17: 20, 18: 20, 21: 8, 22: 8}


def test_a_retired_place_receives_none(monde):
    retire = Lieu.create(nom="Ancienne école", retire_le=clock.maintenant())
    with pytest.raises(Refus) as refus:
        creer(monde.gestionnaire, un_stage(retire))
    assert refus.value.champ == "lieu_id"
