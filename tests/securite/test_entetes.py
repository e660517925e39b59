"""The headers of every answer: pages, pieces, files, errors."""

import pytest
from peewee import OperationalError

import portail.views.accueil as accueil
from portail import create_app
from tests.conftest import config_de_test
from tests.formulaires import csrf, poster
from tests.securite.adresses import routes

CSP = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; img-src 'self'"
)


CSP_A_EMPORTER = "default-src 'none'; sandbox"
"""A file to be kept: whatever people wrote in it, it runs nothing and asks for nothing."""


def verifier(reponse, cas=""):
    entetes = reponse.headers
    a_emporter = entetes.get("Content-Disposition", "").startswith("attachment")
    une_photo = reponse.mimetype in ("image/jpeg", "image/png")
    politique = CSP_A_EMPORTER if a_emporter else f"{CSP}; sandbox" if une_photo else CSP
    assert entetes.getlist("Content-Security-Policy") == [politique], cas
    assert entetes["X-Content-Type-Options"] == "nosniff", cas
    assert entetes["Referrer-Policy"] == "same-origin", cas
    assert entetes["Cross-Origin-Opener-Policy"] == "same-origin", cas
    assert "geolocation=()" in entetes["Permissions-Policy"], cas
    assert "Strict-Transport-Security" not in entetes, cas  # http, on this machine
    assert "Server" not in entetes, cas
    reponse.close()


def verifier_personnel(reponse, cas=""):
    verifier(reponse, cas)
    assert reponse.headers["Cache-Control"] == "no-store", cas
    varie = {mot.strip() for mot in reponse.headers["Vary"].split(",")}
    assert {"Cookie", "HX-Request"} <= varie, cas


@pytest.mark.parametrize("fragment", [False, True])
def test_the_headers_stand_on_every_route_for_everybody(app, connexion, monde, fragment):
    entetes = {"HX-Request": "true"} if fragment else {}
    for route in routes(app, monde):
        clients = [app.test_client(), connexion(monde.claire), connexion(monde.sophie)]
        for client in clients:
            donnees = None if route.lit else {"csrf_token": csrf(client)}
            reponse = client.open(route.url, method=route.methode, data=donnees, headers=entetes)
            cas = f"{route.methode} {route.url}: {reponse.status_code}"
            if route.acces.qui in ("tous_pareil", "par_jeton", "sonde"):
                verifier(reponse, cas)
                assert "Set-Cookie" not in reponse.headers, cas
                assert "Cookie" not in reponse.headers.get("Vary", ""), cas
            else:
                verifier_personnel(reponse, cas)


def erreur(code: int, app, connexion, monde, monkeypatch):
    """An answer with this status, however one gets it."""
    client = connexion(monde.claire)
    if code == 400:
        return client.get("/connexion?next=%00")
    if code == 403:
        return client.get("/agents")
    if code == 404:
        return client.get("/nulle-part")
    if code == 405:
        return client.get("/deconnexion")
    if code == 413:
        return poster(client, "/apparence", {"theme": "x" * 1_000_000})
    if code == 422:
        return poster(app.test_client(), "/connexion")
    if code == 429:
        etranger = app.test_client()
        for _ in range(5):
            poster(etranger, "/connexion", {"email": "a@example.org", "mot_de_passe": "x"})
        return poster(etranger, "/connexion", {"email": "a@example.org", "mot_de_passe": "x"})
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def rate(*_):
        raise OperationalError("server closed the connection") if code == 503 else ZeroDivisionError("secret")

    monkeypatch.setattr(accueil.accueil, "prochaines_dates", rate)
    return app.test_client().get("/")


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 422, 429, 500, 503])
def test_the_headers_stand_on_every_error(app, connexion, monde, monkeypatch, code):
    reponse = erreur(code, app, connexion, monde, monkeypatch)
    assert reponse.status_code == code
    verifier_personnel(reponse)
    assert reponse.content_type == "text/html; charset=utf-8"
    if code in (429, 503):
        assert int(reponse.headers["Retry-After"]) > 0
    if code == 405:
        assert "POST" in reponse.headers["Allow"]


def test_a_form_may_end_at_the_payment_page_of_payfip_and_nowhere_else(base, url_de_base):
    app = create_app(config_de_test(url_de_base, demo=False, payfip="https://www.payfip.gouv.fr/tpa"))
    politique = app.test_client().get("/").headers["Content-Security-Policy"]
    assert politique == CSP.replace("form-action 'self'", "form-action 'self' https://www.payfip.gouv.fr")


def test_over_https_the_cookie_is_closed_and_the_portal_stays_there(base, url_de_base):
    app = create_app(config_de_test(url_de_base, base_url="https://famille.ville.fr"))
    client = app.test_client()
    reponse = client.get("/", base_url="https://famille.ville.fr")
    assert reponse.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    temoin = reponse.headers["Set-Cookie"]
    assert temoin.startswith("__Host-session=")
    for mot in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert f"; {mot}" in temoin
    assert "Domain" not in temoin
    assert "Expires" not in temoin
    assert "Max-Age" not in temoin


def test_the_only_cookies_are_the_session_the_known_browser_and_the_appearance(app, connexion, monde):
    client = connexion(monde.claire)
    poster(client, "/apparence", {"theme": "sombre"}, headers={"Referer": "http://localhost/famille"})
    assert {temoin.key for temoin in client._cookies.values()} == {"session", "appareil", "apparence"}
    assert 'data-theme="sombre"' in client.get("/rien").text
    apparence = client.get_cookie("apparence")
    assert apparence.http_only
    assert apparence.same_site == "Lax"


@pytest.mark.parametrize("theme", ["", "noir", "clair'><script>", "x" * 5000])
def test_an_unknown_appearance_changes_nothing(client, monde, theme):
    client.set_cookie("apparence", theme[:3000])
    page = client.get("/").text
    assert '<html lang="fr">' in page
    assert poster(client, "/apparence", {"theme": theme}).status_code == 303


def test_a_static_file_is_kept_a_year_under_its_hash(client, monde):
    page = client.get("/connexion").text
    adresses = [morceau.split('"')[0] for morceau in page.split('href="')[1:] + page.split('src="')[1:]]
    statiques = {a.split("#")[0] for a in adresses if a.startswith("/static/")}
    assert len(statiques) >= 5
    for adresse in statiques:
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        assert reponse.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        reponse.close()
    for adresse in ("/static/app.js", "/static/app.js?v=ancienne"):
        reponse = client.get(adresse)
        assert reponse.headers["Cache-Control"] == "no-cache"
        reponse.close()


@pytest.mark.parametrize("codage", ["br", "gzip"])
def test_pages_and_files_leave_compressed(client, monde, codage):
    for adresse in ("/connexion", "/static/css/base.css", "/static/icones.svg"):
        reponse = client.get(adresse, headers={"Accept-Encoding": codage})
        assert reponse.headers["Content-Encoding"] == codage
        reponse.close()


@pytest.mark.parametrize(
    "chemin",
    [
        "../models.py",
        "..%2fmodels.py",
        "%2e%2e/config.py",
        "css/../../config.py",
        "/etc/passwd",
        ".git/config",
        "",
    ],
)
def test_nothing_but_static_files_is_read(client, monde, chemin):
    assert client.get(f"/static/{chemin}").status_code in (404, 308, 301)


@pytest.mark.parametrize("adresse", ["/console", "/.git/config", "/debug", "/.env", "/admin"])
def test_there_is_no_back_door(client, monde, adresse):
    assert client.get(adresse).status_code == 404


def test_trace_is_no_verb_of_ours(client, monde):
    assert client.open("/", method="TRACE").status_code == 405
