"""Asking for a booking on the planning (guide §4.1.1)."""

import datetime as dt

import pytest

import workflows as w
from models import Courriel, Demande, Evenement, Ligne, Preinscription, Reservation, Seance
from portail import clock
from portail.domain import planning
from portail.domain.refus import Refus
from tests.monde import HIER, LUNDI, MAINTENANT


def demander(monde, enfant, seance, compte=None, famille=None):
    return planning.demander_reservation(
        compte or monde.claire, famille or monde.moreau, [(enfant.id, seance.id)]
    )


def test_a_free_slot_becomes_a_pending_demande(monde):
    seance = monde.seance(monde.cantine, LUNDI)

    depot = demander(monde, monde.lea, seance)

    assert monde.statut(monde.lea, seance) == w.RESERVATION_ATTENTE
    demande = Demande.get()
    assert depot.demande == demande
    assert (demande.nature, demande.statut, demande.auteur) == (
        w.NATURE_RESERVATION,
        w.EN_ATTENTE,
        monde.claire,
    )
    assert demande.a_traiter_avant == seance.limite_reservation
    assert [ligne.statut for ligne in demande.lignes] == [w.EN_ATTENTE]
    assert Seance.get_by_id(seance.id).prises == 0


def test_the_journal_tells_the_deposit_and_the_transition_and_a_mail_acknowledges(monde):
    demander(monde, monde.lea, monde.seance(monde.cantine, LUNDI))

    lignes = [(e.objet, e.acte, e.de, e.vers, e.auteur) for e in Evenement.select().order_by(Evenement.id)]
    assert lignes == [
        ("demande", "deposer", "", w.EN_ATTENTE, monde.claire),
        ("reservation", w.DEMANDER, w.NON_RESERVE, w.RESERVATION_ATTENTE, monde.claire),
    ]
    courriel = Courriel.get()
    assert courriel.destinataire == "famille@example.org"
    assert "Léa, Cantine, lundi 7 décembre" in courriel.corps


def test_an_activity_that_validates_by_itself_books_at_once(monde):
    seance = monde.seance(monde.matin, LUNDI)

    depot = demander(monde, monde.lea, seance)

    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert Demande.get_by_id(depot.demande.id).statut == w.ACCEPTEE
    assert Seance.get_by_id(seance.id).prises == 1
    assert Courriel.get().sujet.startswith("Votre demande est acceptée")


def test_an_activity_that_validates_by_itself_puts_on_the_waiting_list_once_full(monde):
    seance = monde.seance(monde.matin, LUNDI)
    Seance.update(places=0).where(Seance.id == seance.id).execute()

    demander(monde, monde.lea, seance)

    reservation = Reservation.get()
    assert reservation.statut == w.LISTE_ATTENTE
    assert reservation.ordre == Evenement.get(Evenement.vers == w.LISTE_ATTENTE).id
    assert "liste d’attente" in Courriel.get().sujet


def test_asking_twice_changes_nothing_more(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demander(monde, monde.lea, seance)
    evenements = Evenement.select().count()

    depot = demander(monde, monde.lea, seance)

    assert depot.demande is None
    assert depot.deja == [(monde.lea.id, seance.id)]
    assert (Demande.select().count(), Evenement.select().count()) == (1, evenements)


def test_one_demande_carries_several_children_and_says_why_a_line_is_refused(monde):
    Preinscription.delete().where(
        Preinscription.enfant == monde.noe, Preinscription.activite == monde.cantine
    ).execute()
    seance = monde.seance(monde.cantine, LUNDI)

    depot = planning.demander_reservation(
        monde.claire,
        monde.moreau,
        [(monde.lea.id, seance.id), (monde.noe.id, seance.id), (monde.ines.id, seance.id)],
    )

    assert depot.retenus == [(monde.lea.id, seance.id), (monde.ines.id, seance.id)]
    assert [voeu for voeu, _ in depot.refuses] == [(monde.noe.id, seance.id)]
    assert Ligne.select().where(Ligne.demande == depot.demande).count() == 2


def test_another_familys_child_is_as_good_as_unknown(monde):
    with pytest.raises(Refus):
        demander(monde, monde.tomas, monde.seance(monde.cantine, LUNDI))
    assert Reservation.select().count() == 0


def test_a_day_outside_the_preinscription_is_refused_in_words(monde):
    Preinscription.update(fin=LUNDI - dt.timedelta(1)).where(Preinscription.enfant == monde.lea).execute()
    with pytest.raises(Refus, match="n’est pas inscrit"):
        demander(monde, monde.lea, monde.seance(monde.cantine, LUNDI))


@pytest.mark.parametrize("statut", [w.DEMANDE_EN_COURS, w.REFUSEE, w.ANNULEE])
def test_a_preinscription_that_is_not_validated_opens_nothing(monde, statut):
    Preinscription.update(statut=statut).where(Preinscription.enfant == monde.lea).execute()
    with pytest.raises(Refus):
        demander(monde, monde.lea, monde.seance(monde.cantine, LUNDI))


def test_past_the_deadline_the_sentence_says_when_it_was(monde):
    seance = monde.seance(monde.cantine, MAINTENANT.date() + dt.timedelta(2))
    with pytest.raises(Refus, match="jeudi 26 novembre à 12 h"):
        demander(monde, monde.lea, seance)


def test_the_deadline_holds_to_the_second(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    with clock.figer(seance.limite_reservation), pytest.raises(Refus):
        demander(monde, monde.lea, seance)
    with clock.figer(seance.limite_reservation - dt.timedelta(seconds=1)):
        assert demander(monde, monde.lea, seance).demande


def test_a_past_seance_is_refused(monde):
    with pytest.raises(Refus, match="passée"):
        demander(monde, monde.lea, monde.seance(monde.cantine, HIER))


def test_a_closed_day_is_refused_with_its_name(monde):
    from models import Calendrier

    Calendrier.create(genre="fermeture", nom="Grève", debut=LUNDI, fin=LUNDI, lieu=monde.cantine.lieu)
    with pytest.raises(Refus, match="pas d’accueil ce jour-là .Grève."):
        demander(monde, monde.lea, monde.seance(monde.cantine, LUNDI))


def test_an_activity_closed_to_booking_is_refused(monde):
    cantine = monde.cantine
    cantine.reservable = False
    cantine.save()
    with pytest.raises(Refus, match="ouverte à la réservation"):
        demander(monde, monde.lea, monde.seance(cantine, LUNDI))


def test_nothing_is_written_when_all_is_refused(monde):
    with pytest.raises(Refus):
        demander(monde, monde.lea, monde.seance(monde.cantine, HIER))
    assert (Demande.select().count(), Evenement.select().count(), Courriel.select().count()) == (0, 0, 0)


@pytest.mark.parametrize("statut", [w.ABSENT, w.ABSENCE_ATTENTE])
def test_from_an_absence_there_is_no_way_back_by_booking(monde, statut):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, statut)
    with pytest.raises(Refus, match="état"):
        demander(monde, monde.lea, seance)
    assert monde.statut(monde.lea, seance) == statut
