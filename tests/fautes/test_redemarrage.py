"""The service is restarted while families book, as for an update: what was begun is ended, nothing is lost.

Where `systemd` holds the address (a `.socket` unit), who comes meanwhile waits, and is answered. Otherwise
the few who had come but were not yet let in are cut, and ask again.
"""

import random
import time

import pytest

from tests.conftest import fermer
from tests.fautes.charge import CLIENTS, FAIT, INCONNU, Charge, reprendre
from tests.fautes.constat import confronter
from tests.repetitions import manches

MANCHES = manches(1, 10)


def redemarrer_en_charge(service, voeux, hasard: random.Random) -> tuple[int, list[str]]:
    """How many were acknowledged, and what cut those that had no answer."""
    with Charge(service.port, voeux, gardees=False) as charge:
        charge.attendre_encore(5)
        time.sleep(hasard.uniform(0, 0.5))
        assert service.arreter() == 0
        service.demarrer()
        charge.attendre_encore(5)
    assert confronter(charge.journal) == []
    assert charge.renvoyes == 0
    sans_reponse = charge.journal.de(INCONNU)
    repris = reprendre(service.port, sans_reponse)
    assert set(repris.de(FAIT)) == set(sans_reponse)
    assert confronter(repris) == []
    fermer()
    return charge.faits, charge.journal.coupures


def test_restarted_under_load_it_ends_what_it_began_and_loses_nothing(service, voeux):
    hasard = random.Random(1)
    service.demarrer()
    bilans = [redemarrer_en_charge(service, voeux, hasard) for _ in range(MANCHES)]
    faits, coupures = sum(faits for faits, _ in bilans), [c for _, siennes in bilans for c in siennes]
    assert len(coupures) <= CLIENTS * MANCHES, "those who had come and were not let in"
    print(f"restart × {MANCHES}: {faits} acknowledged, 0 lost; {len(coupures)} unanswered, done on retry")


def test_where_the_address_is_held_everybody_is_answered(service, voeux):
    hasard = random.Random(1)
    service.tenir_la_prise()
    service.demarrer()
    bilans = [redemarrer_en_charge(service, voeux, hasard) for _ in range(MANCHES)]
    assert [coupure for _, siennes in bilans for coupure in siennes] == []
    faits = sum(faits for faits, _ in bilans)
    print(f"restart × {MANCHES}, address held: {faits} acknowledged, 0 lost, 0 unanswered")


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_killed_instead_it_is_seen_not_to_end_what_it_began(service, voeux):
    """The control: a stop that does not wait leaves requests without an answer, even there."""
    service.tenir_la_prise()
    service.demarrer()
    with Charge(service.port, voeux) as charge:
        charge.attendre_encore(5)
        service.tuer()
    assert charge.journal.combien(INCONNU) > 0
