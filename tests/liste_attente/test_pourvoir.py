"""A place that frees itself goes to the first child of the list who can have it; nobody else moves."""

import datetime as dt

import pytest

import workflows as w
from models import Calendrier, Courriel, Preinscription, Reservation, Seance, write_transaction
from portail import clock
from portail.domain import moderation, places, planning
from portail.domain.liste_attente import pourvoir, renoncer
from portail.domain.places import verrouiller_les_places
from tests.actes import absenter, demander, en_liste, nouer, partager, statut
from tests.actes import places as avoir_places
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI


@pytest.fixture
def complete(monde):
    """Monday's canteen: one place, that Tomás has."""
    seance = avoir_places(monde.seance(monde.cantine, LUNDI), 1)
    monde.poser(monde.tomas, seance, w.RESERVE)
    return seance


def liberer(monde, seance):
    """Tomás will be absent there, and an agent accepts."""
    depot = planning.declarer_absence(monde.paulo, monde.dasilva, [(monde.tomas.id, seance.id)])
    moderation.accepter(monde.sophie, depot.demande.id)


def statuts(*reservations):
    return [statut(reservation) for reservation in reservations]


def test_the_first_of_the_list_gets_it_and_the_second_waits(monde, complete):
    lea, noe = en_liste(monde, (monde.lea, complete), (monde.noe, complete))
    liberer(monde, complete)
    assert statuts(lea, noe) == [w.RESERVE, w.LISTE_ATTENTE]
    assert Reservation.get_by_id(lea.id).ordre is None
    assert fautes() == []


def test_tied_children_wait_for_a_place_each_and_the_next_one_is_not_held_back(monde, complete):
    lea, noe, ines = en_liste(monde, *((e, complete) for e in (monde.lea, monde.noe, monde.ines)))
    nouer(lea, noe)
    liberer(monde, complete)
    assert statuts(lea, noe, ines) == [w.LISTE_ATTENTE, w.LISTE_ATTENTE, w.RESERVE]


def test_tied_children_get_their_two_places_at_once_and_one_mail(monde, complete):
    avoir_places(complete, 2)
    lea, noe = en_liste(monde, (monde.lea, complete), (monde.noe, complete))
    nouer(lea, noe)
    liberer(monde, complete)
    assert statuts(lea, noe) == [w.RESERVE, w.RESERVE]
    (mail,) = Courriel.select().where(Courriel.cle.startswith("promotion:"))
    assert "Léa" in mail.corps and "Noé" in mail.corps


def test_a_tie_over_two_seances_is_served_by_the_one_that_was_missing(monde, complete):
    matin = monde.seance(monde.matin, LUNDI)
    lea, noe = en_liste(monde, (monde.lea, complete), (monde.noe, matin))
    nouer(lea, noe)
    liberer(monde, complete)
    assert statuts(lea, noe) == [w.RESERVE, w.RESERVE]
    assert [Seance.get_by_id(s.id).prises for s in (complete, matin)] == [1, 1]


def test_those_who_are_tied_stand_where_their_last_one_does(monde, complete):
    avoir_places(complete, 2)
    lea, ines, noe = en_liste(monde, *((e, complete) for e in (monde.lea, monde.ines, monde.noe)))
    nouer(lea, noe)
    monde.poser(monde.tomas, monde.seance(monde.soir, LUNDI), w.RESERVE)
    with write_transaction():
        tenues = verrouiller_les_places([complete.id])
        pourvoir(tenues, [complete.id])  # one place free: Inès, though Léa came before her
    assert statuts(lea, ines, noe) == [w.LISTE_ATTENTE, w.RESERVE, w.LISTE_ATTENTE]


def fermer(monde, seance):
    Calendrier.create(genre="fermeture", nom="Grève", debut=LUNDI, fin=LUNDI)


def desinscrire(monde, seance):
    Preinscription.update(statut=w.ANNULEE).where(Preinscription.enfant == monde.lea).execute()


def passer_la_date_limite(monde, seance):
    Seance.update(limite_reservation=clock.maintenant()).where(Seance.id == seance.id).execute()


@pytest.mark.parametrize(
    ("empechement", "suivant"),
    [(fermer, w.LISTE_ATTENTE), (desinscrire, w.RESERVE), (passer_la_date_limite, w.LISTE_ATTENTE)],
)
def test_who_cannot_have_it_is_passed_over_and_keeps_the_rank(monde, complete, empechement, suivant):
    lea, noe = en_liste(monde, (monde.lea, complete), (monde.noe, complete))
    empechement(monde, complete)
    liberer(monde, complete)
    assert statuts(lea, noe) == [w.LISTE_ATTENTE, suivant]
    assert Reservation.get_by_id(lea.id).ordre == lea.ordre


def test_of_tied_children_one_who_cannot_come_holds_the_other_back(monde, complete):
    avoir_places(complete, 3)
    lea, noe = en_liste(monde, (monde.lea, complete), (monde.noe, complete))
    nouer(lea, noe)
    desinscrire(monde, complete)
    liberer(monde, complete)
    assert statuts(lea, noe) == [w.LISTE_ATTENTE, w.LISTE_ATTENTE]


def test_a_second_before_the_deadline_it_goes_by_itself_and_at_the_deadline_no_more(monde, complete):
    limite = Seance.get_by_id(complete.id).limite_reservation
    (lea,) = en_liste(monde, (monde.lea, complete))
    Reservation.update(statut=w.NON_RESERVE).where(Reservation.enfant == monde.tomas).execute()
    Seance.update(prises=0).where(Seance.id == complete.id).execute()
    for moment, attendu in (
        (limite, w.LISTE_ATTENTE),
        (limite + dt.timedelta(seconds=1), w.LISTE_ATTENTE),
        (limite - dt.timedelta(seconds=1), w.RESERVE),
    ):
        with clock.figer(moment), write_transaction():
            pourvoir(verrouiller_les_places([complete.id]), [complete.id])
        assert statut(lea) == attendu


def test_what_frees_of_a_shared_limit_serves_the_other_seances_in_the_order_of_the_journal(monde):
    partager(1, monde.matin, monde.soir, monde.cantine)
    matin, soir, cantine = (monde.seance(a, LUNDI) for a in (monde.matin, monde.soir, monde.cantine))
    monde.poser(monde.tomas, cantine, w.RESERVE)
    noe, lea = en_liste(monde, (monde.noe, soir), (monde.lea, matin))
    liberer(monde, cantine)
    assert statuts(noe, lea) == [w.RESERVE, w.LISTE_ATTENTE]


def test_it_does_not_cross_to_another_day(monde):
    partager(1, monde.matin, monde.cantine)
    lundi, jeudi = monde.seance(monde.cantine, LUNDI), monde.seance(monde.matin, JEUDI)
    monde.poser(monde.tomas, lundi, w.RESERVE)
    monde.poser(monde.noe, monde.seance(monde.cantine, JEUDI), w.RESERVE)
    (lea,) = en_liste(monde, (monde.lea, jeudi))
    liberer(monde, lundi)
    assert statut(lea) == w.LISTE_ATTENTE


def test_a_child_whom_an_agent_put_there_gets_the_next_place_that_frees(monde):
    seance = avoir_places(monde.seance(monde.cantine, LUNDI), 2)
    monde.poser(monde.tomas, seance, w.RESERVE)
    moderation.mettre_en_attente(monde.sophie, demander(monde, (monde.lea, seance)).id)
    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE  # a place was free all the same
    liberer(monde, seance)
    assert monde.statut(monde.lea, seance) == w.RESERVE


def test_a_tie_made_while_the_locks_were_taken_gives_no_error(monde, complete, monkeypatch):
    """The séance of the brother was not locked: whoever leaves does, the brother is served by `reprendre`."""
    matin = monde.seance(monde.matin, LUNDI)
    nouer(*en_liste(monde, (monde.lea, complete), (monde.noe, matin)))
    monkeypatch.setattr(places, "_liees", lambda ids: set())
    renoncer(monde.claire, monde.moreau, (monde.lea.id, complete.id))
    assert monde.statut(monde.lea, complete) == w.NON_RESERVE
    assert monde.statut(monde.noe, matin) == w.LISTE_ATTENTE


def test_an_absence_beside_a_booking_frees_for_the_list_before_the_booking(monde):
    """Both in one act: the place freed belongs to whoever waited, not to the child who asks now."""
    matin = avoir_places(monde.seance(monde.matin, LUNDI), 1)
    monde.poser(monde.lea, matin, w.RESERVE)
    (noe,) = en_liste(monde, (monde.noe, matin))
    reservations, absences = planning.demander(
        monde.claire,
        monde.moreau,
        {w.NATURE_ABSENCE: [(monde.lea.id, matin.id)], w.NATURE_RESERVATION: [(monde.ines.id, matin.id)]},
    )
    assert (len(reservations.retenus), len(absences.retenus)) == (1, 1)
    assert (statut(noe), monde.statut(monde.ines, matin)) == (w.RESERVE, w.LISTE_ATTENTE)
    assert fautes() == []


def test_an_absence_that_a_family_declares_late_serves_nobody(monde, complete):
    (lea,) = en_liste(monde, (monde.lea, complete))
    absenter_tard = Seance.get_by_id(complete.id).limite_absence + dt.timedelta(hours=1)
    monde.cantine.__class__.update(absence_tardive=True, absence_automatique=True).execute()
    with clock.figer(absenter_tard):
        planning.declarer_absence(monde.paulo, monde.dasilva, [(monde.tomas.id, complete.id)])
    assert (statut(lea), Seance.get_by_id(complete.id).prises) == (w.LISTE_ATTENTE, 0)


def test_the_absence_of_the_one_who_was_promoted_serves_the_next(monde, complete):
    lea, noe = en_liste(monde, (monde.lea, complete), (monde.noe, complete))
    liberer(monde, complete)
    demande = absenter(monde, (monde.lea, complete))
    moderation.accepter(monde.sophie, demande.id)
    assert statuts(lea, noe) == [w.ABSENT, w.RESERVE]
    assert Courriel.select().where(Courriel.cle.startswith("promotion:")).count() == 2
    assert fautes() == []
