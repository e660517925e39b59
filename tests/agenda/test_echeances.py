"""The deadlines in a calendar feed: one a week and an activity as long as a day can be booked."""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Calendrier, Preinscription, Seance
from portail import clock
from tests.agenda.conftest import apres, ouvrir
from tests.monde import JEUDI, LUNDI, MAINTENANT

CANTINE, SUIVANTE = "Cantine, semaine du 7 décembre", "Cantine, semaine du 14 décembre"
LIMITE = clock.instant(dt.date(2026, 12, 3), dt.time(12))
"""Of the canteen, for the week of the 7th."""
SEMAINE = [LUNDI + dt.timedelta(n) for n in (0, 1, 3, 4)]


def sonnerie(evenement) -> dt.datetime | None:
    """When it rings."""
    sonneries = evenement.walk("VALARM")
    return evenement["DTSTART"].dt.astimezone(dt.UTC) + sonneries[0]["TRIGGER"].dt if sonneries else None


def test_it_ends_at_the_deadline_and_rings_the_evening_before(lire, famille):
    echeance = lire(famille).echeances()[CANTINE]
    assert echeance["DTEND"].dt == LIMITE
    assert echeance["DTSTART"].dt == LIMITE - dt.timedelta(minutes=15)
    assert sonnerie(echeance) == clock.instant(dt.date(2026, 12, 2), dt.time(19))
    assert (echeance["STATUS"], echeance["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")
    assert echeance["DESCRIPTION"] == (
        "Avant le jeudi 3 décembre à 12 h : Léa, Noé et Inès, lundi 7 décembre, mardi 8 décembre,"
        " jeudi 10 décembre et vendredi 11 décembre.\n"
        "http://localhost/famille/planning?vue=semaine&date=2026-12-07&activite=2"
    )


def test_only_those_that_are_still_open(monde, lire, famille):
    dites = lire(famille).echeances()
    assert {t for t in dites if t.startswith("Cantine")} == {CANTINE, SUIVANTE}, "that of this week is past"
    with clock.figer(LIMITE - dt.timedelta(seconds=1)):
        assert CANTINE in lire(famille).echeances()
    with clock.figer(LIMITE):
        assert CANTINE not in lire(famille).echeances()


def test_it_goes_when_every_day_is_booked_and_not_before(monde, lire, famille):
    jours = [(enfant, jour) for enfant in (monde.lea, monde.noe, monde.ines) for jour in SEMAINE]
    for enfant, jour in jours[:-1]:
        monde.poser(enfant, monde.seance(monde.cantine, jour), w.RESERVATION_ATTENTE)
    assert "Inès, vendredi 11 décembre." in lire(famille).echeances()[CANTINE]["DESCRIPTION"]
    monde.poser(monde.ines, monde.seance(monde.cantine, SEMAINE[-1]), w.LISTE_ATTENTE)
    dites = lire(famille).echeances()
    assert CANTINE not in dites and SUIVANTE in dites


def test_it_does_not_ring_for_a_week_that_was_chosen(monde, lire, famille):
    for enfant in (monde.lea, monde.noe, monde.ines):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    dites = lire(famille).echeances()
    assert sonnerie(dites[CANTINE]) is None, "each has a day: the others were left out on purpose"
    assert sonnerie(dites[SUIVANTE]), "nothing at all is booked for children who come"


def test_it_does_not_ring_for_the_child_who_never_comes_where_another_does(monde, lire, famille):
    for lundi in (LUNDI, LUNDI + dt.timedelta(7)):
        monde.poser(monde.lea, monde.seance(monde.cantine, lundi), w.RESERVE)
    dites = lire(famille).echeances()
    assert sonnerie(dites[CANTINE]) is None and sonnerie(dites[SUIVANTE]) is None
    de_noe = lire(ouvrir(monde.claire, monde.moreau, monde.noe)).echeances()
    assert sonnerie(de_noe[CANTINE]), "in the feed of that child alone, it is about that child"


def test_it_does_not_ring_any_more_once_the_first_deadline_of_the_week_has_gone(monde, lire, famille):
    assert sonnerie(lire(famille).echeances()["Accueil du matin, lundi 7 décembre"])
    with clock.figer(clock.instant(dt.date(2026, 12, 6), dt.time(12))):
        dites = lire(famille).echeances()
    assert sonnerie(dites["Accueil du matin, mardi 8 décembre"]) is None, "a choice, as the mails say"


def test_what_was_booked_on_a_day_closed_since_is_no_choice(monde, lire, famille):
    for enfant in (monde.lea, monde.noe, monde.ines):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    Calendrier.create(genre="fermeture", nom="Grève", debut=LUNDI, fin=LUNDI, activite=monde.cantine)
    assert sonnerie(lire(famille).echeances()[CANTINE]), "the home says « rien de réservé » too"


def test_where_each_day_has_its_own_deadline_it_is_at_the_next_one_and_tells_the_others(lire, famille):
    dites = lire(famille).echeances()
    matin = dites["Accueil du matin, lundi 7 décembre"]
    assert matin["DTEND"].dt == clock.instant(dt.date(2026, 12, 6), dt.time(12))
    assert "Avant le lundi 7 décembre à 12 h : Léa, Noé et Inès, mardi 8 décembre.\n" in matin["DESCRIPTION"]
    with clock.figer(clock.instant(dt.date(2026, 12, 6), dt.time(12))):
        suite = lire(famille).echeances()["Accueil du matin, mardi 8 décembre"]
    assert suite["UID"] == matin["UID"] and suite["DTEND"].dt == clock.instant(LUNDI, dt.time(12))
    assert suite["DTSTAMP"].dt == clock.instant(dt.date(2026, 12, 6), dt.time(12)), "it changed then"


def test_it_keeps_its_uid_and_tells_when_it_changed(monde, lire, famille):
    un = lire(famille).echeances()[CANTINE]
    with apres(minutes=3):
        monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
        deux = lire(famille).echeances()[CANTINE]
    assert un["UID"] == deux["UID"]
    assert (un["DTSTAMP"].dt, deux["DTSTAMP"].dt) == (MAINTENANT, MAINTENANT + dt.timedelta(minutes=3))


@pytest.mark.parametrize("pourquoi", ["fermee", "ferme au public", "plus inscrit"])
def test_what_cannot_be_booked_has_no_deadline(monde, lire, famille, pourquoi):
    if pourquoi == "fermee":
        Calendrier.create(
            genre="fermeture", nom="Grève", debut=LUNDI, fin=SEMAINE[-1], activite=monde.cantine
        )
    elif pourquoi == "ferme au public":
        Activite.update(reservable=False).where(Activite.id == monde.cantine.id).execute()
    else:
        Preinscription.update(fin=LUNDI - dt.timedelta(1)).execute()
    assert CANTINE not in lire(famille).echeances()


def test_a_full_seance_can_still_be_asked_for(monde, lire, famille):
    Seance.update(places=0).where(Seance.activite == monde.cantine).execute()
    assert CANTINE in lire(famille).echeances()


@pytest.mark.parametrize(
    ("jour", "limite"),
    [
        (dt.date(2027, 3, 29), dt.datetime(2027, 3, 28, 2, 30)),
        (dt.date(2027, 10, 31), dt.datetime(2027, 10, 31, 0, 30)),
        (dt.date(2027, 4, 1), dt.datetime(2027, 3, 28, 12)),
    ],
)
def test_over_the_change_of_hour_it_rings_at_seven_in_the_evening_all_the_same(
    monde, lire, famille, jour, limite
):
    """The night before, and the very night, when clocks change."""
    instant = clock.instant(limite.date(), limite.time())
    Preinscription.update(fin=dt.date(2027, 12, 31)).execute()
    Seance.create(
        activite=monde.cantine, jour=jour, debut=dt.time(11, 30), fin=dt.time(13, 30), places=9,
        limite_reservation=instant, limite_absence=instant,
    )  # fmt: skip
    with clock.figer(instant - dt.timedelta(days=3)):
        lundi = jour - dt.timedelta(jour.weekday())
        (echeance,) = [
            e for e in lire(famille).evenements.values() if str(e["UID"]).endswith(f"{lundi}@localhost")
        ]
    assert echeance["DTEND"].dt.astimezone(dt.UTC) == instant
    veille = clock.instant(clock.a_paris(instant).date() - dt.timedelta(1), dt.time(19))
    assert sonnerie(echeance) == veille


def test_thursday_alone(monde, lire):
    for jour in SEMAINE:
        if jour != JEUDI:
            monde.poser(monde.lea, monde.seance(monde.cantine, jour), w.RESERVE)
    (dite,) = [
        e for t, e in lire(ouvrir(monde.claire, monde.moreau, monde.lea)).echeances().items() if t == CANTINE
    ]
    assert "Léa, jeudi 10 décembre." in dite["DESCRIPTION"]
