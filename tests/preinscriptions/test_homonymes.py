"""Two activities of one name in two places: which one is meant is said, to the family and to the agent."""

import datetime as dt

import pytest

from models import Activite, Lieu
from tests.html import mots
from tests.htmx import Page
from tests.preinscriptions.actes import deposer
from tests.preinscriptions.ecran import ICI, ouvrir
from tests.preinscriptions.souhaits import atelier

ECOLE, GYMNASE = "Groupe scolaire Jean-Zay", "Gymnase des Lices"


@pytest.fixture
def theatre(monde) -> Activite:
    return atelier(monde)


@pytest.fixture
def au_gymnase(monde) -> Activite:
    return atelier(monde, lieu=Lieu.create(nom=GYMNASE))


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def offertes(claire) -> list[str]:
    return [o.get_text() for o in Page(claire, ICI).tous("#activite option")[1:]]


def sujet(client, demande) -> str:
    return mots(Page(client, "/agents").un(f"#d-{demande.id} .sujet"))


def test_in_the_list_the_place_tells_them_apart(claire, theatre, au_gymnase):
    assert offertes(claire) == [f"Atelier théâtre, {ECOLE}", f"Atelier théâtre, {GYMNASE}"]
    apercu = ouvrir(claire, au_gymnase).texte("#apercu")
    assert f"Activité Atelier théâtre, {GYMNASE} " in apercu


def test_in_the_same_place_the_dates_do(monde, claire, theatre):
    atelier(monde, debut=dt.date(2027, 9, 1), fin=dt.date(2028, 7, 2))
    assert offertes(claire) == [
        f"Atelier théâtre, {ECOLE}, du 1er novembre 2026 au 2 juillet 2027",
        f"Atelier théâtre, {ECOLE}, du 1er septembre 2027 au 2 juillet 2028",
    ]


def test_a_name_that_is_alone_is_enough(claire, theatre):
    assert offertes(claire) == ["Atelier théâtre"]


def test_the_table_of_the_family_says_the_place(monde, claire, theatre, au_gymnase):
    deposer(monde, au_gymnase, monde.lea)
    (rang,) = (tr for tr in Page(claire, "/famille/preinscriptions").tous("tbody tr") if GYMNASE in mots(tr))
    assert mots(rang).startswith(f"Léa Atelier théâtre {GYMNASE} ")


def test_the_row_of_the_queue_says_the_place_only_where_it_is_needed(monde, connexion, theatre, au_gymnase):
    agent = connexion(monde.sophie)
    demande = deposer(monde, au_gymnase, monde.lea)
    danse = deposer(monde, atelier(monde, nom="Danse"), monde.lea)
    assert sujet(agent, demande) == f"Pré-inscription : Atelier théâtre, {GYMNASE}, 2 – 18 déc."
    assert sujet(agent, danse) == "Pré-inscription : Danse, 2 – 18 déc."


def test_two_years_of_the_same_one_need_no_place(monde, connexion, theatre):
    atelier(monde, debut=dt.date(2027, 9, 1), fin=dt.date(2028, 7, 2))
    demande = deposer(monde, theatre, monde.lea)
    assert sujet(connexion(monde.sophie), demande) == "Pré-inscription : Atelier théâtre, 2 – 18 déc."
