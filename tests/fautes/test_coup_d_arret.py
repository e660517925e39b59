"""Every process of the server killed at once, while families book: what they were told is done is done.

Retried, what was not answered is done once. The last tests are of servers that are wrong: they must lose.
"""

import itertools
import random
import time
from collections.abc import Sequence

import pytest

from tests.conftest import fermer
from tests.fautes.charge import FAIT, INCONNU, Charge, Journal, reprendre
from tests.fautes.constat import PERDU, SANS_COURRIEL, confronter
from tests.repetitions import manches

MANCHES = manches(2, 100)
SQLITE = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)


def tuer_en_charge(
    service, voeux, hasard: random.Random, sabotage: str = "", au_moins: int = 5, sans_reponse: Sequence = ()
) -> tuple[Journal, Journal]:
    """Start, ask again for what had no answer, let families book, kill at any moment: what all were told."""
    service.demarrer(sabotage)
    repris = reprendre(service.port, sans_reponse)
    with Charge(service.port, voeux) as charge:
        charge.attendre_encore(au_moins)
        time.sleep(hasard.uniform(0, 0.6))
        service.tuer()
    fermer()
    return repris, charge.journal


def test_killed_under_load_nothing_acknowledged_is_lost_and_a_retry_is_done_once(service, voeux):
    hasard, faits, repetes, sans_reponse = random.Random(1), 0, 0, []
    for _ in range(MANCHES):
        repris, journal = tuer_en_charge(service, voeux, hasard, sans_reponse=sans_reponse)
        assert set(repris.de(FAIT)) == set(sans_reponse)
        assert confronter(repris, journal) == []
        faits, repetes = faits + journal.combien(FAIT), repetes + len(sans_reponse)
        sans_reponse = journal.de(INCONNU)
    print(f"kill -9 × {MANCHES}: {faits} acknowledged, 0 lost; {repetes} unanswered, done once on retry")


@SQLITE
@pytest.mark.parametrize(("sabotage", "faute"), [("repond_avant", PERDU), ("courriel_apart", SANS_COURRIEL)])
def test_a_server_that_is_wrong_is_seen_to_lose(service, voeux, sabotage, faute):
    """It answers before it commits; its mails are written outside of the transaction."""
    hasard = random.Random(1)
    for manche in itertools.count(1):
        fautes = confronter(*tuer_en_charge(service, voeux, hasard, sabotage, au_moins=20))
        if any(f.startswith(faute) for f in fautes):
            break
        assert manche < 5, "the control loses nothing: the comparison would see nothing"
