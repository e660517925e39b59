"""What `models.py` writes by SQL of its own, a row made and rows read by id, is what peewee would."""

import datetime as dt

import pytest
from peewee import Model

from models import LONGUEUR, Courriel, Enfant, Modele, Seance, Ville, verrouiller, write_transaction
from tests.monde import MAINTENANT


def test_a_row_is_stored_as_peewee_stores_it(monde):
    valeurs = {
        "destinataire": "claire@example.org", "sujet": "Été", "corps": "Noël", "cree_le": MAINTENANT,
        "prochain_essai": MAINTENANT, "famille": monde.moreau,
    }  # fmt: skip
    notre = Courriel.create(**valeurs | {"cle": "a", "message_id": "a"})
    le_sien = super(Modele, Courriel).create(**valeurs | {"cle": "b", "message_id": "b"})
    assert type(le_sien) is Courriel and not notre.is_dirty()
    lus = {c.cle: c.__data__ for c in Courriel.select().where(Courriel.cle.in_(["a", "b"]))}
    propres = {"id": 0, "cle": "", "message_id": ""}
    assert lus["a"] | propres == lus["b"] | propres
    assert notre.__data__.items() <= lus["a"].items() and notre.id != le_sien.id


def test_a_row_that_brings_its_id_keeps_it(monde):
    assert (
        Seance.create(**Seance.select().first().__data__ | {"id": 99_999, "debut": dt.time(3)}).id == 99_999
    )


def test_a_row_that_is_not_there_is_said(monde):
    assert Enfant.get_by_id(monde.lea.id) == monde.lea
    assert Enfant.get_by_id(monde.lea.id).__data__ == super(Modele, Enfant).get_by_id(monde.lea.id).__data__
    with pytest.raises(Enfant.DoesNotExist):
        Enfant.get_by_id(0)
    assert issubclass(Ville, Model) and Enfant.get_or_none(Enfant.id == 0) is None


@pytest.mark.parametrize("de_plus", [-1, 0, 1])
def test_many_rows_are_locked_in_the_order_of_their_ids(monde, de_plus):
    ids = [s.id for s in Seance.select().order_by(Seance.id.desc()).limit(LONGUEUR + de_plus)]
    with write_transaction():
        lues = verrouiller(Seance, [*ids, *ids, 0])
    assert list(lues) == sorted(ids)
    assert all(lues[s.id].__data__ == s.__data__ for s in Seance.select().where(Seance.id.in_(ids)))
