"""The comparison sees each kind of difference between what was told and what is there."""

import pytest

from models import Courriel, Famille, Ligne, Seance, db
from portail.domain import planning
from tests.fautes.charge import FAIT, INCONNU, REFUSE, Journal
from tests.fautes.constat import PERDU, SANS_COURRIEL, confronter


@pytest.fixture
def reserve(ville, voeux):
    """A wish that was granted, by the act itself."""
    voeu = next(voeux)
    db.connect()
    famille = Famille.get(Famille.id == voeu.parent.enfant)
    planning.demander_reservation(
        famille.abonnements.get().compte, famille, [(voeu.parent.enfant, voeu.seance)]
    )
    db.close()
    return voeu


def dites(fautes: list[str]) -> set[str]:
    return {faute.split(":")[0] for faute in fautes}


def test_what_is_told_and_there_is_no_difference(reserve, voeux):
    assert confronter(Journal({reserve: FAIT, next(voeux): REFUSE})) == []
    assert confronter(Journal({reserve: INCONNU, next(voeux): INCONNU})) == []


def test_what_is_told_and_not_there_is_lost(reserve, voeux):
    assert dites(confronter(Journal({next(voeux): FAIT}))) == {PERDU}


def test_what_is_denied_and_there_is_told(reserve):
    assert dites(confronter(Journal({reserve: REFUSE}))) == {"told that nothing was written, and there"}


def test_a_mail_that_is_missing_is_told(reserve):
    Courriel.delete().execute()
    assert SANS_COURRIEL in dites(confronter(Journal({reserve: FAIT})))


def test_what_is_done_twice_is_told(reserve):
    ligne = Ligne.get()
    demande = ligne.demande.__data__ | {"id": 999}
    type(ligne.demande).insert(demande).execute()
    Ligne.insert(ligne.__data__ | {"id": 999, "demande": 999}).execute()
    assert "done 2 times" in dites(confronter(Journal({reserve: FAIT})))


def test_half_of_an_act_is_told(reserve):
    Ligne.delete().execute()
    assert "half written" in dites(confronter(Journal({reserve: INCONNU})))


def test_what_verifier_finds_and_an_answer_that_nobody_should_get_are_told(reserve):
    Seance.update(prises=7).where(Seance.id == reserve.seance).execute()
    assert any(dite.startswith("Places") for dite in dites(confronter(Journal({reserve: FAIT}))))
    assert "500 Traceback" in confronter(Journal(fautes=["500 Traceback"]))
