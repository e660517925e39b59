"""The matrix of rights, in its other dimension: each role × the places that an account is limited to.

Generated: every route of the staff that names something in its address is asked, by each role, for what is of
another place; it is 404, by GET and by POST, page or fragment, and nothing is written.
"""

import pytest

from models import Famille
from tests.formulaires import csrf
from tests.garanties.ailleurs import ILS
from tests.garanties.empreinte import contenu, difference
from tests.garanties.route import (
    ADMINISTRATION,
    AGENTS,
    CONNECTES,
    FAMILLES,
    GESTION,
    PERSONNEL,
    TOUS,
    Route,
)
from tests.garanties.test_droits import HTMX, SIENNES, appeler

DU_ROLE = {
    "agent": SIENNES[AGENTS],
    "gestionnaire": SIENNES[GESTION],
    "animateur": SIENNES["personne"],
}
DE_LA_VILLE = frozenset(
    (
        *("genre", "courriel", "page_cle", "motif_absence_id", "refus_id"),
        *("importation_id", "filtre_id", "jours_id"),
    )
)
"""Parameters of addresses that name what is of no place: whoever has the role has them all."""
SECRETS = ("Moreau", "Léa", "Da Silva", "Tomás", "104582", "104583", "paulo@", "julien@")
"""Words that stand on no page of who has the Centre Prévert alone."""


@pytest.fixture
def navigateur(connexion, monde):
    """`navigateur(prenom)`: the browser of one of those, and the token of its forms."""

    def ouvrir(prenom: str):
        client = connexion(getattr(monde, prenom))
        return client, csrf(client)

    return ouvrir


def d_un_lieu(route: Route) -> bool:
    return bool(set(route.parametres) - DE_LA_VILLE) and route.fiche.qui not in (TOUS, CONNECTES, FAMILLES)


@pytest.mark.parametrize("prenom", ILS)
def test_what_is_of_another_place_does_not_exist(carte, navigateur, prenom):
    client, jeton = navigateur(prenom)
    avant, essais = contenu(), 0
    for route in carte.routes(*DU_ROLE[ILS[prenom]]):
        for ids in [*carte.miennes(route), *carte.etrangeres(route)] if d_un_lieu(route) else []:
            for entetes in ({}, HTMX) if ids == carte.la_mienne(route) else ({},):
                reponse = appeler(carte, client, jeton, route, ids, **entetes)
                assert reponse.status_code == 404, (route, ids, prenom, reponse.status_code)
                essais += 1
    assert not difference(avant, contenu())
    assert essais > 300 or ILS[prenom] == "animateur"


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # refused before the database is asked
@pytest.mark.parametrize("prenom", ILS)
def test_a_role_is_no_wider_for_being_of_few_places(carte, navigateur, prenom):
    client, jeton = navigateur(prenom)
    avant = contenu()
    siennes = DU_ROLE[ILS[prenom]]
    for route in carte.routes(*{FAMILLES, AGENTS, PERSONNEL, GESTION, ADMINISTRATION} - set(siennes)):
        reponse = appeler(carte, client, jeton, route, carte.la_mienne(route))
        assert reponse.status_code == 403, (route, prenom)
    assert not difference(avant, contenu())


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # what is drawn is the same on both
@pytest.mark.parametrize("prenom", ILS)
def test_no_page_says_a_word_of_another_place(carte, navigateur, prenom):
    client, jeton = navigateur(prenom)
    for route in carte.routes(*DU_ROLE[ILS[prenom]], methodes=["GET"]):
        if not d_un_lieu(route):
            for requete in (None, carte.filtres(route)):
                page = appeler(carte, client, jeton, route, carte.la_mienne(route), None, requete)
                typees = {texte for textes in (requete or {}).values() for texte in textes}
                trouves = [mot for mot in set(SECRETS) - typees if mot.encode() in page.data]
                assert not trouves, (route, prenom, trouves)


@pytest.mark.parametrize("prenom", [prenom for prenom, role in ILS.items() if role != "animateur"])
def test_an_id_of_another_place_in_a_body_is_nothing_at_all(carte, navigateur, prenom):
    client, jeton = navigateur(prenom)
    avant = contenu()
    for route in carte.routes(*DU_ROLE[ILS[prenom]], methodes=["POST"]):
        siens = set(route.fiche.corps) & {"demande", "famille", "enfant", "enfants", "seance"}
        if siens and not route.parametres:
            for corps in carte.corps(route):
                reponse = appeler(carte, client, jeton, route, {}, corps)
                assert reponse.status_code in (404, 422), (route, corps)
    assert not difference(avant, contenu())


@pytest.mark.parametrize("prenom", [prenom for prenom, role in ILS.items() if role != "animateur"])
def test_what_is_of_their_own_place_is_there(navigateur, prenom):
    """The other way round, so that a door that would be shut to all is seen."""
    client, _ = navigateur(prenom)
    famille = Famille.get(nom="Nguyen")
    enfant, adulte = famille.enfants.get(), famille.responsables.get()
    assert "Nguyen" in client.get("/agents/familles").text
    for chemin in ("", f"/enfants/{enfant.id}", f"/responsables/{adulte.id}", "/planning"):
        assert client.get(f"/agents/familles/{famille.id}{chemin}").status_code == 200, chemin
