"""PayFiP as the demonstration plays it: its page, what it calls, and that it stands nowhere else."""

import pytest

from portail import create_app
from portail.demo.payfip import Simulateur
from portail.domain.payfip import Refusee
from portail.payfip import Client
from tests.conftest import config_de_test
from tests.payfip import PORTAIL, servir, un_ordre


@pytest.fixture
def simulateur(tmp_path):
    return Simulateur(tmp_path / "demo" / "payfip.sqlite3", PORTAIL)


@pytest.fixture
def navigateur(simulateur, client, app):
    """A browser on the demonstration, whose PayFiP is this one."""
    app.wsgi_app.mounts["/demo/payfip"] = simulateur
    return client


@pytest.fixture
def idop(simulateur):
    with servir(simulateur) as adresse:
        return Client(adresse).creer(un_ordre(objet="Facture de novembre"))


def test_the_page_says_what_is_paid_and_how_it_may_end(navigateur, idop):
    page = navigateur.get(f"/demo/payfip/paiementws.web?idop={idop}")
    assert page.status_code == 200
    for mot in ("Payer 42,50 €", "Facture de novembre", "FACT000000000012", "Abandonner", "Aucune carte"):
        assert mot in page.text
    assert 'href="/demo/payfip/page.css"' in page.text
    assert navigateur.get("/demo/payfip/page.css").mimetype == "text/css"


@pytest.mark.parametrize("issue", ["P", "V", "R", "A"])
def test_each_button_ends_the_operation_and_leads_back(navigateur, simulateur, idop, issue):
    champs = {"idop": idop, "issue": issue, "cas": "jamais"}
    reponse = navigateur.post("/demo/payfip/paiementws.web/issue", data=champs)
    assert (reponse.status_code, reponse.location) == (303, f"{PORTAIL}/facturation/paiements/1")
    with servir(simulateur) as adresse:
        assert Client(adresse).detail(idop).resultrans == issue
    assert navigateur.post("/demo/payfip/paiementws.web/issue", data=champs).status_code == 404
    assert "ne peut plus se faire" in navigateur.get(f"/demo/payfip/paiementws.web?idop={idop}").text


def test_a_centime_is_missing_when_it_is_asked_for(navigateur, simulateur, idop):
    champs = {"idop": idop, "issue": "P", "cas": "un_centime"}
    navigateur.post("/demo/payfip/paiementws.web/issue", data=champs)
    with servir(simulateur) as adresse:
        assert Client(adresse).detail(idop).montant == 4249


@pytest.mark.parametrize("champs", [{}, {"idop": "rien"}, {"issue": "P"}, {"issue": "<x>", "cas": "\0"}])
def test_whatever_is_sent_to_the_page_it_answers(navigateur, idop, champs):
    reponse = navigateur.post("/demo/payfip/paiementws.web/issue", data=champs)
    assert reponse.status_code == 404
    assert navigateur.get("/demo/payfip/paiementws.web").status_code == 404
    assert navigateur.post("/demo/payfip/services/securite", data=b"<a>").status_code == 500


@pytest.mark.parametrize(
    "champs", [{"urlnotif": "http://127.0.0.1:22/x"}, {"urlredirect": f"{PORTAIL}.example.org/"}]
)
def test_it_calls_nobody_and_leads_nowhere_but_to_its_portal(simulateur, champs):
    with servir(simulateur) as adresse, pytest.raises(Refusee) as refus:
        Client(adresse).creer(un_ordre(**champs))
    assert refus.value.code in ("N1", "D1")


def test_its_pages_are_as_closed_as_ours(navigateur, idop):
    entetes = navigateur.get(f"/demo/payfip/paiementws.web?idop={idop}").headers
    assert entetes["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'self'; form-action 'self' {PORTAIL}; frame-ancestors 'none'"
    )
    assert entetes["Cache-Control"] == "no-store"
    assert entetes["X-Content-Type-Options"] == "nosniff"


def test_outside_of_the_demonstration_nobody_plays_payfip(base, url_de_base):
    app = create_app(config_de_test(url_de_base, demo=False))
    assert app.extensions["payfip"] is None
    assert app.test_client().get("/demo/payfip/page.css").status_code == 404
    assert app.test_client().post("/demo/payfip/services/securite").status_code in (400, 404, 405)
