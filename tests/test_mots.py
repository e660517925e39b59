"""French words for dates, delays and numbers."""

import datetime as dt

import pytest

from portail import clock, mots

MAINTENANT = dt.datetime(2026, 12, 1, 10, tzinfo=clock.PARIS)


@pytest.fixture(autouse=True)
def mardi_matin():
    with clock.figer(MAINTENANT):
        yield


def test_a_day_with_its_year():
    assert mots.jour_annee(dt.date(2027, 3, 1)) == "1er mars 2027"
    assert mots.jour_annee(dt.date(2026, 12, 24)) == "24 décembre 2026"


@pytest.mark.parametrize(
    ("premier", "dernier", "dit"),
    [
        ((2026, 12, 4), (2026, 12, 4), "ven. 4 déc."),
        ((2026, 12, 14), (2026, 12, 18), "14 – 18 déc."),
        ((2026, 12, 1), (2026, 12, 3), "1er – 3 déc."),
        ((2026, 11, 28), (2026, 12, 4), "28 nov. – 4 déc."),
        ((2026, 12, 28), (2027, 1, 2), "28 déc. 2026 – 2 janv. 2027"),
    ],
)
def test_a_period(premier, dernier, dit):
    assert mots.periode(dt.date(*premier), dt.date(*dernier)) == dit


@pytest.mark.parametrize(
    ("jour", "heure", "dit"),
    [
        (1, 10, "en retard"),
        (1, 12, "aujourd’hui, 12 h"),
        (2, 12, "demain, 12 h"),
        (3, 12, "jeu. 3, 12 h"),
        (7, 12, "lun. 7, 12 h"),
        (8, 12, "8 déc."),
    ],
)
def test_a_deadline_in_few_words(jour, heure, dit):
    assert mots.echeance(dt.datetime(2026, 12, jour, heure, tzinfo=clock.PARIS)) == dit


@pytest.mark.parametrize(
    ("avant", "dit"),
    [
        ({"seconds": 59}, "à l’instant"),
        ({"minutes": 5}, "il y a 5 min"),
        ({"hours": 3}, "il y a 3 h"),
        ({"hours": 11}, "hier"),
        ({"days": 3}, "il y a 3 jours"),
    ],
)
def test_how_long_ago(avant, dit):
    assert mots.anciennete(MAINTENANT - dt.timedelta(**avant)) == dit


def test_how_old_on_the_day_before_and_on_the_birthday():
    naissance = dt.date(2018, 12, 1)
    assert mots.age(naissance, dt.date(2026, 11, 30)) == "7 ans"
    assert mots.age(naissance, dt.date(2026, 12, 1)) == "8 ans"
    assert mots.age(naissance, dt.date(2019, 12, 1)) == "1 an"


@pytest.mark.parametrize(
    ("nom", "de", "que"),
    [
        ("Léa", "de Léa", "que Léa"),
        ("Estelle Roux", "d’Estelle Roux", "qu’Estelle Roux"),
        ("Élise", "d’Élise", "qu’Élise"),
        ("E\u0301lise", "d’E\u0301lise", "qu’E\u0301lise"),
        ("Œdipe", "d’Œdipe", "qu’Œdipe"),
        ("inès", "d’inès", "qu’inès"),
        ("Yves", "d’Yves", "qu’Yves"),
        ("Yasmine", "de Yasmine", "que Yasmine"),
        ("Hélène", "d’Hélène", "qu’Hélène"),
        ("Hassan", "de Hassan", "que Hassan"),
        ("Angers", "d’Angers", "qu’Angers"),
        ("vous avez", "de vous avez", "que vous avez"),
        ("", "de ", "que "),
    ],
)
def test_a_vowel_that_is_not_said_before_another(nom, de, que):
    assert (mots.de(nom), mots.que(nom)) == (de, que)


def test_thousands_and_full_stops():
    assert (mots.nombre(999), mots.nombre(1204)) == ("999", "1\u202f204")
    assert (mots.phrase("le 4 déc."), mots.phrase("le 4 décembre")) == ("le 4 déc.", "le 4 décembre.")


def test_a_telephone_is_not_cut_nor_a_date_and_no_other_number_is_held_together():
    dit = mots.d_un_tenant("Jeanne, 06 39 98 12 40. Le 4 soir, ou +33 6 39 98 12 40")
    assert dit == "Jeanne, 06\xa039\xa098\xa012\xa040. Le 4 soir, ou +33\xa06\xa039\xa098\xa012\xa040"
    dit = mots.d_un_tenant("Du 1er mars au 2 juillet 2027 : midi")
    assert dit == "Du 1er\xa0mars au 2\xa0juillet 2027\xa0: midi"
    dit = mots.d_un_tenant("lundi 7 décembre, 11 h 30 – 13 h, dans 9 h")
    assert dit == "lundi 7\xa0décembre, 11\xa0h\xa030 – 13\xa0h, dans 9\xa0h"
    for autre in ("FR76 3000 6000 0112 3456 7890 189", "06 39 98 12 40 11", "1 204", ""):
        assert mots.d_un_tenant(autre) == autre
