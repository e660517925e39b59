"""The last day of a registration, as an agent types it: what is understood, and how a slip is told."""

import datetime as dt

import pytest

from models import Preinscription
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page
from tests.preinscriptions.actes import inscrire
from tests.preinscriptions.souhaits import AU, atelier, jours_de


@pytest.fixture
def agent(monde, connexion):
    return connexion(monde.sophie)


@pytest.fixture
def inscription(monde) -> Preinscription:
    theatre = atelier(monde)
    return inscrire(monde, theatre, monde.lea, jours=jours_de(theatre)[1:])


@pytest.fixture
def adresse(monde, inscription) -> str:
    return f"/agents/familles/{monde.moreau.id}/inscriptions/{inscription.id}/fin"


@pytest.mark.parametrize(
    "tape", ["09/12/2026", "9/12/26", "9 12 2026", "09122026", "2026-12-09", " 9.12.26 "]
)
def test_a_day_is_understood_as_people_write_it(agent, adresse, tape):
    page = Page(agent, adresse)
    page.cliquer("#fin .fin-essai button", dernier=tape)
    assert "L’inscription finira le 9 décembre 2026" in page.texte(".mise-en-garde")
    assert page.un("#dernier")["value"] == "09/12/2026"


def test_at_first_nothing_is_wrong(agent, adresse):
    assert not Page(agent, adresse).tous("#dernier-message")


def test_no_day_is_asked_for_with_the_example_of_the_help(agent, adresse):
    page = Page(agent, adresse)
    page.cliquer("#fin .fin-essai button", 422, dernier="")
    assert page.texte("#dernier-message") == "Indiquez le dernier jour."
    assert "par exemple 02/12/2026." in page.texte("#dernier-aide")
    assert page.un("#dernier").has_attr("autofocus")


@pytest.mark.parametrize(
    ("tape", "phrase"),
    [
        ("fin décembre", "Écrivez la date ainsi : 02/12/2026."),
        ("31/02/2027", "Ce jour n’existe pas : vérifiez la date."),
    ],
)
def test_what_is_no_day_says_why(agent, adresse, tape, phrase):
    assert Page(agent, f"{adresse}?dernier={tape}", 422).texte("#dernier-message") == phrase


def test_the_act_without_a_day_changes_nothing(agent, adresse, inscription):
    reponse = poster(agent, adresse, {"motif": "Déménagement"})
    assert reponse.status_code == 422
    assert "Indiquez le dernier jour" in mots(lire(reponse.text).select_one("#dernier-message"))
    assert Preinscription.get_by_id(inscription.id).fin == AU > dt.date(2026, 12, 9)
