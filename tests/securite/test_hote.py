"""Only one host is ours: the configured one, in addresses, in links, in mail."""

import pytest

from models import Courriel
from portail import create_app
from tests.conftest import config_de_test
from tests.formulaires import poster
from tests.monde import JEUDI, MOT_DE_PASSE

ETRANGERS = [
    "evil.test",
    "localhost.evil.test",
    "evil.test:80",
    "localhost@evil.test",
    "evil.test\\localhost",
]


@pytest.mark.parametrize("hote", [*ETRANGERS, "a b", "é", ""])
def test_another_host_is_refused_and_nothing_is_read(client, monde, hote):
    for adresse in ("/", "/connexion", "/famille", "/static/app.js", "/nulle-part"):
        reponse = client.get(adresse, headers={"Host": hote})
        assert reponse.status_code == 400, adresse
        assert "evil" not in reponse.text
        assert "Set-Cookie" not in reponse.headers
        assert "n’a pas été comprise" in reponse.text
        assert 'href="http://localhost/"' in reponse.text


@pytest.mark.parametrize("port", ["", ":80", ":8000"])
def test_the_port_does_not_count(client, monde, port):
    assert client.get("/connexion", headers={"Host": f"localhost{port}"}).status_code == 200


@pytest.mark.parametrize(
    "entete",
    ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Server"],
)
def test_no_header_changes_the_host_or_the_path(client, monde, entete):
    avant = client.get("/connexion").text
    valeur = "host=evil.test" if entete == "Forwarded" else "evil.test"
    reponse = client.get("/famille", headers={entete: valeur})
    assert reponse.headers["Location"] == "/connexion?next=/famille"
    apres = client.get("/connexion", headers={entete: valeur}).text
    assert "evil" not in apres
    assert len(apres) == len(avant)


def test_behind_a_declared_proxy_its_host_counts_no_more(base, url_de_base):
    client = create_app(config_de_test(url_de_base, proxys=1)).test_client()
    reponse = client.get("/famille", headers={"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https"})
    assert reponse.headers["Location"] == "/connexion?next=/famille"


def test_the_links_of_the_mails_do_not_come_from_the_request(app, connexion, monde):
    client = connexion(monde.claire)
    seance = monde.seance(monde.cantine, JEUDI)
    adresse = f"/famille/planning/creneaux/{monde.lea.id}/{seance.id}/demande"
    menteurs = {"X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test", "Host": "localhost:4567"}
    assert poster(client, adresse, {"voulu": "reserve"}, headers=menteurs).status_code == 303
    courriels = list(Courriel.select())
    assert courriels
    for courriel in courriels:
        assert "evil" not in courriel.corps + courriel.sujet + courriel.message_id
        assert "4567" not in courriel.corps
        assert "http://localhost/famille" in courriel.corps


def test_all_addresses_in_the_pages_are_relative(app, connexion, monde):
    client = connexion(monde.claire)
    for adresse in ("/", "/connexion", "/famille", "/famille/planning", "/famille/demandes", "/rien"):
        page = client.get(adresse).text
        assert "http://" not in page.replace("http://www.w3.org", ""), adresse
        assert "https://" not in page, adresse


def test_signing_in_redirects_to_us_only(client, monde):
    champs = {"email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE}
    reponse = poster(client, "/connexion", champs, headers={"Host": "localhost:9999"})
    assert reponse.headers["Location"] == "/"
