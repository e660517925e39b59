"""An agent puts a booking on the waiting list, even where places remain."""

import pytest

import workflows as w
from models import Courriel, Reservation
from portail.domain import moderation
from portail.domain.refus import Refus
from portail.domain.reponse import DejaRepondu
from portail.domain.verification import verifier
from tests.actes import absenter, demander, empreinte, lignes, places, prises, statut
from tests.monde import LUNDI


def test_the_child_waits_though_places_remain_and_the_demande_is_answered(monde):
    seance = monde.seance(monde.soir, LUNDI)
    demande = demander(monde, (monde.lea, seance))

    moderation.mettre_en_attente(monde.sophie, demande.id)

    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE
    assert prises(seance) == 0
    assert (statut(demande), statut(lignes(demande)[0])) == (w.ACCEPTEE, w.ACCEPTEE)
    assert Courriel.get(Courriel.cle.startswith("reponse:")).sujet.startswith(
        "Votre enfant est en liste d’attente"
    )


def test_a_wait_by_an_agents_choice_is_no_breach_though_places_remain(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.soir, LUNDI)))
    moderation.mettre_en_attente(monde.sophie, demande.id)
    assert [rupture for rupture in verifier() if rupture.invariant == "Places à donner"] == []


def test_the_list_keeps_the_order_in_which_the_agent_answered(monde):
    seance = monde.seance(monde.soir, LUNDI)
    premiere = demander(monde, (monde.lea, seance))
    seconde = demander(monde, (monde.noe, seance))
    moderation.mettre_en_attente(monde.sophie, seconde.id)
    moderation.mettre_en_attente(monde.sophie, premiere.id)

    en_liste = Reservation.select().order_by(Reservation.ordre)
    assert [r.enfant.prenom for r in en_liste] == ["Noé", "Léa"]


def test_one_line_waits_and_the_other_gets_its_place(monde):
    seance = monde.seance(monde.soir, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    premiere, seconde = lignes(demande)
    moderation.mettre_en_attente(monde.sophie, demande.id, [premiere.id])
    moderation.accepter(monde.sophie, demande.id, [seconde.id])

    assert monde.statut(monde.lea, seance) == w.LISTE_ATTENTE
    assert monde.statut(monde.noe, seance) == w.RESERVE
    assert statut(demande) == w.ACCEPTEE


def test_an_absence_has_no_waiting_list(monde):
    seance = monde.seance(monde.soir, LUNDI)
    demande = absenter(monde, (monde.lea, seance))
    avant = empreinte()
    with pytest.raises(Refus, match="Une absence ne se met pas en liste d’attente") as refus:
        moderation.mettre_en_attente(monde.sophie, demande.id)
    assert refus.value.statut == 422
    assert (monde.statut(monde.lea, seance), empreinte()) == (w.ABSENCE_ATTENTE, avant)


def test_already_answered_it_is_told_by_whom(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.soir, LUNDI)))
    moderation.mettre_en_attente(monde.marc, demande.id)
    with pytest.raises(DejaRepondu, match="Marc Tessier l’a acceptée"):
        moderation.mettre_en_attente(monde.sophie, demande.id)


def test_who_waits_by_an_agents_choice_is_served_when_a_place_frees(monde):
    seance = places(monde.seance(monde.soir, LUNDI), 2)
    attente = demander(monde, (monde.lea, seance))
    moderation.mettre_en_attente(monde.sophie, attente.id)
    absence = absenter(monde, (monde.noe, seance))

    moderation.accepter(monde.sophie, absence.id)

    assert monde.statut(monde.lea, seance) == w.RESERVE
    assert prises(seance) == 1
