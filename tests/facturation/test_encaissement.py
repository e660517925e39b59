"""Money is put to what is due, to the cent; what is left over waits for the next invoice."""

import datetime as dt

import pytest
from peewee import PeeweeException

from models import Evenement, Facture, Imputation, LigneDeFacture, Reglement, db, write_transaction
from portail import clock
from portail.domain import encaissement
from portail.domain.encaissement import Recette
from portail.domain.refus import DejaChange, Refus
from portail.domain.transitions import Acteur
from tests.factures import encaisser, facture, reste
from tests.monde import HIER, LUNDI


@pytest.fixture
def novembre(monde) -> Facture:
    return facture(
        monde.adulte_claire,
        [
            (monde.lea, monde.seance(monde.cantine, HIER), 345),
            (monde.tomas, monde.seance(monde.cantine, HIER), 276),
        ],
    )


@pytest.fixture
def decembre(monde) -> Facture:
    ligne = (monde.lea, monde.seance(monde.cantine, LUNDI), 500)
    return facture(monde.adulte_claire, [ligne], mois=dt.date(2026, 12, 1), echeance=dt.date(2027, 2, 1))


def test_a_receipt_pays_the_invoice_it_is_for_and_is_journalled(monde, novembre, decembre):
    recu = encaisser(monde.adulte_claire, 500, decembre)
    assert (reste(decembre), reste(novembre)) == (0, 621)
    assert Evenement.get(Evenement.objet == "reglement", Evenement.objet_id == recu.id).acte == "encaisser"


def test_what_is_over_pays_the_oldest_then_waits_as_a_credit(monde, novembre, decembre):
    encaisser(monde.adulte_claire, 1_500, decembre)
    assert (reste(decembre), reste(novembre)) == (0, 0)
    assert [c.reste for c in encaissement.credits_de([monde.adulte_claire.id])[monde.adulte_claire.id]] == [
        379
    ]


def test_a_credit_pays_the_next_invoice(monde, novembre):
    encaisser(monde.adulte_claire, 1_000)
    suivante = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 500)])
    with write_transaction():
        encaissement.imputer_les_credits(monde.adulte_claire.id)
    assert reste(suivante) == 121
    assert encaissement.credits_de([monde.adulte_claire.id]) == {}


def test_the_same_key_is_counted_once(monde, novembre):
    recette = Recette("cheque", 300, clock.aujourdhui(), "guichet:1")
    for _ in range(2):
        with write_transaction():
            encaissement.encaisser(Acteur(monde.sophie, "agent"), monde.adulte_claire, recette, [novembre.id])
    assert reste(novembre) == 321
    assert Reglement.select().count() == 1


def test_a_counterpart_makes_due_again_what_it_paid_and_leaves_no_credit(monde, novembre):
    recu = encaisser(monde.adulte_claire, 1_000, novembre)
    with write_transaction():
        encaissement.contrepasser(
            Acteur(monde.sophie, "agent"), recu.id, "Chèque sans provision", clock.aujourdhui()
        )
    assert reste(novembre) == 621
    assert encaissement.credits_de([monde.adulte_claire.id]) == {}
    assert sum(r.montant for r in Reglement.select()) == 0
    with pytest.raises(DejaChange), write_transaction():
        encaissement.contrepasser(Acteur(monde.sophie, "agent"), recu.id, "Encore", clock.aujourdhui())


def test_a_counterpart_needs_its_reason(monde, novembre):
    recu = encaisser(monde.adulte_claire, 100, novembre)
    with pytest.raises(Refus), write_transaction():
        encaissement.contrepasser(Acteur(monde.sophie, "agent"), recu.id, " ", clock.aujourdhui())
    assert reste(novembre) == 521


def test_nothing_issued_nor_received_is_ever_rewritten(monde, novembre):
    encaisser(monde.adulte_claire, 100, novembre)
    for ordre in (
        "UPDATE facture SET total = 1",
        "DELETE FROM facture",
        "UPDATE ligne_de_facture SET montant = 1",
        "DELETE FROM ligne_de_facture",
        "UPDATE reglement SET montant = 1",
        "DELETE FROM reglement",
        "UPDATE imputation SET montant = 1",
        "DELETE FROM imputation",
    ):
        with pytest.raises(PeeweeException, match="ajout seul"), db.atomic():
            db.execute_sql(ordre)
    assert Facture.get_by_id(novembre.id).total == 621
    assert (LigneDeFacture.select().count(), Imputation.select().count()) == (2, 1)


def test_whose_they_are_may_still_change_when_two_files_become_one(monde, novembre):
    Facture.update(famille=monde.dasilva).where(Facture.id == novembre.id).execute()
    assert Facture.get_by_id(novembre.id).famille == monde.dasilva
