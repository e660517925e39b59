"""What a séance, or a month, comes to for a child: one rule after the other, without a database."""

import datetime as dt

import pytest

import workflows as w
from portail import clock
from portail.domain.consommations import (
    ABSENCE,
    MOIS,
    SANS_RESERVATION,
    SEANCE,
    Declaree,
    Fratrie,
    Inscription,
    Pointee,
    SeanceTenue,
    d_un_mois,
    d_une_seance,
)

JOUR = dt.date(2026, 11, 24)
LIMITE = clock.instant(JOUR - dt.timedelta(1), dt.time(12))
SOIR = SeanceTenue(7, 3, JOUR, dt.time(16, 30), dt.time(18, 30), LIMITE, LIMITE)
A_TEMPS, TROP_TARD = LIMITE - dt.timedelta(hours=1), LIMITE + dt.timedelta(hours=1)
LEA = 1


def consommer(statut, pointee=None, declaree=None, **autres):
    return d_une_seance(SOIR, LEA, statut, pointee, declaree, **autres)


def test_a_child_who_came_is_billed_the_séance():
    c = consommer(w.PRESENT, Pointee(True))
    assert (c.genre, c.minutes, c.absence, c.non_pointee) == (SEANCE, 120, "", False)


def test_a_child_who_came_without_a_booking_is_billed_as_such():
    assert consommer(w.NON_RESERVE, Pointee(True, sans_reservation=True)).genre == SANS_RESERVATION
    assert consommer(w.ABSENT, Pointee(True, sans_reservation=True)).genre == SANS_RESERVATION


def test_a_booking_that_nobody_pointed_is_billed_as_booked_and_said_so():
    c = consommer(w.RESERVE)
    assert (c.genre, c.minutes, c.non_pointee) == (SEANCE, 120, True)


def test_a_presence_taken_over_without_a_roll_call_is_billed():
    c = consommer(w.PRESENT)
    assert (c.genre, c.non_pointee) == (SEANCE, False)


def test_a_no_show_is_an_absence_that_nobody_had_told():
    c = consommer(w.ABSENT, Pointee(False))
    assert (c.genre, c.non_prevenue, c.absence) == (ABSENCE, True, "absence non prévenue")


@pytest.mark.parametrize("statut", [w.ABSENT, w.ABSENCE_ATTENTE])
def test_a_declared_absence_is_billed_as_the_family_was_told(statut):
    assert consommer(statut, None, Declaree(False, TROP_TARD)) is None
    c = consommer(statut, None, Declaree(True, TROP_TARD))
    assert (c.genre, c.absence) == (ABSENCE, "absence facturée : déclarée après la date limite")
    c = consommer(statut, None, Declaree(True, A_TEMPS, "Voyage", "toujours"))
    assert c.absence == "absence facturée : motif « Voyage »"


def test_where_the_family_was_told_nothing_the_deadline_decides():
    assert consommer(w.ABSENT, None, Declaree(None, A_TEMPS)) is None
    assert consommer(w.ABSENT, None, Declaree(None, TROP_TARD)).genre == ABSENCE


def test_an_absence_taken_over_from_before_is_not_billed():
    assert consommer(w.ABSENT) is None


def test_a_child_pointed_absent_while_its_absence_waits_is_billed_as_told():
    pointee = Pointee(False, sans_reservation=True)
    assert consommer(w.ABSENCE_ATTENTE, pointee, Declaree(False, A_TEMPS)) is None


@pytest.mark.parametrize("statut", [w.NON_RESERVE, w.LISTE_ATTENTE, w.RESERVATION_ATTENTE])
def test_who_never_had_a_place_and_did_not_come_owes_nothing(statut):
    assert consommer(statut) is None


@pytest.mark.parametrize(
    ("parti", "minutes"),
    [(dt.time(16, 31), 1), (dt.time(17), 30), (dt.time(17, 1), 31), (dt.time(19), 120), (dt.time(16), 1)],
)
def test_who_leaves_early_is_billed_until_then_and_never_beyond_the_end(parti, minutes):
    depart = clock.instant(JOUR, parti)
    assert consommer(w.PRESENT, Pointee(True, parti_le=depart)).minutes == minutes


def test_a_booking_after_the_deadline_is_late_and_one_before_it_is_not():
    assert consommer(w.PRESENT, Pointee(True), reservee_le=TROP_TARD).tardive
    assert not consommer(w.PRESENT, Pointee(True), reservee_le=LIMITE).tardive
    assert not consommer(w.PRESENT, Pointee(True)).tardive


def test_neither_an_absence_nor_a_child_without_a_booking_is_late():
    assert not consommer(w.ABSENT, Pointee(False), reservee_le=TROP_TARD).tardive
    assert not consommer(w.NON_RESERVE, Pointee(True, True), reservee_le=TROP_TARD).tardive


# ——— brothers and sisters ———

LEA_NEE, NOE_NE = (dt.date(2018, 3, 14), 1, 1), (dt.date(2020, 6, 2), 2, 2)
ANNEE = (dt.date(2026, 9, 1), dt.date(2027, 7, 2))


def test_the_eldest_who_is_registered_that_day_is_the_first():
    fratrie = Fratrie([NOE_NE, LEA_NEE], {1: [Inscription(1, 3, *ANNEE)], 2: [Inscription(2, 3, *ANNEE)]})
    assert (fratrie.rang(1, JOUR), fratrie.rang(2, JOUR)) == (1, 2)


def test_an_elder_who_is_not_registered_that_day_does_not_count():
    finie = Inscription(1, 3, ANNEE[0], JOUR - dt.timedelta(1))
    fratrie = Fratrie([LEA_NEE, NOE_NE], {1: [finie], 2: [Inscription(2, 3, *ANNEE)]})
    assert fratrie.rang(2, JOUR) == 1
    assert fratrie.rang(2, JOUR - dt.timedelta(1)) == 2


def test_twins_are_told_apart_by_their_rank_in_the_file():
    jumeaux = [(NOE_NE[0], 2, 5), (NOE_NE[0], 1, 9)]
    fratrie = Fratrie(jumeaux, {i: [Inscription(i, 3, *ANNEE)] for i in (5, 9)})
    assert (fratrie.rang(9, JOUR), fratrie.rang(5, JOUR)) == (1, 2)


# ——— months ———

TENUS = [dt.date(2026, 11, n) for n in (24, 3, 10, 17)]
SEUL = Fratrie([LEA_NEE], {})


def test_a_month_is_one_whatever_the_number_of_registrations():
    coupees = [Inscription(1, 3, ANNEE[0], TENUS[1]), Inscription(1, 3, dt.date(2026, 11, 12), ANNEE[1])]
    mois = d_un_mois(coupees, TENUS, SEUL)
    assert (mois.genre, mois.jour, mois.jours) == (MOIS, TENUS[1], (TENUS[1], TENUS[3], TENUS[0]))


def test_a_month_in_which_the_activity_never_takes_place_is_not_due():
    assert d_un_mois([Inscription(1, 3, *ANNEE)], [], SEUL) is None
    assert d_un_mois([Inscription(1, 3, dt.date(2026, 11, 25), ANNEE[1])], TENUS, SEUL) is None
