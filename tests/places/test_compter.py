"""How many places are left: a séance's own, and those that its activity shares, by the day or by the hour."""

import datetime as dt
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from portail.domain.places import Partage, Places

JOUR, LENDEMAIN = dt.date(2026, 12, 7), dt.date(2026, 12, 8)
MATIN, MIDI, SOIR = 1, 2, 3
"""Three activities."""


def seance(ident, debut=8, fin=10, *, places=10, prises=0, jour=JOUR):
    return SimpleNamespace(
        id=ident, jour=jour, debut=dt.time(debut), fin=dt.time(fin), places=places, prises=prises
    )


def par_jour(places, *activites):
    return Partage("Repas", places, False, frozenset(activites))


def par_heure(places, *activites):
    return Partage("Salle", places, True, frozenset(activites))


def restantes(*seances, partages=()):
    """By séance, in their order: what is left. `seances`: each with its activity."""
    places = Places(seances, partages)
    return [places.restantes(s.id) for _, s in seances]


def test_alone_a_seance_has_its_own_places():
    assert restantes((MATIN, seance(1, places=10, prises=4))) == [6]
    assert restantes((MATIN, seance(1, places=2, prises=2))) == [0]


def test_the_meals_of_a_day_are_shared_whatever_the_hours():
    seances = [(MATIN, seance(1, 8, 9, prises=3)), (SOIR, seance(2, 17, 18, prises=2))]
    assert restantes(*seances, partages=[par_jour(7, MATIN, SOIR)]) == [2, 2]


def test_another_day_and_another_activity_take_nothing_of_it():
    seances = [
        (MATIN, seance(1, prises=3)),
        (MATIN, seance(2, prises=9, jour=LENDEMAIN)),
        (MIDI, seance(3, prises=8)),
    ]
    assert restantes(*seances, partages=[par_jour(12, MATIN, SOIR)]) == [7, 1, 2]
    assert restantes(*seances, partages=[par_jour(5, MATIN, SOIR)]) == [2, -4, 2]


def test_the_fewest_of_its_own_and_of_each_shared_limit_is_what_is_left():
    seances = [(MATIN, seance(1, places=4, prises=3)), (SOIR, seance(2, places=9, prises=3))]
    assert restantes(*seances, partages=[par_jour(20, MATIN, SOIR), par_jour(8, SOIR)]) == [1, 5]


def test_a_room_is_shared_by_those_who_are_there_at_the_same_time_alone():
    seances = [(MATIN, seance(1, 8, 10, prises=3)), (SOIR, seance(2, 10, 12, prises=5))]
    salle = [par_heure(6, MATIN, SOIR)]
    assert restantes(*seances, partages=salle) == [3, 1]  # one ends as the other begins


def test_a_room_counts_at_the_fullest_moment_and_not_all_who_pass_through_it():
    seances = [
        (MATIN, seance(1, 8, 18, prises=1)),
        (MIDI, seance(2, 9, 12, prises=4)),
        (SOIR, seance(3, 12, 15, prises=2)),
    ]
    salle = [par_heure(6, MATIN, MIDI, SOIR)]
    # all day: 1 + 4 at 9 h is the fullest; in the morning the same; after noon 1 + 2
    assert restantes(*seances, partages=salle) == [1, 1, 3]


def test_who_overlaps_each_of_two_that_do_not_overlap_counts_once_for_each():
    seances = [
        (MATIN, seance(1, 8, 10, prises=2)),
        (MIDI, seance(2, 9, 13, prises=3)),
        (SOIR, seance(3, 12, 14, prises=1)),
    ]
    assert restantes(*seances, partages=[par_heure(5, MATIN, MIDI, SOIR)]) == [0, 0, 1]


def test_a_chain_of_capacities_limits_neighbours_and_not_those_further_on():
    seances = [(a, seance(a, prises=p)) for a, p in ((MATIN, 3), (MIDI, 2), (SOIR, 4))]
    chaine = [par_jour(6, MATIN, MIDI), par_jour(7, MIDI, SOIR)]
    assert restantes(*seances, partages=chaine) == [1, 1, 1]
    places = Places(seances, chaine)
    places.prendre(MATIN)
    assert [places.restantes(s) for s in (MATIN, MIDI, SOIR)] == [0, 0, 1]
    places.rendre(MIDI)
    assert [places.restantes(s) for s in (MATIN, MIDI, SOIR)] == [1, 1, 2]


def test_a_place_freed_may_go_to_those_who_share_it_and_no_further():
    seances = [(a, seance(a)) for a in (MATIN, MIDI, SOIR)]
    places = Places(seances, [par_jour(6, MATIN, MIDI), par_jour(7, MIDI, SOIR)])
    assert places.autour([MATIN]) == {MATIN, MIDI}
    assert places.autour([MIDI]) == {MATIN, MIDI, SOIR}


def test_a_seance_that_was_not_locked_is_nobodys_to_give():
    """A tie made while the locks were being taken: the act goes on, `reprendre` comes by later."""
    places = Places([(MATIN, seance(1))], [])
    assert places.autour([1, 99]) == {1}


horaires = st.tuples(st.integers(0, 22), st.integers(1, 6)).map(lambda h: (h[0], min(h[0] + h[1], 23)))


@given(
    st.lists(
        st.tuples(st.sampled_from((MATIN, MIDI, SOIR)), horaires, st.integers(0, 4)), min_size=1, max_size=7
    ),
    st.integers(0, 12),
)
def test_a_room_minute_by_minute_says_the_same(seances, capacite):
    """The fullest moment, counted at every hour of the séance rather than where something begins."""
    toutes = [
        (activite, seance(n, debut, fin, places=99, prises=prises))
        for n, (activite, (debut, fin), prises) in enumerate(seances)
        if debut < fin
    ]
    places = Places(toutes, [par_heure(capacite, MATIN, MIDI, SOIR)])
    for _, une in toutes:
        presents = [
            sum(s.prises for _, s in toutes if s.debut.hour <= heure < s.fin.hour)
            for heure in range(une.debut.hour, une.fin.hour)
        ]
        assert places.restantes(une.id) == min(99 - une.prises, capacite - max(presents))
