"""The codes are those of RFC 6238, at the time of the town's clock."""

import base64
import datetime as dt

import pytest

from models import SecondFacteur
from portail import clock
from portail.domain import coffre, second_facteur
from portail.domain.refus import Refus

SECRET = base64.b32encode(b"12345678901234567890").decode()
"""The secret of appendix B, for SHA-1."""
VECTEURS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
"""Its table, the last six digits of eight: what a phone shows."""


@pytest.mark.parametrize(("secondes", "code"), VECTEURS)
def test_the_codes_of_the_standard_are_accepted_at_their_second(app, connexion, monde, secondes, code):
    connexion(monde.sophie)
    session = monde.sophie.sessions.get()
    SecondFacteur.create(compte=monde.sophie, scelle=coffre.sceller(SECRET), actif_depuis=clock.maintenant())
    with clock.figer(dt.datetime.fromtimestamp(secondes, dt.UTC)):
        with pytest.raises(Refus):
            second_facteur.donner(session, "000000")
        assert second_facteur.donner(session, code)
        assert SecondFacteur.get().dernier_pas == secondes // 30
        with pytest.raises(Refus):
            second_facteur.donner(session, code)
