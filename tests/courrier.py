"""Reading the letter box: the mails written to an address, and the link that one holds."""

import re

from models import Courriel
from portail.domain import courriels
from tests.conftest import ADRESSE


def recus(email: str) -> list[Courriel]:
    """The mails written to this address, oldest first."""
    return list(Courriel.select().where(Courriel.destinataire == email).order_by(Courriel.id))


def lien_recu(email: str, racine: str = ADRESSE) -> str:
    """The path of the link with a token in the last mail to this address."""
    texte = courriels.en_clair(recus(email)[-1])
    trouves = re.findall(
        rf"^{re.escape(racine)}(/(?:compte/activer|mot-de-passe|mon-espace/adresse)/[\w-]{{43}})$",
        texte,
        re.M,
    )
    assert len(trouves) == 1, texte
    return trouves[0]
