"""An avoir takes back lines of an invoice: it pays what is left of it, and never more than the line."""

import pytest

from models import Affectation, Facture, LigneDeFacture
from portail.domain import avoirs, encaissement
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.factures import encaisser, facture, reste
from tests.monde import HIER, LUNDI


@pytest.fixture
def emise(monde) -> Facture:
    return facture(
        monde.adulte_claire,
        [
            (monde.lea, monde.seance(monde.cantine, HIER), 345),
            (monde.tomas, monde.seance(monde.cantine, HIER), 276),
        ],
    )


@pytest.fixture
def ligne(emise) -> LigneDeFacture:
    return LigneDeFacture.get(LigneDeFacture.facture == emise, LigneDeFacture.rang == 1)


def test_a_line_taken_back_is_no_longer_due(monde, emise, ligne):
    avoir = avoirs.emettre(monde.sophie, emise.id, {ligne.id: 345}, "Léa n’est pas venue.")
    assert (avoir.total, avoir.origine_id, avoir.rang) == (-345, emise.id, emise.rang + 1)
    assert reste(emise) == 276
    (reprise,) = avoir.lignes
    assert (reprise.montant, reprise.origine_id, reprise.libelle) == (-345, ligne.id, ligne.libelle)


def test_of_a_paid_invoice_it_pays_what_else_is_due_then_is_a_credit(monde, emise, ligne):
    encaisser(monde.adulte_claire, 621, emise)
    autre = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 100)])
    avoirs.emettre(monde.sophie, emise.id, {ligne.id: 345}, "Erreur de pointage")
    assert reste(autre) == 0
    (credit,) = encaissement.credits_de([monde.adulte_claire.id])[monde.adulte_claire.id]
    assert credit.reste == 245


def test_a_line_may_be_taken_back_twice_never_beyond_what_it_was(monde, emise, ligne):
    avoirs.emettre(monde.sophie, emise.id, {ligne.id: 200}, "En partie")
    avoirs.emettre(monde.sophie, emise.id, {ligne.id: 145}, "Le reste")
    with pytest.raises(Refus, match="dépasser"):
        avoirs.emettre(monde.sophie, emise.id, {ligne.id: 1}, "De trop")
    assert reste(emise) == 276


@pytest.mark.parametrize("montant", [0, -1, 346])
def test_an_amount_that_the_line_does_not_hold_is_refused(monde, emise, ligne, montant):
    with pytest.raises(Refus):
        avoirs.emettre(monde.sophie, emise.id, {ligne.id: montant}, "Motif")


def test_it_says_why(monde, emise, ligne):
    with pytest.raises(Refus) as refus:
        avoirs.emettre(monde.sophie, emise.id, {ligne.id: 345}, "  ")
    assert refus.value.champ == "motif"


def test_a_line_of_another_invoice_does_not_exist_on_this_one(monde, emise, ligne):
    autre = facture(monde.adulte_paulo, [(monde.lea, monde.seance(monde.cantine, LUNDI), 100)])
    with pytest.raises(Introuvable):
        avoirs.emettre(monde.sophie, autre.id, {ligne.id: 100}, "Motif")


def test_an_avoir_is_not_taken_back(monde, emise, ligne):
    avoir = avoirs.emettre(monde.sophie, emise.id, {ligne.id: 345}, "Motif")
    with pytest.raises(Refus):
        avoirs.emettre(monde.sophie, avoir.id, {avoir.lignes.get().id: 1}, "Motif")


def test_neither_a_family_nor_an_animateur_nor_an_agent_of_some_places(monde, emise, ligne):
    for compte in (monde.claire, monde.animateur):
        with pytest.raises(Interdit):
            avoirs.emettre(compte, emise.id, {ligne.id: 345}, "Motif")
    Affectation.create(compte=monde.sophie, lieu=monde.cantine.lieu)
    with pytest.raises(Introuvable):
        avoirs.emettre(monde.sophie, emise.id, {ligne.id: 345}, "Motif")
    assert reste(emise) == 621
