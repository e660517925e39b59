"""Whatever breaks while an agent answers, at any statement: all of it is written, or nothing."""

import itertools

import pytest
from peewee import OperationalError

import workflows as w
from models import db
from portail.domain import champs, guichet, moderation
from tests.actes import lire_le_scelle, modifications, modifier, statut
from tests.garanties.empreinte import contenu, difference
from tests.invariants import fautes


def a_chaque_ordre(monkeypatch, acte) -> int:
    """Do the act, broken at its first statement, at its second… till it goes through. How many there were."""
    vraie = db.obj.execute_sql
    for rang in itertools.count():
        faits = itertools.count()

        def casser(*args, faits=faits, rang=rang, **kwargs):
            if next(faits) == rang:
                raise OperationalError("broken")
            return vraie(*args, **kwargs)

        avant = contenu()
        monkeypatch.setattr(db.obj, "execute_sql", casser)
        try:
            acte()
        except OperationalError:
            monkeypatch.undo()
            assert not difference(avant, contenu()), f"something is left of statement {rang}"
            continue
        monkeypatch.undo()
        assert difference(avant, contenu())
        return rang
    raise AssertionError


@pytest.mark.parametrize("refuse", [False, True])
def test_answering_is_all_or_nothing(app, monde, monkeypatch, refuse):
    une = modifier(monde, monde.lea, classe="CM1", prenom="Léonie", allergies="Arachide")
    lire_le_scelle(monde.sophie, une)
    if refuse:
        combien = a_chaque_ordre(monkeypatch, lambda: moderation.refuser(monde.sophie, une.id, "Non"))
    else:
        combien = a_chaque_ordre(monkeypatch, lambda: moderation.accepter(monde.sophie, une.id))
    assert combien > 15
    assert {statut(m) for m in modifications(une)} == {w.REFUSEE if refuse else w.APPLIQUEE}
    assert fautes() == []


def test_taking_down_at_the_counter_is_all_or_nothing(app, monde, monkeypatch):
    lea = monde.lea
    repere = guichet.marquer(lea, champs.SANTE)
    voulues = {"allergies": "Arachide", "medecin": "Dr Roux"}
    combien = a_chaque_ordre(
        monkeypatch,
        lambda: guichet.saisir(
            monde.sophie, monde.moreau.id, "enfant", lea.id, champs.SANTE, voulues, repere
        ),
    )
    assert combien > 6
    assert champs.ouvrir(monde.lea.sante) == voulues
