"""Declaring an absence on the planning (guide §4.1.1)."""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Courriel, Demande, Evenement, Ligne, Preinscription, Reservation
from portail import clock
from portail.domain import planning
from portail.domain.refus import Refus
from tests.actes import absenter, empreinte, lignes, places, prises
from tests.monde import HIER, JEUDI, LUNDI, MAINTENANT


def declarer(monde, *voeux):
    return planning.declarer_absence(monde.claire, monde.moreau, [(e.id, s.id) for e, s in voeux])


def test_a_booked_slot_becomes_a_pending_absence_and_keeps_its_place(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)

    depot = declarer(monde, (monde.lea, seance))

    assert depot.retenus == [(monde.lea.id, seance.id)]
    assert monde.statut(monde.lea, seance) == w.ABSENCE_ATTENTE
    assert prises(seance) == 1
    demande = Demande.get()
    assert (demande.nature, demande.statut, demande.auteur) == (w.NATURE_ABSENCE, w.EN_ATTENTE, monde.claire)
    assert demande.a_traiter_avant == seance.limite_absence
    assert [ligne.statut for ligne in demande.lignes] == [w.EN_ATTENTE]


def test_the_journal_tells_it_and_a_mail_acknowledges(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    absenter(monde, (monde.lea, seance))

    dernieres = Evenement.select().order_by(Evenement.id.desc()).limit(2)
    assert [(e.objet, e.acte, e.de, e.vers, e.auteur) for e in dernieres] == [
        ("reservation", w.DECLARER_ABSENCE, w.RESERVE, w.ABSENCE_ATTENTE, monde.claire),
        ("demande", "deposer", "", w.EN_ATTENTE, monde.claire),
    ]
    courriel = Courriel.get()
    assert (courriel.destinataire, courriel.sujet) == (
        "famille@example.org",
        "Votre demande est bien arrivée",
    )
    assert "Absence : Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30" in courriel.corps


def test_where_the_activity_validates_by_itself_the_absence_frees_the_place_at_once(monde):
    seance = monde.seance(monde.matin, LUNDI)
    demande = absenter(monde, (monde.lea, seance))

    assert monde.statut(monde.lea, seance) == w.ABSENT
    assert prises(seance) == 0
    assert (demande.statut, demande.agent, demande.a_traiter_avant) == (w.ACCEPTEE, None, None)
    assert Courriel.get().sujet == f"Votre demande est acceptée (n° {demande.numero})"


def test_a_place_freed_at_once_goes_to_the_first_who_waits(monde):
    seance = places(monde.seance(monde.matin, LUNDI), 1)
    monde.poser(monde.lea, seance, w.RESERVE)
    monde.poser(monde.ines, seance, w.LISTE_ATTENTE)
    monde.poser(monde.noe, seance, w.LISTE_ATTENTE)

    declarer(monde, (monde.lea, seance))

    assert [monde.statut(e, seance) for e in (monde.lea, monde.ines, monde.noe)] == [
        w.ABSENT,
        w.RESERVE,
        w.LISTE_ATTENTE,
    ]
    assert prises(seance) == 1
    assert Courriel.select().where(Courriel.sujet == "Une place s’est libérée").count() == 1


def test_declaring_twice_changes_nothing_more(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    absenter(monde, (monde.lea, seance))
    avant = empreinte()

    depot = declarer(monde, (monde.lea, seance))

    assert (depot.demande, depot.deja) == (None, [(monde.lea.id, seance.id)])
    assert empreinte() == avant


def test_an_absence_already_recorded_is_no_error(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.ABSENT)
    assert declarer(monde, (monde.lea, seance)).deja == [(monde.lea.id, seance.id)]


def test_the_same_wish_twice_in_one_request_makes_one_line(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    depot = declarer(monde, (monde.lea, seance), (monde.lea, seance))
    assert len(lignes(depot.demande)) == 1


def test_one_demande_carries_several_days_and_says_why_a_line_is_refused(monde):
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.cantine, JEUDI)
    monde.poser(monde.lea, lundi, w.RESERVE)
    monde.poser(monde.noe, lundi, w.RESERVE)

    depot = declarer(monde, (monde.lea, lundi), (monde.lea, jeudi), (monde.noe, lundi))

    assert depot.retenus == [(monde.lea.id, lundi.id), (monde.noe.id, lundi.id)]
    ((voeu, raison),) = depot.refuses
    assert voeu == (monde.lea.id, jeudi.id)
    assert raison.startswith("Rien n’est réservé ce jour-là")
    assert len(lignes(depot.demande)) == 2


def test_a_line_answered_at_once_does_not_make_the_others_late(monde):
    matin, cantine = monde.seance(monde.matin, LUNDI), monde.seance(monde.cantine, JEUDI)
    demande = absenter(monde, (monde.lea, matin), (monde.lea, cantine))

    assert demande.statut == w.EN_ATTENTE
    assert demande.a_traiter_avant == cantine.limite_absence
    assert [ligne.statut for ligne in lignes(demande)] == [w.ACCEPTEE, w.EN_ATTENTE]
    assert {c.sujet.split(" (")[0] for c in Courriel.select()} == {
        "Votre demande est bien arrivée",
        "Votre demande est acceptée",
    }


def test_another_familys_child_is_as_good_as_unknown(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.tomas, seance, w.RESERVE)
    with pytest.raises(Refus):
        declarer(monde, (monde.tomas, seance))
    assert monde.statut(monde.tomas, seance) == w.RESERVE


def test_where_nothing_is_booked_there_is_no_absence(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    for _ in ("no row", "a row that reads « Non réservé »"):
        with pytest.raises(Refus, match="Rien n’est réservé"):
            declarer(monde, (monde.lea, seance))
        Reservation.get_or_create(enfant=monde.lea, seance=seance)
    assert (Demande.select().count(), Ligne.select().count(), Courriel.select().count()) == (0, 0, 0)


@pytest.mark.parametrize("statut", [w.RESERVATION_ATTENTE, w.LISTE_ATTENTE, w.PRESENT])
def test_from_a_state_that_is_no_booking_the_state_is_told(monde, statut):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, statut)
    with pytest.raises(Refus, match=f"« {w.CRENEAU.etats[statut].libelle} »"):
        declarer(monde, (monde.lea, seance))
    assert monde.statut(monde.lea, seance) == statut


def test_past_the_deadline_the_sentence_says_when_it_was(monde):
    seance = monde.seance(monde.cantine, MAINTENANT.date() + dt.timedelta(2))
    monde.poser(monde.lea, seance, w.RESERVE)
    with pytest.raises(Refus, match="à déclarer avant le jeudi 26 novembre à 12 h"):
        declarer(monde, (monde.lea, seance))


def test_the_deadline_holds_to_the_second(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    with clock.figer(seance.limite_absence), pytest.raises(Refus):
        declarer(monde, (monde.lea, seance))
    with clock.figer(seance.limite_absence - dt.timedelta(seconds=1)):
        assert declarer(monde, (monde.lea, seance)).demande


def test_a_past_seance_is_refused(monde):
    seance = monde.seance(monde.cantine, HIER)
    monde.poser(monde.lea, seance, w.RESERVE)
    with pytest.raises(Refus, match="passée"):
        declarer(monde, (monde.lea, seance))


def test_what_would_forbid_a_booking_does_not_hold_a_family_to_one(monde):
    """Closed to booking since, or the pre-registration cut short: an absence can still be declared."""
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    Activite.update(reservable=False).where(Activite.id == monde.cantine.id).execute()
    Preinscription.update(fin=LUNDI - dt.timedelta(1)).where(Preinscription.enfant == monde.lea).execute()

    declarer(monde, (monde.lea, seance))

    assert monde.statut(monde.lea, seance) == w.ABSENCE_ATTENTE
