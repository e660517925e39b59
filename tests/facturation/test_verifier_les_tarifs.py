"""`verifier` tells of two tariffs on a day, of bands that do not begin at 0, of shares that make no 100."""

import datetime as dt

import pytest

from models import PartDePayeur
from portail.domain.verification import verifier
from tests import factures

EN_JANVIER = {"debut": dt.date(2027, 1, 1), "fin": dt.date(2027, 1, 31)}


def ruptures(nom: str) -> list[str]:
    return [r.phrase for r in verifier() if r.phrase.startswith(nom)]


def test_what_is_sound_is_not_told(monde):
    factures.tarif(monde.cantine, categorie="commune")
    factures.tarif(monde.cantine, categorie="hors_commune", tranches={0: 100, 50_000: 200})
    PartDePayeur.create(enfant=monde.lea, responsable=monde.adulte_claire, part=60)
    PartDePayeur.create(enfant=monde.lea, responsable=monde.adulte_julien, part=40)
    assert ruptures("activité ") == ruptures("tarif ") == ruptures("enfant ") == []


@pytest.mark.parametrize("categorie", ["", "commune"])
def test_two_tariffs_on_a_day(monde, categorie):
    factures.tarif(monde.cantine, categorie="commune")
    factures.tarif(monde.cantine, categorie=categorie, **EN_JANVIER)
    (phrase,) = ruptures("activité ")
    assert "se chevauchent" in phrase


def test_bands_that_do_not_begin_at_nothing(monde):
    factures.tarif(monde.cantine, tranches={10_000: 100})
    factures.tarif(monde.soir, mode="tranches")
    assert len(ruptures("tarif ")) == 2


def test_shares_that_make_no_hundred_or_are_of_others(monde):
    PartDePayeur.create(enfant=monde.lea, responsable=monde.adulte_claire, part=60)
    PartDePayeur.create(enfant=monde.noe, responsable=monde.adulte_paulo, part=100)
    assert {p.split(" : ")[1] for p in ruptures("enfant ")} == {
        "60 % en tout, 0 d’une autre famille",
        "100 % en tout, 1 d’une autre famille",
    }
