"""An agent answers a selection of demandes at once."""

import datetime as dt

import pytest
from peewee import OperationalError

import workflows as w
from models import Courriel, Demande, db
from portail import clock
from portail.domain import moderation, planning
from portail.domain.refus import Refus
from tests.actes import abonner, demander, empreinte, lignes, places, prises, statut
from tests.monde import JEUDI, LUNDI, MAINTENANT


def test_each_demande_is_answered_and_each_family_told(monde):
    demandes = [demander(monde, (e, monde.seance(monde.cantine, LUNDI))) for e in (monde.lea, monde.noe)]

    bilan = moderation.repondre_a_la_selection(monde.sophie, [d.id for d in demandes], w.ACCEPTER)

    assert (bilan.repondues, bilan.ecartees) == (demandes, [])
    assert {statut(d) for d in demandes} == {w.ACCEPTEE}
    assert Courriel.select().where(Courriel.cle.startswith("reponse:")).count() == 2


def test_the_oldest_is_served_first_whatever_the_order_of_the_clicks(monde):
    seance = places(monde.seance(monde.cantine, LUNDI), 1)
    with clock.figer(MAINTENANT - dt.timedelta(hours=1)):
        ancienne = demander(monde, (monde.noe, seance))
    recente = demander(monde, (monde.lea, seance))

    moderation.repondre_a_la_selection(monde.sophie, [recente.id, ancienne.id], w.ACCEPTER)

    assert monde.statut(monde.noe, seance) == w.RESERVE
    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE
    assert prises(seance) == 1


def test_all_are_refused_with_the_same_reason(monde):
    demandes = [demander(monde, (e, monde.seance(monde.cantine, LUNDI))) for e in (monde.lea, monde.noe)]
    moderation.repondre_a_la_selection(monde.sophie, [d.id for d in demandes], w.REFUSER, "Délai dépassé")
    assert [ligne.motif for d in demandes for ligne in lignes(d)] == ["Délai dépassé", "Délai dépassé"]


def test_what_somebody_else_answered_is_set_aside_with_who_and_does_not_hold_back_the_rest(monde):
    lundi = monde.seance(monde.cantine, LUNDI)
    prise, retiree, libre = (demander(monde, (e, lundi)) for e in (monde.lea, monde.noe, monde.ines))
    moderation.accepter(monde.marc, prise.id)
    planning.annuler(monde.claire, monde.moreau, lignes(retiree)[0].id)

    bilan = moderation.repondre_a_la_selection(
        monde.sophie, [prise.id, retiree.id, libre.id], w.REFUSER, "Activité complète"
    )

    assert bilan.repondues == [libre]
    assert [(d, d.statut, phrase) for d, phrase in bilan.ecartees] == [
        (prise, w.ACCEPTEE, "Marc Tessier l’a acceptée, mardi 1er décembre à 10 h."),
        (retiree, w.ANNULEE, "La famille l’a annulée, mardi 1er décembre à 10 h."),
    ]
    assert monde.statut(monde.lea, lundi) == w.RESERVE


def test_the_own_family_and_a_past_seance_are_set_aside_with_the_reason(monde):
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    a_eux = demander(monde, (monde.lea, jeudi))
    depot = planning.demander_reservation(monde.paulo, monde.dasilva, [(monde.tomas.id, lundi.id)])
    parent = abonner(monde.moreau, "mairie@example.org", role="agent")

    with clock.figer(clock.instant(LUNDI, dt.time(12))):
        bilan = moderation.repondre_a_la_selection(parent, [a_eux.id, depot.demande.id], w.ACCEPTER)

    assert bilan.repondues == []
    assert ["un autre agent" in p or "séance est passée" in p for _, p in bilan.ecartees] == [True, True]
    assert Demande.select().where(Demande.statut == w.EN_ATTENTE).count() == 2


def test_sending_the_same_selection_twice_answers_once(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    moderation.repondre_a_la_selection(monde.sophie, [demande.id, demande.id], w.ACCEPTER)
    avant = empreinte()

    bilan = moderation.repondre_a_la_selection(monde.sophie, [demande.id], w.ACCEPTER)

    assert [d for d, _ in bilan.ecartees] == [demande]
    assert empreinte() == avant


@pytest.mark.parametrize(
    ("choix", "acte", "motif", "champ"),
    [
        ([], w.ACCEPTER, "", "demande"),
        ([10_000_000], w.ACCEPTER, "", "demande"),
        (None, w.REFUSER, "  ", "motif"),
        (None, w.METTRE_EN_ATTENTE, "", "acte"),
        (None, "", "", "acte"),
    ],
    ids=["nothing", "unknown", "no reason", "another act", "no act"],
)
def test_an_incomplete_selection_is_told_and_answers_nothing(monde, choix, acte, motif, champ):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    with pytest.raises(Refus) as refus:
        moderation.repondre_a_la_selection(
            monde.sophie, [demande.id] if choix is None else choix, acte, motif
        )
    assert refus.value.champ == champ
    assert statut(demande) == w.EN_ATTENTE


def test_what_is_answered_before_the_portal_was_busy_is_told_and_the_rest_set_aside(monde, monkeypatch):
    demandes = [demander(monde, (e, monde.seance(monde.cantine, LUNDI))) for e in (monde.lea, monde.noe)]
    repondre = moderation._repondre_au_lot

    def occupe(ordre, lot, *autres, **plus):
        if [voulue.demande for voulue in lot] == demandes[1:]:
            raise OperationalError("canceling statement due to lock timeout")
        return repondre(ordre, lot, *autres, **plus)

    monkeypatch.setattr(moderation, "_repondre_au_lot", occupe)
    monkeypatch.setattr(moderation, "LOT", 1)
    bilan = moderation.repondre_a_la_selection(monde.sophie, [d.id for d in demandes], w.ACCEPTER)
    assert bilan.repondues == [demandes[0]]
    assert [phrase for _, phrase in bilan.ecartees] == [
        "Le portail était occupé : recommencez pour celle-ci."
    ]
    with pytest.raises(OperationalError):
        moderation.repondre_a_la_selection(monde.sophie, [demandes[1].id], w.ACCEPTER)


def test_lines_and_bookings_are_read_one_after_the_other_never_joined(monde, monkeypatch):
    """The last demandes are beyond PostgreSQL’s statistics: joined, every booking of the town is read."""
    demandes = [demander(monde, (e, monde.seance(monde.cantine, LUNDI))) for e in (monde.lea, monde.noe)]
    ordres, executer = [], db.obj.execute_sql
    monkeypatch.setattr(
        db.obj, "execute_sql", lambda sql, *a, **k: ordres.append(sql) or executer(sql, *a, **k)
    )

    moderation.repondre_a_la_selection(monde.sophie, [d.id for d in demandes], w.ACCEPTER)

    assert {statut(d) for d in demandes} == {w.ACCEPTEE}
    for sql in ordres:
        ensemble = '"ligne"' in sql and '"reservation"' in sql
        assert not ensemble, sql
