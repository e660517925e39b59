"""Whatever families and agents do with the planning, in whatever order, at whatever time: the town holds.

A few short stories here; `make nuit` plays 500 of 50 acts each.
"""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

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
