"""Whoever sends by drops, or reads by drops, holds no thread: a family reads its planning meanwhile.

As the portal is served, by `servir` and by gunicorn with `deploy/`. The control is a worker of gunicorn as it
comes, that the same people hold.
"""

import time
from contextlib import ExitStack

import pytest

from tests.fautes.charge import Client
from tests.fautes.lents import GENRES, lents
from tests.fautes.service import Gunicorn, Service
from tests.processus import attendre

COMBIEN = 40
SECONDES = 2.0
"""In which a family reads its planning; or so many times what it takes when nobody else is there."""
FOIS = 3
JAMAIS = 60.0
VAGUES = 3
"""Of slow people, for the control: one of its processes may not have begun when the first ones come."""
SQLITE = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)


def lire_le_planning(service: Service, parent, patience: float = JAMAIS) -> float:
    """The seconds that it takes; at most `patience`, and then it was not read."""
    debut, client = time.monotonic(), Client(service.port, gardee=False, patience=patience)
    try:
        statut, _, page = client.demander("GET", "/famille/planning", parent)
    except TimeoutError:
        return patience
    if statut == 503:  # the line is full: not read
        return patience
    assert (statut, "Étude" in page) == (200, True)
    return time.monotonic() - debut


def borne(service: Service, parent) -> float:
    return max(SECONDES, FOIS * max(lire_le_planning(service, parent) for _ in range(5)))


@SQLITE
@pytest.mark.parametrize("genre", [Service, Gunicorn])
def test_the_slow_keep_nobody_from_reading(genre, ville, voeux, tmp_path):
    service, parent = genre(ville, tmp_path), next(voeux).parent
    with service.en_marche("grande_page"):
        au_plus, pires = borne(service, parent), {}
        for qui, lent in GENRES.items():
            with lents(service.port, lent, COMBIEN):
                attendre(lambda: lire_le_planning(service, parent) < JAMAIS, 60)  # who asked has been served
                pires[qui] = max(lire_le_planning(service, parent) for _ in range(5))
    print(
        f"{COMBIEN} slow, {genre.__name__}, at most {au_plus:.2f} s:",
        {q: f"{s:.2f} s" for q, s in pires.items()},
    )
    assert {qui: s for qui, s in pires.items() if s > au_plus} == {}


@SQLITE
@pytest.mark.parametrize("qui", GENRES)
def test_a_worker_as_gunicorn_has_it_is_seen_to_be_held(service, voeux, qui):
    parent = next(voeux).parent
    with service.en_marche("sans_patience"), ExitStack() as venus:
        au_plus = borne(service, parent)
        for _ in range(VAGUES):
            venus.enter_context(lents(service.port, GENRES[qui], COMBIEN))
            time.sleep(0.5)
            if lire_le_planning(service, parent, au_plus + 0.5) > au_plus:
                return
    raise AssertionError("the control is not held: the test would see nothing")
