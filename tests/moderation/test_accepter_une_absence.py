"""An agent accepts an absence: the place is freed, and goes to the first of the waiting list."""

import datetime as dt

import workflows as w
from models import Calendrier, Courriel, Evenement, Preinscription
from portail import clock
from portail.domain import moderation
from portail.domain.verification import verifier
from tests.actes import absenter, places, prises, statut
from tests.monde import LUNDI, MAINTENANT


def test_an_absence_accepted_frees_the_place(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = absenter(monde, (monde.lea, seance))

    moderation.accepter(monde.sophie, demande.id)

    assert monde.statut(monde.lea, seance) == w.ABSENT
    assert prises(seance) == 0
    assert statut(demande) == w.ACCEPTEE


def test_the_place_goes_to_the_first_of_the_list_by_the_journal_even_if_clocks_say_otherwise(monde):
    seance = places(monde.seance(monde.soir, LUNDI), 1)
    demande = absenter(monde, (monde.lea, seance))
    for recul, enfant in enumerate((monde.tomas, monde.noe, monde.ines)):
        with clock.figer(MAINTENANT - dt.timedelta(days=recul)):  # each one later, on a clock that goes back
            monde.poser(enfant, seance, w.LISTE_ATTENTE)

    with clock.figer(MAINTENANT - dt.timedelta(days=9)):
        moderation.accepter(monde.sophie, demande.id)

    assert [monde.statut(e, seance) for e in (monde.tomas, monde.noe, monde.ines)] == [
        w.RESERVE,
        w.LISTE_ATTENTE,
        w.LISTE_ATTENTE,
    ]
    assert prises(seance) == 1
    promotion = Evenement.get(Evenement.acte == w.PROMOUVOIR)
    assert (promotion.auteur, promotion.famille, promotion.vers) == (None, monde.dasilva, w.RESERVE)


def test_the_promoted_family_is_told_and_only_that_one(monde):
    seance = places(monde.seance(monde.soir, LUNDI), 1)
    demande = absenter(monde, (monde.lea, seance))
    monde.poser(monde.tomas, seance, w.LISTE_ATTENTE)

    moderation.accepter(monde.sophie, demande.id)

    courriel = Courriel.get(Courriel.cle.startswith("promotion:"))
    assert (courriel.destinataire, courriel.famille) == ("paulo@example.org", monde.dasilva)
    assert courriel.sujet == "Une place s’est libérée"
    assert "Réservation : Tomás, Accueil du soir, lundi 7 décembre, 16 h 30 – 18 h 30" in courriel.corps
    assert "Léa" not in courriel.corps
    assert Courriel.select().where(Courriel.destinataire == "paulo@example.org").count() == 1


def test_as_many_are_promoted_as_places_were_freed(monde):
    seance = places(monde.seance(monde.soir, LUNDI), 2)
    demande = absenter(monde, (monde.lea, seance), (monde.noe, seance))
    for enfant in (monde.ines, monde.tomas):
        monde.poser(enfant, seance, w.LISTE_ATTENTE)

    moderation.accepter(monde.sophie, demande.id)

    assert monde.statut(monde.ines, seance) == monde.statut(monde.tomas, seance) == w.RESERVE
    assert prises(seance) == 2


def test_nobody_is_promoted_on_a_past_seance(monde):
    seance = places(monde.seance(monde.soir, LUNDI), 1)
    demande = absenter(monde, (monde.lea, seance))
    monde.poser(monde.tomas, seance, w.LISTE_ATTENTE)

    with clock.figer(clock.instant(LUNDI, dt.time(16, 30))):
        moderation.accepter(monde.sophie, demande.id)

    assert monde.statut(monde.lea, seance) == w.ABSENT  # declared in time: late is the town, not the family
    assert monde.statut(monde.tomas, seance) == w.LISTE_ATTENTE


def test_who_is_no_longer_registered_is_passed_over_and_the_next_one_gets_the_place(monde):
    seance = places(monde.seance(monde.soir, LUNDI), 1)
    demande = absenter(monde, (monde.lea, seance))
    monde.poser(monde.tomas, seance, w.LISTE_ATTENTE)
    monde.poser(monde.noe, seance, w.LISTE_ATTENTE)
    Preinscription.delete().where(Preinscription.enfant == monde.tomas).execute()

    moderation.accepter(monde.sophie, demande.id)

    assert monde.statut(monde.tomas, seance) == w.LISTE_ATTENTE
    assert monde.statut(monde.noe, seance) == w.RESERVE


def test_nobody_is_promoted_on_a_day_that_was_closed_since(monde):
    seance = places(monde.seance(monde.soir, LUNDI), 1)
    demande = absenter(monde, (monde.lea, seance))
    monde.poser(monde.tomas, seance, w.LISTE_ATTENTE)
    Calendrier.create(genre="fermeture", nom="Grève", debut=LUNDI, fin=LUNDI)

    moderation.accepter(monde.sophie, demande.id)

    assert monde.statut(monde.tomas, seance) == w.LISTE_ATTENTE
    assert [rupture for rupture in verifier() if rupture.invariant == "Places à donner"] == []


def test_a_family_that_no_account_reads_is_promoted_all_the_same(monde):
    seance = places(monde.seance(monde.soir, LUNDI), 1)
    demande = absenter(monde, (monde.lea, seance))
    monde.poser(monde.tomas, seance, w.LISTE_ATTENTE)
    paulo = monde.paulo
    paulo.actif = False
    paulo.save()

    moderation.accepter(monde.sophie, demande.id)

    assert monde.statut(monde.tomas, seance) == w.RESERVE
    assert Courriel.select().where(Courriel.cle.startswith("promotion:")).count() == 0
