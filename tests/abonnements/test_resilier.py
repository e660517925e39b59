"""Ending a subscription: asked first, then done, told by mail; the file closes at once."""

import pytest

import workflows as w
from models import Abonnement, Evenement
from portail.domain import abonnements
from portail.domain.refus import Introuvable
from portail.domain.transitions import Acteur
from tests.abonnements.conftest import ADRESSE, abonnement_de, lettre
from tests.courrier import recus
from tests.formulaires import csrf, poster
from tests.html import lire, mots


@pytest.fixture
def sien(monde) -> Abonnement:
    """Claire's subscription to the Moreau file."""
    return abonnement_de(monde.claire)


def test_it_is_asked_then_done_and_the_file_closes(connexion, monde, sien):
    client = connexion(monde.claire)
    adresse = f"{ADRESSE}/{sien.id}"
    page = lire(client.get(f"{adresse}/fin").text)
    assert page.h1.text == "Mettre fin à l’abonnement à la famille Moreau ?"
    assert abonnement_de(monde.claire).statut == w.ACTIF, "opening the page ends nothing"
    assert page.main.form["action"] == f"{adresse}/resiliation"
    reponse = poster(client, f"{adresse}/resiliation")
    assert (reponse.status_code, reponse.headers["Location"]) == (303, ADRESSE)
    assert abonnement_de(monde.claire).statut == w.RESILIE
    assert "Cet abonnement a pris fin." in client.get(ADRESSE).text
    assert "Aucun abonnement pour le moment" in mots(lire(client.get(ADRESSE).text).main)
    page = client.get("/famille/planning")
    assert page.status_code == 200 and "Pas encore de dossier famille" in page.text and "Léa" not in page.text
    (courriel,) = recus("famille@example.org")
    assert courriel.sujet == "Votre abonnement a pris fin"
    ligne = Evenement.get(Evenement.objet == "abonnement")
    assert (ligne.acte, ligne.de, ligne.vers) == (w.RESILIER, w.ACTIF, w.RESILIE)
    assert ligne.auteur_id == monde.claire.id


def test_what_waits_can_be_ended_too_and_says_nothing_of_the_family(connexion, nadege, monde):
    client = connexion(nadege)
    abonnements.s_abonner(nadege, lettre(monde.moreau))
    adresse = f"{ADRESSE}/{abonnement_de(nadege).id}"
    page = client.get(f"{adresse}/fin").text
    assert "demandé le mardi 1er décembre" in page and "Moreau" not in page
    poster(client, f"{adresse}/resiliation")
    assert abonnement_de(nadege).statut == w.RESILIE


def test_a_second_click_changes_nothing_and_writes_once(connexion, monde, sien):
    client = connexion(monde.claire)
    adresse = f"{ADRESSE}/{sien.id}"
    for _ in range(2):
        assert poster(client, f"{adresse}/resiliation").status_code == 303
    assert len(recus("famille@example.org")) == 1
    assert "Cet abonnement a déjà pris fin" in client.get(f"{adresse}/fin").text


def test_a_stranger_gets_404(connexion, monde, sien):
    client = connexion(monde.paulo)
    for adresse in (f"{ADRESSE}/{sien.id}", f"{ADRESSE}/999999"):
        assert client.get(f"{adresse}/fin").status_code == 404
        assert poster(client, f"{adresse}/resiliation").status_code == 404
    assert abonnement_de(monde.claire).statut == w.ACTIF


@pytest.mark.parametrize("role", ["sophie", "animateur"])
def test_the_staff_does_not_come_in_this_way(connexion, monde, sien, role):
    client = connexion(getattr(monde, role))
    reponse = client.post(f"{ADRESSE}/{sien.id}/resiliation", data={"csrf_token": csrf(client)})
    assert reponse.status_code == 403
    assert abonnement_de(monde.claire).statut == w.ACTIF


def test_an_agent_ends_it_through_the_file_that_it_is_of(monde, sien):
    agent = Acteur(monde.sophie, w.AGENT)
    with pytest.raises(Introuvable):
        abonnements.mettre_fin(sien.id, agent, monde.dasilva.id)
    abonnements.mettre_fin(sien.id, agent, monde.moreau.id)
    assert abonnement_de(monde.claire).statut == w.RESILIE
    assert Evenement.get(Evenement.acte == w.RESILIER).auteur_id == monde.sophie.id
    assert recus("famille@example.org")[0].sujet == "Votre abonnement a pris fin"
