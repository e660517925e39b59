"""The round as a whole: what it writes is what the rules say of each family alone, and who is due nothing
costs it nothing.
"""

import datetime as dt
import random

import pytest
from peewee import Value
from playhouse.test_utils import count_queries

import workflows as w
from models import (
    Abonnement,
    Calendrier,
    Compte,
    Courriel,
    Enfant,
    Famille,
    LienParental,
    Preinscription,
    Reservation,
    Responsable,
    SansRappel,
    Seance,
)
from portail import clock
from portail.domain import courriels_de_rappel, echeances_proches, rappels
from tests.actes import abonner
from tests.courrier import recus
from tests.courses.coureurs import peupler
from tests.monde import LUNDI, Monde
from tests.rappels.temps import OUVERTURE, le, rappeler
from tests.repetitions import exemples

pytestmark = pytest.mark.usefixtures("app")  # says the address of the portal

UN_JOUR = dt.timedelta(1)
SEMAINE = 7 * UN_JOUR
MOMENTS = (OUVERTURE, le(1, 19), le(2, 9), le(2, 15), le(3, 11), le(4, 13), le(6, 9), le(8, 12))
DROITS = ("plein", "plein", "plein", "information", "retrait", "aucun")


def un_autre_enfant(monde: Monde, foyer) -> Enfant:
    """Registered nowhere as yet."""
    naissance = monde.cantine.debut
    return Enfant.create(
        famille=foyer.famille, prenom="Sacha", nom="Foyer", naissance=naissance, recherche="sacha"
    )


def peupler_au_hasard(monde: Monde, hasard: random.Random) -> None:
    """Fifteen families of two children, and all that bears on whether they are told."""
    activites = [monde.matin, monde.cantine, monde.soir, monde.centre]
    seances = list(
        Seance.select()
        .where(Seance.jour.between(LUNDI - 3 * SEMAINE, LUNDI + 2 * SEMAINE))
        .order_by(Seance.id)
    )
    for foyer in peupler(monde.cantine, 15):
        petit = un_autre_enfant(monde, foyer)
        autre = Responsable.create(famille=foyer.famille, prenom="Dominique", nom="Foyer")
        if hasard.random() < 0.4:  # which adult this account is, nobody knows
            abonner(foyer.famille, f"inconnu{foyer.famille.id}@example.org")
        LienParental.delete().where(LienParental.enfant == foyer.enfant).execute()
        for enfant in (foyer.enfant, petit):
            for adulte in (foyer.compte.id, autre.id):  # the adult of an account has its id
                if hasard.random() < 0.85:
                    LienParental.create(responsable=adulte, enfant=enfant, droit=hasard.choice(DROITS))
            for activite in hasard.sample(activites, 2):
                _inscrire(enfant, activite, hasard)
            for seance in hasard.sample(seances, hasard.choice((0, 0, 1, 2))):
                statut = hasard.choice((w.NON_RESERVE, w.RESERVE, w.RESERVATION_ATTENTE, w.PRESENT))
                Reservation.create(enfant=enfant, seance=seance, statut=statut)
        if hasard.random() < 0.3:
            sien = Abonnement.get(Abonnement.famille == foyer.famille)
            SansRappel.create(abonnement=sien, activite=hasard.choice(activites))
        Abonnement.update(
            rappele_le=hasard.choice(
                (None, None, clock.maintenant() - dt.timedelta(hours=hasard.randint(1, 90)))
            ),
            sans_rappels=hasard.random() < 0.1,
        ).where(Abonnement.famille == foyer.famille).execute()
        Compte.update(actif=hasard.random() < 0.9).where(Compte.id == foyer.compte).execute()
    for _ in range(hasard.choice((0, 1, 2))):
        ou = hasard.choice((None, *activites))
        jour = LUNDI + hasard.randint(-4, 8) * UN_JOUR
        Calendrier.create(genre="fermeture", nom="Travaux", debut=jour, fin=jour + UN_JOUR, activite=ou)


def _inscrire(enfant: Enfant, activite, hasard: random.Random) -> None:
    """For the year, or for some days; once more now and then."""
    annee = (dt.date(2026, 9, 1), dt.date(2027, 7, 2))
    jours = LUNDI + hasard.randint(-8, 5) * UN_JOUR
    for debut, fin in (annee, (jours, jours + hasard.randint(0, 9) * UN_JOUR))[hasard.choice((0, 0, 1)) :]:
        statut = w.RESERVATION_POSSIBLE if hasard.random() < 0.9 else w.DEMANDE_EN_COURS
        Preinscription.create(
            enfant=enfant, activite=activite, debut=debut, fin=fin, statut=statut, cree_le=clock.maintenant()
        )
        if hasard.random() < 0.7:
            return


def famille_par_famille() -> dict[str, str]:
    """By key, each mail that the rules ask for, every family read alone."""
    echeances, jour = echeances_proches.lire(clock.maintenant()), clock.aujourdhui()
    return {
        f"rappel:{rappel.compte.id}:{rappel.famille_id}:{jour}": courriels_de_rappel._corps(rappel)
        for famille in Famille.select()
        for rappel in rappels._rappels([famille.id], echeances)
    }


@pytest.mark.parametrize("graine", range(exemples(5, 200)))
def test_the_round_writes_what_the_rules_say_of_each_family(monde, graine):
    hasard = random.Random(graine)
    with clock.figer(hasard.choice(MOMENTS)):
        peupler_au_hasard(monde, hasard)
        attendus = famille_par_famille()
        assert rappels.ecrire_les_rappels() == len(attendus)
        assert {courriel.cle: courriel.corps for courriel in Courriel.select()} == attendus
        assert rappels.ecrire_les_rappels() == 0 == len(famille_par_famille())


def test_and_the_rules_say_something_of_some_and_nothing_of_others(monde):
    hasard = random.Random(1)
    with clock.figer(OUVERTURE):
        peupler_au_hasard(monde, hasard)
        assert 3 < len(famille_par_famille()) < Abonnement.select().count() - 3


# ——— a brother or a sister who comes ———


@pytest.fixture
def noe_vient(monde):
    """Léa and Noé are registered at the canteen, nobody else is anywhere; Noé was there the week before."""
    Preinscription.delete().where(
        (Preinscription.activite != monde.cantine.id) | (Preinscription.enfant != monde.lea.id)
    ).execute()
    monde.poser(monde.noe, monde.seance(monde.cantine, LUNDI - SEMAINE), w.PRESENT)
    return monde


def ne_plus_suivre_noe(monde) -> None:
    LienParental.update(droit="retrait").where(
        LienParental.responsable == monde.adulte_claire.id, LienParental.enfant == monde.noe.id
    ).execute()


def test_whoever_does_not_follow_the_brother_who_comes_is_told_of_the_sister(noe_vient):
    assert rappeler() == 0
    ne_plus_suivre_noe(noe_vient)
    assert rappeler() == 1
    assert "– Léa, Cantine" in recus("famille@example.org")[0].corps


def test_if_everybody_were_thought_to_follow_him_it_would_be_forgotten(noe_vient, monkeypatch):
    ne_plus_suivre_noe(noe_vient)
    monkeypatch.setattr(rappels.droits, "suivi_par_tous", lambda _: Value(1) == 1)
    assert rappeler() == 0
    with clock.figer(OUVERTURE):
        assert len(famille_par_famille()) == 1


# ——— how much it costs ———


def test_who_is_due_nothing_costs_no_query(monde, monkeypatch):
    monkeypatch.setattr(rappels, "FAMILLES_PAR_ACTE", 1)  # one family read for nothing would be seen
    rappeler()
    with count_queries() as personne:
        assert rappeler(le(2)) == 0
    foyers = peupler(monde.cantine, 40)
    lundi, avant = (monde.seance(monde.cantine, jour) for jour in (LUNDI, LUNDI - SEMAINE))
    for foyer in foyers[:10]:  # something is booked
        Reservation.create(enfant=foyer.enfant, seance=lundi, statut=w.RESERVE)
    for foyer in foyers[10:20]:  # a brother comes, not this child
        frere = un_autre_enfant(monde, foyer)
        LienParental.create(responsable=foyer.compte.id, enfant=frere, droit="plein")
        Reservation.create(enfant=frere, seance=avant, statut=w.PRESENT)
    for foyer in foyers[20:30]:  # told the day before of this very deadline
        Abonnement.update(rappele_le=OUVERTURE).where(Abonnement.famille == foyer.famille).execute()
    for foyer in foyers[30:]:
        Abonnement.update(sans_rappels=True).where(Abonnement.famille == foyer.famille).execute()
    with count_queries() as quarante:
        assert rappeler(le(2)) == 0
    assert quarante.count == personne.count <= 6
    Reservation.delete().execute()
    Abonnement.update(rappele_le=None, sans_rappels=False).execute()
    assert rappeler(le(2)) == 42
