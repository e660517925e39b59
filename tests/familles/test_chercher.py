"""Agents find a family by its name, its code, a child or the e-mail of an account."""

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Abonnement, Enfant, Famille, Responsable
from portail.domain import recherche_familles
from portail.domain.recherche_familles import PAR_PAGE
from tests.actes import abonner
from tests.html import lire, mots
from tests.monde import MAINTENANT


def noms(q: str = "", page: int = 1) -> list[str]:
    return [rangee.nom for rangee in recherche_familles.chercher(q, page).rangees]


def remplir(combien: int) -> None:
    """So many families, from « Silva 001 » on."""
    Famille.insert_many(
        {
            "nom": f"Silva {n:03}",
            "code_abonne": f"2{n:05}",
            "recherche": f"silva {n:03}",
            "cree_le": MAINTENANT,
        }
        for n in range(1, combien + 1)
    ).execute()


def test_without_a_word_all_the_families_come_in_the_order_of_names(monde):
    assert noms() == ["Da Silva", "Moreau"]


@pytest.mark.parametrize(
    ("q", "trouvees"),
    [
        ("moreau", ["Moreau"]),
        ("MORÉAU", ["Moreau"]),
        ("silv", ["Da Silva"]),
        ("104583", ["Da Silva"]),
        ("10458", ["Da Silva", "Moreau"]),
        ("04583", []),
        ("lea", ["Moreau"]),
        ("Tomás", ["Da Silva"]),
        ("léa moreau", ["Moreau"]),
        ("lea silva", []),
        ("paulo@example.org", ["Da Silva"]),
        ("Paulo@", ["Da Silva"]),
        ("example.org", []),
        ("%", ["Da Silva", "Moreau"]),
        ("%%", []),
        ("__", []),
        ("introuvable", []),
    ],
)
def test_a_family_is_found_by_its_name_its_code_a_child_or_the_e_mail_of_an_account(monde, q, trouvees):
    assert noms(q) == trouvees


def test_an_account_that_is_no_longer_subscribed_names_no_family(monde):
    Abonnement.update(statut=w.RESILIE).where(Abonnement.compte == monde.paulo).execute()
    Responsable.update(email="").where(Responsable.id == monde.adulte_paulo.id).execute()
    (rangee,) = recherche_familles.chercher("silva").rangees
    assert (noms("paulo@"), rangee.abonnes) == ([], [])


def test_an_adult_of_the_file_is_found_by_e_mail_and_by_phone_however_it_is_typed(monde):
    Responsable.update(email="jl@example.org", telephone="06 12.34-56 78").where(
        Responsable.id == monde.adulte_julien.id
    ).execute()
    for q in ("jl@example", "0612345678", "06 12 34 56 78", "06.12.34.56.78", "345678"):
        assert noms(q) == ["Moreau"], q
    assert noms("06 99 99 99 99") == [] and noms("12345") == []


def test_a_row_says_the_name_the_code_the_children_and_who_is_subscribed(monde, connexion):
    abonner(monde.moreau, "julien@example.org", statut=w.ATTENTE_RECONNEXION)
    page = lire(connexion(monde.sophie).get("/agents/familles?q=moreau").text)
    (rang,) = page.select("tbody tr")
    assert mots(rang) == (
        "Moreau 104582 Léa, 8 ans · Noé, 6 ans · Inès, 4 ans"
        " Claire Moreau, famille@example.org Camille Petit, julien@example.org"
    )
    assert rang.select_one("a")["href"] == f"/agents/familles/{monde.moreau.id}"
    assert page.select_one("input[name=q]")["value"] == "moreau"


def test_page_after_page_and_past_the_last_one_the_last_one(monde, connexion):
    remplir(2 * PAR_PAGE)
    assert noms("silva", 2)[:2] == [f"Silva {PAR_PAGE:03}", f"Silva {PAR_PAGE + 1:03}"]
    trouvees = recherche_familles.chercher("silva", 99)
    assert (trouvees.recherche.page, trouvees.pages, trouvees.combien) == (3, 3, 2 * PAR_PAGE + 1)
    assert trouvees.etendue == f"{2 * PAR_PAGE + 1} à {2 * PAR_PAGE + 1} sur {2 * PAR_PAGE + 1}"
    suite = lire(connexion(monde.sophie).get("/agents/familles?q=silva").text).select_one("a[rel=next]")
    assert suite["href"] == "/agents/familles?q=silva&page=2"


def test_nothing_found_says_what_else_to_try(monde, connexion):
    page = connexion(monde.sophie).get("/agents/familles?q=zzz").text
    assert "Aucune famille ne correspond" in page and "Montrer toutes les familles" in page


@pytest.mark.parametrize("requete", [f"q={'x' * 101}", "page=0", "page=x", "q=a&q=b"])
def test_what_the_address_cannot_say_is_told_and_the_page_still_comes(monde, connexion, requete):
    reponse = connexion(monde.sophie).get(f"/agents/familles?{requete}")
    assert reponse.status_code == 422
    assert 'role="alert"' in reponse.text


def test_the_number_of_queries_does_not_follow_the_number_of_families(monde):
    with count_queries() as peu:
        recherche_familles.chercher("silva")
    remplir(40)
    for famille in Famille.select().where(Famille.nom.startswith("Silva")):
        Enfant.create(
            famille=famille, prenom="Ana", nom="Silva", naissance=MAINTENANT.date(), recherche="ana silva"
        )
    with count_queries() as beaucoup:
        assert len(recherche_familles.chercher("silva").rangees) == PAR_PAGE
    assert peu.count == beaucoup.count == 3


@pytest.mark.parametrize("qui", ["claire", "animateur"])
def test_nobody_else_looks_for_a_family(monde, connexion, qui):
    client = connexion(getattr(monde, qui))
    assert client.get("/agents/familles").status_code == 403
    assert client.get(f"/agents/familles/{monde.moreau.id}").status_code == 403


def test_the_menu_of_agents_leads_there(monde, connexion):
    menu = lire(connexion(monde.sophie).get(f"/agents/familles/{monde.moreau.id}").text).select("nav.menu a")
    assert [(mots(a), a["href"], a.get("aria-current")) for a in menu] == [
        ("Demandes", "/agents", None),
        ("Pointage", "/agents/pointage", None),
        ("Familles", "/agents/familles", "page"),
        ("Listes", "/agents/listes", None),
        ("Chiffres", "/agents/chiffres", None),
        ("Facturation", "/agents/facturation", None),
        ("Mon compte", "/mon-espace", None),
    ]
