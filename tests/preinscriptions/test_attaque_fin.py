"""A last day that is past ends nothing, not even what has not begun."""

import pytest

import workflows as w
from models import Preinscription, Reservation
from portail.domain.fin_d_inscription import mettre_fin
from portail.domain.refus import Refus
from tests.preinscriptions.actes import inscrire
from tests.preinscriptions.souhaits import atelier, jours_de


def test_a_year_mistyped_does_not_cancel_what_has_not_begun(monde):
    theatre = atelier(monde)
    jours = jours_de(theatre)[1:]
    inscription = inscrire(monde, theatre, monde.lea, debut=jours[0], jours=jours)
    with pytest.raises(Refus, match="jours passés"):
        mettre_fin(monde.sophie, monde.moreau.id, inscription.id, jours[1].replace(year=2025))
    assert Preinscription.get_by_id(inscription.id).statut == w.RESERVATION_POSSIBLE
    assert {r.statut for r in Reservation.select()} == {w.RESERVE}
