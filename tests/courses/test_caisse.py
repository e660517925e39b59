"""The same invoice is paid at the counter and online at once: never below zero, the rest is a credit."""

import threading

import pytest
from peewee import IntegrityError

from models import Reglement, Responsable, Solde, write_transaction
from portail import clock
from portail.domain import caisse, encaissement
from portail.domain.caisse import Apport
from portail.domain.encaissement import Recette
from portail.domain.refus import DejaChange
from portail.domain.transitions import SYSTEME
from tests.courses.coureurs import PATIENCE, manches, peupler
from tests.factures import facture
from tests.invariants import fautes
from tests.monde import HIER

DUELS = 20
DU = 1_000


@pytest.fixture(autouse=True)
def installation(app):
    """The acts read the keys and the address of the installation."""


def au_guichet(monde, payeur: Responsable, due: int) -> None:
    apport = Apport(payeur.id, DU, "cheque", clock.aujourdhui(), "", (due,), f"guichet-numero-{payeur.id}")
    caisse.encaisser(monde.sophie, payeur.famille_id, apport)


def en_ligne(payeur: Responsable, due: int, cle: str = "payfip") -> None:
    with write_transaction():
        recette = Recette("payfip", DU, clock.aujourdhui(), f"{cle}:{payeur.id}")
        encaissement.encaisser(SYSTEME, payeur, recette, [due])


def jouer(monde, premier=au_guichet) -> list[tuple]:
    """Duels, an invoice each. Gives what came of each at the counter, and online."""
    foyers, seance = peupler(monde.cantine, DUELS), monde.seance(monde.cantine, HIER)
    adultes = [Responsable.get(Responsable.famille == foyer.famille) for foyer in foyers]
    dues = [facture(a, [(f.enfant, seance, DU)]).id for a, f in zip(adultes, foyers, strict=True)]
    couples = list(zip(adultes, dues, strict=True))
    issues = manches(
        [
            [lambda a=a, d=d: premier(monde, a, d) for a, d in couples],
            [lambda a=a, d=d: en_ligne(a, d) for a, d in couples],
        ]
    )
    return list(zip(*issues, strict=True))


def test_the_money_that_came_online_is_never_lost_and_nothing_goes_below_zero(monde):
    duels = jouer(monde)
    assert all(online is None for _, online in duels)
    assert all(guichet is None or isinstance(guichet, DejaChange) for guichet, _ in duels)
    assert [solde.reste for solde in Solde.select()] == [0] * DUELS
    deux = sum(guichet is None for guichet, _ in duels)
    assert Reglement.select().count() == DUELS + deux
    payeurs = [r.payeur_id for r in Reglement.select()]
    credits_ = encaissement.credits_de(payeurs)
    assert sum(c.reste for siens in credits_.values() for c in siens) == DU * deux
    assert fautes() == []


@pytest.mark.parametrize(
    "url_de_base", ["postgresql"], indirect=True
)  # on SQLite the transaction is the lock
def test_without_the_lock_money_that_came_is_refused(monde, monkeypatch):
    tous_ont_lu = threading.Barrier(2)

    def sans_verrou(modele, ids):
        lues = {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids) or [0]))}
        if modele is Solde:
            tous_ont_lu.wait(PATIENCE)  # neither has written anything that the other could read
        return lues

    monkeypatch.setattr(encaissement, "verrouiller", sans_verrou)
    duels = jouer(monde, lambda _, payeur, due: en_ligne(payeur, due, "autre"))
    assert any(isinstance(issue, DejaChange | IntegrityError) for duel in duels for issue in duel)
