"""What the tests of the family file share."""

import pytest

from models import Modele
from portail.domain import champs


def poser(fiche: Modele, **textes: str) -> None:
    """The file holds these texts, as if the town had written them."""
    for nom, texte in textes.items():
        champ = champs.champ(fiche._meta.table_name, nom)
        assert champ, nom
        actuelle = type(fiche).get_by_id(fiche.id)
        type(fiche).update(**champs.poser(actuelle, champ, texte)).where(type(fiche).id == fiche.id).execute()


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)
