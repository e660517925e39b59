"""The code of a letter: drawn from enough, read as it was meant, slips of the pen caught by itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.domain import codes
from portail.domain.refus import Refus

CODES = st.builds(lambda _: codes.tirer(), st.integers())


def test_a_code_has_more_than_fifty_random_bits_and_no_look_alike():
    assert (codes.LONGUEUR - 1) * math.log2(len(codes.ALPHABET)) > 50
    assert not set("01ILO") & set(codes.ALPHABET)
    assert len({codes.tirer() for _ in range(1000)}) == 1000


@given(CODES)
def test_what_is_printed_is_read_whatever_the_case_the_spaces_and_the_hyphens(code):
    imprime = codes.presenter(code)
    assert codes.lire(imprime) == code
    assert codes.lire(f" {imprime.lower().replace('-', ' ')} ") == code


@given(CODES, st.integers(0, 11), st.sampled_from(codes.ALPHABET))
def test_one_wrong_symbol_is_always_caught(code, rang, symbole):
    faux = code[:rang] + symbole + code[rang + 1 :]
    if faux != code:
        with pytest.raises(Refus) as refus:
            codes.lire(faux)
        assert refus.value.champ == codes.CHAMP


@given(CODES, st.integers(0, 10))
def test_two_symbols_that_changed_places_are_always_caught(code, rang):
    faux = code[:rang] + code[rang + 1] + code[rang] + code[rang + 2 :]
    if faux != code:
        with pytest.raises(Refus):
            codes.lire(faux)


@pytest.mark.parametrize(
    "saisi", ["", "   ", "-", "K7QM", "K7QM-4RTX-9WPHH", "K7QM-0RTX-9WPH", "éèà", "K7QM\0"]
)
def test_what_cannot_be_a_code_is_told_so_in_french(saisi):
    with pytest.raises(Refus) as refus:
        codes.lire(saisi)
    assert refus.value.phrase.endswith(".")
    assert refus.value.champ == codes.CHAMP


def test_the_short_number_of_a_file_is_known_by_its_digits():
    assert codes.lire(" 104 582 ") == "104582"
    assert codes.est_court("104582")
    assert not codes.est_court(codes.tirer())
    assert not codes.est_court("٣٤٥٦٧٨")
