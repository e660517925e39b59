"""A tariff set by mistake is taken away; not once an invoice was issued with days of its period."""

import pytest

from models import Evenement, Tarif, TrancheDeTarif
from portail.domain import tarifs
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests import factures
from tests.monde import HIER
from tests.tarifs.outils import BANDES, JANVIER, creer, projet, tel_quel, vu


def test_it_goes_with_its_bands_and_it_is_told(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine, mode="tranches", tranches=BANDES.tranches))
    assert tarifs.supprimer(monde.gestionnaire, tarif.id, vu(tarif)) == "Cantine"
    assert not Tarif.select().exists() and not TrancheDeTarif.select().exists()
    assert "3 tranches" in Evenement.get(Evenement.acte == tarifs.SUPPRIME).detail


def test_it_stays_once_days_of_its_period_were_billed(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine))
    factures.facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    with pytest.raises(Refus, match="Vous pouvez l’arrêter à une date"):
        tarifs.supprimer(monde.gestionnaire, tarif.id, vu(tarif))
    assert Tarif.select().exists()


def test_the_days_billed_of_another_tariff_do_not_hold_it(monde):
    creer(monde.gestionnaire, projet(monde.cantine))
    (suite,) = creer(monde.gestionnaire, projet(monde.cantine, debut=JANVIER), remplacer=True)
    factures.facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    tarifs.supprimer(monde.gestionnaire, suite.id, vu(suite))
    assert Tarif.select().count() == 1


def test_somebody_who_changed_it_first_is_told(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine))
    avant, voulu = vu(tarif), tel_quel(tarif, prix=400)
    tarifs.modifier(
        monde.gestionnaire, tarif.id, voulu, tarifs.prevoir(monde.gestionnaire, voulu, tarif.id).empreinte
    )
    with pytest.raises(DejaChange):
        tarifs.supprimer(monde.gestionnaire, tarif.id, avant)


def test_twice_is_404_and_others_may_not(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine))
    marque = vu(tarif)
    with pytest.raises(Interdit):
        tarifs.supprimer(monde.sophie, tarif.id, marque)
    tarifs.supprimer(monde.gestionnaire, tarif.id, marque)
    with pytest.raises(Introuvable):
        tarifs.supprimer(monde.gestionnaire, tarif.id, marque)
