"""Deadlines as acts hold them, to the second: over both changes of the clock, bank holidays and closed days.

The séances are made by the town's own rule; a booking, an absence and a place of the list all end at the same
instant, that the cases give in UTC.
"""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Calendrier, Delai, Horaire, Preinscription, Seance, write_transaction
from portail import clock
from portail.domain import planning
from portail.domain.calendrier import creer_seances
from portail.domain.liste_attente import pourvoir
from portail.domain.places import verrouiller_les_places
from portail.domain.refus import Refus
from tests.actes import empreinte, en_liste
from tests.actes import statut as statut_de

SECONDE = dt.timedelta(seconds=1)
FERMES = (("ferie", dt.date(2027, 3, 29)), ("fermeture", dt.date(2026, 12, 4)))
"""Besides Christmas: Easter Monday, and a day on which the town is closed."""

CAS = {
    # the days around 25 October 2026, 3 h become 2 h: the hour that comes twice is the first
    "days, doubled hour": ("jours", 1, "02:30", "2026-10-26", "2026-10-25T00:30"),
    "week, doubled hour": ("semaine", 6, "02:30", "2026-10-26", "2026-10-25T00:30"),
    "days, before the change": ("jours", 2, "12:00", "2026-10-26", "2026-10-24T10:00"),
    "working days, over the change": ("ouvres", 1, "18:00", "2026-10-26", "2026-10-23T16:00"),
    "the same day, after the change": ("jours", 0, "07:00", "2026-10-26", "2026-10-26T06:00"),
    # around 28 March 2027, 2 h become 3 h: an hour that does not exist is the one after
    "days, the day after the skipped hour": ("jours", 1, "02:30", "2027-03-30", "2027-03-29T00:30"),
    "days, skipped hour itself": ("jours", 2, "02:30", "2027-03-30", "2027-03-28T01:30"),
    "week, skipped hour": ("semaine", 6, "02:30", "2027-03-30", "2027-03-28T01:30"),
    "working days, over Easter Monday": ("ouvres", 1, "12:00", "2027-03-30", "2027-03-26T11:00"),
    # the deadline itself on a bank holiday: it stands, but where working days are counted
    "days, on a bank holiday": ("jours", 1, "12:00", "2026-12-26", "2026-12-25T11:00"),
    "week, on a bank holiday": ("semaine", 4, "12:00", "2026-12-28", "2026-12-25T11:00"),
    "working days, around a bank holiday": ("ouvres", 1, "12:00", "2026-12-28", "2026-12-24T11:00"),
    # and on a day on which the town is closed
    "days, on a closed day": ("jours", 1, "12:00", "2026-12-05", "2026-12-04T11:00"),
    "week, on a closed day": ("semaine", 4, "12:00", "2026-12-07", "2026-12-04T11:00"),
    "working days, around a closed day": ("ouvres", 1, "12:00", "2026-12-05", "2026-12-03T11:00"),
    # never after the start
    "not after the start": ("jours", 0, "23:00", "2026-12-05", "2026-12-05T07:00"),
}


def seance_de(monde, genre, nombre, heure, jour) -> Seance:
    """The séance of that day at 8 h, of an activity with this deadline, in which Léa, Noé and Inès are."""
    for sorte, date in FERMES:
        Calendrier.create(genre=sorte, nom="Fermé", debut=date, fin=date)
    delai = Delai(genre, nombre, dt.time.fromisoformat(heure))
    dates = {"debut": dt.date(2026, 9, 1), "fin": dt.date(2027, 7, 2)}
    activite = Activite.create(
        nom="Matinée",
        lieu=monde.cantine.lieu_id,
        automatique=True,
        delai_reservation=delai,
        delai_absence=delai,
        rang=9,
        **dates,
    )
    jour = dt.date.fromisoformat(jour)
    Horaire.create(
        activite=activite,
        jour=jour.weekday(),
        debut=dt.time(8),
        fin=dt.time(9),
        places=9,
        periode="toujours",
    )
    creer_seances(activite, jour, jour)
    for enfant in (monde.lea, monde.noe, monde.ines):
        Preinscription.create(
            enfant=enfant,
            activite=activite,
            statut=w.RESERVATION_POSSIBLE,
            cree_le=clock.maintenant(),
            **dates,
        )
    return Seance.get(Seance.activite == activite)


@pytest.mark.parametrize("cas", CAS)
def test_one_second_before_it_is_yes_at_the_deadline_it_is_no(monde, cas):
    *delai, jour, attendue = CAS[cas]
    seance = seance_de(monde, *delai, jour)
    limite = dt.datetime.fromisoformat(attendue).replace(tzinfo=dt.UTC)
    assert (seance.limite_reservation, seance.limite_absence) == (limite, limite)
    monde.poser(monde.noe, seance, w.RESERVE)
    (attend,) = en_liste(monde, (monde.ines, seance))
    actes = (
        lambda: planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, seance.id)]),
        lambda: planning.declarer_absence(monde.claire, monde.moreau, [(monde.noe.id, seance.id)]),
    )
    avant = empreinte()
    for ecart in (0 * SECONDE, SECONDE):
        for acte in actes:
            with clock.figer(limite + ecart), pytest.raises(Refus, match="délai|passée"):
                acte()
        with clock.figer(limite + ecart), write_transaction():
            pourvoir(verrouiller_les_places([seance.id]), [seance.id])
        assert (statut_de(attend), empreinte()) == (w.LISTE_ATTENTE, avant)
    with clock.figer(limite - SECONDE):
        with write_transaction():
            pourvoir(verrouiller_les_places([seance.id]), [seance.id])
        for acte in actes:
            assert acte().demande
    statuts = [monde.statut(enfant, seance) for enfant in (monde.lea, monde.noe, monde.ines)]
    assert statuts == [w.RESERVE, w.ABSENT, w.RESERVE]


@pytest.mark.parametrize("tardive", [False, True])
@pytest.mark.parametrize(
    "cas", ["days, doubled hour", "days, skipped hour itself", "days, on a bank holiday"]
)
def test_late_an_absence_is_told_until_the_very_second_before_the_start_where_the_town_takes_it(
    monde, cas, tardive
):
    *delai, jour, _ = CAS[cas]
    seance = seance_de(monde, *delai, jour)
    Activite.update(absence_tardive=tardive).where(Activite.id == seance.activite_id).execute()
    monde.poser(monde.lea, seance, w.RESERVE)
    debut = clock.instant(seance.jour, seance.debut)

    def declarer():
        return planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])

    with clock.figer(debut), pytest.raises(Refus, match="passée"):
        declarer()
    with clock.figer(debut - SECONDE):
        if not tardive:
            with pytest.raises(Refus, match="délai"):
                declarer()
            return
        demande = declarer().demande
    assert monde.statut(monde.lea, seance) == w.ABSENT
    assert [ligne.facturee for ligne in demande.lignes] == [True]
