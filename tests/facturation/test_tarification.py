"""The pure price: hand-written cases, then what holds whatever the tariff and the family."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.domain.tarification import (
    DEMI_HEURE,
    EFFORT,
    FORFAIT,
    TRANCHES,
    Bareme,
    Faits,
    Tranche,
    demi_heures,
    parts,
    plus_haut,
    prix,
)

QUOTIENTS = (Tranche(0, 120), Tranche(60_000, 345), Tranche(90_000, 480))
EFFORT_A_UN_DEMI = Bareme(EFFORT, taux=500, plancher=120, plafond=480)


@pytest.mark.parametrize(
    ("bareme", "faits", "montant"),
    [
        (Bareme(FORFAIT, prix=345), Faits(None), 345),
        (Bareme(TRANCHES, tranches=QUOTIENTS), Faits(0), 120),
        (Bareme(TRANCHES, tranches=QUOTIENTS), Faits(59_999), 120),
        (Bareme(TRANCHES, tranches=QUOTIENTS), Faits(60_000), 345),
        (Bareme(TRANCHES, tranches=QUOTIENTS), Faits(10_000_000), 480),
        (Bareme(TRANCHES, tranches=QUOTIENTS), Faits(None), 480),
        (EFFORT_A_UN_DEMI, Faits(81_250), 406),
        (EFFORT_A_UN_DEMI, Faits(81_300), 407),
        (EFFORT_A_UN_DEMI, Faits(100), 120),
        (EFFORT_A_UN_DEMI, Faits(1_000_000), 480),
        (EFFORT_A_UN_DEMI, Faits(None), 480),
        (Bareme(FORFAIT, DEMI_HEURE, prix=50), Faits(None, minutes=61), 150),
        (Bareme(FORFAIT, DEMI_HEURE, prix=50), Faits(None, minutes=60), 100),
        (Bareme(FORFAIT, prix=345, fratrie_2=20, fratrie_3=50), Faits(None, rang=2), 276),
        (Bareme(FORFAIT, prix=345, fratrie_2=20, fratrie_3=50), Faits(None, rang=4), 173),
        (Bareme(FORFAIT, prix=345, supplement_tardif=100), Faits(None, tardive=True), 445),
        (Bareme(FORFAIT, prix=345, supplement_sans_reservation=200), Faits(None, sans_reservation=True), 545),
    ],
)
def test_a_price_is_what_the_deliberation_says(bareme, faits, montant):
    assert prix(bareme, faits).montant == montant


def test_the_sentence_says_each_thing_that_counted():
    bareme = Bareme(TRANCHES, DEMI_HEURE, tranches=QUOTIENTS, fratrie_2=20, supplement_tardif=100)
    phrase = prix(bareme, Faits(61_200, rang=2, minutes=61, tardive=True)).phrase
    assert phrase == (
        "Quotient familial de 612,00\u00a0€, tranche de 600,00\u00a0€ à moins de 900,00\u00a0€ : "
        "3,45\u00a0€ la demi-heure commencée ; 3 demi-heures commencées ; "
        "2e enfant de la famille : 20 % de moins ; réservation hors délai : 1,00\u00a0€ de plus."
    )


def test_whoever_gave_no_quotient_is_told_why_the_price_is_the_highest():
    assert "n’a pas votre quotient familial" in prix(EFFORT_A_UN_DEMI, Faits(None)).phrase


montants = st.integers(0, 100_000)
baremes = st.builds(
    Bareme,
    st.sampled_from((FORFAIT, TRANCHES, EFFORT)),
    st.sampled_from(("seance", "demi_heure", "mois")),
    prix=montants,
    taux=st.integers(0, 5_000),
    plancher=st.integers(0, 500),
    plafond=st.integers(500, 5_000),
    tranches=st.lists(st.tuples(st.integers(1, 500_000), montants), max_size=6).map(
        lambda suite: (Tranche(0, 100), *(Tranche(a, p) for a, p in sorted(dict(suite).items())))
    ),
    fratrie_2=st.integers(0, 100),
    fratrie_3=st.integers(0, 100),
    supplement_tardif=montants,
    supplement_sans_reservation=montants,
)
faits = st.builds(
    Faits,
    st.none() | st.integers(0, 1_000_000),
    rang=st.integers(1, 8),
    minutes=st.integers(0, 720),
    tardive=st.booleans(),
    sans_reservation=st.booleans(),
)


@given(baremes, faits)
def test_a_price_is_never_below_nothing_and_always_explained(bareme, fait):
    calcule = prix(bareme, fait)
    assert calcule.montant >= 0
    assert calcule.phrase.endswith(".")
    assert prix(bareme, fait) == calcule


@given(baremes, faits)
def test_a_known_quotient_never_costs_more_than_none(bareme, fait):
    inconnu = Faits(None, fait.rang, fait.minutes, fait.tardive, fait.sans_reservation)
    assert prix(bareme, fait).montant <= prix(bareme, inconnu).montant
    unitaire = Bareme(bareme.mode, prix=bareme.prix, plafond=bareme.plafond, tranches=bareme.tranches)
    assert prix(unitaire, Faits(None)).montant == plus_haut(bareme)


@given(st.integers(0, 1_000_000), st.integers(0, 1_000_000))
def test_a_higher_quotient_never_costs_less_by_a_taux_d_effort(un, autre):
    petit, grand = sorted((un, autre))
    assert prix(EFFORT_A_UN_DEMI, Faits(petit)).montant <= prix(EFFORT_A_UN_DEMI, Faits(grand)).montant


@given(st.integers(0, 10_000_000), st.lists(st.integers(1, 100), min_size=1, max_size=5))
def test_the_parts_add_up_to_the_price_to_the_cent(montant, poids):
    pourcents = [100 * p // sum(poids) for p in poids]
    pourcents[-1] += 100 - sum(pourcents)
    partages = parts(montant, pourcents)
    assert sum(partages) == montant
    assert all(abs(part - montant * p / 100) <= 1 for part, p in zip(partages, pourcents, strict=True))


@given(st.integers(0, 10_000))
def test_a_half_hour_begun_is_due(minutes):
    assert demi_heures(minutes) * 30 >= minutes > (demi_heures(minutes) - 1) * 30
