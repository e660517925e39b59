"""Which adult an account is: an address may name one, and never puts anybody in their place."""

import pytest

import workflows as w
from models import Abonnement, Compte, Responsable, write_transaction
from portail.domain import champs, dossier, droits, jetons, mon_espace
from tests.actes import abonner, session_de


@pytest.fixture
def bruno(monde) -> Compte:
    """An adult of the file, known by his address, whom nothing links to the children."""
    Responsable.create(famille=monde.moreau, prenom="Bruno", nom="Roy", email="bruno@example.org", rang=3)
    return abonner(monde.moreau, "bruno@example.org")


def permis(compte, monde) -> set[str]:
    """The parts of Léa's sheet that this account may read."""
    droits_ = dossier.droits_sur(compte, monde.moreau, monde.lea)
    return {rubrique for rubrique, siens in droits_.items() if champs.LIRE in siens}


def test_an_adult_without_any_link_has_no_right_and_gains_none_by_no_longer_being_known(monde, bruno):
    assert permis(bruno, monde) == set()
    Compte.update(email="autre@example.org").where(Compte.id == bruno.id).execute()
    assert permis(Compte.get_by_id(bruno.id), monde) == set()
    assert permis(abonner(monde.moreau, "second@example.org"), monde) == set()


def test_an_address_names_nobody_when_another_account_is_that_adult(monde):
    Abonnement.update(responsable=monde.adulte_claire).where(
        Abonnement.compte == monde.claire, Abonnement.famille == monde.moreau
    ).execute()
    Compte.update(email="claire@example.net").where(Compte.id == monde.claire.id).execute()
    autre = abonner(monde.moreau, "famille@example.org")
    assert droits.responsable_de(autre, monde.moreau) is None
    assert not dossier.droits_sur(autre, monde.moreau, monde.adulte_claire)[champs.ADRESSE]


def test_whoever_was_known_by_the_address_that_goes_is_still_that_adult(app, monde):
    claire, session = monde.claire, session_de(monde.claire)
    with write_transaction():
        jeton = jetons.emettre(claire, jetons.ADRESSE, "claire@example.net")
    mon_espace.confirmer_l_adresse(session, jeton)
    apres = Compte.get_by_id(claire.id)
    assert apres.email == "claire@example.net"
    assert droits.responsable_de(apres, monde.moreau) == monde.adulte_claire
    sien = Abonnement.get(Abonnement.compte == claire, Abonnement.statut == w.ACTIF)
    assert sien.responsable_id == monde.adulte_claire.id
