"""A demande that was accepted, and whose child still waits for a place, does not say that all is well."""

from models import Activite, Seance
from portail.domain import demandes
from tests.actes import demander
from tests.html import lire, mots
from tests.monde import LUNDI

LISTE = "/famille/demandes"


def etats(client) -> list[str]:
    return [mots(e) for e in lire(client.get(LISTE).text).select("table.demandes .statut")]


def premiere(client):
    return lire(client.get(LISTE).text).select_one("table.demandes tr:has(td)")


def test_its_badge_says_the_waiting_list_in_the_list_and_on_its_page(monde, connexion):
    Activite.update(automatique=True).execute()
    seance = monde.seance(monde.cantine, LUNDI)
    Seance.update(places=0).where(Seance.id == seance.id).execute()
    demande = demander(monde, (monde.lea, seance))
    claire = connexion(monde.claire)
    assert etats(claire)[0] == "Liste d’attente"
    page = lire(claire.get(f"{LISTE}/{demande.id}").text)
    assert {mots(e) for e in page.main.select(".statut")} == {"Liste d’attente"}


def test_where_one_has_a_place_and_the_other_waits_it_is_accepted_and_says_how_many(monde, connexion):
    Activite.update(automatique=True).execute()
    seance = monde.seance(monde.cantine, LUNDI)
    Seance.update(places=1).where(Seance.id == seance.id).execute()
    demander(monde, (monde.lea, seance), (monde.noe, seance))
    claire = connexion(monde.claire)
    assert etats(claire)[0] == "Acceptée"
    assert "Acceptée : 1, Liste d’attente : 1" in mots(premiere(claire))


def test_what_the_family_withdrew_is_not_told_as_an_answer(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    ligne = premiere(connexion(monde.claire))
    assert mots(ligne.select_one("[data-titre=Réponse]")).startswith("Annulée ")
