"""Payments raced: fifty notifications, two tabs, two parents, money from all sides: one receipt."""

import threading
import uuid

import pytest

import workflows as w
from models import Compte, FactureDuPaiement, Paiement, Solde, db, moteur
from portail.domain import avoirs, encaissement, suite_des_paiements, transitions
from portail.domain.encaissement import Recette
from portail.domain.refus import DejaChange
from portail.domain.suite_des_paiements import conclure, recevoir_une_notification
from tests.courses.coureurs import PATIENCE, ensemble, ruptures
from tests.factures import encaisser, reste
from tests.paiements.conftest import decembre, julien, novembre, payfip, service
from tests.paiements.operation import accuses, argent, impute, ouvrir

__all__ = ["decembre", "julien", "novembre", "payfip", "service"]

NOTIFICATIONS = 50


@pytest.fixture
def paye(monde, payfip, service, novembre) -> Paiement:
    """6,21 € paid on the page of PayFiP, of which the portal knows nothing yet."""
    paiement = ouvrir(monde, service, novembre)
    payfip.regler(paiement.idop, "P", notifier=0)
    return paiement


def test_fifty_identical_notifications_at_once_make_one_question_and_one_receipt(
    paye, payfip, service, novembre
):
    issues = ensemble(*[lambda: recevoir_une_notification(paye.idop, service)] * NOTIFICATIONS)
    assert all(isinstance(issue, Paiement) for issue in issues), issues
    assert argent() == [("payfip", 621)]
    assert (len(accuses()), reste(novembre), impute()) == (1, 0, 621)
    assert payfip.appels.count("recupererDetailPaiementSecurise") == 1
    assert ruptures() == set()


def test_fifty_identical_conclusions_at_once_make_one_receipt(paye, service, novembre):
    resultat = service.detail(paye.idop)
    issues = ensemble(*[lambda: conclure(paye.id, resultat)] * NOTIFICATIONS)
    assert {getattr(issue, "statut", issue) for issue in issues} == {w.PAYE}
    assert argent() == [("payfip", 621)]
    assert (len(accuses()), reste(novembre), impute()) == (1, 0, 621)
    assert ruptures() == set()


def test_without_the_locks_and_the_condition_of_the_write_the_same_race_is_lost(
    paye, service, novembre, monkeypatch
):
    """The race above proves something: read, then write, counts the money several times, or breaks."""

    tous_ont_lu = threading.Barrier(4)

    def lire(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(sorted(set(ids))))}

    def dus(payeur_id):
        return list(Solde.select().where(Solde.payeur == payeur_id, Solde.reste > 0))

    def franchir_sans_condition(paiement, acte, acteur, **_):
        tous_ont_lu.wait(PATIENCE)

    def sans_cle(**recette):
        return Recette(**{**recette, "cle": uuid.uuid4().hex})

    monkeypatch.setattr(suite_des_paiements, "verrouiller", lire)
    monkeypatch.setattr(encaissement, "verrouiller", lire)
    monkeypatch.setattr(encaissement, "verrouiller_les_dus", dus)
    monkeypatch.setattr(suite_des_paiements, "franchir", franchir_sans_condition)
    monkeypatch.setattr(suite_des_paiements, "Recette", sans_cle)
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")
    resultat = service.detail(paye.idop)
    issues = ensemble(*[lambda: conclure(paye.id, resultat)] * 4)
    erreurs = [issue for issue in issues if isinstance(issue, Exception)]
    assert len(argent()) > 1 or erreurs


def test_the_notification_and_the_return_of_the_browser_cross(monde, paye, payfip, service, novembre):
    """Neither is first: both ask, one counts."""
    autre = Paiement.get_by_id(paye.id)
    resultat = service.detail(paye.idop)
    issues = ensemble(
        lambda: recevoir_une_notification(paye.idop, service),
        lambda: suite_des_paiements.demander_le_resultat(autre, service),
        lambda: conclure(paye.id, resultat),
        lambda: suite_des_paiements.renoncer(paye.id, "opération inconnue de PayFiP"),
    )
    assert not [issue for issue in issues if isinstance(issue, Exception)], issues
    suite_des_paiements.conclure(paye.id, resultat)
    assert Paiement.get_by_id(paye.id).statut == w.PAYE
    assert argent() == [("payfip", 621)]
    assert ruptures() == set()


def test_two_tabs_and_two_parents_open_one_operation(monde, julien, payfip, service, novembre):
    claire: Compte = monde.claire
    issues = ensemble(
        *[lambda: ouvrir(monde, service, novembre, compte=claire)] * 4,
        *[lambda: ouvrir(monde, service, novembre, compte=julien)] * 4,
    )
    ouverts = {issue.id for issue in issues if isinstance(issue, Paiement)}
    refus = [issue for issue in issues if not isinstance(issue, Paiement)]
    assert all(isinstance(issue, DejaChange) for issue in refus), refus
    assert len(ouverts) == 1
    assert Paiement.select().count() == FactureDuPaiement.select().count() == len(payfip.operations()) == 1


def test_money_from_four_sides_adds_up_to_the_cent(monde, paye, service, novembre, decembre):
    """A card, cash at the counter, an avoir, at the same moment: all is counted, nothing twice."""
    resultat, ligne = service.detail(paye.idop), novembre.lignes.get()
    adulte, sophie = monde.adulte_claire, monde.sophie
    issues = ensemble(
        lambda: conclure(paye.id, resultat),
        lambda: encaisser(adulte, 300, novembre),
        lambda: avoirs.emettre(sophie, novembre.id, {ligne.id: 345}, "Absente"),
        lambda: conclure(paye.id, resultat),
    )
    assert not [issue for issue in issues if isinstance(issue, Exception)], issues
    assert sorted(argent()) == [("especes", 300), ("payfip", 621)]
    restes = reste(novembre) + reste(decembre)
    credits = encaissement.credits_de([adulte.id]).get(adulte.id, [])
    assert restes - sum(c.reste for c in credits) == 621 + 500 - 621 - 300 - 345
    assert transitions.MACHINES[Paiement].etats[Paiement.get_by_id(paye.id).statut].libelle == "Payé"
