"""The open planning asks by a conditional request: one query and an empty 304 as long as nothing changed."""

import datetime as dt
import json

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import (
    Abonnement,
    Calendrier,
    Capacite,
    CapaciteActivite,
    Compte,
    Preinscription,
    Seance,
    SessionOuverte,
    write_transaction,
)
from portail import clock
from portail.domain import abonnements, comptes, liste_attente, moderation, planning
from portail.domain.fin_d_inscription import mettre_fin
from portail.domain.transitions import Acteur, franchir
from tests.formulaires import poster
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import JEUDI, LUNDI, MAINTENANT, MERCREDI

SEMAINE = "/famille/planning?vue=semaine&date=2026-12-07"
REGIONS = ("#annonce", "#bandeau", "#veille")
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{SEMAINE}"}


def plus_tard(secondes: int):
    return clock.figer(MAINTENANT + dt.timedelta(seconds=secondes))


def veille(ecran: Page) -> tuple[str, str]:
    """The address that the page asks, and the mark that it sends."""
    demande = ecran.un("#veille > div")
    return demande["hx-get"], demande["hx-headers"]


def conditionnelle(ecran: Page) -> dict[str, str]:
    """The headers of the request that the page makes by itself."""
    return {**HTMX, **json.loads(veille(ecran)[1])}


def interroger(ecran: Page, attendu: int):
    return ecran.cliquer("#veille > div", attendu=attendu)


def recus(reponse) -> set[str]:
    """The ids of the slots that an answer draws again."""
    return {morceau.split('"')[0] for morceau in reponse.text.split('<hx-partial hx-target="#')[1:]}


@pytest.fixture
def seance(monde) -> Seance:
    """Evening care of the Monday, with one place, that Tomás Da Silva has."""
    seance = monde.seance(monde.soir, LUNDI)
    monde.poser(monde.tomas, seance, w.RESERVE)
    Seance.update(places=1).where(Seance.id == seance.id).execute()
    return Seance.get_by_id(seance.id)


@pytest.fixture
def ecran(monde, connexion, seance) -> Page:
    return Page(connexion(monde.claire), SEMAINE)


def liberer(monde, seance) -> None:
    """Tomás will not come: his place is free."""
    depot = planning.declarer_absence(monde.paulo, monde.dasilva, [(monde.tomas.id, seance.id)])
    moderation.accepter(monde.sophie, depot.demande.id)


def du(seance: Seance, *enfants) -> set[str]:
    return {f"c-{enfant.id}-{seance.id}" for enfant in enfants}


# ——— nothing changed ———


@pytest.mark.parametrize("filtre", ["", "&enfant={lea}&activite={soir}", "&activite=aucun"])
def test_nothing_changed_is_one_query_and_an_empty_304(monde, connexion, seance, filtre):
    ecran = Page(connexion(monde.claire), SEMAINE + filtre.format(lea=monde.lea.id, soir=monde.soir.id))
    for secondes in (1, 60, 1200):
        with plus_tard(secondes), count_queries() as vues:
            reponse = interroger(ecran, attendu=304)
        assert vues.count == 1
        assert reponse.data == b"" and "Content-Type" not in reponse.headers
        assert reponse.headers["ETag"].startswith('W/"')
        assert reponse.headers["Cache-Control"] == "no-store"


def test_a_family_without_anything_yet_costs_no_more(monde, connexion):
    Preinscription.delete().execute()
    ecran = Page(connexion(monde.claire), SEMAINE)
    with count_queries() as vues:
        interroger(ecran, attendu=304)
    assert vues.count == 1


def test_what_has_been_told_is_not_told_again(monde, ecran, seance):
    liberer(monde, seance)
    interroger(ecran, attendu=200)
    with count_queries() as vues:
        interroger(ecran, attendu=304)
    assert vues.count == 1


def test_what_one_did_oneself_comes_once_and_silently(monde, ecran):
    seance = monde.seance(monde.cantine, JEUDI)
    planning.demander_reservation(monde.claire, monde.moreau, [(monde.noe.id, seance.id)])
    assert recus(interroger(ecran, attendu=200)) == du(seance, monde.noe)
    interroger(ecran, attendu=304)


@pytest.mark.parametrize("marque", ["*", '"x"', "W/", "1-2-3-4", 'W/"999-0-0-0"', '"' + "1" * 3000, "é\t,,"])
def test_a_mark_that_is_not_ours_is_answered_in_full(ecran, marque):
    adresse, _ = veille(ecran)
    reponse = ecran.client.get(adresse, headers={**HTMX, "If-None-Match": marque})
    assert reponse.status_code == 200 and 'id="veille"' in reponse.text


def test_the_mark_is_one_of_this_look_and_of_this_family_alone(monde, connexion, ecran):
    _, entetes = veille(ecran)
    autre = Page(connexion(monde.paulo), SEMAINE)
    autre.un("#veille > div")["hx-headers"] = entetes
    assert "Léa" not in interroger(autre, attendu=200).text


# ——— places ———


def test_a_place_that_another_family_frees_shows_and_is_not_said(monde, ecran, seance):
    assert "complet" in ecran.cliquer(f"#c-{monde.lea.id}-{seance.id}-a").text
    ecran.un(".panneau").extract()
    liberer(monde, seance)
    reponse = interroger(ecran, attendu=200)
    assert recus(reponse) == du(seance, monde.lea, monde.noe, monde.ines)
    assert ecran.texte("#annonce") == ""
    assert_comme_rechargee(ecran, REGIONS)
    assert "1 place restante" in ecran.cliquer(f"#c-{monde.lea.id}-{seance.id}-a").text


def test_a_place_that_another_family_takes_shows_too(monde, ecran):
    seance = monde.seance(monde.cantine, LUNDI)
    depot = planning.demander_reservation(monde.paulo, monde.dasilva, [(monde.tomas.id, seance.id)])
    interroger(ecran, attendu=304)  # asked for is not taken
    moderation.accepter(monde.sophie, depot.demande.id)
    assert recus(interroger(ecran, attendu=200)) == du(seance, monde.lea, monde.noe, monde.ines)


def test_a_place_freed_here_while_another_is_taken_there_shows(monde, ecran, seance):
    """As many places are taken in all as before: the mark is not made of their number."""
    jeudi = monde.seance(monde.soir, JEUDI)
    depot = planning.demander_reservation(monde.paulo, monde.dasilva, [(monde.tomas.id, jeudi.id)])
    liberer(monde, seance)
    moderation.accepter(monde.sophie, depot.demande.id)
    assert (Seance.get_by_id(seance.id).prises, Seance.get_by_id(jeudi.id).prises) == (0, 1)
    enfants = monde.lea, monde.noe, monde.ines
    assert recus(interroger(ecran, attendu=200)) == du(seance, *enfants) | du(jeudi, *enfants)


def test_a_place_freed_in_an_activity_that_shares_them_shows(monde, connexion, seance):
    """The evening care and the canteen share one meal that day; Noé only goes to the canteen."""
    Preinscription.delete().where(
        Preinscription.enfant.in_([monde.lea, monde.noe, monde.ines]), Preinscription.activite == monde.soir
    ).execute()
    capacite = Capacite.create(nom="Goûters", places=1)
    for activite in (monde.cantine, monde.soir):
        CapaciteActivite.create(capacite=capacite, activite=activite)
    ecran, cantine = Page(connexion(monde.claire), SEMAINE), monde.seance(monde.cantine, LUNDI)
    assert "Complet" in ecran.texte(f"#c-{monde.noe.id}-{cantine.id}")
    with count_queries() as vues:
        interroger(ecran, attendu=304)
    assert vues.count == 1
    liberer(monde, seance)
    assert recus(interroger(ecran, attendu=200)) == du(cantine, monde.lea, monde.noe, monde.ines)
    assert "Complet" not in ecran.texte(f"#c-{monde.noe.id}-{cantine.id}")
    interroger(ecran, attendu=304)


def test_the_rank_in_the_list_shows_when_somebody_before_gives_up(monde, connexion, seance):
    autre = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.tomas, autre, w.LISTE_ATTENTE)
    monde.poser(monde.lea, autre, w.LISTE_ATTENTE)
    ecran = Page(connexion(monde.claire), SEMAINE)
    assert "2e sur la liste" in ecran.texte(f"#c-{monde.lea.id}-{autre.id}")
    liste_attente.renoncer(monde.paulo, monde.dasilva, (monde.tomas.id, autre.id))
    interroger(ecran, attendu=200)
    assert "1er sur la liste" in ecran.texte(f"#c-{monde.lea.id}-{autre.id}")
    assert ecran.texte("#annonce") == ""


def test_what_moves_elsewhere_is_nothing_new(monde, connexion, ecran, seance):
    lointain = monde.seance(monde.soir, JEUDI + dt.timedelta(7))
    monde.poser(monde.tomas, lointain, w.RESERVE)
    liberer(monde, lointain)  # another week
    interroger(ecran, attendu=304)
    caches = Page(connexion(monde.claire), f"{SEMAINE}&activite={monde.cantine.id}")
    mercredi = Page(connexion(monde.paulo), SEMAINE)
    liberer(monde, seance)  # an activity that is hidden
    interroger(caches, attendu=304)
    interroger(mercredi, attendu=200)
    moderation.accepter(
        monde.sophie,
        planning.demander_reservation(
            monde.claire, monde.moreau, [(monde.lea.id, monde.seance(monde.centre, MERCREDI).id)]
        ).demande.id,
    )  # one where no child of theirs goes
    interroger(mercredi, attendu=304)


def test_a_place_seen_by_nobody_else_in_the_open_panel_waits(monde, ecran, seance):
    ecran.cliquer(f"#c-{monde.lea.id}-{seance.id}-a")
    liberer(monde, seance)
    assert recus(interroger(ecran, attendu=200)) == du(seance, monde.noe, monde.ines)
    assert ecran.tous(".panneau")
    ecran.un(".panneau").extract()
    interroger(ecran, attendu=200)
    assert_comme_rechargee(ecran, REGIONS)
    interroger(ecran, attendu=304)


# ——— the other parent ———


def test_the_other_parents_click_shows_and_is_said(monde, ecran):
    julien = Compte.create(
        email="julien@example.org",
        prenom="Julien",
        nom="Moreau",
        role="famille",
        mot_de_passe="-",
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
    )
    Abonnement.create(compte=julien, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    seance = monde.seance(monde.cantine, JEUDI)
    planning.demander_reservation(julien, monde.moreau, [(monde.ines.id, seance.id)])
    assert recus(interroger(ecran, attendu=200)) == {*du(seance, monde.ines), "annonce"}
    assert "Inès, Cantine, jeudi 10 décembre" in ecran.texte("#annonce")


# ——— slots that come and go ———


def test_a_registration_that_ends_takes_its_slots_away(monde, ecran):
    inscription = Preinscription.get(enfant=monde.noe, activite=monde.cantine)
    mettre_fin(monde.sophie, monde.moreau.id, inscription.id, LUNDI)
    interroger(ecran, attendu=200)
    assert not ecran.tous(f"#c-{monde.noe.id}-{monde.seance(monde.cantine, JEUDI).id}")
    assert ecran.texte("#annonce") == "Votre planning vient de changer."
    assert_comme_rechargee(ecran, REGIONS)
    interroger(ecran, attendu=304)


def test_a_registration_that_begins_brings_its_slots(monde, ecran):
    Preinscription.update(statut=w.PREINSCRIPTION.initial).where(
        Preinscription.enfant == monde.noe, Preinscription.activite == monde.cantine
    ).execute()
    ecran = Page(ecran.client, SEMAINE)
    inscription = Preinscription.get(enfant=monde.noe, activite=monde.cantine)
    with write_transaction():
        franchir(inscription, w.ACCEPTER, Acteur(monde.sophie, w.AGENT), famille_id=monde.moreau.id)
    interroger(ecran, attendu=200)
    assert ecran.tous(f"#c-{monde.noe.id}-{monde.seance(monde.cantine, JEUDI).id}")
    assert_comme_rechargee(ecran, REGIONS)


def test_a_day_that_closes_is_told_and_what_is_not_booked_there_goes(monde, ecran):
    Calendrier.create(genre="fermeture", nom="Grève", debut=JEUDI, fin=JEUDI)
    interroger(ecran, attendu=200)
    assert "Grève" in ecran.texte("#planning")
    assert not ecran.tous(f"#c-{monde.lea.id}-{monde.seance(monde.cantine, JEUDI).id}")
    assert_comme_rechargee(ecran, REGIONS)


def test_the_whole_planning_waits_for_the_open_panel(monde, ecran):
    ecran.cliquer(f"#c-{monde.lea.id}-{monde.seance(monde.cantine, LUNDI).id}-a")
    Calendrier.create(genre="fermeture", nom="Grève", debut=JEUDI, fin=JEUDI)
    assert interroger(ecran, attendu=204).data == b""
    ecran.un(".panneau").extract()
    interroger(ecran, attendu=200)
    assert "Grève" in ecran.texte("#planning")


# ——— the guard holds ———


def test_a_closed_session_learns_nothing(monde, ecran):
    SessionOuverte.update(fermee_le=MAINTENANT).execute()
    reponse = ecran.client.get(veille(ecran)[0], headers=conditionnelle(ecran))
    assert reponse.status_code == 401 and reponse.headers["HX-Redirect"].startswith("/connexion")
    assert "ETag" not in reponse.headers


def test_an_idle_session_ends_whether_or_not_the_page_asks(ecran):
    for secondes in (600, 1200, 1799):
        with plus_tard(secondes):
            assert ecran.client.get(veille(ecran)[0], headers=conditionnelle(ecran)).status_code == 304
    with plus_tard(1800):
        assert ecran.client.get(veille(ecran)[0], headers=conditionnelle(ecran)).status_code == 401
    assert SessionOuverte.get().vue_le == MAINTENANT


def test_a_closed_account_learns_nothing(monde, ecran):
    Compte.update(actif=False).where(Compte.id == monde.claire.id).execute()
    assert ecran.client.get(veille(ecran)[0], headers=conditionnelle(ecran)).status_code == 401


def test_an_account_that_changed_role_learns_nothing(monde, ecran):
    Compte.update(role="animateur").where(Compte.id == monde.claire.id).execute()
    assert ecran.client.get(veille(ecran)[0], headers=conditionnelle(ecran)).status_code == 403


def test_a_subscription_that_ended_learns_nothing(monde, ecran):
    abonnements.mettre_fin(
        Abonnement.get(compte=monde.claire).id, Acteur(monde.sophie, w.AGENT), monde.moreau.id
    )
    reponse = ecran.client.get(veille(ecran)[0], headers=conditionnelle(ecran))
    assert (reponse.status_code, reponse.headers["HX-Redirect"], reponse.data) == (204, "/famille", b"")
    assert "ETag" not in reponse.headers


def test_another_file_chosen_in_another_window_does_not_come_into_this_page(monde, connexion, seance):
    Abonnement.create(compte=monde.claire, famille=monde.dasilva, statut=w.ACTIF, cree_le=MAINTENANT)
    client = connexion(monde.claire)
    poster(client, "/famille/choix", {"famille": monde.moreau.id})
    ecran = Page(client, SEMAINE)
    interroger(ecran, attendu=304)
    comptes.choisir_famille(SessionOuverte.get(compte=monde.claire), monde.dasilva)
    liberer(monde, seance)
    assert interroger(ecran, attendu=204).data == b""
    comptes.choisir_famille(SessionOuverte.get(compte=monde.claire), monde.moreau)
    assert recus(interroger(ecran, attendu=200)) == du(seance, monde.lea, monde.noe, monde.ines)
