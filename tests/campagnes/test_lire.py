"""The consumption of November, read from the roll call, the bookings, the demandes, the journal."""

import datetime as dt

import workflows as w
from models import Demande, Enfant, Evenement, Facture, Ligne, MotifAbsence, Presence, Reservation, Seance, db
from portail import clock
from portail.domain import lecture_des_consommations as lecture
from portail.domain.consommations import ABSENCE, MOIS, SANS_RESERVATION, SEANCE
from tests.actes import absenter
from tests.campagnes.conftest import JEUDI, LUNDI, MARDI, peupler_de_presents
from tests.factures import NOVEMBRE, facture, tarif
from tests.monde import MAINTENANT


def lire(monde, *familles, arrete_le=MAINTENANT, mois=NOVEMBRE):
    ids = [f.id for f in familles or (monde.moreau,)]
    return lecture.lire(lecture.ouvrir(mois, arrete_le), ids)


def dites(monde, **quand):
    lues = lire(monde, **quand).get(monde.moreau.id, [])
    return [(Enfant.get_by_id(c.enfant_id).prenom, c.jour, c.genre) for c in lues]


def pointer(monde, enfant, jour, etat="present", **champs):
    valeurs = {"pointe_le": MAINTENANT, "pointe_par": monde.animateur} | champs
    return Presence.create(seance=monde.seance(monde.cantine, jour), enfant=enfant, etat=etat, **valeurs)


def test_each_family_has_what_its_children_consumed(novembre):
    assert dites(novembre) == [("Léa", LUNDI, SEANCE), ("Noé", LUNDI, SEANCE), ("Léa", MARDI, SEANCE)]
    (sienne,) = lire(novembre, novembre.dasilva)[novembre.dasilva.id]
    assert sienne.enfant_id == novembre.tomas.id


def test_brothers_and_sisters_have_their_rank(novembre):
    rangs = {c.enfant_id: c.rang for c in lire(novembre)[novembre.moreau.id]}
    assert rangs == {novembre.lea.id: 1, novembre.noe.id: 2}


def test_a_child_without_a_booking_who_came_is_there(novembre):
    pointer(novembre, novembre.ines, LUNDI, sans_reservation=True)
    assert ("Inès", LUNDI, SANS_RESERVATION) in dites(novembre)


def test_a_séance_that_is_not_over_yet_does_not_count(novembre):
    avant_la_fin = clock.instant(MARDI, dt.time(13, 29))
    assert ("Léa", MARDI, SEANCE) not in dites(novembre, arrete_le=avant_la_fin)
    assert ("Léa", MARDI, SEANCE) in dites(novembre, arrete_le=avant_la_fin + dt.timedelta(minutes=1))


def test_a_cancelled_séance_is_never_billed_even_if_somebody_was_pointed(novembre):
    annulee = novembre.seance(novembre.cantine, LUNDI)
    Seance.update(annulee="Grève").where(Seance.id == annulee.id).execute()
    assert dites(novembre) == [("Léa", MARDI, SEANCE)]


def test_an_absence_told_in_time_is_not_billed_and_one_told_late_is(novembre):
    with clock.figer(clock.instant(dt.date(2026, 11, 10), dt.time(8))):
        absenter(novembre, (novembre.ines, novembre.seance(novembre.cantine, JEUDI)))
    Reservation.update(statut=w.ABSENT).where(Reservation.enfant == novembre.ines).execute()
    assert ("Inès", JEUDI, ABSENCE) not in dites(novembre)
    Ligne.update(facturee=True).execute()
    assert ("Inès", JEUDI, ABSENCE) in dites(novembre)


def test_the_reason_of_an_absence_that_is_always_billed_is_said(novembre):
    voyage = MotifAbsence.create(nom="Voyage", facturation="toujours")
    with clock.figer(clock.instant(dt.date(2026, 11, 10), dt.time(8))):
        demande = absenter(novembre, (novembre.ines, novembre.seance(novembre.cantine, JEUDI)))
    Demande.update(motif_absence=voyage).where(Demande.id == demande.id).execute()
    Ligne.update(facturee=True).execute()
    (absence,) = [c for c in lire(novembre)[novembre.moreau.id] if c.genre == ABSENCE]
    assert absence.absence == "absence facturée : motif « Voyage »"


def test_the_journal_tells_a_late_booking_only_where_it_costs_more(novembre):
    seance = novembre.seance(novembre.cantine, LUNDI)
    reservation = Reservation.get(enfant=novembre.lea, seance=seance)
    Evenement.create(
        quand=seance.limite_reservation + dt.timedelta(hours=1),
        acte=w.DEMANDER,
        objet="reservation",
        objet_id=reservation.id,
    )
    assert not any(c.tardive for c in lire(novembre)[novembre.moreau.id])
    tarif(novembre.cantine, categorie="commune", supplement_tardif=100)
    (tardive,) = [c for c in lire(novembre)[novembre.moreau.id] if c.tardive]
    assert (tardive.enfant_id, tardive.jour) == (novembre.lea.id, LUNDI)


def test_a_month_is_due_once_a_child_and_activity_with_a_price_by_month(novembre):
    tarif(novembre.soir, unite="mois", prix=4_000)
    lues = [c for c in lire(novembre)[novembre.moreau.id] if c.genre == MOIS]
    assert [(c.enfant_id, c.activite_id, c.jour) for c in lues] == [
        (enfant.id, novembre.soir.id, LUNDI) for enfant in (novembre.lea, novembre.noe, novembre.ines)
    ]


def test_what_has_a_line_already_is_not_read_again_whoever_pays_it(novembre):
    facture(
        novembre.adulte_julien, [(novembre.lea, novembre.seance(novembre.cantine, LUNDI), 345)], mois=NOVEMBRE
    )
    assert Facture.select().count() == 1
    assert dites(novembre) == [("Noé", LUNDI, SEANCE), ("Léa", MARDI, SEANCE)]


def test_as_many_queries_for_many_families_as_for_one(novembre, monkeypatch):
    familles = peupler_de_presents(novembre, 40)
    mois = lecture.ouvrir(NOVEMBRE, MAINTENANT)
    comptes, executer = [0], db.obj.execute_sql

    def compter(*a, **k):
        comptes[0] += 1
        return executer(*a, **k)

    monkeypatch.setattr(db.obj, "execute_sql", compter)
    lecture.lire(mois, [familles[0].id])
    une, comptes[0] = comptes[0], 0
    assert len(lecture.lire(mois, [f.id for f in familles])) == 40
    assert comptes[0] == une <= 7
