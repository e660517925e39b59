"""When a demande was answered is told of the lines that one may read, and of no other."""

import datetime as dt

import pytest

from models import Demande
from portail import clock
from portail.domain import droits, lecture_demandes, moderation
from tests.actes import demander, lignes
from tests.droits.conftest import julien
from tests.monde import LUNDI, MAINTENANT

__all__ = ["julien"]
UN_JOUR = dt.timedelta(days=1)


@pytest.fixture
def demande(monde) -> Demande:
    """About Noé, whom Julien follows, and Inès, whom he does not. Noé's line is accepted at once."""
    seance = monde.seance(monde.soir, LUNDI)
    demande = demander(monde, (monde.noe, seance), (monde.ines, seance))
    moderation.accepter(monde.sophie, demande.id, [lignes(demande)[0].id])
    return demande


def lue(monde, compte, demande):
    regard = droits.regard(compte, monde.moreau)
    accueil = [d.id for d in lecture_demandes.actuelles(regard, clock.maintenant() - UN_JOUR)]
    return lecture_demandes.lire(regard, demande.id).repondue_le, demande.id in accueil


def test_the_answer_about_another_child_moves_nothing(monde, julien, demande):
    assert lue(monde, julien, demande) == (MAINTENANT, True)
    with clock.figer(MAINTENANT + 2 * UN_JOUR):
        avant = lue(monde, julien, demande)
        moderation.accepter(monde.sophie, demande.id, [lignes(demande)[1].id])
        assert lue(monde, julien, demande) == avant == (MAINTENANT, False)
        assert lue(monde, monde.claire, demande) == (MAINTENANT + 2 * UN_JOUR, True)


def test_what_waits_for_him_has_no_date_whoever_else_is_answered(monde, julien):
    seance = monde.seance(monde.soir, LUNDI)
    demande = demander(monde, (monde.noe, seance), (monde.ines, seance))
    moderation.accepter(monde.sophie, demande.id, [lignes(demande)[1].id])
    assert lue(monde, julien, demande) == (None, True)
