"""Whatever families and agents do with the planning, in whatever order, at whatever time: the town holds.

A few short stories here; `make nuit` plays 500 of 50 acts each.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from portail.domain import depot_creneaux, liste_attente, reponse_creneaux
from portail.domain.places import attribuer
from tests.remise import Origine
from tests.repetitions import NUIT, exemples
from tests.sequences.monde_joue import fonder
from tests.sequences.ville import Ville

REGLAGES = settings(
    max_examples=exemples(8, 500),
    stateful_step_count=50 if NUIT else 20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    print_blob=True,
)


def test_whatever_people_do_the_town_holds(base):
    fonder()

    class CetteVille(Ville):
        origine = Origine()

    run_state_machine_as_test(CetteVille, settings=REGLAGES)


# ——— a town that breaks a rule must be found, or the stories above prove nothing ———


def oublier_la_liste(monkeypatch):
    """What frees itself is given to nobody."""
    monkeypatch.setattr(liste_attente, "pourvoir", lambda places, liberees, **plus: None)


def separer_les_fratries(monkeypatch):
    """Those who are tied are given places one by one."""

    def un_par_un(places, voeux):
        return attribuer(places, ((cle, seance, None) for cle, seance, _ in voeux))

    for module in (depot_creneaux, reponse_creneaux):
        monkeypatch.setattr(module, "attribuer", un_par_un)


@pytest.mark.parametrize("panne", [oublier_la_liste, separer_les_fratries])
def test_a_town_that_breaks_a_rule_is_found(base, monkeypatch, panne):
    fonder()
    panne(monkeypatch)

    class CetteVille(Ville):
        origine = Origine()

    longtemps = settings(
        REGLAGES, max_examples=300, stateful_step_count=20, derandomize=True, print_blob=False, database=None
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(CetteVille, settings=longtemps)
