"""The reminder as it is read: plain French, no day too many, where to book, where to choose."""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Preinscription, Seance
from portail import clock
from tests.actes import places
from tests.courrier import recus
from tests.monde import JEUDI, LUNDI
from tests.rappels.temps import le, rappeler, seance

pytestmark = pytest.mark.usefixtures("app")  # says the address of the portal

SEMAINE = dt.timedelta(7)


def lettre() -> str:
    return recus("famille@example.org")[-1].corps


def lignes() -> list[str]:
    """The lines of the letter that say what is to be booked."""
    return [ligne for ligne in lettre().splitlines() if ligne.startswith(("– ", "  "))]


def test_the_whole_letter(monde):
    rappeler()
    (courriel,) = recus("famille@example.org")
    assert courriel.sujet == (
        "Rien de réservé pour Léa, Noé et Inès : à réserver avant le jeudi 3 décembre à 12 h"
    )
    enfants = "&".join(f"enfants={enfant.id}" for enfant in (monde.lea, monde.noe, monde.ines))
    ids = f"{enfants}&activites={monde.cantine.id}&activites={monde.centre.id}"
    assert courriel.corps == (
        "Bonjour Claire,\n"
        "\n"
        "Rien n’est réservé, et la date limite approche.\n"
        "\n"
        "Semaine du 7 décembre :\n"
        "– Léa, Noé et Inès, Cantine : lundi 7, mardi 8, jeudi 10, vendredi 11 décembre\n"
        "  À réserver avant le jeudi 3 décembre à 12 h\n"
        "– Léa, Noé et Inès, Centre de loisirs : mercredi 9 décembre\n"
        "  À réserver avant le jeudi 3 décembre à 12 h\n"
        "\n"
        "Réserver :\n"
        f"http://localhost/famille/planning/longue-periode?nature=reservation&{ids}&debut=2026-12-07"
        "&fin=2026-12-11&semaine=0-toutes&semaine=1-toutes&semaine=2-toutes&semaine=3-toutes&semaine=4-toutes"
        "&vers=apercu\n"
        "\n"
        "Vous n’en avez pas besoin ? Il n’y a rien à faire : cette date limite n’est rappelée qu’une fois.\n"
        "\n"
        "Choisir ce que je reçois :\n"
        "http://localhost/mon-espace/courriels\n"
        "\n"
        "Une question ? Appelez-nous ou répondez à ce message.\n"
        "\n"
        "Guichet Familles, 02 61 91 40 40\n"
        "du lundi au vendredi, 8 h 30 – 12 h et 13 h 30 – 17 h\n"
        "familles@saint-alban.example\n"
        "Saint-Alban-sur-Loire – Portail Citoyen"
    )


def test_its_links_lead_to_that_week_and_to_what_is_chosen(monde, connexion):
    rappeler()
    claire = connexion(monde.claire)
    liens = [ligne for ligne in lettre().splitlines() if ligne.startswith("http")]
    pages = [claire.get(lien.removeprefix("http://localhost")).text for lien in liens]
    assert "Demander 15 réservations" in pages[0] and "Ce que je reçois" in pages[1]


def test_brothers_and_sisters_with_other_days_have_their_own_line(monde):
    Preinscription.update(debut=LUNDI + dt.timedelta(1)).where(
        Preinscription.enfant == monde.noe, Preinscription.activite == monde.cantine
    ).execute()
    rappeler()
    assert lignes()[::2][:2] == [
        "– Léa et Inès, Cantine : lundi 7, mardi 8, jeudi 10, vendredi 11 décembre",
        "– Noé, Cantine : mardi 8, jeudi 10, vendredi 11 décembre",
    ]


def test_what_is_full_is_said_to_be(monde):
    places(monde.seance(monde.cantine, JEUDI), 0)
    places(monde.seance(monde.centre, dt.date(2026, 12, 9)), 0)
    rappeler()
    cantine, _, centre, _ = lignes()
    assert cantine.endswith("lundi 7, mardi 8, jeudi 10 (complet : liste d’attente), vendredi 11 décembre")
    assert centre.endswith("Centre de loisirs : mercredi 9 décembre (complet : liste d’attente)")


def test_a_whole_week_that_is_full_says_it_once(monde):
    Seance.update(places=0).where(Seance.activite == monde.cantine, Seance.jour >= LUNDI).execute()
    rappeler()
    assert lignes()[0].endswith(
        "lundi 7, mardi 8, jeudi 10, vendredi 11 décembre (complet : liste d’attente)"
    )


def test_a_day_with_a_place_at_another_hour_is_not_full(monde):
    places(monde.seance(monde.cantine, JEUDI), 0)
    seance(monde.cantine, JEUDI, le(3, 12), debut=dt.time(12, 30), fin=dt.time(13, 30))
    rappeler()
    assert lignes()[0].endswith("lundi 7, mardi 8, jeudi 10, vendredi 11 décembre")


def test_where_each_day_has_its_deadline_the_first_one_is_said(monde):
    Preinscription.delete().where(Preinscription.activite != monde.soir.id).execute()
    rappeler(le(5, 9))
    assert lignes() == [
        "– Léa, Noé et Inès, Accueil du soir : lundi 7, mardi 8, jeudi 10, vendredi 11 décembre",
        "  À réserver avant le dimanche 6 décembre à 12 h pour le lundi 7 ; chaque jour suivant a sa date"
        " limite",
    ]


def test_a_week_over_two_months_names_both(monde):
    Activite.update(reservable=False).where(Activite.id != monde.soir.id).execute()
    limite = dt.datetime(2027, 3, 25, 12, tzinfo=clock.PARIS)
    for jour in (dt.date(2027, 3, 30), dt.date(2027, 4, 1), dt.date(2027, 4, 2)):
        seance(monde.soir, jour, limite)
    rappeler(limite - dt.timedelta(hours=20))
    assert "Semaine du 29 mars :" in lettre()
    assert lignes()[0].endswith(": mardi 30 mars, jeudi 1er, vendredi 2 avril")


def test_two_weeks_at_once_have_each_their_button_in_their_order(monde):
    Preinscription.delete().where(Preinscription.enfant != monde.lea.id).execute()
    Seance.update(limite_reservation=le(3, 10)).where(
        Seance.activite == monde.centre, Seance.jour == dt.date(2026, 12, 16)
    ).execute()
    rappeler()
    liens = [ligne for ligne in lettre().splitlines() if "longue-periode" in ligne]
    assert ["debut=2026-12-07" in liens[0], "debut=2026-12-16" in liens[1]] == [True, True]
    assert lettre().index("Semaine du 7 décembre") < lettre().index("Semaine du 14 décembre")
    assert recus("famille@example.org")[0].sujet.endswith("avant le jeudi 3 décembre à 10 h")


def test_a_name_of_an_activity_stays_in_its_place_whatever_it_is(monde):
    Activite.update(nom="Cantine\r\nBcc: tous@evil.test").where(Activite.id == monde.cantine.id).execute()
    monde.poser(monde.lea, monde.seance(monde.centre, dt.date(2026, 12, 9)), w.RESERVE)
    rappeler()
    (courriel,) = recus("famille@example.org")
    assert "\n" not in courriel.sujet and "\r" not in courriel.sujet
