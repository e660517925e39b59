"""Whose invoices an account reads: its own, its household's, and nobody else's."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Compte, Facture, LienParental, Responsable, Solde
from portail import clock
from portail.domain import droits, lecture_factures, payeurs
from portail.domain.lecture_factures import facture_de
from portail.domain.refus import Introuvable
from tests.monde import MAINTENANT


def facturer(payeur: Responsable, rang: int, *, foyer: bool = True, total: int = 14820) -> Facture:
    facture = Facture.create(
        exercice=2026,
        rang=rang,
        famille=payeur.famille_id,
        payeur=payeur,
        foyer=foyer,
        destinataire=payeur.nom_complet,
        mois=dt.date(2026, 11, 1),
        emise_le=clock.maintenant(),
        echeance=dt.date(2026, 12, 15),
        total=total,
    )
    Solde.create(facture=facture, payeur=payeur, echeance=facture.echeance, reste=total)
    return facture


def compte_de(monde, email: str, prenom: str) -> Compte:
    compte = Compte.create(
        email=email,
        prenom=prenom,
        nom="Moreau",
        role="famille",
        mot_de_passe=monde.claire.mot_de_passe,
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
    )
    Abonnement.create(compte=compte, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    return compte


@pytest.fixture
def julien(monde) -> Compte:
    return compte_de(monde, "julien@example.org", "Julien")


@pytest.fixture
def sans_lien(monde) -> Compte:
    """An account of the family that no adult of it is known to be."""
    return compte_de(monde, "quelquun@example.org", "Dominique")


def lit(compte, famille, facture) -> bool:
    lues = lecture_factures.factures(droits.regard(compte, famille))
    du = (facture.famille_id, facture.payeur_id, facture.foyer)
    ecrit_a = compte in payeurs.lecteurs([du])[du]
    assert ecrit_a == (
        facture.id in [f.id for f in lues]
    )  # whom a mail about it goes to reads it, and no other
    try:
        assert facture_de(compte, famille, facture.id) == facture
    except Introuvable:
        assert facture.id not in [f.id for f in lues]
        return False
    assert facture.id in [f.id for f in lues]
    return True


def separer(monde) -> None:
    Responsable.update(voie="3 rue des Lilas", commune="Ailleurs").where(
        Responsable.id == monde.adulte_julien.id
    ).execute()
    Responsable.update(voie="12 rue du Port", commune="Saint-Alban-sur-Loire").where(
        Responsable.id == monde.adulte_claire.id
    ).execute()


def test_the_payeur_and_the_household_read_the_household_s_invoice(monde, julien, sans_lien):
    facture = facturer(monde.adulte_claire, 1)
    for compte in (monde.claire, julien, sans_lien):
        assert lit(compte, monde.moreau, facture)


def test_another_family_reads_nothing_of_it(monde):
    facture = facturer(monde.adulte_claire, 1)
    assert not lit(monde.paulo, monde.dasilva, facture)


def test_a_separated_parent_reads_only_what_is_in_their_own_name(monde, julien, sans_lien):
    separer(monde)
    de_claire = facturer(monde.adulte_claire, 1, foyer=False)
    de_julien = facturer(monde.adulte_julien, 2, foyer=False)
    du_foyer = facturer(monde.adulte_claire, 3)
    assert [lit(monde.claire, monde.moreau, f) for f in (de_claire, de_julien, du_foyer)] == [
        True,
        False,
        True,
    ]
    assert [lit(julien, monde.moreau, f) for f in (de_claire, de_julien, du_foyer)] == [False, True, False]
    assert not any(lit(sans_lien, monde.moreau, f) for f in (de_claire, de_julien, du_foyer))


@pytest.mark.parametrize("droit", ["information", "retrait", "aucun"])
def test_a_parent_who_does_not_decide_reads_no_invoice_but_their_own(monde, julien, droit):
    LienParental.update(droit=droit).where(
        LienParental.responsable == monde.adulte_julien, LienParental.enfant == monde.noe
    ).execute()
    assert not lit(julien, monde.moreau, facturer(monde.adulte_claire, 1))
    assert lit(julien, monde.moreau, facturer(monde.adulte_julien, 2, foyer=False))


def test_a_share_is_not_read_by_whoever_lives_with_the_payeur(monde, julien):
    assert not lit(julien, monde.moreau, facturer(monde.adulte_claire, 1, foyer=False))


def test_the_state_follows_what_is_left_to_pay(monde):
    facture = facturer(monde.adulte_claire, 1)
    assert lecture_factures.vue(facture).etat.code == w.A_PAYER
    with clock.figer(MAINTENANT + dt.timedelta(days=14)):
        assert lecture_factures.vue(facture).etat.code == w.A_PAYER
    with clock.figer(MAINTENANT + dt.timedelta(days=15)):
        assert lecture_factures.vue(facture).etat.code == w.EN_RETARD
    Solde.update(reste=0).execute()
    assert lecture_factures.vue(facture).etat.code == w.PAYEE
