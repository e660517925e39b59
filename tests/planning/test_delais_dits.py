"""Deadlines said in words on a slot, its tooltip, its panel: to the second, whatever the clock and the days.

How they are computed: tests/calendrier. Here, what a family reads, and what it may then do.
"""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Calendrier, Capacite, CapaciteActivite, Delai, Preinscription, Seance, Ville
from portail import clock
from portail.domain import calendrier, lecture_planning, planning
from portail.domain.refus import Refus
from portail.domain.ville import oublier_la_ville
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI

SECONDE = dt.timedelta(seconds=1)
MIDI = dt.time(12)


def creneau(monde, seance, enfant=None):
    enfant = enfant or monde.lea
    return lecture_planning.creneau(monde.moreau, enfant.id, seance.id, regard=None)


def seance_du(monde, jour: dt.date, delai: Delai, debut: dt.time = dt.time(7, 30)) -> Seance:
    """A morning of that day, its deadlines as the calendar computes them."""
    Preinscription.update(fin=dt.date(2027, 12, 31)).execute()
    Activite.update(fin=dt.date(2027, 12, 31)).execute()
    jours = calendrier.jours_particuliers(jour - dt.timedelta(60), jour)
    limite = calendrier.limite(
        delai, jour, debut, lambda j: j.weekday() >= 5 or "férié" in (jours.mention(j) or "")
    )
    return Seance.create(
        activite=monde.matin,
        jour=jour,
        debut=debut,
        fin=dt.time(8, 30),
        places=10,
        limite_reservation=limite,
        limite_absence=limite,
    )


# ——— to the second ———


def test_until_the_last_second_the_deadline_is_said_and_the_booking_is_taken(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    with clock.figer(seance.limite_reservation - SECONDE):
        lu = creneau(monde, seance)
        assert lu.info == "À réserver avant le jeudi 3 décembre à 12 h, dans moins d’une minute"
        assert lu.acte_possible == w.DEMANDER
        planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])
    assert monde.statut(monde.lea, seance) == w.RESERVATION_ATTENTE


def test_at_the_very_second_it_is_past_and_what_is_left_is_to_call(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    with clock.figer(seance.limite_reservation):
        lu = creneau(monde, seance)
        assert (lu.info, lu.acte_possible) == ("Délai de réservation dépassé", None)
        assert "il fallait réserver avant le jeudi 3 décembre à 12 h" in lu.obstacle.phrase
        with pytest.raises(Refus, match="Le délai est dépassé"):
            planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])


def test_an_absence_is_said_to_be_possible_until_the_start_where_the_town_allows_it(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    avec = "Date limite passée (jeudi 3 décembre à 12 h) : absence encore possible"
    for tardive, info, acte in (
        (False, "Délai de modification dépassé", None),
        (True, avec, w.DECLARER_ABSENCE),
    ):
        Activite.update(absence_tardive=tardive).where(Activite.id == monde.cantine.id).execute()
        with clock.figer(seance.limite_absence - SECONDE):
            assert creneau(monde, seance).info.startswith("Absence à déclarer avant le jeudi 3 décembre")
        with clock.figer(seance.limite_absence):
            assert (creneau(monde, seance).info, creneau(monde, seance).acte_possible) == (info, acte)
    debut = clock.instant(LUNDI, seance.debut)
    with clock.figer(debut - SECONDE):
        assert creneau(monde, seance).acte_possible == w.DECLARER_ABSENCE
    with clock.figer(debut):
        assert (creneau(monde, seance).info, creneau(monde, seance).acte_possible) == ("Séance passée", None)


def test_who_waits_is_promised_the_place_until_that_second_then_a_call(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.LISTE_ATTENTE)
    with clock.figer(seance.limite_reservation - SECONDE):
        assert "La place vous revient d’elle-même" in creneau(monde, seance).info
    with clock.figer(seance.limite_reservation):
        assert "si une place se libère, la mairie vous appelle." in creneau(monde, seance).info


# ——— how soon, in days of the calendar ———


@pytest.mark.parametrize(
    ("quand", "dit"),
    [
        ((2026, 11, 30, 23, 59), "dans 3 jours"),
        ((2026, 12, 1, 0, 0), "dans 2 jours"),
        ((2026, 12, 2, 0, 0), "demain"),
        ((2026, 12, 2, 23, 59), "demain"),
        ((2026, 12, 3, 0, 0), "dans 12 h"),
        ((2026, 12, 3, 11, 0), "dans 1 h"),
        ((2026, 12, 3, 11, 1), "dans 59 min"),
    ],
)
def test_how_soon_is_told_in_days_then_hours_then_minutes(monde, quand, dit):
    with clock.figer(dt.datetime(*quand, tzinfo=clock.PARIS)):
        lu = creneau(monde, monde.seance(monde.cantine, LUNDI))
        assert lu.avant_reservation == f"jeudi 3 décembre à 12 h, {dit}"


# ——— both changes of clocks ———


@pytest.mark.parametrize(
    ("lundi", "utc", "dit", "veille"),
    [
        # the night of 27 to 28 March 2027 lacks an hour: noon of that Sunday is 10 h UTC
        ((2027, 3, 29), (2027, 3, 28, 10), "dimanche 28 mars à 12 h", (2027, 3, 27, 11)),
        # the night of 24 to 25 October 2026 has one more: noon of that Sunday is 11 h UTC
        ((2026, 10, 26), (2026, 10, 25, 11), "dimanche 25 octobre à 12 h", (2026, 10, 24, 10)),
    ],
)
def test_a_deadline_on_the_day_of_the_change_is_the_noon_that_people_read(monde, lundi, utc, dit, veille):
    seance = seance_du(monde, dt.date(*lundi), Delai("jours", 1, MIDI))
    limite = dt.datetime(*utc, tzinfo=dt.UTC)
    assert seance.limite_reservation == limite
    with clock.figer(dt.datetime(*veille, tzinfo=dt.UTC)):  # noon of the day before, 23 or 25 hours earlier
        assert creneau(monde, seance).info == f"À réserver avant le {dit}, demain"
    with clock.figer(limite - SECONDE):
        assert creneau(monde, seance).acte_possible == w.DEMANDER
    with clock.figer(limite):
        lu = creneau(monde, seance)
        assert lu.acte_possible is None and dit in lu.obstacle.phrase


@pytest.mark.parametrize(
    ("jour", "avant", "apres"),
    [
        # 2 h 30 does not exist that night; 3 h 30 does, one hour after 1 h 30
        ((2027, 3, 28), (2027, 3, 28, 0, 59, 59), (2027, 3, 28, 1, 30)),
        # 2 h 30 comes twice that night: the first one counts
        ((2026, 10, 25), (2026, 10, 25, 0, 29, 59), (2026, 10, 25, 0, 30)),
    ],
)
def test_a_deadline_inside_the_changing_hour_is_one_instant(monde, jour, avant, apres):
    seance = seance_du(monde, dt.date(*jour), Delai("jours", 0, dt.time(2, 30)))
    with clock.figer(dt.datetime(*avant, tzinfo=dt.UTC)):
        assert creneau(monde, seance).acte_possible == w.DEMANDER
    with clock.figer(dt.datetime(*apres, tzinfo=dt.UTC)):
        assert creneau(monde, seance).acte_possible is None


# ——— closed days, bank holidays ———


def test_on_a_closed_day_the_closure_is_said_and_no_deadline(monde):
    seance = monde.seance(monde.cantine, JEUDI)
    monde.poser(monde.lea, seance, w.LISTE_ATTENTE)
    Calendrier.create(genre="fermeture", nom="Grève", debut=JEUDI, fin=JEUDI, activite=monde.cantine)
    assert "Il n’y a pas d’accueil ce jour-là (Grève)." in creneau(monde, seance).info
    assert "avant le" not in creneau(monde, seance).info
    assert creneau(monde, seance, monde.noe) is None  # nothing to book: no slot at all
    with pytest.raises(Refus, match="n’est pas inscrit|pas d’accueil"):
        planning.demander_reservation(monde.claire, monde.moreau, [(monde.noe.id, seance.id)])


def test_a_closure_keeps_what_is_booked_and_an_absence_may_still_be_told(monde):
    seance = monde.seance(monde.cantine, JEUDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    Calendrier.create(genre="fermeture", nom="Grève", debut=JEUDI, fin=JEUDI, activite=monde.cantine)
    assert creneau(monde, seance).acte_possible == w.DECLARER_ABSENCE


@pytest.mark.parametrize(
    ("delai", "dit"),
    [
        (Delai("jours", 1, MIDI), "mercredi 11 novembre à 12 h"),  # the bank holiday itself counts
        (Delai("ouvres", 1, MIDI), "mardi 10 novembre à 12 h"),  # the working day before it
        (Delai("semaine", 2, MIDI), "mercredi 4 novembre à 12 h"),
    ],
)
def test_a_deadline_that_would_fall_on_a_bank_holiday(monde, delai, dit):
    armistice = dt.date(2026, 11, 11)
    Calendrier.create(genre="ferie", nom="Armistice", debut=armistice, fin=armistice)
    seance = seance_du(monde, dt.date(2026, 11, 12), delai)
    with clock.figer(seance.limite_reservation - SECONDE):
        assert creneau(monde, seance).info.startswith(f"À réserver avant le {dit}, ")
        assert creneau(monde, seance).acte_possible == w.DEMANDER
    with clock.figer(seance.limite_reservation):
        assert creneau(monde, seance).acte_possible is None


# ——— on the page ———


def panneau(monde, client, seance) -> str:
    return Page(client, f"/famille/planning/creneaux/{monde.lea.id}/{seance.id}").texte(".panneau")


def test_the_panel_says_whom_to_call_and_when(monde, connexion):
    seance = monde.seance(monde.cantine, LUNDI)
    Seance.update(limite_reservation=clock.maintenant()).where(Seance.id == seance.id).execute()
    page = Page(connexion(monde.claire), f"/famille/planning/creneaux/{monde.lea.id}/{seance.id}")
    assert "Le délai est dépassé : il fallait réserver avant le mardi 1er décembre à 10 h." in page.texte(
        ".panneau"
    )
    assert (
        "Guichet Familles : 02 61 91 40 40 , du lundi au vendredi, 8 h 30 – 12 h et 13 h 30 – 17 h."
        in page.texte(".panneau")
    )
    assert page.un(".panneau a[href^='tel:']")["href"] == "tel:0261914040"
    assert not page.tous(".panneau form")


@pytest.mark.parametrize(
    ("en_niveau", "prises", "dit"),
    [
        (False, 0, "2 places restantes sur 2"),
        (False, 1, "1 place restante sur 2"),
        (True, 0, "places disponibles"),
        (True, 1, "dernières places"),
        (False, 2, "complet : Léa sera en liste d’attente, 2e"),
        (True, 2, "complet : Léa sera en liste d’attente, 2e"),
    ],
)
def test_places_are_a_number_or_a_level_and_when_full_the_rank_to_come(
    monde, connexion, en_niveau, prises, dit
):

    Ville.update(places_en_niveau=en_niveau).execute()
    oublier_la_ville()
    seance = monde.seance(monde.cantine, LUNDI)
    Seance.update(places=2).where(Seance.id == seance.id).execute()
    for enfant in (monde.ines, monde.tomas)[:prises]:
        monde.poser(enfant, seance, w.RESERVE)
    if prises == 2:
        monde.poser(monde.noe, seance, w.LISTE_ATTENTE)
    assert f"Places {dit}" in panneau(monde, connexion(monde.claire), seance)
    oublier_la_ville()


def test_a_full_shared_capacity_is_named(monde, connexion):

    salle = Capacite.create(nom="Salle des fêtes", places=1, simultanee=False)
    for activite in (monde.cantine, monde.soir):
        CapaciteActivite.create(capacite=salle, activite=activite)
    monde.poser(monde.tomas, monde.seance(monde.soir, LUNDI), w.RESERVE)
    dite = panneau(monde, connexion(monde.claire), monde.seance(monde.cantine, LUNDI))
    assert "plus de place (Salle des fêtes) : Léa sera en liste d’attente, 1er" in dite
