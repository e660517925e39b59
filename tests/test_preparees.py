"""A reading whose SQL is written once gives what peewee gives, whatever the values and however many."""

import datetime as dt

from peewee import JOIN, fn

from models import Activite, Enfant, Famille, Seance
from portail.domain.preparees import FORMES, modification_preparee, objets, preparee
from tests.monde import MAINTENANT

JOUR = MAINTENANT.date()


def seances(activites, debut, fin):
    autre = Seance.alias()
    return (
        Seance.select(
            Seance.id,
            Seance.jour,
            Seance.debut,
            Seance.limite_reservation,
            Seance.bouge_le,
            Activite.nom,
            Activite.automatique,
            autre.select(fn.COUNT(autre.id)).where(autre.activite == Seance.activite),
        )
        .join(Activite)
        .where(Seance.activite.in_(activites), Seance.jour.between(debut, fin))
        .order_by(Seance.id)
    )


def test_the_rows_are_those_of_peewee_of_the_same_types(monde):
    lire = preparee(seances)
    toutes = sorted(a.id for a in Activite.select())
    for activites, jours in ((toutes, 30), (toutes[:1], 30), (toutes[-1:], 3), (toutes[:2], 0)):
        quoi = (activites, JOUR - dt.timedelta(jours), JOUR + dt.timedelta(jours))
        attendues = list(seances(*quoi).tuples())
        lues = lire(*quoi)
        assert lues == attendues
        assert [list(map(type, lue)) for lue in lues] == [list(map(type, li)) for li in attendues]
    assert lire(toutes, JOUR - dt.timedelta(30), JOUR + dt.timedelta(30)) != []


def test_it_is_written_once_for_each_length_and_no_more_than_so_many_are_kept(monde):
    ecritures = []

    @preparee
    def lire(ids):
        ecritures.append(len(ids))
        return Enfant.select(Enfant.prenom).where(Enfant.id.in_(ids))

    for ids in ([monde.lea.id], [monde.noe.id], [monde.lea.id, monde.noe.id], [0]):
        assert sorted(lire(ids)) == sorted(Enfant.select(Enfant.prenom).where(Enfant.id.in_(ids)).tuples())
    assert ecritures == [1, 2]
    for combien in range(3, FORMES + 3):
        lire([monde.lea.id] * combien)
    lire([monde.lea.id])
    assert ecritures.count(1) == 2


def test_an_instant_is_stored_as_its_field_stores_it(monde):
    @preparee
    def apres(quand):
        return Seance.select(Seance.limite_reservation).where(Seance.limite_reservation >= quand)

    derniere = Seance.select().order_by(Seance.limite_reservation.desc()).first().limite_reservation
    assert {lue for (lue,) in apres(derniere)} == {derniere}
    assert derniere.tzinfo is dt.UTC
    assert apres(derniere + dt.timedelta(seconds=1)) == []


def test_rows_become_objects_as_peewee_makes_them_with_nothing_to_save(monde):
    @preparee
    def couples(famille):
        return (
            Enfant.select(Enfant, Famille, fn.COUNT(Enfant.id).over())
            .join(Famille)
            .where(Enfant.famille == famille)
        )

    for rangee in couples(monde.moreau.id):
        enfant, famille, (combien,) = objets(rangee, Enfant, Famille)
        assert enfant.__data__ == Enfant.get_by_id(enfant.id).__data__
        assert famille.__data__ == monde.moreau.__data__
        assert combien == Enfant.select().where(Enfant.famille == monde.moreau).count()
        assert not enfant.is_dirty() and not famille.is_dirty()


def test_what_is_not_there_is_none(monde):
    @preparee
    def sans_famille(enfant):
        jamais = (Enfant.famille == Famille.id) & (Famille.id == 0)
        return (
            Enfant.select(Enfant, Famille)
            .join(Famille, JOIN.LEFT_OUTER, on=jamais)
            .where(Enfant.id == enfant)
        )

    (rangee,) = sans_famille(monde.lea.id)
    assert objets(rangee, Enfant, Famille) == (monde.lea, None, ())


def test_a_change_says_how_many_rows_it_changed_and_stores_as_the_fields_do(monde):
    @modification_preparee
    def reculer(quand, seances, annulee):
        return Seance.update(limite_reservation=quand, annulee=annulee, bouge_le=None).where(
            Seance.id.in_(seances)
        )

    ids = [seance.id for seance in Seance.select().limit(3)]
    quand = MAINTENANT + dt.timedelta(days=1)
    assert reculer(quand, ids, "Grève") == 3
    assert reculer(quand, [0], "Grève") == 0
    for seance in Seance.select().where(Seance.id.in_(ids)):
        assert (seance.limite_reservation, seance.annulee, seance.bouge_le) == (quand, "Grève", None)
    assert Seance.select().where(Seance.annulee == "Grève").count() == 3


def test_the_least_and_the_greatest_of_a_field_are_read_as_the_field(monde):
    def bornes(activites):
        siennes = Seance.activite.in_(activites)
        premier, derniere = fn.MIN(Seance.jour), fn.MAX(Seance.limite_reservation).alias("derniere")
        return Seance.select(premier, derniere, fn.COUNT(Seance.id)).where(siennes)

    lues = preparee(bornes)([monde.cantine.id])
    assert lues == list(bornes([monde.cantine.id]).tuples())
    assert list(map(type, lues[0])) == [dt.date, dt.datetime, int]
    assert preparee(bornes)([0]) == [(None, None, 0)]
