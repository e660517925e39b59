"""Several facteurs at once: one reminder an account, never two, never none."""

import pytest

from models import Abonnement, Courriel
from portail import clock
from portail.domain import rappels
from tests.courses.coureurs import ensemble, peupler
from tests.rappels.temps import OUVERTURE

pytestmark = pytest.mark.usefixtures("app")


def test_eight_processes_at_the_same_moment_write_each_reminder_once(monde):
    peupler(monde.cantine, 40)
    with clock.figer(OUVERTURE):
        issues = ensemble(*[rappels.ecrire_les_rappels] * 8)
    assert sorted(issues) == [0] * 7 + [42]
    cles = [courriel.cle for courriel in Courriel.select()]
    assert len(cles) == len(set(cles)) == 42
    assert Abonnement.select().where(Abonnement.rappele_le == OUVERTURE).count() == 42


def test_even_without_the_lock_the_key_of_the_mail_keeps_it_to_one(monde, monkeypatch):
    peupler(monde.cantine, 40)
    monkeypatch.setattr(rappels, "verrouiller", lambda *_: {})
    with clock.figer(OUVERTURE):
        issues = ensemble(*[rappels.ecrire_les_rappels] * 4)
    assert all(isinstance(issue, int) for issue in issues)
    assert Courriel.select().count() == 42
