"""Fixtures: the commands of the accounts, as typed at the machine."""

import re

import pytest

from models import Compte, Evenement


@pytest.fixture
def taper(app):
    """`taper("fermer", "agent@example.org")`: the result of `flask --app portail compte fermer …`."""

    def lancer(*mots: str):
        return app.test_cli_runner().invoke(args=["compte", *mots])

    return lancer


def lien_dit(sortie: str) -> str:
    """The path of the link that the command prints."""
    (lien,) = re.findall(r"^http://localhost(/mot-de-passe/[\w-]{43})$", sortie, re.M)
    return lien


def actes(compte: Compte) -> list[tuple[str, int | None, str, str]]:
    lignes = Evenement.select().where(Evenement.objet == "compte", Evenement.objet_id == compte.id)
    return [(e.acte, e.auteur_id, e.de, e.vers) for e in lignes.order_by(Evenement.id)]
