"""Julien: the adult whose right over Léa each test sets. Over Noé it is full; over Inès he has none.

What he may not read must not come by a brother. Claire has the full right over her three children.
"""

import pytest

import workflows as w
from models import Abonnement, Compte
from tests.droits.table import lier
from tests.monde import MAINTENANT


@pytest.fixture
def julien(app, monde) -> Compte:
    """Julien, with an account of his own, known by the address of his sheet."""
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
    lier(monde, "aucun", monde.ines)
    return compte
