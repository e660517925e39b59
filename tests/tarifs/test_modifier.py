"""A tariff by which nothing was billed yet is changed; what was billed does not change any more."""

import datetime as dt

import pytest

from models import Affectation, Campagne, Evenement, Tarif, TrancheDeTarif
from portail.domain import tarifs
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.tarification import Tranche
from tests import factures
from tests.monde import HIER, MAINTENANT
from tests.tarifs.outils import ANNEE, JANVIER, creer, poses, projet, tel_quel


def modifier(agent, tarif, voulu):
    vu = tarifs.prevoir(agent, voulu, tarif.id).empreinte
    return tarifs.modifier(agent, tarif.id, voulu, vu)


def test_its_price_its_bands_and_its_days_change_and_it_is_told(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine))
    bandes = (Tranche(0, 100), Tranche(60_000, 300))
    modifier(monde.gestionnaire, tarif, tel_quel(tarif, mode="tranches", tranches=bandes, debut=JANVIER))
    (pose,) = poses(monde.cantine)
    assert (pose.id, pose.debut, pose.bareme.tranches, pose.bareme.prix) == (tarif.id, JANVIER, bandes, 0)
    ligne = Evenement.get(Evenement.acte == tarifs.MODIFIE)
    assert "2 tranches" in ligne.detail and "(avant : du 1er septembre 2026" in ligne.detail
    modifier(monde.gestionnaire, tarif, tel_quel(tarif, tranches=(Tranche(0, 90),)))
    assert TrancheDeTarif.select().count() == 1


def test_the_same_again_changes_nothing(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine))
    modifier(monde.gestionnaire, tarif, tel_quel(tarif))
    assert not Evenement.select().where(Evenement.acte == tarifs.MODIFIE).exists()


def test_it_does_not_come_over_another_one(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine, fin=dt.date(2026, 12, 31)))
    creer(monde.gestionnaire, projet(monde.cantine, debut=JANVIER, prix=360))
    with pytest.raises(Refus, match="a déjà un tarif"):
        tarifs.prevoir(monde.gestionnaire, tel_quel(tarif, fin=JANVIER), tarif.id)


def test_what_was_billed_does_not_change(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine))
    vu = tarifs.prevoir(monde.gestionnaire, tel_quel(tarif, prix=350), tarif.id).empreinte
    factures.facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    with pytest.raises(Refus, match="Arrêtez-le, puis créez celui qui le suit"):
        tarifs.modifier(monde.gestionnaire, tarif.id, tel_quel(tarif, prix=350), vu)
    assert Tarif.get().prix == 345


def test_nothing_of_it_changes_while_the_invoices_of_its_days_leave(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine))
    Campagne.create(
        mois=dt.date(2026, 11, 1), echeance=dt.date(2026, 12, 31), lancee_par=monde.gestionnaire,
        lancee_le=MAINTENANT, marque="-",
    )  # fmt: skip
    with pytest.raises(Refus, match="en cours d’émission"):
        tarifs.prevoir(monde.gestionnaire, tel_quel(tarif, prix=350), tarif.id)


def test_somebody_who_changed_it_first_is_told(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine))
    vu = tarifs.prevoir(monde.gestionnaire, tel_quel(tarif, prix=350), tarif.id).empreinte
    voulu = tel_quel(tarif, prix=350)
    modifier(monde.gestionnaire, tarif, tel_quel(tarif, prix=400))
    with pytest.raises(DejaChange):
        tarifs.modifier(monde.gestionnaire, tarif.id, voulu, vu)
    assert Tarif.get().prix == 400


def test_a_tariff_that_is_not_there_is_404_and_others_may_not(monde):
    (tarif,) = creer(monde.gestionnaire, projet(monde.cantine))
    with pytest.raises(Introuvable):
        tarifs.charger(monde.gestionnaire, 99_999)
    for acte in (
        lambda qui: tarifs.charger(qui, tarif.id),
        lambda qui: tarifs.modifier(qui, tarif.id, projet(monde.cantine), "-"),
    ):
        with pytest.raises(Interdit):
            acte(monde.sophie)
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    with pytest.raises(Introuvable):
        tarifs.charger(monde.gestionnaire, tarif.id)
    assert (Tarif.get().debut, Tarif.get().fin) == ANNEE
