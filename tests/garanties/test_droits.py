"""The matrix of rights: every route × everybody × whose id it is, in the address, the body, the filters.

Who may take which route stands on the map (`carte.py`), written by hand: here the portal is held to it.
"""

import datetime as dt
from collections.abc import Iterator

import pytest

import models
from portail import clock
from portail.access import Acces
from tests.formulaires import csrf
from tests.garanties import argent
from tests.garanties.carte import Carte
from tests.garanties.empreinte import contenu, difference
from tests.garanties.monde import ABSENT
from tests.garanties.route import (
    A_COMPLETER,
    ADMINISTRATION,
    AGENTS,
    CONNECTES,
    FAMILLES,
    GESTION,
    PERSONNEL,
    TOUS,
    Route,
)
from tests.garanties.routes import LUES_DE_TOUTE_LA_VILLE, ROUTES
from tests.monde import JEUDI, MAINTENANT
from tests.repetitions import EN_ENTIER

QUI = {
    "anonyme": None,
    "claire": FAMILLES,
    "paulo": FAMILLES,
    "sophie": AGENTS,
    "marc": AGENTS,
    "gestionnaire": GESTION,
    "administratrice": ADMINISTRATION,
    "animateur": "personne",
    "expiree": None,
}
"""Everybody, and what they may take besides what is for all. `expiree`: Claire, gone for half an hour."""

CHACUN = pytest.mark.parametrize(
    ("qui", "url_de_base"),
    [*((qui, "sqlite") for qui in QUI if qui != "sophie" or EN_ENTIER), ("sophie", "postgresql")]
    + [("claire", "postgresql")] * EN_ENTIER,
    indirect=["url_de_base"],
)
"""The guard asks the role, not the engine: on PostgreSQL, one of each side is enough to see the queries, and
by day an agent, who has the more of them.
"""

A_LA_FIN = (
    "mon_espace.confirmer_l_adresse",
    "mon_espace.demander_une_autre_adresse",
    "mon_espace.changer_de_mot_de_passe",
    "comptes.choisir_famille",
    "abonnements.resilier",
    "mon_espace.fermer",
    "comptes.se_connecter",
    "comptes.deconnexion",
)
"""In this order: what comes after is seen with dead links, by another family, or by another person."""
PUIS_SE_CONNECTER = ("inscription.activer", "oubli.changer", "comptes.deconnexion")
"""What leads to the sign-in page once it is done."""
PAS_UN_ID = ("x", "-1", "1.5", "0", "%00", "1%20OR%201", "%C3%A9", 2**31, 2**63, 10**30)
NOMBRES = ("x", 2**31, 2**63, 10**30)
"""On PostgreSQL: addresses are read before any query, and the two engines differ by their numbers only."""
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/famille/planning"}
SIENNES = {
    AGENTS: (AGENTS, PERSONNEL),
    GESTION: (GESTION, AGENTS, PERSONNEL),
    ADMINISTRATION: (ADMINISTRATION, GESTION, AGENTS, PERSONNEL),
    "personne": (PERSONNEL,),
}
"""What goes with being of the staff; the half session of staff is walked in tests/second_facteur/."""
ROLES = {
    FAMILLES: {"famille"},
    AGENTS: {"agent", "gestionnaire", "administrateur"},
    PERSONNEL: {"agent", "gestionnaire", "administrateur", "animateur"},
    GESTION: {"gestionnaire", "administrateur"},
    ADMINISTRATION: {"administrateur"},
}
SANS_FAMILLE = ("filtres_gardes.", "ouverture.ouvrir")
"""Acts of agents that are about no family yet, or never."""
QUI_NOMMENT = ("ligne", "demande", "responsable", "code_id", "abonnement", "payeur", "payeurs", "factures")
"""The fields of a body that name somebody’s row."""
DU_LEUR = {
    "guichet_planning.demander": (303, 404, 409, 422),
    "moderation.revenir": (404,),
    "moderation.apercevoir": (200,),
    "ouverture.ajouter_un_adulte": (403,),
    "ouverture.ajouter_un_enfant": (403,),
}
"""How an act on the agent's own family is refused, where it is not as elsewhere: the children named
at the counter are of another family, and an answer that another agent gave: none of them exists
there; a preview says what would be refused; who may add nobody is told so before any form."""
DITES_A_TOUS = {("simulateur.page", "activite"), ("planning.page", "creneau")}
"""A price of the town's is nobody's; what was ticked for one child goes with the choice of another. A slot
ticked that is of others is not kept (`tests/planning/test_coches.py`)."""
D_AUCUNE_FAMILLE = {"annee"}
"""Parameters that name nothing of anybody: what each reads there is theirs (the papers’ own tests)."""
SECRETS_D_AUTRUI = ("Tomás", "Da Silva", "échecs", "104583", "paulo@")
"""Words that stand in no page of the Moreau family."""
CATALOGUE = ("échecs",)
"""But for what the town offers to everybody: one may ask for it."""


@pytest.fixture
def passant(connexion, client, monde):
    """`passant(qui)`: this person's browser, the time it is for them, and the token of their forms."""

    def entrer(qui: str):
        navigateur = client
        if qui == "expiree":
            navigateur = connexion(monde.claire)
        elif qui != "anonyme":
            navigateur = connexion(getattr(monde, qui))
        return navigateur, csrf(navigateur)

    return entrer


def quand(qui: str) -> dt.datetime:
    return MAINTENANT + dt.timedelta(minutes=31 if qui == "expiree" else 0)


def appeler(carte: Carte, client, jeton: str, route: Route, ids, champs=None, requete=None, **entetes):
    url = route.url(ids, requete)
    if route.lit:
        return client.open(url, method=route.methode, headers=entetes)
    corps = carte.corps(route)[0] if champs is None else champs
    return client.open(url, method=route.methode, data={"csrf_token": jeton} | corps, headers=entetes)


# ——— who may take which route ———


def test_the_map_and_the_portal_name_the_same_routes_and_the_same_people(app):
    assert set(ROUTES) == set(app.view_functions)
    for endpoint, fiche in ROUTES.items():
        declare: Acces = access_de(app, endpoint)
        if fiche.qui == TOUS:
            assert declare.qui in ("public", "tous_pareil", "par_jeton", "sonde"), endpoint
        elif fiche.qui == CONNECTES:
            assert declare.qui == "connecte", endpoint
        elif fiche.qui == A_COMPLETER:
            assert declare.qui == "premier_facteur", endpoint
        else:
            assert (declare.qui, set(declare.roles)) == ("roles", ROLES[fiche.qui]), endpoint


def siennes(qui: str) -> tuple:
    """What this person may take besides what is for all."""
    return SIENNES.get(QUI[qui], (QUI[qui],))


def access_de(app, endpoint: str) -> Acces:
    return app.view_functions[endpoint].acces


def interdits(carte: Carte, qui: str) -> Iterator[tuple[Route, dict, int]]:
    """All that this person may not do, as (route, ids, the status that says so)."""
    faux = PAS_UN_ID if models.moteur() == "sqlite" else NOMBRES
    for route in carte.routes():
        siens = carte.la_mienne(route)
        for nom in route.parametres:
            if nom != "filename":
                tous = faux if qui in ("claire", "sophie") else PAS_UN_ID[:1]
                yield from ((route, siens | {nom: ident}, 404) for ident in tous)
        if route.fiche.qui == TOUS:
            continue
        if QUI[qui] is None:
            yield route, siens, 303
        elif route.fiche.qui == A_COMPLETER:
            continue
        elif route.fiche.qui not in (CONNECTES, *siennes(qui)):
            yield route, siens, 403
        elif route.parametres:
            yield from ((route, siens | {nom: ABSENT}, 404) for nom in route.parametres)
            if qui == "claire":
                yield from ((route, autres, 404) for autres in carte.etrangeres(route))
            elif qui == "paulo" and set(route.parametres) - D_AUCUNE_FAMILLE:
                yield from ((route, siennes, 404) for siennes in carte.miennes(route))


@CHACUN
def test_nobody_does_what_is_not_theirs(carte, passant, qui):
    client, jeton = passant(qui)
    avant = contenu()
    with clock.figer(quand(qui)):
        for route, ids, attendu in interdits(carte, qui):
            cas = f"{route} {ids} as {qui}"
            reponse = appeler(carte, client, jeton, route, ids)
            assert reponse.status_code == attendu, (cas, reponse.status_code)
            if attendu == 303:
                assert reponse.location.startswith("/connexion"), cas
            piece = appeler(carte, client, jeton, route, ids, **HTMX)
            assert piece.status_code == {303: 401}.get(attendu, attendu), (cas, piece.status_code)
            assert ("HX-Redirect" in piece.headers) == (attendu == 303), cas
    assert not difference(avant, contenu())


@CHACUN
def test_everybody_does_what_is_theirs(carte, passant, qui):
    """Last, so that a guard that would close everything to everybody is seen."""
    client, _ = passant(qui)
    ouvertes = [r for r in carte.routes() if peut(qui, r)]
    if QUI[qui]:
        carte.monde.confier(getattr(carte.monde, qui))
    with clock.figer(quand(qui)):
        for route in sorted(ouvertes, key=rang):
            ids = leurs_ids(carte, route) if qui == "paulo" else carte.la_mienne(route)
            champs = leurs_champs(carte, route) if qui == "paulo" else None
            if "filtre_id" in route.parametres:  # each account has its own
                ids |= {"filtre_id": carte.monde.filtre(getattr(carte.monde, qui))}
            reponse = appeler(carte, client, "" if route.lit else csrf(client), route, ids, champs)
            assert reponse.status_code in (200, 204, 303, 409, 410, 422), (route, qui, reponse.status_code)
            ailleurs = not (reponse.location or "").startswith("/connexion")
            assert ailleurs or route.endpoint in PUIS_SE_CONNECTER, (route, qui)
            reponse.close()


def peut(qui: str, route: Route) -> bool:
    connecte = (CONNECTES,) if QUI[qui] is not None else ()
    return route.fiche.qui in (TOUS, *connecte, *siennes(qui))


def rang(route: Route) -> int:
    if route.endpoint in ("pointage.photo", "ville.logo"):
        return -2  # while there is one: the counter takes the child's off, and whoever sets up the town's
    return A_LA_FIN.index(route.endpoint) if route.endpoint in A_LA_FIN else -1


def leurs_ids(carte: Carte, route: Route) -> dict:
    """What the Da Silva family has."""
    m = carte.monde
    siens = {
        "enfant_id": m.tomas.id,
        "seance_id": m.seance(m.cantine, JEUDI).id,
        "demande_id": m.demandes(m.dasilva)[0],
        "abonnement_id": carte.parametres["abonnement_id"][1][0],
        "contact_id": m.contact(m.tomas),
        "attente_id": m.contact_attendu(m.tomas),
        "photo_id": m.photo(m.tomas),
        "document_id": m.document(m.dasilva),
        "depot_id": m.depot(m.dasilva),
        "ligne_id": m.lignes_du_depot(m.dasilva)[0],
        "responsable_id": m.adulte_paulo.id,
        "modification_id": carte.parametres["modification_id"][1][0],
        "agenda_id": carte.parametres["agenda_id"][1][0],
        "longue_id": carte.parametres["longue_id"][1][0],
        "paiement_id": carte.parametres["paiement_id"][1][0],
        "facture_id": carte.parametres["facture_id"][1][0],
        "ligne_facturee_id": carte.parametres["ligne_facturee_id"][1][0],
        **{nom: autrui[0] for nom, (_, autrui) in argent.parametres(m).items() if autrui},
    }
    if route.endpoint == "planning.annuler":
        siens["seance_id"] = carte.parametres["seance_id"][0][0]
    if route.endpoint == "demandes.repondre":
        siens["demande_id"] = m.demande_d_absence(m.dasilva)
    return carte.la_mienne(route) | {nom: siens[nom] for nom in route.parametres if nom in siens}


def leurs_champs(carte: Carte, route: Route) -> dict:
    """A sound body, in which every id is of the Da Silva family."""
    (corps, *_) = carte.corps(route)
    if "activites" in corps:  # a child of others is 404 there; where a pre-registration is asked for, 422
        corps |= {"enfants": [str(carte.monde.tomas.id)]}
    return corps | {nom: carte.ids_d_autrui(nom)[:1] for nom in corps if carte.ids_d_autrui(nom)}


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # refused before the database is asked
def test_a_method_that_a_route_has_not_is_405_for_everybody(app, carte, passant):
    permises: dict[str, set[str]] = {}
    for regle in app.url_map.iter_rules():
        permises.setdefault(regle.rule, set()).update(regle.methods or ())
    routes = {route.regle: route for route in carte.routes()}
    clients = [passant(qui)[0] for qui in ("anonyme", "claire", "sophie")]
    for chemin, methodes in permises.items():
        url = routes[chemin].url(carte.la_mienne(routes[chemin]))
        for methode in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - methodes:
            for client in clients:
                reponse = client.open(url, method=methode)
                assert reponse.status_code == 405, (methode, chemin)
                assert set(reponse.headers["Allow"].split(", ")) == methodes


# ——— the ids in a body ———


def corps_voles(carte: Carte, route: Route) -> Iterator[dict]:
    """The sound body of a route, each field that names a row made to name one of others, or of nobody."""
    sain = carte.corps(route)[0]
    sain.pop("groupe", None)  # names lines of one's own besides: those would be answered, and rightly
    for nom in route.fiche.corps:
        if autrui := carte.ids_d_autrui(nom):
            yield from (sain | {nom: [ident]} for ident in [*autrui, str(ABSENT), str(2**31), "x"])


@pytest.mark.parametrize("qui", ["claire", "marc"])
def test_an_id_of_others_in_a_body_is_nothing_at_all(carte, passant, qui):
    client, jeton = passant(qui)
    avant, essais = contenu(), 0
    for route in carte.routes(QUI[qui], methodes=["POST"]):
        if route.endpoint.startswith(LUES_DE_TOUTE_LA_VILLE):
            continue
        for corps in corps_voles(carte, route):
            for entetes in ({}, HTMX):
                reponse = appeler(carte, client, jeton, route, carte.la_mienne(route), corps, **entetes)
                attendus = {404} if qui == "claire" else {200, 303, 404, 422}
                assert reponse.status_code in attendus, (route, corps, reponse.status_code)
                essais += 1
    assert not difference(avant, contenu())
    assert essais >= 8, "no form of this person names a row: is a field missing from the map?"


def test_an_agent_never_answers_the_family_that_is_theirs(carte, passant, monde):
    client, jeton = passant("marc")
    avant = contenu()
    for route in carte.routes(AGENTS, methodes=["POST"]):
        if route.endpoint.startswith((*SANS_FAMILLE, *LUES_DE_TOUTE_LA_VILLE)):
            continue
        for demande in monde.demandes(monde.dasilva) if "demande_id" in route.parametres else [None]:
            corps = carte.corps(route)[0]
            noms = [nom for nom in QUI_NOMMENT if nom in corps]
            corps |= {nom: carte.ids_d_autrui(nom) for nom in noms}
            siens = {nom: carte.parametres[nom][1][0] for nom in route.parametres if nom != "demande_id"}
            reponse = appeler(carte, client, jeton, route, siens | {"demande_id": demande}, corps)
            attendus = DU_LEUR.get(route.endpoint, (303, 409, 422))
            assert reponse.status_code in attendus, (route, reponse.status_code)
    assert not difference(avant, contenu())


def test_a_line_of_another_demande_slipped_in_beside_ours_is_left_alone(carte, passant, monde):
    client, jeton = passant("sophie")
    avant = contenu()
    for endpoint in ("moderation.accepter", "moderation.refuser"):
        route = carte.route(endpoint)
        corps = carte.corps(route)[0]
        corps["ligne"] = corps["ligne"] + carte.ids_d_autrui("ligne")
        appeler(carte, client, jeton, route, carte.la_mienne(route), corps)
    apres = contenu()
    autrui = {int(i) for i in carte.ids_d_autrui("ligne")}
    assert [r for r in apres["Ligne"] if r[0] in autrui] == [r for r in avant["Ligne"] if r[0] in autrui]
    assert difference(avant, apres), "the demande's own lines are answered"


# ——— the ids in the filters ———


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_a_filter_that_names_a_row_of_others_is_404(carte, passant, htmx):
    """By GET and by POST: what comes back would be drawn with it."""
    client, jeton = passant("claire")
    avant, essais = contenu(), 0
    for route in carte.routes(FAMILLES):
        for nom in route.fiche.requete:
            autrui = [] if (route.endpoint, nom) in DITES_A_TOUS else carte.ids_d_autrui(nom)
            for ident in [*autrui, str(ABSENT)] if autrui else []:
                requete = carte.sains(route.fiche.requete) | {nom: [*carte.sains([nom])[nom], ident]}
                ids = carte.la_mienne(route)
                reponse = appeler(carte, client, jeton, route, ids, None, requete, **(HTMX if htmx else {}))
                assert reponse.status_code == 404, (route, nom, ident, reponse.status_code)
                essais += 1
    assert not difference(avant, contenu())
    assert essais >= 24


def test_no_page_of_a_family_says_a_word_of_another(carte, passant):
    client, jeton = passant("claire")
    for route in carte.routes(FAMILLES):
        for valeurs in [*carte.miennes(route), *carte.etrangeres(route)] if route.lit else []:
            reponse = appeler(carte, client, jeton, route, valeurs)
            permis = CATALOGUE if route.endpoint == "preinscriptions.nouvelle" else ()
            for mot in set(SECRETS_D_AUTRUI) - set(permis):
                assert mot.encode() not in reponse.data, (route, valeurs, mot)


def test_somebody_who_left_a_family_sees_nothing_of_it_any_more(carte, passant, monde):
    client, _ = passant("paulo")
    for url in ("/famille", "/famille/planning?vue=mois&date=2026-12-01", "/famille/demandes"):
        page = client.get(url).text
        assert "Moreau" not in page and "Léa" not in page, url
