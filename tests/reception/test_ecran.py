"""The page « Ce que je reçois »: read, changed with and without htmx, nothing typed lost."""

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Abonnement, Evenement, LienParental, Preinscription
from portail.domain import reception
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import Monde

PAGE = "/mon-espace/courriels"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def adresse(monde: Monde) -> str:
    return f"{PAGE}/{Abonnement.get(compte=monde.claire).id}"


def cochees(page) -> list[str]:
    """What is ticked, in words."""
    return [mots(case.parent) for case in page.select("input[type=checkbox]") if case.has_attr("checked")]


def test_the_page_says_what_always_comes_and_why(claire):
    texte = mots(lire(claire.get(PAGE).text).find("main"))
    assert "La mairie vous écrit à famille@example.org" in texte
    assert "l’accusé de réception de ce que vous demandez vous-même arrivent toujours" in texte
    assert "ils prouvent ce qui a été demandé" in texte
    assert "Famille Moreau" in texte


def test_the_menu_leads_there(claire):
    page = lire(claire.get("/mon-espace").text)
    assert page.find("a", string="Ce que je reçois")["href"] == PAGE
    assert lire(claire.get(PAGE).text).select_one(".onglets [aria-current]").text == "Ce que je reçois"


def test_without_script_one_comes_back_to_the_page_which_says_so(claire, monde):
    donnees = {"rappels": "oui", "sauf": [monde.cantine.id], "accuses": ""}
    reponse = poster(claire, adresse(monde), donnees)
    assert (reponse.status_code, reponse.location) == (303, PAGE)
    page = lire(claire.get(PAGE).text)
    assert "Votre choix est enregistré." in mots(page)
    assert [case.split(" quand")[0] for case in cochees(page)] == ["Rappels avant la date limite", "Cantine"]


def test_with_htmx_the_page_after_the_swap_is_the_page_loaded_afresh(claire, monde):
    page = Page(claire, PAGE)
    page.un("input[name=accuses]").attrs.pop("checked")
    page.un(f"#sauf-{Abonnement.get(compte=monde.claire).id}-{monde.cantine.id}")["checked"] = ""
    page.cliquer("main form button")
    assert "Votre choix est enregistré." in page.texte("#annonce")
    assert_comme_rechargee(page)
    (vue,) = reception.lire(monde.claire)
    assert vue.choix == reception.Choix(True, frozenset({monde.cantine.id}), False)


@pytest.mark.parametrize("entetes", [{}, {"HX-Request": "true"}])
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(claire, monde, entetes):
    Preinscription.update(statut=w.ANNULEE).where(Preinscription.activite == monde.centre.id).execute()
    donnees = {"sauf": [monde.soir.id, monde.centre.id], "accuses": "oui"}
    reponse = poster(claire, adresse(monde), donnees, headers=entetes)
    assert reponse.status_code == 422
    page = lire(reponse.text)
    message = page.select_one(".en-erreur .message")
    assert "Cette activité n’est plus dans la liste" in mots(message)
    assert page.select_one("fieldset.en-erreur")["aria-describedby"] == message["id"]
    assert [case.split(" de ce")[0] for case in cochees(page)] == ["Accueil du soir", "Accusés de réception"]
    (vue,) = reception.lire(monde.claire)
    assert vue.choix == reception.Choix(True, frozenset(), True)


@pytest.mark.parametrize("faux", ["999999", "x", "-1", ""])
def test_an_activity_that_does_not_exist_is_404(claire, monde, faux):
    assert poster(claire, adresse(monde), {"sauf": [monde.soir.id, faux]}).status_code == 404


def test_a_stranger_signs_in_the_staff_has_no_such_page_and_another_family_404(client, connexion, monde):
    assert client.get(PAGE).location.startswith("/connexion")
    assert connexion(monde.sophie).get(PAGE).status_code == 403
    assert poster(connexion(monde.sophie), adresse(monde)).status_code == 403
    assert poster(connexion(monde.paulo), adresse(monde)).status_code == 404
    assert not Evenement.select().where(Evenement.acte == "reception_reglee").exists()


def test_without_a_family_there_is_nothing_to_choose(claire, monde):
    Abonnement.update(statut=w.RESILIE).execute()
    assert "n’est relié à aucun dossier famille" in mots(lire(claire.get(PAGE).text))
    assert poster(claire, adresse(monde)).status_code == 404


def test_a_parent_who_decides_nothing_is_told_that_no_reminder_comes(claire, monde):
    LienParental.update(droit="information").execute()
    texte = mots(lire(claire.get(PAGE).text).find("section", id=True))
    assert "parents qui exercent l’autorité parentale : vous n’en recevez pas" in texte
    assert "Pas de rappel pour" not in texte


def test_the_page_costs_as_many_queries_for_two_families_as_for_one(claire, monde):
    claire.get(PAGE)
    with count_queries() as une:
        claire.get(PAGE)
    Abonnement.create(
        compte=monde.claire, famille=monde.dasilva, statut=w.ACTIF, cree_le=monde.claire.cree_le
    )
    with count_queries() as deux:
        claire.get(PAGE)
    assert deux.count == une.count <= 8


def test_the_journal_of_the_account_tells_it(claire, monde):
    poster(claire, adresse(monde), {"rappels": "oui"})
    assert "Ce que vous recevez par e-mail a été changé." in mots(
        lire(claire.get("/mon-espace/journal").text)
    )
