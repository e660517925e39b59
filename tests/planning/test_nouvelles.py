"""The open planning learns of answers by itself, within its interval, without a reload."""

import datetime as dt

import pytest

import workflows as w
from models import Demande, Evenement
from portail import clock
from portail.domain import moderation, planning
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import JEUDI, LUNDI, MAINTENANT

SEMAINE = "/famille/planning?vue=semaine&date=2026-12-07"
REGIONS = ("#annonce", "#bandeau", "#veille")


def plus_tard(secondes: int):
    return clock.figer(MAINTENANT + dt.timedelta(seconds=secondes))


@pytest.fixture
def demande(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])
    return Demande.get()


@pytest.fixture
def ecran(monde, connexion, demande):
    return Page(connexion(monde.claire), SEMAINE)


def interroger(ecran: Page, attendu: int | None = None):
    return ecran.cliquer("#veille > div", attendu=attendu)


def etat(ecran: Page, enfant, seance) -> str:
    """What the page says of a slot."""
    return ecran.un(f"#c-{enfant.id}-{seance.id}-a")["aria-label"].rsplit(", ", 1)[1]


def test_an_answer_reaches_the_open_page_and_is_said(monde, ecran, demande):
    with plus_tard(60):
        moderation.accepter(monde.sophie, demande.id)
    with plus_tard(61):
        interroger(ecran)

        seance = monde.seance(monde.cantine, LUNDI)
        assert ecran.un(f"#c-{monde.lea.id}-{seance.id}-a")["aria-label"].endswith("Réservé")
        assert (
            ecran.texte("#annonce")
            == "Activité réservée : Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30."
        )
        assert_comme_rechargee(ecran, REGIONS)


def test_what_one_did_oneself_is_not_said_again(monde, ecran):
    seance = monde.seance(monde.cantine, JEUDI)
    planning.demander_reservation(monde.claire, monde.moreau, [(monde.noe.id, seance.id)])
    with plus_tard(5):
        interroger(ecran)
        assert ecran.un(f"#c-{monde.noe.id}-{seance.id}-a")["aria-label"].endswith("Réservation en attente")
        assert ecran.texte("#annonce") == ""


def test_an_answer_is_said_once_even_while_it_is_told_again(monde, ecran, demande):
    with plus_tard(60):
        moderation.accepter(monde.sophie, demande.id)
    with plus_tard(61):
        interroger(ecran)
        ecran.un("#annonce").clear()
    with plus_tard(70):
        interroger(ecran)
        assert ecran.texte("#annonce") == ""


def test_a_line_of_the_journal_that_appears_late_is_not_missed(monde, ecran, demande):
    """PostgreSQL gives a number before the commit: a smaller one may be seen after a larger one."""
    seance = monde.seance(monde.cantine, JEUDI)
    with plus_tard(60):
        moderation.accepter(monde.sophie, demande.id)
    with plus_tard(62):
        interroger(ecran)
    lien = ecran.un("#veille > div")["hx-get"]
    depuis = int(lien.split("depuis=")[1].split("&")[0])
    assert depuis < Evenement.select().order_by(Evenement.id.desc()).get().id
    assert monde.statut(monde.noe, seance) == w.NON_RESERVE


def test_the_slot_whose_panel_is_open_waits_until_it_is_closed(monde, ecran, demande):
    lien = f"#c-{monde.lea.id}-{monde.seance(monde.cantine, LUNDI).id}-a"
    ecran.cliquer(lien)
    with plus_tard(60):
        moderation.accepter(monde.sophie, demande.id)
    with plus_tard(120):
        interroger(ecran)
        assert ecran.tous(".panneau")
        ecran.un(".panneau").extract()
        interroger(ecran)
        assert ecran.un(lien)["aria-label"].endswith("Réservé")


def test_only_what_the_look_shows_is_told(monde, connexion, demande):
    ecran = Page(connexion(monde.claire), SEMAINE + f"&enfant={monde.noe.id}")
    with plus_tard(60):
        moderation.accepter(monde.sophie, demande.id)
    with plus_tard(120):
        interroger(ecran)
        assert {b.get_text() for b in ecran.tous(".creneau b")} == {"Noé"}
        assert ecran.texte("#annonce") == ""


def test_what_is_kept_back_is_not_told_as_known(monde, ecran, demande):
    """Another slot changes while a panel is open: both are said once it is closed."""
    ecran.cliquer(f"#c-{monde.lea.id}-{monde.seance(monde.cantine, LUNDI).id}-a")
    autre = planning.demander_reservation(
        monde.claire, monde.moreau, [(monde.noe.id, monde.seance(monde.cantine, JEUDI).id)]
    ).demande
    for demande_id in (autre.id, demande.id):
        moderation.accepter(monde.sophie, demande_id)
    with plus_tard(10):
        interroger(ecran, attendu=200)
        assert etat(ecran, monde.noe, monde.seance(monde.cantine, JEUDI)) == "Réservé"
        assert ecran.texte("#annonce") == "" and ecran.tous(".panneau")
        ecran.un(".panneau").extract()
        interroger(ecran, attendu=200)
        assert "Léa" in ecran.texte("#annonce") and "Noé" in ecran.texte("#annonce")
        interroger(ecran, attendu=304)


def test_many_answers_at_once_are_counted_rather_than_read_out(monde, connexion):
    jours = [LUNDI, LUNDI + dt.timedelta(1), JEUDI, JEUDI + dt.timedelta(1)]
    voeux = [(monde.lea.id, monde.seance(monde.cantine, jour).id) for jour in jours]
    demande = planning.demander_reservation(monde.claire, monde.moreau, voeux).demande
    ecran = Page(connexion(monde.claire), SEMAINE)
    moderation.accepter(monde.sophie, demande.id)
    interroger(ecran)
    assert ecran.texte("#annonce") == "4 créneaux de votre planning ont changé."
    assert_comme_rechargee(ecran, REGIONS)


def test_another_familys_news_are_not_ours(monde, connexion, demande):
    ecran = Page(connexion(monde.paulo), SEMAINE)
    with plus_tard(60):
        moderation.accepter(monde.sophie, demande.id)
    with plus_tard(120):
        assert "Léa" not in interroger(ecran).text


@pytest.mark.parametrize(
    "suite",
    [
        *("depuis=abc", "depuis=-1", "depuis=99999999999999", "dit=x", ""),
        *("vu=0001-01-01", "vu=00010101T000000", "vu=99991231T235959", "vu=%F0%9F%8D%85"),
    ],
)
def test_marks_that_are_none_are_harmless(monde, connexion, demande, suite):
    reponse = connexion(monde.claire).get(
        f"/famille/planning/nouvelles?{suite}", headers={"HX-Request": "true"}
    )
    assert reponse.status_code == 200
    assert "<b>" not in reponse.text.split("hx-get")[0]


def test_asking_for_news_does_not_keep_the_session_open(monde, connexion):
    client = connexion(monde.claire)
    for minutes in (10, 20, 29):
        with plus_tard(60 * minutes):
            reponse = client.get("/famille/planning/nouvelles", headers={"HX-Request": "true"})
            assert reponse.status_code == 200
    with plus_tard(60 * 31):
        reponse = client.get("/famille/planning/nouvelles", headers={"HX-Request": "true"})
        assert reponse.status_code == 401
