"""Fixtures: Claire has signed, and owes two invoices."""

import datetime as dt

import pytest

from models import Facture, Mandat
from tests.factures import facture
from tests.monde import HIER, LUNDI
from tests.prelevements import rattacher, signer


@pytest.fixture(autouse=True)
def installation(app):
    """The acts read the keys and the address of the installation."""


@pytest.fixture
def mandat(monde) -> Mandat:
    rattacher(monde)
    return signer(monde)


@pytest.fixture
def octobre(monde, mandat) -> Facture:
    ligne = (monde.lea, monde.seance(monde.cantine, HIER), 6_000)
    return facture(monde.adulte_claire, [ligne], mois=dt.date(2026, 10, 1), echeance=dt.date(2026, 11, 20))


@pytest.fixture
def novembre(monde, octobre) -> Facture:
    return facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 8_820)])
