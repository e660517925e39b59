"""Fixtures: somebody who has no account yet."""

import pytest

from tests.formulaires import poster

EMAIL = "nadege.petit@example.org"
CHOISI = "cerise plume orage"
NADEGE = {"nom": "Petit", "prenom": "Nadège", "email": EMAIL, "mot_de_passe": CHOISI}


@pytest.fixture
def creer(client, monde):
    """`creer(email=…)`: the form of Nadège, sent with these changes."""

    def envoyer(**changements):
        return poster(client, "/compte/creer", NADEGE | changements)

    return envoyer


@pytest.fixture
def entrer(client, monde):
    """`entrer(email, mot_de_passe)`: the answer of the sign-in form."""

    def essayer(email: str = EMAIL, mot_de_passe: str = CHOISI):
        return poster(client, "/connexion", {"email": email, "mot_de_passe": mot_de_passe})

    return essayer
