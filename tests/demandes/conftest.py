"""The other parent, with an account of his own: his rights over each child are what the test says."""

import pytest

from models import Compte
from tests.actes import abonner


@pytest.fixture
def julien(monde) -> Compte:
    compte = abonner(monde.moreau, "julien@example.org")
    compte.mot_de_passe = monde.claire.mot_de_passe
    compte.save()
    return compte
