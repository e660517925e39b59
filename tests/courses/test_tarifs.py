"""Two gestionnaires set a tariff for the same days of an activity: one of them is told, never two tariffs."""

import threading

import pytest

from models import Tarif
from portail.domain import tarifs
from portail.domain.refus import DejaChange
from tests.courses.coureurs import PATIENCE, manches, ruptures
from tests.tarifs.outils import JANVIER, projet

MANCHES = 6


def se_chevauchent() -> list[tuple[int, int]]:
    """The tariffs that two families could find on the same day."""
    tous = list(Tarif.select().order_by(Tarif.id))
    return [
        (a.id, b.id)
        for a in tous
        for b in tous
        if a.id < b.id and a.activite_id == b.activite_id and a.debut <= b.fin and b.debut <= a.fin
    ]


def deux_gestionnaires(monde, monkeypatch) -> list[list]:
    """Each round, one sets a tariff for all families over the year, the other for those of the town from
    January: no constraint of the table keeps them apart.
    """
    agent, courses = monde.gestionnaire, []
    prevoir, ont_prevu = tarifs.prevoir, threading.Barrier(2)

    def prevoir_ensemble(*args, **options):
        effet = prevoir(*args, **options)
        ont_prevu.wait(PATIENCE)  # whoever begins once the other is done is refused: that is no race
        return effet

    monkeypatch.setattr(tarifs, "prevoir", prevoir_ensemble)
    annee, janvier = projet(monde.cantine), projet(monde.cantine, debut=JANVIER, categorie="commune")
    for _ in range(MANCHES):
        vus = [prevoir(agent, voulu).empreinte for voulu in (annee, janvier)]
        courses.append(
            manches(
                [
                    [lambda v=voulu, vu=vu: tarifs.creer(agent, v, vu)]
                    for voulu, vu in zip((annee, janvier), vus, strict=True)
                ]
            )
        )
        if se_chevauchent():
            break
        Tarif.delete().execute()
    return courses


def test_one_is_told_that_the_other_was_first(monde, monkeypatch):
    for (un,), (autre,) in deux_gestionnaires(monde, monkeypatch):
        perdus = [issue for issue in (un, autre) if isinstance(issue, Exception)]
        assert len(perdus) == 1 and isinstance(perdus[0], DejaChange), (un, autre)
    assert se_chevauchent() == [] and not ruptures()


@pytest.mark.parametrize("url_de_base", ["postgresql"], indirect=True)  # on SQLite writing is the lock
def test_without_the_lock_of_the_activity_two_tariffs_would_stand(monde, monkeypatch):
    monkeypatch.setattr(tarifs, "verrouiller", lambda modele, ids: {})
    ecrire, tous_ont_ecrit = tarifs.ecrire, threading.Barrier(2)

    def hesiter(*args):
        fait = ecrire(*args)
        tous_ont_ecrit.wait(PATIENCE)  # neither has committed anything that the other could read
        return fait

    monkeypatch.setattr(tarifs, "ecrire", hesiter)
    deux_gestionnaires(monde, monkeypatch)
    assert se_chevauchent()
