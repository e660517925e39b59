"""How the town bills: set by a gestionnaire who has all the places, checked, sealed, told in the journal."""

import datetime as dt

import pytest

from models import Affectation, Evenement, ReglagesDeFacturation
from portail.domain import champs, reglages_de_facturation
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.reglages_de_facturation import (
    CHANGER_LA_BANQUE,
    REGLER,
    Banque,
    Reglages,
    changer_la_banque,
    ics_valide,
    lire,
    regler,
)
from tests.actes import session_de
from tests.monde import MAINTENANT

IBAN = "FR76 3000 6000 0112 3456 7890 189"
VOULUS = Reglages(
    delai=21,
    payer="En ligne ou au guichet.",
    payfip="006382",
    creancier="Ville de Saint-Alban",
    ics="FR72ZZZ123456",
)


def test_the_settings_are_kept_and_told(monde):
    assert lire() is None
    assert regler(monde.gestionnaire, VOULUS)
    assert lire() == VOULUS
    ligne = Evenement.get(Evenement.acte == REGLER)
    assert ligne.auteur == monde.gestionnaire and "PayFiP" in ligne.detail


def test_saying_the_same_again_changes_nothing(monde):
    regler(monde.gestionnaire, VOULUS)
    assert not regler(monde.gestionnaire, VOULUS)
    assert Evenement.select().where(Evenement.acte == REGLER).count() == 1


def test_the_proposed_settings_saved_as_they_are_let_the_town_bill(monde):
    assert regler(monde.gestionnaire, Reglages())
    assert lire() == Reglages()


@pytest.mark.parametrize(
    ("change", "champ"),
    [
        ({"delai": 121}, "delai"),
        ({"payer": "x" * 1501}, "payer"),
        ({"payfip": "12345"}, "payfip"),
        ({"payfip": "12345a"}, "payfip"),
        ({"payfip": "١٢٣٤٥٦"}, "payfip"),
        ({"ics": "FR73ZZZ123456"}, "ics"),
        ({"creancier": ""}, "creancier"),
        ({"creancier": "x" * 71}, "creancier"),
    ],
)
@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # refused before anything is asked of it
def test_what_cannot_be_is_said_beside_its_field(monde, change, champ):
    with pytest.raises(Refus) as refus:
        regler(monde.gestionnaire, Reglages(**{**vars(VOULUS), **change}))
    assert refus.value.champ == champ and lire() is None


@pytest.mark.parametrize(
    ("ics", "bon"),
    [
        ("FR72ZZZ123456", True),
        ("DE98ZZZ09999999999", True),
        ("FR72ABC123456", True),  # the business code is free: it is not in the key
        ("FR72ZZZ123465", False),
        ("FR72ZZZ1234567", False),
        ("FRZZZZZ123456", False),
        ("fr72zzz123456", False),
        ("", False),
    ],
)
def test_the_key_of_a_creditor_identifier_is_checked(ics, bon):
    assert ics_valide(ics) == bon


def test_only_a_gestionnaire_of_all_the_places_sets_them(monde):
    with pytest.raises(Interdit):
        regler(monde.sophie, VOULUS)
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    with pytest.raises(Introuvable):
        regler(monde.gestionnaire, VOULUS)
    assert lire() is None


def test_the_bank_is_sealed_shown_masked_and_told_without_its_number(monde):
    assert changer_la_banque(session_de(monde.gestionnaire), Banque(IBAN, "AGRIFRPP"))
    ligne = ReglagesDeFacturation.get_by_id(1)
    assert "3000" not in ligne.banque
    assert champs.ouvrir(ligne.banque) == {"iban": IBAN.replace(" ", ""), "bic": "AGRIFRPP"}
    assert reglages_de_facturation.banque().masquee == "FR76 •••• •••• 0189"
    dit = Evenement.get(Evenement.acte == CHANGER_LA_BANQUE)
    assert dit.detail == "FR76 •••• •••• 0189"
    assert not changer_la_banque(session_de(monde.gestionnaire), Banque(IBAN, "AGRIFRPP"))


@pytest.mark.parametrize(
    ("banque", "champ"),
    [
        (Banque("", "AGRIFRPP"), "iban"),
        (Banque("FR76 3000 6000 0112 3456 7890 188", "AGRIFRPP"), "iban"),
        (Banque(IBAN, "AGRI"), "bic"),
        (Banque(IBAN, ""), "bic"),
    ],
)
@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_a_wrong_account_is_said_beside_its_field(monde, banque, champ):
    with pytest.raises(Refus) as refus:
        changer_la_banque(session_de(monde.gestionnaire), banque)
    assert refus.value.champ == champ


def test_the_bank_asks_for_the_password_and_for_all_the_places(monde):
    vieille = session_de(monde.gestionnaire, confirmee_le=MAINTENANT - dt.timedelta(hours=1))
    with pytest.raises(Refus) as refus:
        changer_la_banque(vieille, Banque(IBAN, "AGRIFRPP"))
    assert refus.value.champ == "mot_de_passe_actuel"
    with pytest.raises(Interdit):
        changer_la_banque(session_de(monde.sophie), Banque(IBAN, "AGRIFRPP"))
    assert reglages_de_facturation.banque() == Banque()
