"""What an open planning compares of a séance: its places and its waiting list, whoever moves them."""

import pytest

import workflows as w
from models import Reservation, Seance, write_transaction
from portail.domain.transitions import Acteur, franchir, franchir_ensemble
from tests.monde import LUNDI, MAINTENANT


@pytest.fixture
def seance(monde):
    return monde.seance(monde.soir, LUNDI)


VUS_PAR_LES_AUTRES = {"reserve", "present", "absence_attente", "liste_attente"}
"""The statuses that hold a place, and the one that holds a rank."""


@pytest.mark.parametrize("transition", w.CRENEAU.transitions.values(), ids=lambda t: f"{t.de}-{t.acte}")
def test_the_open_plannings_of_other_families_are_told_of_every_place_and_rank_that_moves(
    monde, seance, transition
):
    for vers in transition.vers:
        Reservation.delete().execute()
        Seance.update(prises=0, bouge_le=None).where(Seance.id == seance.id).execute()
        reservation = monde.poser(monde.lea, seance, transition.de)
        avant = Seance.get_by_id(seance.id).mouvements

        with write_transaction():
            franchir(
                reservation,
                transition.acte,
                Acteur(None, next(iter(transition.par))),
                vers=vers,
                famille_id=monde.moreau.id,
                motif="Activité complète",
            )

        apres = Seance.get_by_id(seance.id)
        rang = "liste_attente" in (transition.de, vers)
        bouge = rang or (transition.de in VUS_PAR_LES_AUTRES) != (vers in VUS_PAR_LES_AUTRES)
        assert apres.mouvements - avant == bouge, vers
        assert apres.bouge_le == (MAINTENANT if bouge else None)


@pytest.mark.parametrize(("vers", "attendu"), [(w.RESERVE, (2, 1)), (w.LISTE_ATTENTE, (0, 1))])
def test_many_at_once_move_each_seance_once(monde, seance, vers, attendu):
    agent = Acteur(monde.sophie, w.AGENT)
    creneaux = [Reservation.create(enfant=enfant, seance=seance) for enfant in (monde.lea, monde.noe)]
    with write_transaction():
        franchir_ensemble(creneaux, w.INSCRIRE, agent, vers, famille_id=monde.moreau.id)
    apres = Seance.get_by_id(seance.id)
    assert (apres.prises, apres.mouvements, apres.bouge_le) == (*attendu, MAINTENANT)
