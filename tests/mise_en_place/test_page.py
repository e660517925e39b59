"""The hub of the set-up: for who sets the portal up, and nobody else."""

import dataclasses

import pytest
from playhouse.test_utils import assert_query_count

from models import Affectation, Calendrier, PageDeLaVille, TexteDeCourriel, Ville
from portail.domain import mise_en_place
from portail.domain.pages_de_la_ville import PAGES
from portail.domain.ville import la_ville, oublier_la_ville
from tests.html import lire, mots
from tests.monde import LUNDI, MAINTENANT


def test_it_is_in_the_menu_of_whoever_sets_the_portal_up(monde, connexion):
    page = lire(connexion(monde.gestionnaire).get("/agents/mise-en-place").text)
    assert mots(page.h1) == "Mise en place"
    assert page.select_one("nav.menu [aria-current]")["href"] == "/agents/mise-en-place"


@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur"])
def test_nobody_else_enters(monde, connexion, qui):
    assert connexion(getattr(monde, qui)).get("/agents/mise-en-place").status_code == 403


def etapes(navigateur) -> dict[str, str]:
    page = lire(navigateur.get("/agents/mise-en-place").text)
    toutes = page.select(".liste-des-etapes > li")
    return {mots(li.h2): mots(li.select_one(".etat") or li.h2) for li in toutes}


def test_a_town_that_has_nothing_is_told_what_comes_next(monde, connexion):
    Ville.update(nom="Votre commune", adresse="", telephone="", courriel="guichet@example.org").execute()
    oublier_la_ville()
    nadia = connexion(monde.gestionnaire)
    lues = etapes(nadia)
    assert lues["La ville"].startswith("À faire Il manque son nom, son adresse, son téléphone et son adresse")
    assert lues["Calendrier"] == "Zone B, vacances et jours fériés en place. Aucune fermeture cette année."
    assert lues["Textes des courriels"] == "Les mots du portail conviennent tels quels."


def test_each_step_says_what_is_there_in_one_query(monde, connexion):
    for cle in PAGES:
        PageDeLaVille.create(cle=cle, texte="Texte", modifiee_le=MAINTENANT)
    Calendrier.create(genre="fermeture", nom="Pont", debut=LUNDI, fin=LUNDI)
    TexteDeCourriel.create(genre="reponse", ouverture="Bonjour", modifie_le=MAINTENANT)
    la_ville()
    with assert_query_count(1):
        comptes = mise_en_place.compter()
    assert (comptes.lieux, comptes.activites, comptes.sans_seance, comptes.familles) == (1, 4, 0, 2)
    assert (comptes.abonnees, comptes.personnel, comptes.fermetures) == (2, 4, 1)
    dits = {vue: mise_en_place.etat(vue, comptes) for vue in mise_en_place.ETATS}
    assert {etat.code for etat in dits.values()} == {mise_en_place.FAIT}
    assert etapes(connexion(monde.gestionnaire))["La ville"].startswith("Fait Saint-Alban-sur-Loire")


def test_what_is_missing_is_said_of_each_step(monde):
    vide = mise_en_place.Comptes(**dict.fromkeys(mise_en_place.Comptes.__dataclass_fields__, 0))
    a_faire = {v for v, etat in mise_en_place.ETATS.items() if etat(vide).code == mise_en_place.A_FAIRE}
    assert a_faire == {"ville.page", "lieux.liste", "activites.liste", "importation.page", "personnel.liste"}
    sans = dataclasses.replace(vide, activites=3, sans_horaire=1)
    assert "dont 1 sans horaires" in mise_en_place.etat("activites.liste", sans).phrase
    sans = dataclasses.replace(vide, familles=9, abonnees=4, sans_lettre=3)
    assert "3 familles n’ont ni compte ni code" in mise_en_place.etat("lettres.page", sans).phrase
    faites = mise_en_place.etat("lettres.page", dataclasses.replace(sans, sans_lettre=0))
    assert (faites.code, faites.phrase[:33]) == (mise_en_place.FAIT, "5 familles n’ont pas encore de co")


def test_whoever_is_limited_to_places_reads_nothing_of_the_whole_town(monde, connexion):
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    page = connexion(monde.gestionnaire).get("/agents/mise-en-place").text
    assert "La ville" not in etapes(connexion(monde.gestionnaire)) and "/agents/calendrier" in page
    assert "/agents/mise-en-place/import" not in page and "/agents/mise-en-place/lettres" not in page
    assert "étapes restent" not in page
