"""The way in: in everybody's menu, and what it shows."""

import pytest

import workflows as w
from models import Abonnement
from tests.html import lire, mots


def menu(client, url="/mon-espace") -> list[str]:
    nav = lire(client.get(url).text).find("nav", id="menu")
    return [mots(lien) for lien in nav.find_all("a")]


@pytest.mark.parametrize(
    ("qui", "attendu"),
    [
        (
            "claire",
            [
                *(
                    "Espace Famille",
                    "Dossier Famille",
                    "Planning des activités",
                    "Pré-inscriptions",
                    "Mes demandes",
                    "Espace Facturation",
                ),
                "Mon Espace Citoyen",
            ],
        ),
        ("sophie", ["Demandes", "Pointage", "Familles", "Listes", "Chiffres", "Facturation", "Mon compte"]),
        ("animateur", ["Pointage", "Listes", "Mon compte"]),
    ],
)
def test_it_is_in_the_menu_of_everybody(connexion, monde, qui, attendu):
    client = connexion(getattr(monde, qui))
    assert menu(client) == attendu
    page = lire(client.get("/mon-espace").text)
    assert mots(page.find("nav", id="menu").find(attrs={"aria-current": "page"})) == attendu[-1]
    assert mots(page.h1) == attendu[-1]


def test_a_sheet_is_in_the_family_file_whatever_its_address(claire, monde):
    for url in ("/famille/dossier", f"/famille/enfants/{monde.lea.id}"):
        nav = lire(claire.get(url).text).find("nav", id="menu")
        assert mots(nav.find(attrs={"aria-current": "page"})) == "Dossier Famille", url


def test_it_is_there_before_any_family_file_is(connexion, monde):
    Abonnement.update(statut=w.RESILIE).execute()
    client = connexion(monde.claire)
    assert menu(client, "/famille") == ["Espace Famille", "Mon Espace Citoyen"]
    assert client.get("/mon-espace").status_code == 200


def test_it_shows_the_details_and_where_to_change_each(claire, monde):
    page = lire(claire.get("/mon-espace").text)
    liens = {mots(lien): lien["href"] for lien in page.main.find_all("a")}
    assert {adresse for mot, adresse in liens.items() if mot.startswith("Changer")} == {
        "/mon-espace/nom",
        "/mon-espace/adresse",
        "/mon-espace/mot-de-passe",
    }
    assert liens["Fermer mon compte"] == "/mon-espace/fermeture"
    assert "famille@example.org" in mots(page.main)
    for adresse in liens.values():
        assert claire.get(adresse).status_code == 200, adresse


def test_a_stranger_signs_in_first_and_comes_back(client):
    assert client.get("/mon-espace").location == "/connexion?next=/mon-espace"
