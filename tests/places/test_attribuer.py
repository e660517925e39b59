"""Who gets a place and who waits: in the order of the wishes, brothers and sisters together or not at all."""

import workflows as w
from portail.domain.places import Places, attribuer, prendre_ensemble
from tests.places.test_compter import MATIN, MIDI, par_jour, seance


def places_de(*libres, partages=()):
    """One séance each, with so many places free, numbered from 1, of the two activities in turn."""
    siennes = [(MIDI if n % 2 == 0 else MATIN, seance(n, places=p)) for n, p in enumerate(libres, 1)]
    return Places(siennes, partages)


def test_the_first_get_the_places_and_the_others_wait():
    issues = attribuer(places_de(2), [("léa", 1, None), ("noé", 1, None), ("inès", 1, None)])
    assert issues == {"léa": w.RESERVE, "noé": w.RESERVE, "inès": w.LISTE_ATTENTE}


def test_tied_children_get_all_their_places_or_none():
    assert attribuer(places_de(2), [("léa", 1, 7), ("noé", 1, 7)]) == {"léa": w.RESERVE, "noé": w.RESERVE}
    places = places_de(1)
    issues = attribuer(places, [("léa", 1, 7), ("noé", 1, 7), ("inès", 1, None)])
    assert issues == {"léa": w.LISTE_ATTENTE, "noé": w.LISTE_ATTENTE, "inès": w.RESERVE}
    assert places.restantes(1) == 0


def test_a_tie_reaches_over_two_seances():
    issues = attribuer(places_de(5, 0), [("léa", 1, 7), ("noé", 2, 7), ("inès", 1, 8)])
    assert issues == {"léa": w.LISTE_ATTENTE, "noé": w.LISTE_ATTENTE, "inès": w.RESERVE}


def test_two_ties_are_two_groups():
    issues = attribuer(places_de(2), [("a", 1, 0), ("b", 1, 0), ("c", 1, 1), ("d", 1, 1)])
    assert set(issues.values()) == {w.RESERVE, w.LISTE_ATTENTE}
    assert (issues["a"], issues["c"]) == (issues["b"], issues["d"]) == (w.RESERVE, w.LISTE_ATTENTE)


def test_a_tie_numbered_like_a_lone_wish_is_not_one_with_it():
    issues = attribuer(places_de(1), [("a", 1, None), ("b", 1, 0)])
    assert issues == {"a": w.RESERVE, "b": w.LISTE_ATTENTE}


def test_what_one_seance_takes_of_a_shared_limit_the_next_one_has_no_more():
    places = places_de(5, 5, partages=[par_jour(2, MATIN, MIDI)])
    issues = attribuer(places, [("a", 1, None), ("b", 2, None), ("c", 1, None), ("d", 2, None)])
    assert [issues[q] for q in "abcd"] == [w.RESERVE, w.RESERVE, w.LISTE_ATTENTE, w.LISTE_ATTENTE]


def test_two_tied_who_share_one_place_wait_both():
    places = places_de(5, 5, partages=[par_jour(1, MATIN, MIDI)])
    assert set(attribuer(places, [("a", 1, 3), ("b", 2, 3)]).values()) == {w.LISTE_ATTENTE}
    assert (places.restantes(1), places.restantes(2)) == (1, 1)


def test_places_that_were_not_enough_are_put_back():
    places = places_de(3, 1)
    assert not prendre_ensemble(places, [1, 2, 1, 2])
    assert (places.restantes(1), places.restantes(2)) == (3, 1)
    assert prendre_ensemble(places, [1, 2, 1])
    assert (places.restantes(1), places.restantes(2)) == (1, 0)
