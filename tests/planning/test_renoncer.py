"""Leaving the waiting list."""

import pytest

import workflows as w
from models import Evenement, Reservation, Seance
from portail.domain import lecture_planning, liste_attente, moderation
from portail.domain.refus import DejaChange, Introuvable
from tests.actes import absenter, demander, empreinte, lignes, places, prises, statut
from tests.monde import LUNDI


@pytest.fixture
def seance(monde) -> Seance:
    return places(monde.seance(monde.soir, LUNDI), 1)


def renoncer(monde, enfant, seance):
    liste_attente.renoncer(monde.claire, monde.moreau, (enfant.id, seance.id))


def test_the_child_leaves_the_list_and_no_place_moves(monde, seance):
    demande = demander(monde, (monde.lea, seance))
    moderation.mettre_en_attente(monde.sophie, demande.id)

    renoncer(monde, monde.lea, seance)

    reservation = Reservation.get()
    assert (reservation.statut, reservation.ordre, prises(seance)) == (w.NON_RESERVE, None, 0)
    dernier = Evenement.select().order_by(Evenement.id.desc()).get()
    assert (dernier.acte, dernier.de, dernier.vers, dernier.auteur, dernier.famille) == (
        w.RENONCER,
        w.LISTE_ATTENTE,
        w.NON_RESERVE,
        monde.claire,
        monde.moreau,
    )
    assert (statut(demande), statut(lignes(demande)[0])) == (w.ACCEPTEE, w.ACCEPTEE)  # an answer is final


def test_those_behind_move_up_and_the_next_place_is_theirs(monde, seance):
    monde.poser(monde.tomas, seance, w.RESERVE)
    for enfant in (monde.lea, monde.noe, monde.ines):
        monde.poser(enfant, seance, w.LISTE_ATTENTE)

    renoncer(monde, monde.lea, seance)

    rangs = {c.enfant.prenom: c.rang_liste for c in lecture_planning.creneaux(
        monde.moreau, [(e.id, seance.id) for e in (monde.lea, monde.noe, monde.ines)], regard=None
    )}  # fmt: skip
    assert rangs == {"Léa": None, "Noé": 1, "Inès": 2}


def test_giving_up_twice_or_where_nothing_waits_is_harmless(monde, seance):
    monde.poser(monde.lea, seance, w.LISTE_ATTENTE)
    renoncer(monde, monde.lea, seance)
    avant = empreinte()
    renoncer(monde, monde.lea, seance)
    renoncer(monde, monde.noe, seance)
    assert empreinte() == avant


def test_a_place_given_meanwhile_is_told_and_kept(monde, seance):
    demande = absenter(monde, (monde.noe, seance))
    monde.poser(monde.lea, seance, w.LISTE_ATTENTE)
    moderation.accepter(monde.sophie, demande.id)

    with pytest.raises(DejaChange, match="La place vient de vous être donnée") as refus:
        renoncer(monde, monde.lea, seance)

    assert refus.value.statut == 409
    assert monde.statut(monde.lea, seance) == w.RESERVE


@pytest.mark.parametrize("present", [w.RESERVATION_ATTENTE, w.ABSENCE_ATTENTE, w.ABSENT, w.PRESENT])
def test_any_other_state_is_told_as_it_is(monde, seance, present):
    monde.poser(monde.lea, seance, present)
    with pytest.raises(DejaChange, match=f"« {w.CRENEAU.etats[present].libelle} »"):
        renoncer(monde, monde.lea, seance)
    assert monde.statut(monde.lea, seance) == present


def test_another_familys_child_stays_in_the_list(monde, seance):
    monde.poser(monde.tomas, seance, w.LISTE_ATTENTE)
    avant = empreinte()
    with pytest.raises(Introuvable):
        renoncer(monde, monde.tomas, seance)
    assert monde.statut(monde.tomas, seance) == w.LISTE_ATTENTE
    assert empreinte() == avant


def test_who_asks_again_goes_to_the_end_of_the_list(monde):
    seance = places(monde.seance(monde.matin, LUNDI), 0)
    for enfant in (monde.lea, monde.noe):
        demander(monde, (enfant, seance))
    renoncer(monde, monde.lea, seance)
    demander(monde, (monde.lea, seance))

    ordres = {r.enfant.prenom: r.ordre for r in Reservation.select()}
    assert ordres["Noé"] < ordres["Léa"]
