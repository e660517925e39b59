"""Whose invoices an account reads: its own, its household's, and nobody else's. Each page says the same."""

import datetime as dt

import pytest

import workflows as w
from models import Facture, LigneDeFacture
from portail import clock
from portail.domain import droits, lecture_factures
from portail.domain.lecture_factures import facture_de
from portail.domain.refus import Introuvable
from tests.facturation.gens import compte_de, lier, separer
from tests.factures import encaisser, facture
from tests.monde import HIER, MAINTENANT


@pytest.fixture
def julien(monde):
    return compte_de(monde, "julien@example.org", "Julien")


@pytest.fixture
def inconnu(monde):
    """An account of the family that no adult of it is known to be."""
    return compte_de(monde, "quelquun@example.org", "Dominique")


def facturer(monde, payeur, *, foyer: bool = True) -> Facture:
    enfant = monde.tomas if payeur == monde.adulte_paulo else monde.lea
    return facture(payeur, [(enfant, monde.seance(monde.cantine, HIER), 345)], foyer=foyer)


def lit(connexion, compte, famille, facture: Facture) -> bool:
    """Whether this account reads it: in the list, by the loader, on each page alike."""
    liste = [f.id for f in lecture_factures.factures(droits.regard(compte, famille))]
    client, ligne = connexion(compte), LigneDeFacture.get(facture=facture)
    pages = [
        client.get(f"/facturation/factures/{facture.id}").status_code,
        client.get(f"/facturation/lignes/{ligne.id}").status_code,
        client.get(f"/facturation/lignes/{ligne.id}", headers={"HX-Request": "true"}).status_code,
    ]
    vu = facture.numero in client.get("/facturation").text
    try:
        assert facture_de(compte, famille, facture.id) == facture
    except Introuvable:
        assert (facture.id in liste, pages, vu) == (False, [404, 404, 404], False)
        return False
    assert (facture.id in liste, pages, vu) == (True, [200, 200, 200], True)
    return True


def test_the_payeur_and_the_household_read_the_household_s_invoice(monde, connexion, julien, inconnu):
    emise = facturer(monde, monde.adulte_claire)
    for compte in (monde.claire, julien, inconnu):
        assert lit(connexion, compte, monde.moreau, emise)


def test_another_family_reads_nothing_of_it(monde, connexion):
    assert not lit(connexion, monde.paulo, monde.dasilva, facturer(monde, monde.adulte_claire))


def test_a_separated_parent_reads_only_what_is_in_their_own_name(monde, connexion, julien, inconnu):
    separer(monde)
    de_claire = facturer(monde, monde.adulte_claire, foyer=False)
    de_julien = facturer(monde, monde.adulte_julien, foyer=False)
    assert lit(connexion, monde.claire, monde.moreau, de_claire)
    assert not lit(connexion, monde.claire, monde.moreau, de_julien)
    assert lit(connexion, julien, monde.moreau, de_julien)
    assert not lit(connexion, julien, monde.moreau, de_claire)
    assert not lit(connexion, inconnu, monde.moreau, de_claire)


def test_a_parent_who_lives_elsewhere_does_not_read_the_household_s(monde, connexion, julien, inconnu):
    separer(monde)
    emise = facturer(monde, monde.adulte_claire)
    assert lit(connexion, monde.claire, monde.moreau, emise)
    assert not lit(connexion, julien, monde.moreau, emise)
    assert not lit(connexion, inconnu, monde.moreau, emise)


@pytest.mark.parametrize("droit", ["information", "retrait", "aucun"])
def test_a_parent_who_does_not_decide_reads_no_invoice_but_their_own(monde, connexion, julien, droit):
    lier(monde, droit, monde.noe)
    assert not lit(connexion, julien, monde.moreau, facturer(monde, monde.adulte_claire))
    assert lit(connexion, julien, monde.moreau, facturer(monde, monde.adulte_julien, foyer=False))


def test_a_share_is_not_read_by_whoever_lives_with_the_payeur(monde, connexion, julien):
    assert not lit(connexion, julien, monde.moreau, facturer(monde, monde.adulte_claire, foyer=False))


@pytest.mark.parametrize("qui", ["sophie", "gestionnaire", "animateur"])
def test_the_staff_has_no_family_s_page(monde, connexion, qui):
    emise = facturer(monde, monde.adulte_claire)
    ligne = LigneDeFacture.get(facture=emise)
    client = connexion(getattr(monde, qui))
    for adresse in ("", f"/factures/{emise.id}", f"/lignes/{ligne.id}"):
        assert client.get(f"/facturation{adresse}").status_code == 403


def test_nobody_reads_an_invoice_without_signing_in(monde, client):
    emise = facturer(monde, monde.adulte_claire)
    assert client.get(f"/facturation/factures/{emise.id}").status_code == 303


def test_the_state_follows_what_is_left_to_pay(monde):
    emise = facturer(monde, monde.adulte_claire)

    def etat(jours: int) -> str:
        with clock.figer(MAINTENANT + dt.timedelta(days=jours)):
            return lecture_factures.celles(Facture.id == emise.id)[0].etat.code

    assert [etat(jours) for jours in (0, 30, 31)] == [w.A_PAYER, w.A_PAYER, w.EN_RETARD]
    encaisser(monde.adulte_claire, 345, emise)
    assert [etat(jours) for jours in (0, 31)] == [w.PAYEE, w.PAYEE]
