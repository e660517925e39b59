"""Deadlines: data counted on civil dates, stored as instants, said in words."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Delai
from portail import clock
from portail.domain.calendrier import en_mots, limite

MIDI = dt.time(12)
HUIT_HEURES_TRENTE = dt.time(8, 30)


def week_end(jour):
    return jour.weekday() >= 5


def a_paris(delai, jour, debut=HUIT_HEURES_TRENTE, non_ouvre=week_end):
    return f"{clock.a_paris(limite(delai, jour, debut, non_ouvre)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("genre", "nombre", "heure", "jour", "attendu"),
    [
        ("jours", 0, "07:00", "2026-12-07", "2026-12-07 07:00"),  # the same day
        ("jours", 0, "09:00", "2026-12-07", "2026-12-07 08:30"),  # not after the start
        ("jours", 1, "18:00", "2026-12-07", "2026-12-06 18:00"),  # a Sunday counts
        ("jours", 60, "12:00", "2027-03-01", "2026-12-31 12:00"),
        ("ouvres", 0, "07:00", "2026-12-07", "2026-12-07 07:00"),
        ("ouvres", 1, "12:00", "2026-12-07", "2026-12-04 12:00"),  # Monday → Friday
        ("ouvres", 1, "12:00", "2026-12-06", "2026-12-04 12:00"),  # Sunday → Friday
        ("ouvres", 5, "12:00", "2026-12-09", "2026-12-02 12:00"),
        ("semaine", 3, "12:00", "2026-12-07", "2026-12-03 12:00"),  # a Monday → Thursday of the week before
        ("semaine", 3, "12:00", "2026-12-13", "2026-12-03 12:00"),  # its Sunday → the same Thursday
        ("semaine", 0, "12:00", "2027-01-01", "2026-12-21 12:00"),
        ("semaine", 6, "23:59", "2024-03-01", "2024-02-25 23:59"),
    ],
)
def test_les_trois_facons_de_compter(genre, nombre, heure, jour, attendu):
    delai = Delai(genre, nombre, dt.time.fromisoformat(heure))
    assert a_paris(delai, dt.date.fromisoformat(jour)) == attendu


def test_les_jours_feries_et_les_fermetures_ne_comptent_pas_dans_les_jours_ouvres():
    fermes = {dt.date(2026, 12, 25), dt.date(2026, 12, 28), dt.date(2027, 1, 1)}
    delai = Delai("ouvres", 2, MIDI)
    assert (
        a_paris(delai, dt.date(2026, 12, 30), non_ouvre=lambda j: week_end(j) or j in fermes)
        == "2026-12-24 12:00"
    )


def test_une_ville_toujours_fermee_ne_fait_pas_tourner_sans_fin():
    assert limite(Delai("ouvres", 3, MIDI), dt.date(2026, 12, 30), MIDI, lambda jour: True) is not None


def test_l_heure_est_celle_de_paris_ete_comme_hiver():
    avant_le_changement, apres = dt.date(2027, 3, 28), dt.date(2027, 3, 29)
    delai = Delai("jours", 2, MIDI)
    assert limite(delai, avant_le_changement, MIDI, week_end) == dt.datetime(2027, 3, 26, 11, tzinfo=dt.UTC)
    assert limite(delai, apres + dt.timedelta(2), MIDI, week_end) == dt.datetime(
        2027, 3, 29, 10, tzinfo=dt.UTC
    )
    assert a_paris(Delai("jours", 1, dt.time(2, 30)), dt.date(2027, 3, 29)) == "2027-03-28 03:30", (
        "cette heure n’existe pas"
    )


jours = st.dates(dt.date(2024, 1, 1), dt.date(2035, 12, 31))
heures = st.times().map(lambda h: h.replace(second=0, microsecond=0))
delais = st.one_of(
    st.builds(Delai, st.sampled_from(["jours", "ouvres"]), st.integers(0, 60), heures),
    st.builds(Delai, st.just("semaine"), st.integers(0, 6), heures),
)
fermetures = st.frozensets(jours, max_size=30)


@given(delais, jours, heures, fermetures)
def test_jamais_apres_le_debut_de_la_seance(delai, jour, debut, fermes):
    instant = limite(delai, jour, debut, lambda j: week_end(j) or j in fermes)
    assert instant <= clock.instant(jour, debut)
    assert instant.tzinfo is dt.UTC


@given(st.sampled_from(["jours", "ouvres"]), st.integers(0, 59), heures, jours, heures, fermetures)
def test_un_jour_de_plus_n_est_jamais_plus_tard(genre, n, heure, jour, debut, fermes):
    def avec(nombre):
        return limite(Delai(genre, nombre, heure), jour, debut, lambda j: week_end(j) or j in fermes)

    assert avec(n + 1) <= avec(n)


@given(st.integers(1, 60), heures, jours, heures, fermetures)
def test_un_delai_en_jours_ouvres_tombe_un_jour_ouvre_et_en_laisse_le_compte(n, heure, jour, debut, fermes):
    def non_ouvre(j):
        return week_end(j) or j in fermes

    butoir = clock.a_paris(limite(Delai("ouvres", n, heure), jour, debut, non_ouvre)).date()
    assert not non_ouvre(butoir)
    ecart = (jour - butoir).days
    assert sum(not non_ouvre(butoir + dt.timedelta(i)) for i in range(ecart)) == n


@given(st.integers(0, 6), heures, jours, heures)
def test_un_jour_de_la_semaine_precedente_est_ce_jour_la_semaine_precedente(jour_voulu, heure, jour, debut):
    local = clock.a_paris(limite(Delai("semaine", jour_voulu, heure), jour, debut, week_end))
    assert local.weekday() == jour_voulu
    semaine, precedente = jour.isocalendar()[:2], (jour - dt.timedelta(7)).isocalendar()[:2]
    assert local.date().isocalendar()[:2] == precedente != semaine


@given(delais, jours, heures, fermetures)
def test_l_heure_affichee_est_celle_du_delai(delai, jour, debut, fermes):
    instant = limite(delai, jour, debut, lambda j: week_end(j) or j in fermes)
    local = clock.a_paris(instant)
    saut = local.month == 3 and local.date() > dt.date(local.year, 3, 24) and local.hour in (2, 3)
    assert saut or local.time() == delai.heure or instant == clock.instant(jour, debut)


@pytest.mark.parametrize(
    ("delai", "phrase"),
    [
        (Delai("jours", 0, dt.time(9)), "le jour même à 9 h"),
        (Delai("jours", 1, dt.time(18)), "la veille à 18 h"),
        (Delai("jours", 3, dt.time(18, 30)), "3 jours avant, à 18 h 30"),
        (Delai("ouvres", 1, MIDI), "1 jour ouvré avant, à 12 h"),
        (Delai("ouvres", 5, MIDI), "5 jours ouvrés avant, à 12 h"),
        (Delai("semaine", 3, MIDI), "le jeudi de la semaine précédente à 12 h"),
    ],
)
def test_le_delai_se_dit_en_francais(delai, phrase):
    assert en_mots(delai) == phrase
