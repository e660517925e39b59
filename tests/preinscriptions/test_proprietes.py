"""Whatever the calendar: the days of the preview are the days booked; nothing lands outside the rules.

Hypothesis draws days around those that calendars get wrong, on the real domain and SQLite.
"""

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import workflows as w
from models import (
    Activite,
    Calendrier,
    Delai,
    Enfant,
    Horaire,
    JourVoulu,
    Preinscription,
    Reservation,
    Seance,
)
from portail import clock
from portail.domain import moderation, preinscriptions
from portail.domain.calendrier import creer_seances
from portail.domain.examen import Souhait, SouhaitRefuse, examiner
from portail.domain.fin_d_inscription import mettre_fin
from portail.domain.jours_voulus import IMPAIRES, PAIRES, TOUTES, Choix, Habitude
from portail.domain.jours_voulus import voulus as voulus_du_formulaire
from portail.domain.refus import Refus
from tests.conftest import fermer
from tests.garanties.empreinte import contenu
from tests.invariants import fautes
from tests.test_proprietes import REGLAGES, ouvrir

CHARNIERES = (
    dt.date(2028, 2, 29),
    dt.date(2027, 3, 28),  # one hour less
    dt.date(2026, 10, 25),  # one hour more
    dt.date(2026, 12, 31),  # in the fifty-third week, that 2027 begins in too
    dt.date(2027, 1, 4),  # the first week, after two odd ones
    dt.date(2028, 1, 1),  # in the fifty-second week of the year before
    dt.date(2033, 1, 1),  # in the fifty-third
)
UN_JOUR = dt.timedelta(1)

charnieres = st.sampled_from(CHARNIERES)
heures = st.sampled_from(
    (dt.time(0), dt.time(0, 30), dt.time(2, 30), dt.time(3), dt.time(12), dt.time(23, 59))
)
delais = st.sampled_from(
    (
        Delai("jours", 0, dt.time(0)),
        Delai("jours", 1, dt.time(2, 30)),
        Delai("ouvres", 2, dt.time(12)),
        Delai("semaine", 6, dt.time(23)),
    )
)


def voulus(debut: dt.date, fin: dt.date, jours: set[int], semaines: str) -> frozenset[dt.date]:
    """These weekdays of every week, or of the even or the odd ones, by the number that calendars print."""
    tous = (debut + n * UN_JOUR for n in range((fin - debut).days + 1))
    parite = {TOUTES: (0, 1), PAIRES: (0,), IMPAIRES: (1,)}[semaines]
    return frozenset(j for j in tous if j.weekday() in jours and j.isocalendar()[1] % 2 in parite)


def possibles(activite: Activite, jours, debut, fin, maintenant) -> list[int]:
    """The séances that may be booked, said again from the design and the rows alone."""
    fermes = list(Calendrier.select().where(Calendrier.genre.in_(("ferie", "fermeture"))))
    return [
        s.id
        for s in Seance.select().where(Seance.activite == activite).order_by(Seance.jour, Seance.id)
        if s.jour in jours
        and debut <= s.jour <= fin
        and activite.reservable
        and not any(f.debut <= s.jour <= f.fin for f in fermes)
        and maintenant < s.limite_reservation
        and maintenant < dt.datetime.combine(s.jour, s.debut, clock.PARIS)
    ]


def atelier(monde, charniere: dt.date, commence: dt.time, delai: Delai, places: int, **plus) -> Activite:
    valeurs = {
        "nom": "Atelier",
        "lieu": monde.cantine.lieu_id,
        "debut": charniere - 50 * UN_JOUR,
        "fin": charniere + 50 * UN_JOUR,
        "delai_reservation": delai,
        "delai_absence": delai,
    } | plus
    activite = Activite.create(**valeurs)
    for jour in range(7):
        Horaire.create(
            activite=activite,
            jour=jour,
            debut=commence,
            fin=dt.time(23, 59, 59),
            places=places,
            periode="toujours",
        )
    creer_seances(activite, activite.debut, activite.fin)
    return activite


@example(
    CHARNIERES[3],
    -20,
    dt.time(12),
    0,
    40,
    {0, 3},
    PAIRES,
    dt.time(7),
    Delai("jours", 1, dt.time(12)),
    1,
    2,
    None,
)
@example(
    CHARNIERES[1],
    -2,
    dt.time(2, 30),
    0,
    9,
    {6},
    TOUTES,
    dt.time(2, 30),
    Delai("jours", 0, dt.time(2, 30)),
    2,
    3,
    None,
)
@given(
    charniere=charnieres,
    recul=st.integers(-45, 10),
    heure=heures,
    attente=st.integers(0, 15),
    duree=st.integers(0, 70),
    jours=st.sets(st.integers(0, 6), min_size=1, max_size=7),
    semaines=st.sampled_from((TOUTES, PAIRES, IMPAIRES)),
    commence=st.sampled_from((dt.time(0), dt.time(2, 30), dt.time(7, 30), dt.time(23))),
    delai=delais,
    places=st.integers(0, 3),
    combien=st.integers(1, 3),
    fermeture=st.none() | st.integers(0, 30),
)
@settings(max_examples=40, **REGLAGES)
def test_the_days_of_the_preview_are_the_days_booked(
    modele_sqlite, tmp_path, charniere, recul, heure, attente, duree, jours, semaines, commence, delai,
    places, combien, fermeture,
):  # fmt: skip
    monde = ouvrir(modele_sqlite, tmp_path)
    try:
        maintenant = clock.instant(charniere + recul * UN_JOUR, heure)
        activite = atelier(monde, charniere, commence, delai, places)
        debut = charniere + (recul + attente) * UN_JOUR
        fin = min(debut + duree * UN_JOUR, activite.fin)
        if fermeture is not None:
            jour = debut + fermeture * UN_JOUR
            Calendrier.create(genre="fermeture", nom="Grève", debut=jour, fin=jour)
        enfants = (monde.lea.id, monde.noe.id, monde.ines.id)[:combien]
        Enfant.update(naissance=charniere.replace(day=1, year=charniere.year - 8)).execute()
        souhait = Souhait(activite.id, enfants, debut, fin, voulus(debut, fin, jours, semaines) | {charniere})
        habitudes = frozenset(Habitude(n, semaines) for n in jours)
        periode = [debut + n * UN_JOUR for n in range((fin - debut).days + 1)]
        formulaire = voulus_du_formulaire(Choix(habitudes), periode)
        assert formulaire == voulus(debut, fin, jours, semaines)
        attendues = possibles(activite, souhait.jours, debut, fin, maintenant)
        with clock.figer(maintenant):
            examen = examiner(monde.claire, monde.moreau, souhait)
            assert examen.fautes == {}
            for examine in examen.enfants:
                assert [s.id for s in examine.possibles] == attendues
            demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait)
            gardees = [(v.preinscription.enfant_id, v.seance_id) for v in JourVoulu.select()]
            assert sorted(gardees) == sorted((e, s) for e in enfants for s in attendues)
            moderation.accepter(monde.sophie, demande.id)
        pris = {(r.enfant_id, r.seance_id): r.statut for r in Reservation.select()}
        assert sorted(pris) == sorted(gardees)
        for seance_id in attendues:
            statuts = [pris[enfant, seance_id] for enfant in enfants]
            donnees = min(places, combien)
            assert statuts == [w.RESERVE] * donnees + [w.LISTE_ATTENTE] * (combien - donnees)
        assert fautes() == []
    finally:
        fermer()


decalages = st.sampled_from((0, 0, 0, -1, 1, -8, 8, 30))
ages = st.sampled_from(((2, 17), (2, 17), (7, 7), (8, 8), (8, 17), (2, 7)))


@given(
    charniere=charnieres,
    fenetre=st.tuples(st.none() | st.integers(-2, 2), st.none() | st.integers(-2, 2)),
    du=decalages,
    au=decalages,
    ages_alors=ages,
    ages_depuis=ages,
    debut_depuis=decalages,
    fin_depuis=decalages,
    dernier=st.integers(-3, 45),
)
@settings(max_examples=80, **REGLAGES)
def test_none_lands_outside_dates_ages_and_window_by_whichever_door(
    modele_sqlite, tmp_path, charniere, fenetre, du, au, ages_alors, ages_depuis, debut_depuis, fin_depuis,
    dernier,
):  # fmt: skip
    """Asked for; accepted once the town has changed the activity; ended early."""
    monde = ouvrir(modele_sqlite, tmp_path)
    try:
        jour = charniere
        ouvre, clot = (jour + n * UN_JOUR if n is not None else None for n in fenetre)
        activite = Activite.create(
            nom="Atelier",
            lieu=monde.cantine.lieu_id,
            debut=jour - 20 * UN_JOUR,
            fin=jour + 40 * UN_JOUR,
            age_min=ages_alors[0],
            age_max=ages_alors[1],
            delai_reservation=Delai("jours", 1, dt.time(12)),
            delai_absence=Delai("jours", 1, dt.time(12)),
            preinscription_du=ouvre,
            preinscription_au=clot,
        )
        debut, fin = jour + du * UN_JOUR, activite.fin + au * UN_JOUR
        # eight years old on the first day asked for, or one day short of it
        naissance = dt.date(debut.year - 8, 3, 1) if (debut.month, debut.day) == (2, 29) else None
        naissance = naissance or debut.replace(year=debut.year - 8)
        Enfant.update(naissance=naissance).where(Enfant.id == monde.lea.id).execute()
        age = debut.year - naissance.year - ((debut.month, debut.day) < (naissance.month, naissance.day))

        with clock.figer(clock.instant(jour, dt.time(0, 30))):
            permis = (
                max(activite.debut, jour) <= debut <= fin <= activite.fin
                and ages_alors[0] <= age <= ages_alors[1]
                and (ouvre is None or ouvre <= jour)
                and (clot is None or jour <= clot)
            )
            souhait = Souhait(activite.id, (monde.lea.id,), debut, fin)
            avant = contenu()
            try:
                demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait)
                assert permis
            except SouhaitRefuse as refus:
                assert not permis, refus.phrase
                assert contenu() == avant
                return

            premier, der = activite.debut + debut_depuis * UN_JOUR, activite.fin + fin_depuis * UN_JOUR
            Activite.update(
                debut=premier,
                fin=der,
                age_min=ages_depuis[0],
                age_max=ages_depuis[1],
                preinscription_du=None,
                preinscription_au=jour - UN_JOUR,  # closed since: who asked in time is answered
            ).where(Activite.id == activite.id).execute()
            encore = premier <= debut and fin <= der and ages_depuis[0] <= age <= ages_depuis[1]
            avant = contenu()
            try:
                moderation.accepter(monde.sophie, demande.id)
                assert encore
            except Refus as refus:
                assert not encore, refus.phrase
                assert contenu() == avant
                moderation.refuser(monde.sophie, demande.id, "Hors des dates")

            sienne = Preinscription.get(activite=activite)
            avant = contenu()
            try:
                mettre_fin(monde.sophie, monde.moreau.id, sienne.id, jour + dernier * UN_JOUR)
            except Refus:
                assert contenu() == avant
            lue = Preinscription.get(activite=activite)
            assert lue.statut != w.RESERVATION_POSSIBLE or premier <= lue.debut <= lue.fin <= min(fin, der)
            assert fautes() == []
    finally:
        fermer()


@pytest.mark.parametrize(
    "jour, paire",
    [
        (dt.date(2026, 12, 31), False),
        (dt.date(2027, 1, 3), False),
        (dt.date(2027, 1, 4), False),
        (dt.date(2027, 1, 11), True),
        (dt.date(2028, 1, 1), True),
        (dt.date(2028, 1, 3), False),
        (dt.date(2033, 1, 1), False),
    ],
)
def test_odd_and_even_are_those_that_calendars_print(jour, paire):
    assert Habitude(jour.weekday(), PAIRES).tombe(jour) == paire
    assert Habitude(jour.weekday(), IMPAIRES).tombe(jour) != paire
    assert Habitude(jour.weekday(), TOUTES).tombe(jour)
