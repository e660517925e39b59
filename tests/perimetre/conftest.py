"""A second place in the small world, and an agent who has that one alone."""

import pytest

from models import Activite, Affectation, Enfant, Lieu


@pytest.fixture
def ailleurs(monde) -> Lieu:
    """Another place: Marc's only one. The Wednesday centre goes there, and Tomás to its school."""
    lieu = Lieu.create(nom="Centre Prévert")
    Activite.update(lieu=lieu).where(Activite.id == monde.centre.id).execute()
    Enfant.update(ecole=lieu).where(Enfant.id == monde.tomas.id).execute()
    Affectation.create(compte=monde.marc, lieu=lieu)
    return lieu
