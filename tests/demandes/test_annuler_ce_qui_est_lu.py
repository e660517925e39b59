"""Withdrawing a demande, some lines of which may not be read, tells nothing of what became of those."""

import pytest

from models import Demande
from portail.domain import demandes, moderation
from portail.domain.refus import DejaChange
from tests.actes import demander, empreinte, lignes
from tests.droits.conftest import julien
from tests.monde import LUNDI

__all__ = ["julien"]


@pytest.fixture
def demande(monde) -> Demande:
    """About Noé, whom Julien follows, and about Inès, whom he does not. Noé's line is refused."""
    seance = monde.seance(monde.soir, LUNDI)
    demande = demander(monde, (monde.noe, seance), (monde.ines, seance))
    moderation.refuser(monde.sophie, demande.id, "Groupe complet", [lignes(demande)[0].id])
    return demande


def refus(monde, julien, demande) -> str:
    avant = empreinte()
    with pytest.raises(DejaChange) as refus:
        demandes.annuler_demande(julien, monde.moreau, demande.id)
    assert empreinte() == avant
    return refus.value.phrase


def test_what_he_reads_is_answered_whatever_still_waits_for_the_others(monde, julien, demande):
    assert "cette demande est refusée" in refus(monde, julien, demande)


def test_what_the_others_were_answered_is_not_told(monde, julien, demande):
    moderation.accepter(monde.sophie, demande.id, [lignes(demande)[1].id])
    assert "cette demande est refusée" in refus(monde, julien, demande)


def test_the_other_parent_still_withdraws_what_waits(monde, julien, demande):
    demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    assert "cette demande est refusée" in refus(monde, julien, demande)
