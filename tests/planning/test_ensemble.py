"""« Ensemble ou pas du tout »: brothers and sisters asked together are booked together, or wait together."""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Ligne, Preinscription, Reservation, Seance
from portail import clock
from portail.domain import moderation, planning
from portail.domain.fin_d_inscription import mettre_fin
from portail.domain.liste_attente import renoncer
from portail.domain.refus import Refus
from tests.actes import empreinte, lignes, places, statut
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI
from tests.preinscriptions.souhaits import souhait


def demander(monde, *voeux, ensemble=True):
    couples = [(enfant.id, seance.id) for enfant, seance in voeux]
    return planning.demander_reservation(monde.claire, monde.moreau, couples, ensemble=ensemble)


def fratrie(enfant, seance) -> int | None:
    return Reservation.get(enfant=enfant, seance=seance).fratrie


def statuts(monde, seance, *enfants):
    return [monde.statut(enfant, seance) for enfant in enfants]


@pytest.fixture
def matin(monde):
    """Monday morning, that books by itself: one place."""
    return places(monde.seance(monde.matin, LUNDI), 1)


@pytest.fixture
def cantine(monde):
    """Monday's canteen, where an agent answers: one place."""
    return places(monde.seance(monde.cantine, LUNDI), 1)


def test_one_place_for_two_they_both_wait_and_the_place_stays(monde, matin):
    demander(monde, (monde.lea, matin), (monde.noe, matin))
    assert statuts(monde, matin, monde.lea, monde.noe) == [w.LISTE_ATTENTE, w.LISTE_ATTENTE]
    assert Seance.get_by_id(matin.id).prises == 0
    assert fratrie(monde.lea, matin) == fratrie(monde.noe, matin) == min(li.id for li in Ligne.select())
    assert fautes() == []


def test_not_tied_the_first_has_the_place(monde, matin):
    demander(monde, (monde.lea, matin), (monde.noe, matin), ensemble=False)
    assert statuts(monde, matin, monde.lea, monde.noe) == [w.RESERVE, w.LISTE_ATTENTE]
    assert fratrie(monde.lea, matin) is None


def test_each_day_is_a_tie_of_its_own(monde, matin):
    jeudi = monde.seance(monde.matin, JEUDI)
    demander(monde, *((e, s) for s in (matin, jeudi) for e in (monde.lea, monde.noe)))
    assert statuts(monde, matin, monde.lea, monde.noe) == [w.LISTE_ATTENTE] * 2
    assert statuts(monde, jeudi, monde.lea, monde.noe) == [w.RESERVE] * 2


def test_one_child_alone_is_tied_to_nobody(monde, matin):
    demander(monde, (monde.lea, matin))
    assert fratrie(monde.lea, matin) is None


def test_where_one_cannot_come_the_other_is_not_asked_for(monde, matin):
    Preinscription.delete().where(
        Preinscription.enfant == monde.noe, Preinscription.activite == monde.matin
    ).execute()
    avant = empreinte()
    with pytest.raises(Refus) as refus:
        demander(monde, (monde.lea, matin), (monde.noe, matin))
    assert refus.value.phrase
    assert empreinte() == avant
    assert monde.statut(monde.lea, matin) == w.NON_RESERVE


def test_one_that_an_agent_answers_makes_the_other_wait_for_that_answer(monde):
    """Same hours, one activity automatic and the other not: nobody is booked before the agent's answer."""
    Activite.update(automatique=False).where(Activite.id == monde.soir.id).execute()
    Seance.update(debut=dt.time(16, 30), fin=dt.time(18)).where(
        Seance.activite == monde.matin, Seance.jour == LUNDI
    ).execute()
    automatique, moderee = monde.seance(monde.matin, LUNDI), monde.seance(monde.soir, LUNDI)
    depot = demander(monde, (monde.lea, automatique), (monde.noe, moderee))
    assert monde.statut(monde.lea, automatique) == w.RESERVATION_ATTENTE
    assert monde.statut(monde.noe, moderee) == w.RESERVATION_ATTENTE
    moderation.accepter(monde.sophie, depot.demande.id)
    assert monde.statut(monde.lea, automatique) == monde.statut(monde.noe, moderee) == w.RESERVE
    assert fautes() == []


@pytest.mark.parametrize(
    "repondre",
    [
        lambda agent, demande, choix: moderation.accepter(agent, demande.id, lignes=choix),
        lambda agent, demande, choix: moderation.mettre_en_attente(agent, demande.id, lignes=choix),
        lambda agent, demande, choix: moderation.refuser(
            agent, demande.id, "Activité complète", lignes=choix
        ),
    ],
    ids=["accept", "waiting list", "refuse"],
)
def test_an_agent_answers_for_all_those_who_are_tied_at_once(monde, cantine, repondre):
    demande = demander(monde, (monde.lea, cantine), (monde.noe, cantine)).demande
    premiere = lignes(demande)[0]
    avant = empreinte()
    with pytest.raises(Refus, match="Léa et Noé|Noé et Léa") as refus:
        repondre(monde.sophie, demande, [premiere.id])
    assert refus.value.champ == "ligne"
    assert (empreinte(), statut(premiere)) == (avant, w.EN_ATTENTE)
    repondre(monde.sophie, demande, [ligne.id for ligne in lignes(demande)])
    assert len({monde.statut(e, cantine) for e in (monde.lea, monde.noe)}) == 1
    assert fautes() == []


def test_accepted_with_one_place_they_both_wait_with_two_they_both_come(monde, cantine):
    demande = demander(monde, (monde.lea, cantine), (monde.noe, cantine)).demande
    moderation.accepter(monde.sophie, demande.id)
    assert statuts(monde, cantine, monde.lea, monde.noe) == [w.LISTE_ATTENTE] * 2
    assert Seance.get_by_id(cantine.id).prises == 0


def test_one_withdrawn_before_the_answer_leaves_the_other_alone(monde, cantine):
    demande = demander(monde, (monde.lea, cantine), (monde.noe, cantine)).demande
    celle_de_noe = next(li for li in lignes(demande) if li.reservation.enfant_id == monde.noe.id)
    planning.annuler(monde.claire, monde.moreau, celle_de_noe.id)
    moderation.accepter(monde.sophie, demande.id)
    assert statuts(monde, cantine, monde.lea, monde.noe) == [w.RESERVE, w.NON_RESERVE]
    assert fautes() == []


def test_one_gives_up_and_the_other_gets_the_place_that_was_there(monde, matin):
    demander(monde, (monde.lea, matin), (monde.noe, matin))
    renoncer(monde.claire, monde.moreau, (monde.noe.id, matin.id))
    assert statuts(monde, matin, monde.lea, monde.noe) == [w.RESERVE, w.NON_RESERVE]
    assert fautes() == []


def test_the_registration_of_one_ends_and_the_other_gets_the_place_that_was_there(monde, matin):
    demander(monde, (monde.lea, matin), (monde.noe, matin))
    inscription = Preinscription.get(enfant=monde.noe, activite=monde.matin)
    mettre_fin(monde.sophie, monde.moreau.id, inscription.id, clock.aujourdhui())
    assert statuts(monde, matin, monde.lea, monde.noe) == [w.RESERVE, w.NON_RESERVE]
    assert fautes() == []


def test_who_leaves_is_tied_to_nobody_any_more_and_comes_back_alone(monde, matin):
    """Noé comes back by a pre-registration with days: Léa, who still waits, does not wait for him."""
    from portail.domain import preinscriptions

    places(matin, 0)
    demander(monde, (monde.lea, matin), (monde.noe, matin))
    inscription = Preinscription.get(enfant=monde.noe, activite=monde.matin)
    mettre_fin(monde.sophie, monde.moreau.id, inscription.id, clock.aujourdhui())
    assert fratrie(monde.noe, matin) is None
    voulu = souhait(monde.matin, monde.noe, debut=LUNDI, fin=JEUDI, jours=[LUNDI])
    demande = preinscriptions.deposer(monde.claire, monde.moreau, voulu)
    moderation.accepter(monde.sophie, demande.id)
    assert statuts(monde, matin, monde.lea, monde.noe) == [w.LISTE_ATTENTE] * 2
    assert fratrie(monde.noe, matin) is None
    assert fautes() == []


def test_asked_again_alone_the_tie_is_undone(monde, matin):
    places(matin, 0)
    demander(monde, (monde.lea, matin), (monde.noe, matin))
    for enfant in (monde.lea, monde.noe):
        renoncer(monde.claire, monde.moreau, (enfant.id, matin.id))
    places(matin, 1)
    demander(monde, (monde.lea, matin), ensemble=False)
    assert (monde.statut(monde.lea, matin), fratrie(monde.lea, matin)) == (w.RESERVE, None)


def test_at_the_counter_too(monde, cantine):
    voulus = {w.NATURE_RESERVATION: [(e.id, cantine.id) for e in (monde.lea, monde.noe)]}
    planning.demander_au_guichet(monde.sophie, monde.moreau, voulus, ensemble=True)
    assert statuts(monde, cantine, monde.lea, monde.noe) == [w.LISTE_ATTENTE] * 2
    assert fautes() == []
