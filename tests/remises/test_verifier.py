"""`verifier` sees what would not hold of payments, debits, mandates, receipts; nothing of a sound town."""

import datetime as dt

import pytest

from models import (
    Facture,
    FactureDuPaiement,
    Mandat,
    Paiement,
    Prelevement,
    Relance,
    Remise,
    Responsable,
    Solde,
    db,
)
from portail import clock
from portail.domain import relances, remises, suite_des_paiements, verification, verification_argent
from portail.domain.payfip import Resultat
from tests.factures import encaisser, facture
from tests.monde import HIER
from tests.prelevements import JOUR, donner_a_la_banque, remettre
from tests.remises.test_creer import payer_en_ligne

A_NOUS = {nom for nom, _, _ in verification_argent.A_TENIR}


def ruptures() -> set[str]:
    return {r.invariant for r in verification.verifier()} & A_NOUS


def payer(monde, due: Facture) -> None:
    """Claire pays it online."""
    payer_en_ligne(monde, due)
    operation = Paiement.get(Paiement.refdet == f"F{due.id}")
    Paiement.update(idop="IDOP-DE-NOVEMBRE").execute()
    resultat = Resultat("IDOP-DE-NOVEMBRE", "012345", operation.refdet, due.total, "P")
    suite_des_paiements.conclure(operation.id, resultat)


@pytest.fixture
def encaissee(monde, octobre, novembre) -> Remise:
    remise = remettre(monde)
    donner_a_la_banque(monde, remise)
    with clock.figer(clock.instant(JOUR, dt.time(9))):
        remises.encaisser(monde.gestionnaire, remise.id)
        remises.rejeter(monde.gestionnaire, Prelevement.get(facture=octobre).id, "Provision insuffisante")
    payer(monde, facture(monde.adulte_claire, [(monde.noe, monde.seance(monde.cantine, HIER), 500)]))
    relances.relancer(monde.sophie, [monde.adulte_claire.id])
    return remise


def test_a_town_that_went_by_the_acts_holds(monde, encaissee):
    encaisser(monde.adulte_claire, 700)
    assert ruptures() == set()


ABIMER = {
    "Prélèvements et reçus": lambda: Prelevement.update(statut="encaisse").execute(),
    "Comptes prélevés": lambda: Prelevement.update(montant=10**6).execute(),
    "Remises": lambda: Remise.update(emportee_le=None).execute(),
    "Paiements et reçus": lambda: Paiement.update(statut="refuse").execute(),
    "Reçus de paiement": lambda: Paiement.update(idop="AUTRE-IDOP").execute(),
    "Factures en paiement": lambda: FactureDuPaiement.update(ouverte=True).execute(),
    "Payeurs": lambda: Solde.update(payeur=Responsable.get(Responsable.prenom == "Paulo")).execute(),
    "Mandats": lambda: Mandat.update(collecte_le=dt.date(2020, 1, 1)).execute(),
    "Relances": lambda: Relance.update(rang=3).execute(),
    "Reçus de prélèvement": lambda: Prelevement.delete().execute(),
    "Imputations": lambda: _forcer("UPDATE imputation SET montant = montant * 2"),
    "Contreparties": lambda: _forcer("UPDATE imputation SET montant = -1 WHERE montant < 0"),
}
"""For each invariant, a way to break it."""


def _forcer(ordre: str) -> None:
    """Write what a trigger forbids."""
    db.execute_sql(
        "DROP TRIGGER imputation_sans_update" + ("" if not db.obj.for_update else " ON imputation")
    )
    db.execute_sql(ordre)


@pytest.mark.parametrize("nom", ABIMER)
def test_what_is_broken_is_seen(monde, encaissee, nom):
    ABIMER[nom]()
    assert nom in ruptures()


def test_each_of_them_is_broken_by_a_test():
    assert set(ABIMER) == A_NOUS
