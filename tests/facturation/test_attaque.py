"""What somebody tried against billing once it was whole: money lost, counted twice, debited without leave."""

from models import Facture, Presence
from tests.campagnes.conftest import JEUDI, emettre, novembre  # noqa: F401
from tests.monde import MAINTENANT


def venir(monde, enfant, jour):
    """The child came without a booking, and was pointed."""
    Presence.create(
        seance=monde.seance(monde.cantine, jour),
        enfant=enfant,
        etat="present",
        sans_reservation=True,
        pointe_le=MAINTENANT,
        pointe_par=monde.animateur,
    )


def test_a_later_run_that_comes_to_the_same_as_another_one_is_issued_too(novembre):  # noqa: F811
    emettre(novembre.gestionnaire)
    for enfant in (novembre.ines, novembre.tomas):
        venir(novembre, enfant, JEUDI)
        assert emettre(novembre.gestionnaire).montant == 345
    assert sorted(f.total for f in Facture.select()) == [345, 345, 345, 1_035]
