"""Until when a pre-registration is to be answered: never late the moment it arrives."""

import datetime as dt

import pytest

from portail import clock
from portail.domain import lecture_moderation
from portail.domain.lecture_moderation import Filtres
from portail.domain.regles_preinscription import a_traiter_avant
from tests.monde import MAINTENANT
from tests.preinscriptions.actes import deposer
from tests.preinscriptions.souhaits import atelier


def le(jour: int, heure: int = 0, mois: int = 12) -> dt.datetime:
    return clock.instant(dt.date(2026, mois, jour), dt.time(heure))


@pytest.mark.parametrize(
    ("deposee", "debut", "avant"),
    [
        (le(1, 10), dt.date(2026, 12, 18), le(18)),
        (le(1, 10), dt.date(2026, 12, 1), le(3, 18)),
        (le(1, 10), dt.date(2026, 12, 3), le(3, 18)),
        (le(1, 10), dt.date(2026, 12, 4), le(4)),
        (le(3, 23), dt.date(2026, 12, 3), le(7, 18)),
        (le(4, 10), dt.date(2026, 12, 5), le(8, 18)),
        (le(5, 10), dt.date(2026, 12, 5), le(8, 18)),
    ],
)
def test_before_the_first_day_but_not_before_two_weekdays(deposee, debut, avant):
    assert a_traiter_avant(debut, [], deposee) == avant


def test_the_deadline_of_a_day_that_is_asked_comes_first():
    assert a_traiter_avant(dt.date(2026, 12, 1), [le(2, 12), le(9, 12)], le(1, 10)) == le(2, 12)


def test_one_that_begins_today_is_not_late_when_it_arrives_and_is_later_on(monde):
    demande = deposer(monde, atelier(monde), monde.lea, debut=MAINTENANT.date())
    (rang,) = lecture_moderation.file(Filtres()).rangees
    assert (rang.id, rang.en_retard) == (demande.id, False)
    assert lecture_moderation.file(Filtres(etat="en-retard")).rangees == []
    with clock.figer(le(3, 18)):
        assert [r.id for r in lecture_moderation.file(Filtres(etat="en-retard")).rangees] == [demande.id]
