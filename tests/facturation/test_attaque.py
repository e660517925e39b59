"""What somebody tried against billing once it was whole: money lost, counted twice, debited without leave."""

import pytest

from models import Facture, FactureDuPaiement, Paiement, Presence, Reglement
from portail.domain import suite_des_paiements
from portail.domain.payfip import Resultat
from portail.domain.refus import DejaChange
from tests.campagnes.conftest import JEUDI, emettre, novembre  # noqa: F401
from tests.factures import facture, reste
from tests.monde import HIER, MAINTENANT


def venir(monde, enfant, jour):
    """The child came without a booking, and was pointed."""
    Presence.create(
        seance=monde.seance(monde.cantine, jour),
        enfant=enfant,
        etat="present",
        sans_reservation=True,
        pointe_le=MAINTENANT,
        pointe_par=monde.animateur,
    )


def test_a_later_run_that_comes_to_the_same_as_another_one_is_issued_too(novembre):  # noqa: F811
    emettre(novembre.gestionnaire)
    for enfant in (novembre.ines, novembre.tomas):
        venir(novembre, enfant, JEUDI)
        assert emettre(novembre.gestionnaire).montant == 345
    assert sorted(f.total for f in Facture.select()) == [345, 345, 345, 1_035]


def test_money_that_comes_while_two_files_become_one_waits_for_the_adult_who_is_kept(monde, app, monkeypatch):
    """Whoever counts it read whose it was before, and waited for the lock of an adult who is no more."""
    due = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    quoi = {"compte": monde.claire, "refdet": "F1REFERENCE", "idop": "IDOP-DE-CLAIRE", "montant": 345}
    paiement = Paiement.create(famille=monde.moreau, payeur=monde.adulte_claire, cree_le=MAINTENANT, **quoi)
    FactureDuPaiement.create(paiement=paiement, facture=due, montant=345)
    resultat = Resultat("IDOP-DE-CLAIRE", "012345", "F1REFERENCE", 345, "P")
    with monkeypatch.context() as avant, pytest.raises(DejaChange):
        avant.setattr(Paiement, "get_by_id", lambda _: Paiement(id=paiement.id, payeur=999_999))
        suite_des_paiements.conclure(paiement.id, resultat)
    assert not Reglement.select().exists()
    assert suite_des_paiements.conclure(paiement.id, resultat).anomalie == ""
    assert reste(due) == 0
