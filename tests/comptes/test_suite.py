"""Where one goes after signing in: a page of this portal, whatever the address says."""

from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.formulaires import poster
from tests.monde import MOT_DE_PASSE

HOSTILES = [
    "//evil.test",
    "///evil.test",
    "////evil.test",
    "//evil.test/famille",
    "/\\evil.test",
    "\\\\evil.test",
    "\\/evil.test",
    "/\\/evil.test",
    "https:evil.test",
    "https:/evil.test",
    "https://evil.test",
    "HTTPS://evil.test",
    "http://localhost@evil.test",
    "http://localhost.evil.test",
    "http://localhost:80@evil.test/",
    "//localhost@evil.test",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "%2f%2fevil.test",
    "/%2f%2fevil.test",
    "/%2fevil.test",
    "/%5cevil.test",
    "%5c%5cevil.test",
    "/\tevil.test",
    "/\t/evil.test",
    "\t//evil.test",
    "/\n/evil.test",
    "/famille\r\nSet-Cookie: a=b",
    "/famille\r\nLocation: https://evil.test",
    " //evil.test",
    "/ /evil.test",
    "//evil。test",
    "//éviL.test",
    "//xn--evil-.test",
    "/.evil.test",
    "/..//evil.test",
    "/famille/..//evil.test",
    "/.//evil.test",
    "@evil.test",
    "/@evil.test",
    "?next=//evil.test",
    "#//evil.test",
    "evil.test",
    "/deconnexion",
    "/famille/choix",
    "/static/app.js",
    "/n-existe-pas",
    "http://[::1",
    "/" + "a" * 3000,
    "",
]


def test_a_hostile_address_always_leads_to_the_welcome_page(client, monde):
    for hostile in HOSTILES:
        champs = {"email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE, "next": hostile}
        entree = poster(client, "/connexion", champs)
        deja_entre = client.get("/connexion", query_string={"next": hostile})
        for reponse in (entree, deja_entre):
            assert (reponse.status_code, reponse.headers["Location"]) == (303, "/"), hostile
            assert "a=b" not in str(reponse.headers)
        poster(client, "/deconnexion")


def test_the_browser_itself_would_not_leave_the_portal_for_any_of_them(client, monde):
    assert len(set(HOSTILES)) >= 40
    for hostile in HOSTILES:
        for adresse in (hostile, quote(hostile, safe=""), quote(quote(hostile, safe=""), safe="")):
            champs = {"email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE, "next": adresse}
            entree = poster(client, "/connexion", champs)
            assert entree.status_code == 303
            arrivee = urlsplit(urljoin("http://localhost/connexion", entree.headers["Location"]))
            assert (arrivee.scheme, arrivee.netloc) == ("http", "localhost"), adresse
            poster(client, "/deconnexion")


@pytest.mark.parametrize("hostile", ["http://evil.test/famille", "//evil.test/famille", "http://[::1"])
def test_the_page_that_one_says_to_come_from_leads_to_no_other_host(client, monde, hostile):
    par_formulaire = poster(client, "/famille/choix", headers={"Referer": hostile})
    entetes = {"HX-Request": "true", "HX-Current-URL": hostile}
    par_htmx = client.get("/famille", headers=entetes)
    for adresse in (par_formulaire.headers["Location"], par_htmx.headers["HX-Redirect"]):
        assert adresse in ("/connexion", "/connexion?next=/famille")


@pytest.mark.parametrize(
    "adresse",
    [
        "/famille",
        "/famille/planning",
        "/famille/planning?vue=mois&date=2026-12-01&enfant=1&enfant=2",
        "/agents",
    ],
)
def test_a_page_of_the_portal_is_found_again_with_its_filters(client, monde, adresse):
    champs = {"email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE, "next": adresse}
    assert poster(client, "/connexion", champs).headers["Location"] == adresse


def test_whoever_asks_for_a_page_comes_back_to_it_after_signing_in(client, monde):
    reponse = client.get("/famille/planning?vue=jour&date=2026-12-07")
    assert reponse.status_code == 303
    formulaire = client.get(reponse.headers["Location"]).text
    assert 'name="next" value="/famille/planning?vue=jour&amp;date=2026-12-07"' in formulaire


def test_a_form_sent_too_late_leads_back_to_its_page_and_not_to_its_act(client, monde):
    vient_de = {"Referer": "http://localhost/famille/planning?vue=mois"}
    reponse = poster(client, "/famille/planning/creneaux/1/1/demande", {"voulu": "reserve"}, headers=vient_de)
    assert reponse.status_code == 303
    assert reponse.headers["Location"] == "/connexion?next=/famille/planning?vue%3Dmois"


def test_htmx_is_sent_to_sign_in_without_a_redirect_that_it_would_follow(client, monde):
    entetes = {"HX-Request": "true", "HX-Current-URL": "http://localhost/famille/planning?vue=mois"}
    reponse = client.get("/famille/planning/creneaux/1/1", headers=entetes)
    assert reponse.status_code == 401
    assert reponse.headers["HX-Redirect"] == "/connexion?next=/famille/planning?vue%3Dmois"
    assert "Location" not in reponse.headers
    assert reponse.text == ""
