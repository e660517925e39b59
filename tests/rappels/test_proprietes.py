"""Whatever is booked, closed, chosen: the few queries for a whole town tell what a slow reading, child by
child and week by week, would have told.
"""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import workflows as w
from models import (
    Abonnement,
    Activite,
    Calendrier,
    Enfant,
    LienParental,
    Preinscription,
    Reservation,
    SansRappel,
    Seance,
    db,
)
from portail import clock
from portail.domain import echeances_proches, rappels, semaines_vides
from tests.monde import LUNDI

UN_JOUR = dt.timedelta(1)
DECEMBRE = dt.datetime(2026, 12, 1, 8, tzinfo=clock.PARIS)
DEBUT, FIN = dt.date(2026, 9, 1), dt.date(2027, 7, 2)
STATUTS = (w.NON_RESERVE, w.RESERVE, w.RESERVATION_ATTENTE, w.PRESENT, w.ABSENT)
Dits = set[tuple[int, int, dt.date]]
"""(child, activity, Monday) of what is told."""

jours = st.integers(-8, 14).map(lambda n: LUNDI + n * UN_JOUR)
moments = st.builds(
    lambda jours, heure, minute: DECEMBRE + dt.timedelta(jours, 3600 * heure + 60 * minute),
    st.integers(0, 11),
    st.integers(0, 11),
    st.sampled_from((0, 30, 59)),
)
situations = st.fixed_dictionaries(
    {
        "maintenant": moments,
        "reservations": st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 60), st.sampled_from(STATUTS)), max_size=5
        ),
        "fermetures": st.lists(st.tuples(jours, st.integers(0, 6), st.integers(0, 4)), max_size=2),
        "periodes": st.lists(st.tuples(st.integers(0, 11), jours, st.integers(0, 12)), max_size=2),
        "droits": st.tuples(*[st.sampled_from(("plein", "plein", "information", "retrait"))] * 3),
        "sans": st.sets(st.integers(0, 3), max_size=2),
        "rappele": st.none() | st.integers(1, 96),
    }
)


def poser(monde, s) -> Abonnement:
    """Make the town of this situation."""
    enfants = [monde.lea, monde.noe, monde.ines]
    activites = [monde.matin, monde.cantine, monde.soir, monde.centre]
    seances = list(Seance.select().order_by(Seance.jour, Seance.id))
    poses = {(rang, n % len(seances)): statut for rang, n, statut in s["reservations"]}
    for (rang, n), statut in poses.items():
        Reservation.create(enfant=enfants[rang], seance=seances[n], statut=statut)
    for debut, duree, laquelle in s["fermetures"]:
        Calendrier.create(
            genre="fermeture",
            nom="Travaux",
            debut=debut,
            fin=debut + duree * UN_JOUR,
            activite=None if laquelle == 4 else activites[laquelle],
        )
    inscriptions = list(Preinscription.select().order_by(Preinscription.id))
    for n, debut, duree in s["periodes"]:
        Preinscription.update(debut=debut, fin=debut + duree * UN_JOUR).where(
            Preinscription.id == inscriptions[n].id
        ).execute()
    for enfant, droit in zip(enfants, s["droits"], strict=True):
        LienParental.update(droit=droit).where(
            LienParental.enfant == enfant, LienParental.responsable == monde.adulte_claire
        ).execute()
    le_sien = Abonnement.get(compte=monde.claire)
    for n in s["sans"]:
        SansRappel.create(abonnement=le_sien, activite=activites[n])
    if s["rappele"]:
        le_sien.rappele_le = s["maintenant"] - dt.timedelta(hours=s["rappele"])
        le_sien.save()
    return le_sien


def attendus(monde, le_sien: Abonnement, maintenant: dt.datetime) -> Dits:
    """The slow reading."""
    dites = le_sien.rappele_le
    aujourdhui = clock.a_paris(maintenant).date()
    if dites and clock.a_paris(dites).date() == aujourdhui:
        return set()
    droits = dict(
        LienParental.select(LienParental.enfant, LienParental.droit)
        .where(LienParental.responsable == monde.adulte_claire)
        .tuples()
    )
    dits: Dits = set()
    for activite in Activite.select():
        if SansRappel.select().where(SansRappel.activite == activite).exists():
            continue
        seances = [s for s in activite.seances if not ferme(activite, s.jour)]
        prises = {
            (r.enfant_id, r.seance.jour)
            for r in Reservation.select().where(Reservation.seance.in_(list(activite.seances)))
            if r.statut != w.NON_RESERVE
        }
        autour = (aujourdhui - 14 * UN_JOUR, aujourdhui + 21 * UN_JOUR)
        ouverts = {(e, j) for e, j in prises if not ferme(activite, j)}
        viennent = {
            e for e, j in prises if autour[0] <= j <= autour[1] and droits[e] in ("plein", "information")
        }
        for enfant in Enfant.select().where(Enfant.famille == monde.moreau):
            if droits[enfant.id] != "plein" or (viennent and enfant.id not in viennent):
                continue
            (inscription,) = Preinscription.select().where(
                Preinscription.enfant == enfant, Preinscription.activite == activite
            )
            for lundi in {s.jour - s.jour.weekday() * UN_JOUR for s in seances}:
                semaine = [s for s in seances if lundi <= s.jour < lundi + 7 * UN_JOUR]
                couvertes = [s for s in semaine if inscription.debut <= s.jour <= inscription.fin]
                if not couvertes or any((enfant.id, s.jour) in ouverts for s in semaine):
                    continue
                premiere = min(s.limite_reservation for s in couvertes)
                attendre = dites is None or premiere > dites + dt.timedelta(hours=48)
                if maintenant < premiere <= maintenant + dt.timedelta(hours=48) and attendre:
                    dits.add((enfant.id, activite.id, lundi))
    return dits


def ferme(activite: Activite, jour: dt.date) -> bool:
    return any(
        p.debut <= jour <= p.fin and p.activite_id in (None, activite.id)
        for p in Calendrier.select().where(Calendrier.genre != "vacances")
    )


def dits(monde) -> Dits:
    """What is told to Claire, by the few queries."""
    echeances = echeances_proches.lire(clock.maintenant())
    lus = rappels._rappels(rappels._familles(echeances), echeances)
    return {
        (creneaux[0].enfant.id, creneaux[0].seance.activite.id, semaines_vides.lundi(creneaux[0].seance.jour))
        for rappel in lus
        if rappel.compte == monde.claire
        for creneaux in rappel.semaines
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(situation=situations)
def test_the_few_queries_tell_what_a_slow_reading_would(monde, situation):
    with db.atomic() as transaction, clock.figer(situation["maintenant"]):
        le_sien = poser(monde, situation)
        assert dits(monde) == attendus(monde, le_sien, situation["maintenant"])
        transaction.rollback()


@pytest.mark.parametrize("heures", [0, 2])
def test_and_the_slow_reading_tells_something(monde, heures):
    moment = DECEMBRE + dt.timedelta(hours=2 + heures)
    with clock.figer(moment):
        trouves = attendus(monde, Abonnement.get(compte=monde.claire), moment)
    assert len(trouves) == (6 if heures else 0)
