"""The waiting list as an agent sees it: the order and why, what blocks whom, to whom the place goes next."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Calendrier, Capacite, CapaciteActivite, Enfant, Famille, Preinscription, Reservation
from portail import clock
from portail.domain import lecture_liste, moderation
from portail.domain.ville import la_ville
from tests.actes import abonner, demander, places
from tests.html import mots
from tests.htmx import Page
from tests.liste_attente.test_donner_la_place import lier
from tests.monde import JEUDI, LUNDI, MAINTENANT


def ouvrir(connexion, monde, seance, attendu=200) -> Page:
    return Page(connexion(monde.sophie), f"/agents/seances/{seance.id}/liste", attendu)


@pytest.fixture
def pleine(monde):
    """The evening care of Monday: one place, taken."""
    seance = places(monde.seance(monde.soir, LUNDI), 1)
    monde.poser(monde.ines, seance, w.RESERVE)
    return seance


def test_each_child_is_told_with_its_rank_since_when_it_waits_and_who_asked(monde, pleine, connexion):
    demande = demander(monde, (monde.lea, pleine))
    moderation.accepter(monde.sophie, demande.id)
    autre = demander(monde, (monde.noe, pleine))
    moderation.mettre_en_attente(monde.marc, autre.id)

    page = ouvrir(connexion, monde, pleine)

    premier, second = (mots(rang) for rang in page.tous(".rangs > li"))
    assert premier.startswith("1 er : Léa Moreau")
    assert (
        "famille Moreau , attend depuis mardi 1er décembre à 10 h, à la demande de Claire Moreau" in premier
    )
    assert "avant le suivant" in premier
    assert "2 e : Noé Moreau" in second
    assert "sur décision de Marc Tessier" in second
    assert "le dernier arrivé" in second
    assert page.tous(f".rangs a[href='/agents/demandes/{demande.id}']")


def test_until_when_a_place_goes_by_itself_and_then_by_whom(monde, pleine, connexion):
    monde.poser(monde.lea, pleine, w.LISTE_ATTENTE)
    avant = ouvrir(connexion, monde, pleine).texte(".fiche")
    assert "se donne d’elle-même jusqu’au dimanche 6 décembre à 12 h ; ensuite, c’est à vous" in avant
    with clock.figer(clock.instant(LUNDI, dt.time(9))):
        apres = ouvrir(connexion, monde, pleine).texte(".fiche")
    assert "ne se donne plus d’elle-même : c’est à vous de la donner" in apres
    with clock.figer(clock.instant(LUNDI, dt.time(20))):
        assert lecture_liste.lire(pleine.id, monde.sophie).passee


def test_there_is_a_button_for_the_first_who_can_have_it_only_when_a_place_is_free(monde, pleine, connexion):
    monde.poser(monde.lea, pleine, w.LISTE_ATTENTE)
    monde.poser(monde.tomas, pleine, w.LISTE_ATTENTE)
    assert not ouvrir(connexion, monde, pleine).tous(".rangs button")
    places(pleine, 2)
    page = ouvrir(connexion, monde, pleine)
    assert [mots(bouton) for bouton in page.tous(".rangs button")] == ["Donner la place à Léa Moreau"]


def test_brothers_and_sisters_tied_wait_for_two_places_and_the_next_one_goes_before(monde, pleine, connexion):
    lea, noe = (monde.poser(enfant, pleine, w.LISTE_ATTENTE) for enfant in (monde.lea, monde.noe))
    lier(lea, noe)
    monde.poser(monde.tomas, pleine, w.LISTE_ATTENTE)
    places(pleine, 2)
    page = ouvrir(connexion, monde, pleine)
    premier, second = page.tous(".rangs > li")
    assert "Léa Moreau et Noé Moreau attendent deux places, ensemble ou pas du tout" in mots(premier)
    assert "pas encore une place pour chacun" in mots(premier)
    assert mots(second.button) == "Donner la place à Tomás Da Silva"
    places(pleine, 3)
    bouton = ouvrir(connexion, monde, pleine).un(".rangs button")
    assert mots(bouton) == "Donner les places à Léa Moreau et Noé Moreau"


def test_who_is_tied_to_a_child_of_another_seance_is_told_where_that_one_waits(monde, pleine, connexion):
    ailleurs = places(monde.seance(monde.matin, LUNDI), 1)
    monde.poser(monde.tomas, ailleurs, w.RESERVE)
    lier(monde.poser(monde.lea, pleine, w.LISTE_ATTENTE), monde.poser(monde.noe, ailleurs, w.LISTE_ATTENTE))
    places(pleine, 2)
    page = ouvrir(connexion, monde, pleine)
    assert "attendent deux places (Noé Moreau à Accueil du matin)" in page.texte(".rangs")
    assert not page.tous(".rangs button")
    assert lecture_liste.lire(pleine.id, monde.sophie).attendent == 1


def test_what_blocks_a_child_is_said_and_the_place_goes_to_the_next(monde, pleine, connexion):
    monde.poser(monde.tomas, pleine, w.LISTE_ATTENTE)
    monde.poser(monde.lea, pleine, w.LISTE_ATTENTE)
    Preinscription.update(fin=LUNDI - dt.timedelta(1)).where(Preinscription.enfant == monde.tomas).execute()
    places(pleine, 2)
    page = ouvrir(connexion, monde, pleine)
    premier, second = page.tous(".rangs > li")
    assert "La pré-inscription de l’enfant à cette activité ne couvre pas ce jour" in mots(premier)
    assert not premier.button and second.button
    Calendrier.create(genre="fermeture", nom="Grève", debut=LUNDI, fin=LUNDI)
    fermee = ouvrir(connexion, monde, pleine)
    assert "Grève" in fermee.texte(".rangs")
    assert not fermee.tous(".rangs button")


def test_a_place_that_a_shared_capacity_does_not_have_is_no_place(monde, pleine, connexion):
    monde.poser(monde.lea, pleine, w.LISTE_ATTENTE)
    places(pleine, 5)
    salle = Capacite.create(nom="Salle", places=1)
    for activite in (monde.soir, monde.matin):
        CapaciteActivite.create(capacite=salle, activite=activite)
    page = ouvrir(connexion, monde, pleine)
    assert "Complet" in page.texte(".fiche")
    assert not page.tous(".rangs button")
    (rangee,) = lecture_liste.listes(1).rangees
    assert rangee.restantes == 0


def test_an_agent_of_the_family_has_no_button_for_it_and_is_told_why(monde, pleine):
    monde.poser(monde.lea, pleine, w.LISTE_ATTENTE)
    places(pleine, 2)
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    (rang,) = lecture_liste.lire(pleine.id, soi).rangs
    assert (rang.servi, rang.a_moi, rang.a_qui_donner) == (True, True, None)
    (le_mien,) = lecture_liste.lire(pleine.id, monde.sophie).rangs
    assert le_mien.a_qui_donner


def test_the_lists_of_the_coming_seances_are_told_day_by_day_with_who_gives_the_place(
    monde, pleine, connexion
):
    jeudi = places(monde.seance(monde.cantine, JEUDI), 1)
    monde.poser(monde.tomas, jeudi, w.RESERVE)
    hier = monde.seance(monde.cantine, dt.date(2026, 11, 30))
    for seance in (jeudi, pleine, hier):
        monde.poser(monde.lea, seance, w.LISTE_ATTENTE)
    monde.poser(monde.noe, jeudi, w.LISTE_ATTENTE)

    page = Page(connexion(monde.sophie), "/agents/listes-d-attente")
    lues = [[mots(case) for case in rang.select("th, td")] for rang in page.tous(".listes tbody tr")]
    assert [(rang[0].split(",")[0].strip(), rang[3]) for rang in lues] == [
        ("lundi 7 décembre", "1 enfant"),
        ("jeudi 10 décembre", "2 enfants"),
    ]
    assert lues[0][4] == "se donne d’elle-même jusqu’au dimanche 6 décembre à 12 h"
    with clock.figer(clock.instant(LUNDI, dt.time(9))):
        places(pleine, 2)
        tard = Page(connexion(monde.sophie), "/agents/listes-d-attente")
        assert "à donner par vous" in tard.texte(".listes tbody")
    assert page.suivre(page.tous(".listes a")[0]).texte("h1") == "Accueil du soir, lundi 7 décembre"


def test_nobody_waits_and_the_page_says_so(monde, connexion):
    assert "Personne n’attend" in Page(connexion(monde.sophie), "/agents/listes-d-attente").texte(".vide")
    seance = monde.seance(monde.soir, LUNDI)
    assert "Personne n’attend plus" in ouvrir(connexion, monde, seance).texte(".vide")
    client = connexion(monde.sophie)
    assert client.get("/agents/seances/10000000/liste").status_code == 404
    assert client.get("/agents/seances/abc/liste").status_code == 404
    for page in ("999", "abc", "0", "-1", "99999999999999999999"):
        assert client.get(f"/agents/listes-d-attente?page={page}").status_code == 200


@pytest.mark.parametrize("adresse", ["/agents/listes-d-attente", "/agents/seances/1/liste"])
def test_only_agents_enter(monde, connexion, adresse):
    for compte in (monde.claire, monde.animateur):
        assert connexion(compte).get(adresse).status_code == 403
    for compte in (monde.sophie, monde.gestionnaire):
        assert connexion(compte).get(adresse).status_code == 200


def test_the_queries_grow_neither_with_the_list_nor_with_the_lists(monde, pleine):
    monde.poser(monde.lea, pleine, w.LISTE_ATTENTE)

    def mesurer() -> tuple[int, int]:
        with count_queries() as une:
            lecture_liste.lire(pleine.id, monde.sophie)
        with count_queries() as toutes:
            lecture_liste.listes(1)
        return une.count, toutes.count

    la_ville()  # remembered from one request to the next
    jeudi, avant = monde.seance(monde.soir, JEUDI), None
    for numero in range(12):
        famille = Famille.create(
            nom=f"Silva {numero}", code_abonne=f"2{numero:05}", recherche="silva", cree_le=MAINTENANT
        )
        enfants = [
            Enfant.create(famille=famille, prenom=p, nom="Silva", naissance=dt.date(2019, 1, 1), recherche=p)
            for p in ("Zoé", "Ana")
        ]
        lier(*(monde.poser(enfant, pleine, w.LISTE_ATTENTE) for enfant in enfants))
        monde.poser(enfants[0], jeudi, w.LISTE_ATTENTE)
        avant = avant or mesurer()
    assert mesurer() == avant, (avant, mesurer())
    assert max(avant) <= 12, avant
    assert Reservation.select().where(Reservation.statut == w.LISTE_ATTENTE).count() == 37
