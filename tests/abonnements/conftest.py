"""Fixtures: Nadège, whose account is subscribed to nothing, and the codes of letters."""

import datetime as dt

import pytest

from models import Abonnement, CodeAbonne, Compte
from portail import clock
from portail.domain import codes
from tests.formulaires import poster
from tests.monde import MAINTENANT

ADRESSE = "/mon-espace/abonnements"
SECRETS = ("Moreau", "Claire", "Léa", "Noé", "Inès", "104582")
"""Words of the family file: none stands in a page before the subscription is active."""


@pytest.fixture
def nadege(monde) -> Compte:
    return nouveau_compte(monde, "Nadège", "nadege@example.org")


def nouveau_compte(monde, prenom: str, email: str) -> Compte:
    """An account of the families, activated, without any family file, with the password of all the others."""
    return Compte.create(
        email=email,
        prenom=prenom,
        nom="Petit",
        role="famille",
        mot_de_passe=monde.claire.mot_de_passe,
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
    )


def lettre(famille, **changements) -> str:
    """The code that a letter to this family holds, as it is printed."""
    code = codes.tirer()
    valeurs = {
        "famille": famille,
        "empreinte": codes.empreinte(code),
        "scelle": "-",
        "cree_le": MAINTENANT,
        "expire_le": MAINTENANT + dt.timedelta(days=90),
    }
    CodeAbonne.create(**valeurs | changements)
    return codes.presenter(code)


def abonnement_de(compte: Compte) -> Abonnement:
    return Abonnement.get(Abonnement.compte == compte)


@pytest.fixture
def chez_nadege(connexion, nadege):
    return connexion(nadege)


@pytest.fixture
def saisir(chez_nadege):
    """`saisir(code, naissance)`: the form of « M’abonner », sent by Nadège."""

    def envoyer(code: str, naissance: str = "", **entetes):
        return poster(chez_nadege, ADRESSE, {"code": code, "naissance": naissance}, headers=entetes)

    return envoyer


def plus_tard(**duree):
    return clock.figer(MAINTENANT + dt.timedelta(**duree))
