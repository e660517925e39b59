"""Fixtures: two invoices of Claire’s, the older one late."""

import datetime as dt

import pytest

from models import Facture
from tests.factures import facture
from tests.monde import HIER, LUNDI
from tests.prelevements import rattacher


@pytest.fixture(autouse=True)
def installation(app):
    """The acts read the keys and the address of the installation."""


@pytest.fixture
def octobre(monde) -> Facture:
    rattacher(monde)
    ligne = (monde.lea, monde.seance(monde.cantine, HIER), 6_000)
    return facture(monde.adulte_claire, [ligne], mois=dt.date(2026, 10, 1), echeance=dt.date(2026, 11, 20))


@pytest.fixture
def novembre(monde, octobre) -> Facture:
    return facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, LUNDI), 8_820)])
