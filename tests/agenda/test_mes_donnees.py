"""« Mes données » and « Mon journal » tell of the addresses that one's calendars read; never the address."""

import json

import workflows as w
from models import Abonnement
from portail.domain import agenda, coffre, mes_donnees
from tests.agenda.conftest import apres, ouvrir
from tests.droits.table import lier
from tests.html import lire as lire_la_page
from tests.html import mots


def test_each_address_is_told_with_its_days_and_without_its_token(monde, connexion, famille):
    lea = ouvrir(monde.claire, monde.moreau, monde.lea)
    jetons = [coffre.desceller(a.scelle) for a in (famille, lea)]
    with apres(minutes=5):
        agenda.revoquer(monde.claire, monde.moreau, lea.id)
    claire = connexion(monde.claire)
    fichier = claire.get("/mon-espace/donnees.json").text
    assert json.loads(fichier)["agendas"] == [
        {
            "famille": "Moreau",
            "enfant": "Léa",
            "cree_le": "2026-12-01T10:00:00+01:00",
            "supprime_le": "2026-12-01T10:05:00+01:00",
        },
        {"famille": "Moreau", "enfant": "", "cree_le": "2026-12-01T10:00:00+01:00", "supprime_le": None},
    ]
    page = claire.get("/mon-espace/donnees").text
    assert "Adresses d’agenda" in page
    for texte in (fichier, page):
        assert not any(chose in texte for chose in (*jetons, famille.empreinte, famille.scelle))


def test_those_of_the_other_parent_are_not_there(monde, julien, famille):
    lier(monde, "plein")
    assert mes_donnees.rassembler(julien)["agendas"] == []


def test_what_one_may_no_longer_read_is_not_named(monde, julien):
    lier(monde, "information")
    ouvrir(julien, monde.moreau, monde.lea)
    lier(monde, "aucun")
    (dite,) = mes_donnees.rassembler(julien)["agendas"]
    assert (dite["famille"], dite["enfant"]) == ("Moreau", "")
    Abonnement.update(statut=w.RESILIE).where(Abonnement.compte == julien).execute()
    (dite,) = mes_donnees.rassembler(julien)["agendas"]
    assert (dite["famille"], dite["enfant"]) == ("", "")


def test_the_journal_says_what_was_done_and_of_whom(monde, connexion, famille):
    lea = ouvrir(monde.claire, monde.moreau, monde.lea)
    agenda.revoquer(monde.claire, monde.moreau, lea.id)
    page = lire_la_page(connexion(monde.claire).get("/mon-espace/journal").text)
    faits = [mots(li) for li in page.select(".journal li")]
    for dit in (
        "Une adresse d’agenda a été créée : toute la famille.",
        "Une adresse d’agenda a été créée : Léa.",
        "Une adresse d’agenda a été supprimée : Léa.",
    ):
        assert sum(dit in fait for fait in faits) == 1, (dit, faits)
