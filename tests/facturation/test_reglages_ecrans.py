"""The page of the settings of billing: what is typed is kept, the bank is masked, the password asked."""

import datetime as dt

import pytest

from models import SessionOuverte
from portail.domain import reglages_de_facturation
from tests.activites.test_ecrans import champs
from tests.formulaires import poster
from tests.monde import MAINTENANT, MOT_DE_PASSE

pytestmark = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # only drawn here
URL = "/agents/facturation/reglages"
IBAN = "FR76 3000 6000 0112 3456 7890 189"


@pytest.fixture
def gestion(monde, connexion):
    return connexion(monde.gestionnaire)


def test_the_town_sets_how_it_bills(monde, gestion):
    premiere = gestion.get(URL).text
    assert "aucune facture ne part" in premiere
    saisie = champs(premiere) | {"delai": ["21"], "ics": ["fr72 zzz 123456"], "creancier": ["Saint-Alban"]}
    assert poster(gestion, URL, saisie).status_code == 303
    lus = reglages_de_facturation.lire()
    assert (lus.delai, lus.ics) == (21, "FR72ZZZ123456")
    assert "aucune facture ne part" not in gestion.get(URL).text


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(gestion):
    saisie = champs(gestion.get(URL).text)
    for change, phrase in (
        ({"delai": ["bientôt"]}, "Écrivez un nombre entier"),
        ({"delai": [""]}, "Indiquez un nombre de jours"),
        ({"payfip": ["123"]}, "a 6 chiffres"),
        ({"creancier": ["Saint-Alban"], "ics": ["FR00ZZZ123456"]}, "une erreur de frappe"),
    ):
        refuse = poster(gestion, URL, saisie | change)
        assert refuse.status_code == 422 and phrase in refuse.text
        assert {nom: champs(refuse.text)[nom] for nom in change} == change
    assert reglages_de_facturation.lire() is None


def test_the_bank_asks_for_the_password_again_and_is_shown_masked(gestion):
    SessionOuverte.update(confirmee_le=MAINTENANT - dt.timedelta(hours=1)).execute()
    assert "mot_de_passe_actuel" in gestion.get(URL).text
    compte = {"iban": IBAN, "bic": "AGRIFRPP"}
    assert poster(gestion, f"{URL}/banque", compte).status_code == 422
    faux = poster(gestion, f"{URL}/banque", compte | {"mot_de_passe_actuel": "autre chose"})
    assert faux.status_code == 422 and reglages_de_facturation.banque().iban == ""
    bon = compte | {"mot_de_passe_actuel": MOT_DE_PASSE}
    assert poster(gestion, f"{URL}/banque", bon | {"iban": "FR76"}).status_code == 422
    assert poster(gestion, f"{URL}/banque", bon).status_code == 303
    page = gestion.get(URL).text
    assert "FR76 •••• •••• 0189" in page and "30006000" not in page.replace(" ", "")
