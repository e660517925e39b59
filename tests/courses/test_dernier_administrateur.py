"""The last administrators leave at the same moment: one of them stays."""

import time

import pytest
from peewee import OperationalError

from models import Compte, db, moteur
from portail.domain import personnel
from portail.domain.refus import Refus
from tests.courses.coureurs import ensemble

DEPARTS = {
    "demoted": lambda compte: personnel.changer_le_role(compte.email, "agent"),
    "closed": lambda compte: personnel.fermer(compte.email),
}


@pytest.fixture
def administrateurs(app, monde):
    trouves = [monde.sophie, monde.marc, monde.gestionnaire]
    Compte.update(role="administrateur").where(Compte.id.in_([c.id for c in trouves])).execute()
    return trouves


def en_poste() -> int:
    return Compte.select().where(Compte.role == "administrateur", Compte.actif).count()


@pytest.mark.parametrize("depart", DEPARTS)
def test_of_the_last_administrators_who_leave_at_once_one_stays(administrateurs, depart):
    issues = ensemble(*(lambda c=c: DEPARTS[depart](c) for c in administrateurs))
    refus = [issue for issue in issues if isinstance(issue, Exception)]
    assert [type(issue) for issue in refus] == [Refus], issues
    assert "dernier compte administrateur" in refus[0].phrase
    assert en_poste() == 1


def test_without_the_lock_nobody_stays_or_people_get_errors(administrateurs, monkeypatch):
    def lire_sans_verrouiller(modele, ids):
        lus = {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids)))}
        time.sleep(0.2)
        return lus

    monkeypatch.setattr(personnel, "verrouiller", lire_sans_verrouiller)
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")
    issues = ensemble(*(lambda c=c: personnel.fermer(c.email) for c in administrateurs))
    assert en_poste() == 0 or [issue for issue in issues if isinstance(issue, OperationalError)]
