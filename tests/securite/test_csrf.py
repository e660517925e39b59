"""Nothing is written for a form that did not come from us."""

import re

import pytest

import workflows as w
from models import Compte, Courriel, EchecConnexion, SessionOuverte
from tests.formulaires import csrf
from tests.garanties.gens import Moitie
from tests.monde import MOT_DE_PASSE
from tests.securite.adresses import routes

D_AILLEURS = {"paiements.notification", "paiements.retour"}
"""What PayFiP calls, and where it leads back: no form of ours, no session is read."""


def ecrits(app, monde):
    return [r for r in routes(app, monde) if not r.lit and r.endpoint not in D_AILLEURS]


def entrer(connexion, monde, route):
    """The browser of somebody who may take this route."""
    if route.acces.qui == "premier_facteur":
        return Moitie(connexion(monde.sophie))
    return connexion(qui_peut(monde, route))


def qui_peut(monde, route) -> Compte:
    """Somebody of the role that may least, of those that may."""
    roles = route.acces.roles
    if roles == {"administrateur"}:
        Compte.update(role="administrateur").where(Compte.id == monde.marc.id).execute()
        return monde.marc
    if "agent" in roles:
        return monde.sophie
    return monde.gestionnaire if "gestionnaire" in roles else monde.claire


def sans_jeton(texte: str) -> str:
    """The page without its tokens: drawn at random, one may spell anything."""
    return re.sub(r'value="[^"]*"', "", texte)


def test_each_post_without_a_token_is_refused_in_french(app, connexion, monde):
    for route in ecrits(app, monde):
        client = entrer(connexion, monde, route)
        reponse = client.open(route.url, method=route.methode, data={"voulu": w.RESERVE})
        assert reponse.status_code == 400, route
        assert "ouverte depuis trop longtemps" in reponse.text
        assert "CSRF" not in sans_jeton(reponse.text)


def test_the_token_of_another_browser_is_of_no_use(app, connexion, monde):
    etranger = csrf(app.test_client())
    for route in ecrits(app, monde):
        client = entrer(connexion, monde, route)
        reponse = client.open(route.url, method=route.methode, data={"csrf_token": etranger})
        assert reponse.status_code == 400, route


def test_a_post_from_another_site_is_refused_even_with_the_token(app, connexion, monde):
    for route in ecrits(app, monde):
        client = entrer(connexion, monde, route)
        ailleurs = {"Sec-Fetch-Site": "cross-site"}
        donnees = {"csrf_token": csrf(client)}
        reponse = client.open(route.url, method=route.methode, data=donnees, headers=ailleurs)
        assert reponse.status_code == 403, route


@pytest.mark.parametrize("jeton", [None, "", "x" * 90])
def test_nobody_is_signed_in_or_up_by_a_form_of_another_site(client, monde, jeton):
    avant = [table.select().count() for table in (Compte, SessionOuverte, Courriel, EchecConnexion)]
    champs = {"nom": "Petit", "prenom": "Nadège", "email": "famille@example.org"}
    champs["mot_de_passe"] = MOT_DE_PASSE
    for adresse in ("/connexion", "/compte/creer", "/compte/activation", "/mot-de-passe/oublie"):
        csrf(client)  # the browser has a session, and a token that was not sent
        donnees = champs if jeton is None else champs | {"csrf_token": jeton}
        assert client.post(adresse, data=donnees).status_code == 400, adresse
        assert "Se déconnecter" not in client.get("/rien").text
    assert avant == [table.select().count() for table in (Compte, SessionOuverte, Courriel, EchecConnexion)]


def test_nobody_is_signed_out_by_a_link_nor_by_a_form_of_another_site(connexion, monde):
    client = connexion(monde.claire)
    for methode in ("GET", "HEAD"):
        assert client.open("/deconnexion", method=methode).status_code == 405
    assert client.post("/deconnexion").status_code == 400
    assert "Se déconnecter" in client.get("/rien").text
    assert client.get_cookie("session").same_site == "Lax"


def test_a_stale_token_in_a_fragment_is_told_in_the_banner(app, connexion, monde):
    client = connexion(monde.claire)
    for route in ecrits(app, monde):
        if "famille" not in route.acces.roles:
            continue
        reponse = client.open(route.url, method=route.methode, headers={"HX-Request": "true"})
        assert reponse.status_code == 400
        assert 'hx-target="#bandeau"' in reponse.text
        assert "<html" not in reponse.text


def test_no_view_is_exempt_but_what_payfip_calls_which_reads_no_session(app, client, monde):
    protection = app.extensions["csrf"]
    exempts = {
        e for e, v in app.view_functions.items() if f"{v.__module__}.{v.__name__}" in protection._exempt_views
    }
    assert exempts == D_AILLEURS
    assert not protection._exempt_blueprints
    for endpoint in D_AILLEURS:
        assert app.view_functions[endpoint].acces.qui == "par_jeton"
