"""Which days are wanted: the weekly habits, then day by day."""

import datetime as dt

from portail.domain.jours_voulus import (
    IMPAIRES,
    PAIRES,
    TOUTES,
    Choix,
    Habitude,
    dire,
    lire_habitude,
    voulus,
)

MARDI, JEUDI = 1, 3
JANVIER = [dt.date(2027, 1, 1) + dt.timedelta(n) for n in range(31)]
MONTRE = (JANVIER[0], JANVIER[-1])
MARDIS = {dt.date(2027, 1, n) for n in (5, 12, 19, 26)}
JEUDIS = {dt.date(2027, 1, n) for n in (7, 14, 21, 28)}


def habitudes(*codes: str) -> frozenset[Habitude]:
    return frozenset(filter(None, map(lire_habitude, codes)))


def test_a_habit_gives_every_such_day_of_a_calendar_not_yet_drawn():
    assert voulus(Choix(habitudes("1-toutes")), JANVIER) == MARDIS


def test_even_and_odd_weeks_are_those_of_the_diary():
    paires = voulus(Choix(habitudes("1-paires")), JANVIER)
    assert paires == {dt.date(2027, 1, 12), dt.date(2027, 1, 26)}
    assert voulus(Choix(habitudes("1-impaires")), JANVIER) == MARDIS - paires


def test_even_and_odd_together_are_every_week_also_across_a_year_of_53_weeks():
    jours = [dt.date(2026, 12, 1) + dt.timedelta(n) for n in range(62)]
    assert dt.date(2026, 12, 31).isocalendar().week == 53
    ensemble = voulus(Choix(habitudes("3-paires", "3-impaires")), jours)
    assert ensemble == voulus(Choix(habitudes("3-toutes")), jours)
    impairs = voulus(Choix(habitudes("3-impaires")), jours)
    assert {dt.date(2026, 12, 31), dt.date(2027, 1, 7)} <= impairs, "week 53, then week 1: both odd"


def test_a_day_of_the_calendar_is_wanted_as_it_is_ticked():
    choix = Choix(habitudes("1-toutes"), habitudes("1-toutes"), frozenset({dt.date(2027, 1, 6)}), MONTRE)
    assert voulus(choix, JANVIER) == {dt.date(2027, 1, 6)}


def test_a_habit_that_changes_takes_its_weekday_over_and_no_other():
    coches = frozenset(MARDIS - {dt.date(2027, 1, 12)} | {dt.date(2027, 1, 6)})
    choix = Choix(habitudes("1-toutes", "3-toutes"), habitudes("1-toutes"), coches, MONTRE)
    assert voulus(choix, JANVIER) == coches | JEUDIS


def test_a_habit_taken_away_empties_its_weekday():
    choix = Choix(habitudes(), habitudes("1-toutes"), frozenset(MARDIS | JEUDIS), MONTRE)
    assert voulus(choix, JANVIER) == JEUDIS


def test_a_day_outside_the_calendar_follows_the_habits():
    montre = (dt.date(2027, 1, 11), dt.date(2027, 1, 17))
    choix = Choix(habitudes("1-toutes"), habitudes("1-toutes"), frozenset(), montre)
    assert voulus(choix, JANVIER) == MARDIS - {dt.date(2027, 1, 12)}


def test_a_day_that_could_not_be_ticked_follows_the_habits():
    choix = Choix(habitudes("1-toutes"), habitudes("1-toutes"), frozenset(), MONTRE)
    assert voulus(choix, JANVIER, {dt.date(2027, 1, 5)}) == {dt.date(2027, 1, 5)}


def test_a_day_ticked_that_has_become_impossible_is_still_wanted_so_that_it_is_told():
    choix = Choix(coches=frozenset({dt.date(2027, 1, 6)}), montre=MONTRE)
    assert voulus(choix, JANVIER, {dt.date(2027, 1, 6)}) == {dt.date(2027, 1, 6)}


def test_a_day_that_the_activity_does_not_have_is_not_wanted():
    assert voulus(Choix(coches=frozenset({dt.date(2027, 1, 6)}), montre=MONTRE), sorted(MARDIS)) == set()


def test_only_what_a_form_can_carry_is_a_habit():
    assert lire_habitude("1-paires") == Habitude(MARDI, PAIRES)
    assert lire_habitude("3-impaires") == Habitude(JEUDI, IMPAIRES)
    for faux in ("", "-", "7-toutes", "12-toutes", "1-jamais", "1", "-toutes", "²-toutes"):
        assert lire_habitude(faux) is None, faux
    assert Habitude(0, TOUTES).code == "0-toutes"


def test_habits_are_said_in_words():
    assert dire(habitudes("3-toutes", "1-toutes", "4-paires")) == (
        "mardi et jeudi, chaque semaine ; vendredi, semaines paires"
    )
    assert dire([]) == ""
