"""Fixtures: Julien, the other adult of the Moreau family, and what a letter shows."""

import re

import pytest

from models import Abonnement, Compte, Famille, Responsable
from tests.monde import MAINTENANT


@pytest.fixture(autouse=True)
def installation(app):
    """The acts read the keys and the address of the installation."""


@pytest.fixture
def claire_adulte(monde) -> Responsable:
    return Responsable.get(Responsable.famille == monde.moreau)


@pytest.fixture
def julien(monde) -> Responsable:
    """The other adult of the family, without an account nor an address."""
    Responsable.update(email="").where(Responsable.id == monde.adulte_julien.id).execute()
    return monde.adulte_julien


@pytest.fixture
def abonnement(monde, claire_adulte) -> Abonnement:
    """Claire's, known to be hers."""
    Abonnement.update(responsable=claire_adulte).where(Abonnement.compte == monde.claire).execute()
    return Abonnement.get(Abonnement.compte == monde.claire)


@pytest.fixture
def abonner_un_agent():
    """`abonner_un_agent(monde.sophie, monde.moreau)`: from now on it is her own family."""

    def faire(agent: Compte, famille: Famille, statut: str = "actif") -> None:
        Abonnement.create(compte=agent, famille=famille, statut=statut, cree_le=MAINTENANT)

    return faire


@pytest.fixture
def code_imprime():
    """`code_imprime(page)`: the code that a letter shows, the only one."""

    def lire(page: str) -> str:
        (code,) = set(re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b", page))
        return code

    return lire
