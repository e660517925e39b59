"""Every route says who may call it, and holds to it for everybody."""

import datetime as dt

import pytest
from flask import Flask

from models import Compte, SessionOuverte
from portail import access, clock
from tests.formulaires import csrf
from tests.monde import MAINTENANT
from tests.securite.adresses import OUVERTES, ROLES, routes


def test_a_view_that_says_nothing_prevents_starting():
    app = Flask("essai")
    access.tous_pareil(app.view_functions["static"])
    access.verifier_les_declarations(app)
    app.add_url_rule("/secret", "secret", lambda: "tout")
    with pytest.raises(RuntimeError, match="secret"):
        access.verifier_les_declarations(app)


def test_all_addresses_take_bounded_ids(app):
    for regle in app.url_map.iter_rules():
        assert "<int:" not in regle.rule, regle.rule


def statut_attendu(route, role: str | None) -> set[int] | None:
    """None: whatever the view answers, provided it is neither 401 nor 403 nor an error of ours."""
    acces = route.acces
    if acces.qui in OUVERTES:
        return None
    if role is None or acces.qui == "premier_facteur":
        return {303}
    if acces.roles and role not in acces.roles:
        return {403}
    return None


def appeler(client, route, jeton: str, **entetes):
    donnees = None if route.lit else {"csrf_token": jeton}
    return client.open(route.url, method=route.methode, data=donnees, headers=entetes)


def verifier(client, route, role, jeton):
    reponse = appeler(client, route, jeton)
    attendu = statut_attendu(route, role)
    cas = f"{route.methode} {route.url} as {role}: {reponse.status_code}"
    if attendu is None:
        assert reponse.status_code < 500, cas
        assert reponse.status_code not in (401, 403), cas
        if role is None:
            assert not reponse.headers.get("Location", "").startswith("/connexion"), cas
    else:
        assert reponse.status_code in attendu, cas
        if role is None:
            assert reponse.headers["Location"].startswith("/connexion"), cas
    reponse.close()


def test_the_anonymous_enter_by_the_public_doors_only(app, monde):
    for route in routes(app, monde):
        client = app.test_client()
        verifier(client, route, None, csrf(client))


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_routes_only(app, connexion, monde, role):
    compte = getattr(monde, ROLES[role])
    for route in routes(app, monde):
        client = connexion(compte)
        verifier(client, route, role, csrf(client))


def test_htmx_without_anybody_gets_401_and_where_to_sign_in(app, monde):
    client = app.test_client()
    jeton = csrf(client)
    for route in routes(app, monde):
        if route.acces.qui in OUVERTES:
            continue
        entetes = {"HX-Request": "true", "HX-Current-URL": "http://localhost/famille/planning"}
        reponse = appeler(client, route, jeton, **entetes)
        assert reponse.status_code == 401, route
        assert reponse.headers["HX-Redirect"] == "/connexion?next=/famille/planning"
        assert reponse.text == ""


@pytest.mark.parametrize("fin", ["expiree", "revoquee", "compte ferme"])
def test_a_session_that_ended_opens_nothing(app, connexion, monde, fin):
    for route in routes(app, monde):
        if route.acces.qui in OUVERTES:
            continue
        qui = "claire" if "famille" in route.acces.roles else "sophie"
        client = connexion(getattr(monde, qui))
        jeton = csrf(client)
        instant = MAINTENANT
        if fin == "expiree":
            instant += dt.timedelta(minutes=31)
        elif fin == "revoquee":
            SessionOuverte.update(fermee_le=MAINTENANT).execute()
        else:
            Compte.update(actif=False).execute()
        with clock.figer(instant):
            reponse = appeler(client, route, jeton)
        Compte.update(actif=True).execute()
        assert reponse.status_code == 303, route
        assert reponse.headers["Location"].startswith("/connexion")


@pytest.mark.parametrize("identifiant", [0, 999_999, 2**31, 2**63, 10**30])
def test_an_id_that_does_not_exist_is_404_and_never_an_error(app, connexion, monde, identifiant):
    famille, agent = connexion(monde.claire), connexion(monde.sophie)
    Compte.update(role="administrateur").where(Compte.id == monde.gestionnaire.id).execute()
    administratrice = connexion(monde.gestionnaire)
    jetons = {client: csrf(client) for client in (famille, agent, administratrice)}
    fautes = []
    for regle in app.url_map.iter_rules():
        noms = [nom for nom in regle.arguments if nom.endswith("_id")]
        if not noms:
            continue
        acces = app.view_functions[regle.endpoint].acces
        client = famille if "famille" in acces.roles else agent if "agent" in acces.roles else administratrice
        url = regle.rule
        for nom in noms:
            url = url.replace(f"<id:{nom}>", str(identifiant))
        for methode in regle.methods - {"OPTIONS"}:
            donnees = {"csrf_token": jetons[client], "motif": "x", "voulu": "reserve"}
            reponse = client.open(url, method=methode, data=None if methode in ("GET", "HEAD") else donnees)
            if reponse.status_code != 404:
                fautes.append((methode, url, reponse.status_code))
    assert fautes == []
