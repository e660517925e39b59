"""An invoice of the Moreau family: three lines of Léa's and Noé's, at the canteen and after school."""

import pytest

from models import Compte, Demande, Facture, LigneDeFacture
from portail.domain import contestations
from tests.actes import abonner
from tests.factures import facture
from tests.monde import HIER


@pytest.fixture
def julien(monde) -> Compte:
    """The other adult of the household, with an account of his own."""
    compte = abonner(monde.moreau, "julien@example.org")
    compte.mot_de_passe = monde.claire.mot_de_passe
    compte.save()
    return compte


@pytest.fixture
def emise(monde) -> Facture:
    cantine, soir = monde.seance(monde.cantine, HIER), monde.seance(monde.soir, HIER)
    return facture(
        monde.adulte_claire, [(monde.lea, cantine, 345), (monde.noe, cantine, 276), (monde.lea, soir, 120)]
    )


@pytest.fixture
def facturees(emise) -> list[LigneDeFacture]:
    return list(emise.lignes.order_by(LigneDeFacture.rang))


@pytest.fixture
def contester(monde, facturees):
    """Claire contests these lines of her invoice, by their rank from 0; the first one by default."""

    def faire(*rangs: int, texte: str = "Léa n’était pas là.") -> Demande:
        premiere, *autres = [facturees[rang].id for rang in rangs or (0,)]
        return contestations.contester(monde.claire, monde.moreau, premiere, autres, texte)

    return faire
