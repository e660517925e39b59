"""« Mes données » holds the invoices that one reads, one's own receipts and mandates, and nobody else's."""

import pytest

from models import Abonnement, Mandat
from portail.domain import champs, mes_donnees
from tests.campagnes.conftest import emettre, novembre  # noqa: F401
from tests.factures import encaisser
from tests.monde import MAINTENANT

pytestmark = pytest.mark.usefixtures("app")


def famille(compte):
    (la_sienne,) = mes_donnees.rassembler(compte)["familles"]
    return la_sienne


def test_the_invoices_are_there_line_by_line_and_the_receipts(novembre, connexion):  # noqa: F811
    emettre(novembre.gestionnaire)
    encaisser(novembre.adulte_claire, 1_000)
    (facture,) = famille(novembre.claire)["factures"]
    assert (facture["numero"], facture["total"], facture["reste"]) == ("2026-000001", 10.35, 0.35)
    assert [li["montant"] for li in facture["lignes"]] == [3.45] * 3
    assert [r["montant"] for r in famille(novembre.claire)["reglements"]] == [10.0]
    page = connexion(novembre.claire).get("/mon-espace/donnees").text
    assert "2026-000001" in page


def test_a_mandate_shows_its_account_masked(novembre):  # noqa: F811
    Mandat.create(
        responsable=novembre.adulte_claire,
        rum="RUM-1",
        signe_le=MAINTENANT.date(),
        banque=champs.fermer({"iban": "FR7630006000011234567890189", "bic": "AGRIFRPP"}),
        cree_le=MAINTENANT,
        agent=novembre.sophie,
    )
    (mandat,) = famille(novembre.claire)["mandats"]
    assert mandat["rum"] == "RUM-1" and "30006000011234567890" not in mandat["compte"].replace(" ", "")


def test_another_adult_s_money_is_not_there(novembre):  # noqa: F811
    emettre(novembre.gestionnaire)
    encaisser(novembre.adulte_claire, 1_000)
    Abonnement.update(responsable=novembre.adulte_julien).where(
        Abonnement.compte == novembre.claire
    ).execute()
    assert famille(novembre.claire)["reglements"] == []
