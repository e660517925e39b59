"""The last administrators leave at the same moment: one of them stays."""

import time

import pytest
from peewee import OperationalError

from models import Compte, db, moteur
from portail.domain import personnel
from portail.domain.refus import Interdit, Refus
from tests.actes import session_de
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


def test_of_two_administrators_who_demote_each_other_at_once_one_stays(administrateurs):
    """Whether somebody is an administrator is read once the lock is there."""
    un, autre = administrateurs[:2]
    Compte.update(role="agent").where(Compte.id == administrateurs[2].id).execute()
    sessions = {compte.id: session_de(compte) for compte in (un, autre)}
    issues = ensemble(
        *(
            lambda c=c, qui=qui: personnel.changer_le_role(c.email, "agent", (), par=sessions[qui.id])
            for c, qui in ((un, autre), (autre, un))
        )
    )
    refus = [issue for issue in issues if isinstance(issue, Exception)]
    assert [type(issue) for issue in refus] == [Interdit], issues
    assert en_poste() == 1


def test_without_the_lock_they_demote_each_other_or_get_errors(administrateurs, monkeypatch):
    un, autre = administrateurs[:2]
    Compte.update(role="agent").where(Compte.id == administrateurs[2].id).execute()
    sessions = {compte.id: session_de(compte) for compte in (un, autre)}

    def lire_sans_verrouiller(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids)))}

    def lire_lentement(par):
        acteur = auteur(par)
        time.sleep(0.2)
        return acteur

    auteur = personnel._auteur
    monkeypatch.setattr(personnel, "verrouiller", lire_sans_verrouiller)
    monkeypatch.setattr(personnel, "_auteur", lire_lentement)
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")
    issues = ensemble(
        *(
            lambda c=c, qui=qui: personnel.changer_le_role(c.email, "agent", (), par=sessions[qui.id])
            for c, qui in ((un, autre), (autre, un))
        )
    )
    assert en_poste() == 0 or [issue for issue in issues if isinstance(issue, OperationalError)]
