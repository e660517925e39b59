"""Séances are made from the weekly pattern and the calendar."""

import datetime as dt

import pytest

from models import Activite, Calendrier, Delai, Horaire, Seance, Ville
from portail import clock
from portail.domain.calendrier import creer_seances, importer_calendrier_scolaire
from portail.domain.ville import oublier_la_ville

RENTREE, FIN = dt.date(2026, 9, 1), dt.date(2027, 8, 31)


@pytest.fixture
def lieu(monde):
    Calendrier.delete().execute()
    importer_calendrier_scolaire("B", (2025, 2026))
    oublier_la_ville()
    return monde.cantine.lieu


def activite(lieu, *horaires, debut=RENTREE, fin=FIN, delai=None):
    faite = Activite.create(
        nom="Essai",
        lieu=lieu,
        debut=debut,
        fin=fin,
        delai_reservation=delai or Delai("ouvres", 1, dt.time(12)),
        delai_absence=Delai("jours", 0, dt.time(9)),
    )
    for jour, periode in horaires:
        Horaire.create(
            activite=faite, jour=jour, debut=dt.time(8), fin=dt.time(18), places=24, periode=periode
        )
    return faite


def jours(activite, debut=RENTREE, fin=FIN):
    return [
        s.jour.isoformat()
        for s in Seance.select()
        .where(Seance.activite == activite, Seance.jour.between(debut, fin))
        .order_by(Seance.jour)
    ]


def test_en_temps_scolaire_hors_vacances_feries_et_fermetures(lieu):
    Calendrier.create(genre="fermeture", nom="Grève", debut=dt.date(2026, 12, 10), fin=dt.date(2026, 12, 10))
    cantine = activite(lieu, *((jour, "scolaire") for jour in (0, 1, 3, 4)))
    assert creer_seances(cantine, dt.date(2026, 12, 7), dt.date(2027, 1, 5)) == 9
    attendus = ["12-07", "12-08", "12-11", "12-14", "12-15", "12-17", "12-18"]
    assert jours(cantine) == [f"2026-{j}" for j in attendus] + ["2027-01-04", "2027-01-05"]


def test_en_vacances_seulement(lieu):
    centre = activite(lieu, *((jour, "vacances") for jour in range(5)))
    creer_seances(centre, dt.date(2026, 12, 14), dt.date(2027, 1, 8))
    assert jours(centre) == [
        *(f"2026-12-{j}" for j in (21, 22, 23, 24, 28, 29, 30, 31)),
    ], "ni Noël, ni le jour de l’an, ni les semaines d’école"


def test_toujours_sauf_les_feries(lieu):
    toujours = activite(lieu, (4, "toujours"))
    creer_seances(toujours, dt.date(2026, 12, 18), dt.date(2027, 1, 8))
    assert jours(toujours) == ["2026-12-18", "2027-01-08"]


def test_les_deux_limites_sont_calculees(lieu):
    centre = activite(lieu, (2, "scolaire"), delai=Delai("ouvres", 2, dt.time(12)))
    Calendrier.create(genre="fermeture", nom="Pont", debut=dt.date(2026, 12, 7), fin=dt.date(2026, 12, 7))
    creer_seances(centre, dt.date(2026, 12, 9), dt.date(2026, 12, 9))
    (seance,) = Seance.select().where(Seance.activite == centre)
    assert seance.limite_reservation == clock.instant(dt.date(2026, 12, 4), dt.time(12))
    assert seance.limite_absence == clock.instant(dt.date(2026, 12, 9), dt.time(8)), "pas après le début"
    assert (seance.places, seance.prises) == (24, 0)


def test_recommencer_ne_change_rien(lieu):
    centre = activite(lieu, (2, "scolaire"))
    assert creer_seances(centre, RENTREE, FIN) == 35, "36 semaines d’école, moins le mercredi 11 novembre"
    Seance.update(places=8).where(Seance.activite == centre, Seance.jour == dt.date(2026, 12, 9)).execute()
    assert creer_seances(centre, RENTREE, FIN) == 0
    assert Seance.get(activite=centre, jour=dt.date(2026, 12, 9)).places == 8


def test_pas_hors_des_dates_de_l_activite(lieu):
    stage = activite(lieu, (2, "toujours"), debut=dt.date(2027, 2, 22), fin=dt.date(2027, 2, 26))
    creer_seances(stage, RENTREE, FIN)
    assert jours(stage) == ["2027-02-24"]


def test_la_zone_est_celle_de_la_ville(lieu):
    Ville.update(zone="C").execute()
    oublier_la_ville()
    importer_calendrier_scolaire("C", (2025, 2026))
    centre = activite(lieu, (2, "vacances"))
    creer_seances(centre, dt.date(2027, 2, 1), dt.date(2027, 3, 15))
    assert jours(centre) == ["2027-02-10", "2027-02-17"]


def test_une_annee_entiere_dans_plusieurs_lots(lieu):
    tout = activite(lieu, *((jour, "toujours") for jour in range(7)))
    soir = {"debut": dt.time(19), "fin": dt.time(20), "places": 2, "periode": "toujours"}
    Horaire.bulk_create(Horaire(activite=tout, jour=jour, **soir) for jour in range(7))
    assert creer_seances(tout, RENTREE, FIN) == 2 * (365 - 11)
