"""The service is restarted while families book, as for an update: what was begun is ended, nothing is lost.

Where `systemd` holds the address (`deploy/portail.socket`), who comes meanwhile waits, and is answered.
Otherwise nobody listens for a while, the few who had come but were not let in are cut, and all ask again.
"""

import random
import time

import pytest

from tests.conftest import fermer
from tests.fautes.charge import CLIENTS, FAIT, INCONNU, Charge, Journal, reprendre
from tests.fautes.constat import confronter
from tests.fautes.service import Gunicorn, Service
from tests.repetitions import manches

MANCHES = manches(1, 10)


def redemarrer_en_charge(service, voeux, hasard: random.Random) -> Journal:
    """What the families were told, once those that had no answer have asked again."""
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
    return charge.journal


def dire(journaux: list[Journal], quoi: str) -> None:
    faits, sans = (sum(j.combien(issue) for j in journaux) for issue in (FAIT, INCONNU))
    closes, attente = sum(j.portes_closes for j in journaux), max(max(j.attentes) for j in journaux)
    print(
        f"{quoi} × {MANCHES}: {faits} acknowledged, 0 lost; {sans} unanswered, done on retry; "
        f"nobody listened {closes} times; the longest answer took {attente:.1f} s"
    )


def test_restarted_under_load_it_ends_what_it_began_and_loses_nothing(service, voeux):
    """And who comes meanwhile finds nobody: what the next test is compared with."""
    hasard = random.Random(1)
    service.demarrer()
    journaux = [redemarrer_en_charge(service, voeux, hasard) for _ in range(MANCHES)]
    assert all(len(j.coupures) <= CLIENTS for j in journaux), "those who had come and were not let in"
    assert all(j.portes_closes for j in journaux)
    dire(journaux, "restart")


@pytest.mark.parametrize("genre", [Service, Gunicorn])
def test_where_the_address_is_held_everybody_is_answered(genre, ville, voeux, tmp_path):
    hasard, service = random.Random(1), genre(ville, tmp_path)
    service.tenir_la_prise()
    with service.en_marche():
        journaux = [redemarrer_en_charge(service, voeux, hasard) for _ in range(MANCHES)]
    service.fermer()
    assert [coupure for j in journaux for coupure in j.coupures] == []
    assert sum(j.portes_closes for j in journaux) == 0
    dire(journaux, f"restart, address held, {genre.__name__}")


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_killed_instead_it_is_seen_not_to_end_what_it_began(service, voeux):
    """The control: a stop that does not wait leaves requests without an answer, even there."""
    service.tenir_la_prise()
    service.demarrer()
    with Charge(service.port, voeux) as charge:
        charge.attendre_encore(5)
        service.tuer()
        service.lacher_la_prise()  # else they who come again would wait for nobody
    assert charge.journal.combien(INCONNU) > 0
