import pytest

from models import Activite, Affectation, Enfant, Lieu
from portail.domain import champs


@pytest.fixture
def ailleurs(monde) -> Lieu:
    """Another place, Marc's and Yann's only one: the Wednesday centre is there."""
    lieu = Lieu.create(nom="Centre Prévert")
    Activite.update(lieu=lieu).where(Activite.id == monde.centre.id).execute()
    for compte in (monde.marc, monde.animateur):
        Affectation.create(compte=compte, lieu=lieu)
    return lieu


@pytest.fixture
def soigner():
    """`soigner(monde.lea, regime="sans_porc")`: what is sealed on the sheet of this child."""

    def sceller(enfant: Enfant, **boite: str) -> None:
        Enfant.update(sante=champs.fermer(boite)).where(Enfant.id == enfant.id).execute()

    return sceller
