"""Where an open demande says that accepting leads, accepting leads: ties, shared places, closed days."""

import datetime as dt
import random

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Calendrier, Capacite, CapaciteActivite, Preinscription, Reservation, Seance, db
from portail.domain import lecture_demande, moderation
from portail.domain.places import compter_les_places
from portail.domain.places_en_base import partagees_de
from tests.actes import prises
from tests.moderation.annee import ouvrir, tout_demander


def brouiller(monde, hasard: random.Random) -> list[Seance]:
    """Two weeks of two activities whose places are few, some shared by the day, some by the hour."""
    activites = [monde.cantine, monde.soir]
    for nom, simultanee, siennes in (
        ("repas", False, activites),
        ("salle", True, [monde.soir, monde.centre]),
        ("préau", True, activites),
    ):
        if hasard.random() < 0.7:
            capacite = Capacite.create(nom=nom, places=hasard.randint(1, 6), simultanee=simultanee)
            for activite in siennes:
                CapaciteActivite.create(capacite=capacite, activite=activite)
    seances = [s for activite in activites for s in ouvrir(activite, 2)]
    for seance in seances:
        heures = {"debut": dt.time(hasard.randint(11, 13)), "fin": dt.time(hasard.randint(14, 18))}
        Seance.update(places=hasard.randint(0, 4), **heures).where(Seance.id == seance.id).execute()
    return [Seance.get_by_id(seance.id) for seance in seances]


@pytest.mark.parametrize("graine", range(8))
def test_where_each_line_is_told_to_lead_is_where_the_act_leads_it(monde, graine):
    hasard = random.Random(graine)
    seances = brouiller(monde, hasard)
    demande = tout_demander(monde, [monde.lea, monde.noe, monde.ines], seances, ensemble=graine % 2 == 0)
    if graine % 3 == 0:
        jour = hasard.choice(seances).jour
        Calendrier.create(genre="fermeture", nom="Grève", debut=jour, fin=jour)
    if graine % 4 == 1:
        Preinscription.update(fin=dt.date(2027, 1, 8)).where(Preinscription.enfant == monde.noe).execute()
    vue = lecture_demande.lire(demande.id, monde.sophie)
    annonces = {ligne.id: ligne.vers.code for ligne in vue.lignes if ligne.acceptable}
    assert annonces and set(annonces) == set(vue.proposees)

    moderation.accepter(monde.sophie, demande.id, sorted(annonces))

    faits = {ligne.id: ligne.reservation.statut for ligne in demande.lignes}
    assert {ident: faits[ident] for ident in annonces} == annonces
    assert w.LISTE_ATTENTE in annonces.values()
    assert monde.statut(monde.lea, seances[0]) in (w.RESERVE, w.LISTE_ATTENTE, w.RESERVATION_ATTENTE)
    assert {prises(seance) <= seance.places for seance in seances} == {True}


@pytest.mark.parametrize("graine", range(8))
def test_the_database_counts_shared_places_as_the_act_does(monde, graine):
    hasard = random.Random(100 + graine)
    seances = brouiller(monde, hasard)
    for seance in seances:
        prises = hasard.randint(0, seance.places)
        Seance.update(prises=prises).where(Seance.id == seance.id).execute()
    ids = [seance.id for seance in seances]
    places = compter_les_places(ids)
    requete = partagees_de(Seance.select(Seance.id).where(Seance.id.in_(ids))).bind(db)

    with count_queries() as compteur:
        partagees = dict(requete.tuples())

    assert compteur.count == 1
    for seance in Seance.select().where(Seance.id.in_(ids)):
        propres = seance.places - seance.prises
        assert min(partagees.get(seance.id, propres), propres) == places.restantes(seance.id)
    assert Reservation.select().count() == 0
