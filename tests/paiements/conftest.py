"""The town takes payments online: PayFiP on the loopback, invoices to pay."""

from collections.abc import Iterator

import pytest

import workflows as w
from models import Abonnement, Compte, Facture
from portail.demo.payfip import Simulateur
from portail.payfip import Client
from tests.factures import facture, regler
from tests.monde import HIER, LUNDI, MAINTENANT
from tests.payfip import PATIENCE, PORTAIL, servir


@pytest.fixture
def payfip(tmp_path) -> Simulateur:
    """PayFiP, as the demonstration plays it."""
    return Simulateur(tmp_path / "payfip.sqlite3", PORTAIL)


@pytest.fixture
def service(payfip) -> Iterator[Client]:
    """The way to it."""
    with servir(payfip) as adresse:
        yield Client(adresse, delai=PATIENCE)


@pytest.fixture
def novembre(monde) -> Facture:
    """6,21 €, in the name of Claire, of the household."""
    regler()
    return facture(
        monde.adulte_claire,
        [
            (monde.lea, monde.seance(monde.cantine, HIER), 345),
            (monde.noe, monde.seance(monde.cantine, HIER), 276),
        ],
    )


@pytest.fixture
def decembre(monde, novembre) -> Facture:
    """5,00 €, due later."""
    ligne = (monde.lea, monde.seance(monde.cantine, LUNDI), 500)
    return facture(monde.adulte_claire, [ligne], echeance=novembre.echeance.replace(year=2027))


@pytest.fixture
def julien(monde) -> Compte:
    """The account of the other adult of the household."""
    compte = Compte.create(
        email="julien@example.org",
        prenom="Julien",
        nom="Moreau",
        role="famille",
        mot_de_passe=monde.claire.mot_de_passe,
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
    )
    Abonnement.create(compte=compte, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    return compte
