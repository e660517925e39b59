"""Withdrawing what was asked, for as long as nobody answered (guide §4.1.1)."""

import pytest

import workflows as w
from models import Courriel, Evenement
from portail import clock
from portail.domain import moderation, planning
from portail.domain.refus import DejaChange, Introuvable
from tests.actes import absenter, demander, empreinte, lignes, prises, statut
from tests.monde import JEUDI, LUNDI


def annuler(monde, ligne):
    planning.annuler(monde.claire, monde.moreau, ligne.id)


def test_a_booking_asked_for_is_withdrawn(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    (ligne,) = lignes(demande)

    annuler(monde, ligne)

    assert monde.statut(monde.lea, seance) == w.NON_RESERVE
    assert (statut(ligne), statut(demande)) == (w.ANNULEE, w.ANNULEE)
    assert prises(seance) == 0
    fin = type(demande).get_by_id(demande.id)
    assert (fin.repondue_le, fin.agent) == (clock.maintenant(), None)


def test_an_absence_declared_is_withdrawn_and_the_place_was_never_lost(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = absenter(monde, (monde.lea, seance))

    annuler(monde, lignes(demande)[0])

    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert prises(seance) == 1
    assert statut(demande) == w.ANNULEE


def test_the_journal_tells_the_slot_the_line_and_the_demande(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    avant = Evenement.select().count()

    annuler(monde, lignes(demande)[0])

    nouvelles = Evenement.select().order_by(Evenement.id).offset(avant)
    assert [(e.objet, e.acte, e.de, e.vers, e.auteur, e.famille, e.demande) for e in nouvelles] == [
        (objet, w.ANNULER, de, vers, monde.claire, monde.moreau, demande)
        for objet, de, vers in (
            ("reservation", w.RESERVATION_ATTENTE, w.NON_RESERVE),
            ("ligne", w.EN_ATTENTE, w.ANNULEE),
            ("demande", w.EN_ATTENTE, w.ANNULEE),
        )
    ]


def test_no_answer_is_written_to_a_family_that_withdraws_by_itself(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    annuler(monde, lignes(demande)[0])
    assert [c.sujet for c in Courriel.select()] == ["Votre demande est bien arrivée"]


def test_withdrawing_twice_is_harmless(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    annuler(monde, lignes(demande)[0])
    avant = empreinte()

    annuler(monde, lignes(demande)[0])

    assert empreinte() == avant


def test_one_line_is_withdrawn_and_the_others_go_on_waiting(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    premiere, seconde = lignes(demande)

    annuler(monde, premiere)
    assert (statut(premiere), statut(seconde), statut(demande)) == (w.ANNULEE, w.EN_ATTENTE, w.EN_ATTENTE)
    assert monde.statut(monde.noe, seance) == w.RESERVATION_ATTENTE

    annuler(monde, seconde)
    assert statut(demande) == w.ANNULEE


def test_withdrawing_the_last_line_leaves_the_answer_that_the_others_had(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    premiere, seconde = lignes(demande)
    with clock.figer(seance.limite_reservation):
        moderation.accepter(monde.sophie, demande.id, [premiere.id])

    annuler(monde, seconde)

    fin = type(demande).get_by_id(demande.id)
    assert (fin.statut, fin.agent) == (w.ACCEPTEE, monde.sophie)
    assert fin.repondue_le == seance.limite_reservation
    assert monde.statut(monde.lea, seance) == w.RESERVE


@pytest.mark.parametrize(
    ("reponse", "arrivee", "dit"),
    [
        (lambda monde, d: moderation.accepter(monde.sophie, d.id), w.RESERVE, "acceptée"),
        (lambda monde, d: moderation.mettre_en_attente(monde.sophie, d.id), w.LISTE_ATTENTE, "acceptée"),
        (lambda monde, d: moderation.refuser(monde.sophie, d.id, "Non"), w.NON_RESERVE, "refusée"),
    ],
    ids=["accepted", "waiting list", "refused"],
)
def test_once_the_town_has_answered_it_is_told_and_nothing_changes(monde, reponse, arrivee, dit):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    reponse(monde, demande)
    avant = empreinte()

    with pytest.raises(DejaChange, match=f"La mairie a déjà répondu : cette demande est {dit}") as refus:
        annuler(monde, lignes(demande)[0])

    assert refus.value.statut == 409
    assert monde.statut(monde.lea, seance) == arrivee
    assert empreinte() == avant


def test_neither_the_deadline_nor_the_seance_closes_the_way_back_while_nobody_answered(monde):
    for enfant, moment in ((monde.lea, "limite_reservation"), (monde.noe, None)):
        seance = monde.seance(monde.cantine, LUNDI)
        demande = demander(monde, (enfant, seance))
        fin = getattr(seance, moment) if moment else clock.instant(seance.jour, seance.fin)
        with clock.figer(fin):
            annuler(monde, lignes(demande)[0])
        assert monde.statut(enfant, seance) == w.NON_RESERVE


def test_another_familys_line_and_a_line_that_does_not_exist_are_the_same_404(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    ligne = lignes(demander(monde, (monde.lea, seance)))[0]
    phrases = set()
    for ligne_id in (ligne.id, ligne.id + 1000):
        with pytest.raises(Introuvable) as refus:
            planning.annuler(monde.paulo, monde.dasilva, ligne_id)
        assert refus.value.statut == 404
        phrases.add(refus.value.phrase)
    assert len(phrases) == 1
    assert monde.statut(monde.lea, seance) == w.RESERVATION_ATTENTE


def test_what_was_withdrawn_can_be_asked_for_again(monde):
    seance = monde.seance(monde.cantine, JEUDI)
    premiere = demander(monde, (monde.lea, seance))
    annuler(monde, lignes(premiere)[0])

    seconde = demander(monde, (monde.lea, seance))
    annuler(monde, lignes(premiere)[0])  # an old tab: harmless, the new demande stands

    assert seconde != premiere
    assert (statut(premiere), statut(seconde)) == (w.ANNULEE, w.EN_ATTENTE)
    assert monde.statut(monde.lea, seance) == w.RESERVATION_ATTENTE
