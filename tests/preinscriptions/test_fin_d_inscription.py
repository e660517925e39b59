"""The town ends a registration early: what the child has later is freed, given to others, and told."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Courriel, Demande, Evenement, Preinscription
from portail.domain import fin_d_inscription, lecture_planning, planning
from portail.domain.fin_d_inscription import mettre_fin
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.verification import verifier
from tests.actes import absenter, demander, places, prises
from tests.garanties.empreinte import contenu
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI, MAINTENANT

AUJOURDHUI = MAINTENANT.date()
MARDI = dt.date(2026, 12, 8)


def inscription(enfant, activite) -> Preinscription:
    return Preinscription.get(enfant=enfant, activite=activite)


def finir(monde, activite, dernier, motif="", enfant=None):
    sienne = inscription(enfant or monde.lea, activite)
    return mettre_fin(monde.sophie, monde.moreau.id, sienne.id, dernier, motif)


def saine() -> bool:
    """Sound, but for what the small world never wrote in the journal."""
    dites = ("preinscription", "abonnement")
    return fautes() == [] and not [r for r in verifier(1000) if not r.phrase.startswith(dites)]


def test_it_is_in_the_journal_and_in_a_mail(monde):
    monde.poser(monde.lea, monde.seance(monde.soir, JEUDI), w.RESERVE)
    finir(monde, monde.soir, MARDI, "  Déménagement \n")
    ligne = Evenement.get(Evenement.acte == fin_d_inscription.ECOURTER)
    assert ligne.detail == "fin le 8 décembre 2026, au lieu du 2 juillet 2027 : Déménagement"
    assert (ligne.auteur, ligne.famille, ligne.vers) == (monde.sophie, monde.moreau, "")
    (courriel,) = Courriel.select()
    assert courriel.destinataire == monde.claire.email
    for dit in (
        "L’inscription de Léa à l’activité « Accueil du soir » prend fin le 8 décembre 2026.",
        "Motif : Déménagement",
        "Ces jours ne sont plus réservés : jeudi 10 décembre.",
    ):
        assert dit in courriel.corps, dit


@pytest.mark.parametrize(
    "depuis", [w.RESERVE, w.LISTE_ATTENTE, w.ABSENT, w.ABSENCE_ATTENTE, w.RESERVATION_ATTENTE]
)
def test_whatever_the_child_had_is_freed(monde, depuis):
    seance = monde.seance(monde.soir, JEUDI)
    if depuis == w.RESERVATION_ATTENTE:
        demander(monde, (monde.lea, seance))
    elif depuis == w.ABSENCE_ATTENTE:
        absenter(monde, (monde.lea, seance))
    else:
        monde.poser(monde.lea, seance, depuis)
    finir(monde, monde.soir, MARDI)
    assert monde.statut(monde.lea, seance) == w.NON_RESERVE
    assert prises(seance) == 0
    assert fautes() == []


def test_a_child_who_waits_there_is_not_promoted_while_its_own_registration_ends(monde):
    seance = places(monde.seance(monde.soir, JEUDI), 1)
    monde.poser(monde.noe, seance, w.RESERVE)
    monde.poser(monde.lea, seance, w.LISTE_ATTENTE)
    finir(monde, monde.soir, MARDI)
    finir(monde, monde.soir, MARDI, enfant=monde.noe)
    assert (monde.statut(monde.lea, seance), prises(seance)) == (w.NON_RESERVE, 0)
    assert saine()


def test_a_demande_wholly_without_object_is_refused_by_that_agent(monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.soir, JEUDI)))
    finir(monde, monde.soir, MARDI)
    lue = Demande.get_by_id(demande.id)
    assert (lue.statut, lue.agent, lue.repondue_le) == (w.REFUSEE, monde.sophie, MAINTENANT)
    assert [ligne.motif for ligne in demande.lignes] == [
        "L’inscription à cette activité prend fin avant ce jour."
    ]
    assert saine()


def test_afterwards_nothing_can_be_booked_there(monde):
    finir(monde, monde.soir, MARDI)
    seance = monde.seance(monde.soir, JEUDI)
    with pytest.raises(Refus):
        planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])
    mois = lecture_planning.planning(monde.moreau, LUNDI, JEUDI, regard=None)
    assert (monde.lea.id, seance.id) not in {(c.enfant.id, c.seance.id) for c in mois.creneaux()}


def test_today_is_the_earliest_day(monde):
    finir(monde, monde.soir, AUJOURDHUI)
    assert inscription(monde.lea, monde.soir).fin == AUJOURDHUI


def test_not_that_of_ones_own_family_nor_of_another_than_the_one_looked_at(monde):
    sienne = inscription(monde.lea, monde.soir)
    avant = contenu()
    with pytest.raises(Introuvable):
        mettre_fin(monde.sophie, monde.dasilva.id, sienne.id, MARDI)
    assert contenu() == avant
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus):
        mettre_fin(monde.sophie, monde.moreau.id, sienne.id, MARDI)
    assert not Evenement.select().where(Evenement.acte == fin_d_inscription.ECOURTER).exists()


@pytest.mark.parametrize("etat", [w.DEMANDE_EN_COURS, w.REFUSEE, w.ANNULEE])
def test_only_what_stands_is_ended(monde, etat):
    sienne = inscription(monde.lea, monde.soir)
    Preinscription.update(statut=etat).where(Preinscription.id == sienne.id).execute()
    with pytest.raises(DejaChange):
        finir(monde, monde.soir, MARDI)
