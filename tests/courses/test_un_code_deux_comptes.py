"""Accounts that use the same code at the same moment: one of them is subscribed, the others are refused."""

import time

import pytest
from peewee import OperationalError

import workflows as w
from models import Abonnement, CodeAbonne, Compte, EchecConnexion, Evenement, db, moteur
from portail.domain import abonnements
from portail.domain.abonnements import DejaAbonne
from portail.domain.refus import Refus
from tests.abonnements.conftest import lettre, nouveau_compte
from tests.courses.coureurs import ensemble, manches

COUREURS, MANCHES = 8, 20


def coureurs(monde) -> list[Compte]:
    return [nouveau_compte(monde, "Karim", f"karim{n}@example.org") for n in range(COUREURS)]


def abonnes(monde) -> int:
    """How many of the runners are subscribed to the Moreau file."""
    siens = Abonnement.select().join(Compte).where(Compte.email.startswith("karim"))
    return siens.where(Abonnement.famille == monde.moreau).count()


def ruee(monde) -> list:
    comptes, code = coureurs(monde), lettre(monde.moreau)
    return ensemble(*[lambda c=c: abonnements.s_abonner(c, code) for c in comptes])


def test_a_code_subscribes_one_account_whoever_comes_at_the_same_moment(monde):
    issues = ruee(monde)
    (gagnant,) = [issue for issue in issues if isinstance(issue, Abonnement)]
    refus = [issue for issue in issues if issue is not gagnant]
    assert {type(raison) for raison in refus} == {Refus}
    assert {raison.phrase[:40] for raison in refus} == {"Ces informations ne permettent pas de vo"}
    assert CodeAbonne.get().abonnement_id == gagnant.id
    assert abonnes(monde) == 1
    assert Evenement.select().where(Evenement.acte == "code_refuse").count() == COUREURS - 1


def test_in_twenty_duels_each_code_has_one_winner(monde):
    un, deux = coureurs(monde)[:2]
    lettres = [lettre(monde.moreau) for _ in range(MANCHES)]

    def essayer(compte, code):
        try:
            return abonnements.s_abonner(compte, code).id
        except DejaAbonne:
            return "deja"
        except Refus:
            return None

    def tour(compte, code):
        Abonnement.update(statut=w.RESILIE).where(Abonnement.compte == compte).execute()
        EchecConnexion.delete().execute()
        return essayer(compte, code)

    issues = manches([[lambda c=c, code=code: tour(c, code) for code in lettres] for c in (un, deux)])
    codes = CodeAbonne.select().order_by(CodeAbonne.id)
    for paire, ligne in zip(zip(*issues, strict=True), codes, strict=True):
        gagnants = [issue for issue in paire if isinstance(issue, int)]
        assert gagnants == [ligne.abonnement_id], paire


def test_the_same_person_in_two_tabs_is_subscribed_once(monde):
    (compte, *_), lettres = coureurs(monde), [lettre(monde.moreau) for _ in range(4)]
    issues = ensemble(*[lambda code=code: abonnements.s_abonner(compte, code) for code in lettres])
    assert sorted(type(issue).__name__ for issue in issues) == ["Abonnement"] + ["DejaAbonne"] * 3
    assert CodeAbonne.select().where(CodeAbonne.abonnement.is_null(False)).count() == 1


# ——— the same without the count of rows: it must lose, or the race above proves nothing ———


@pytest.fixture
def sans_compter(base, monkeypatch):
    """The code is written over, whoever had it; the others are given time between the reading and that."""

    def prendre(ligne, abonnement) -> bool:
        time.sleep(0.2)
        CodeAbonne.update(abonnement=abonnement).where(CodeAbonne.id == ligne.id).execute()
        return True

    monkeypatch.setattr(abonnements, "_prendre", prendre)
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")


def test_without_counting_the_rows_one_code_subscribes_several_or_people_get_errors(monde, sans_compter):
    issues = ruee(monde)
    if moteur() == "postgresql":
        assert abonnes(monde) > 1
    else:  # a transaction that has read cannot write once another has: SQLite fails rather than give twice
        assert [issue for issue in issues if isinstance(issue, OperationalError)]
