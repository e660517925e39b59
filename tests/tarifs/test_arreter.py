"""A tariff ends one day: what was billed keeps it, what comes after has none until another one follows."""

import datetime as dt

import pytest

from models import Evenement, Tarif
from portail.domain import tarifs
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests import factures
from tests.monde import HIER
from tests.tarifs.outils import ANNEE, JANVIER, creer, projet, tel_quel, vu

VEILLE = JANVIER - dt.timedelta(1)


@pytest.fixture
def tarif(monde):
    return creer(monde.gestionnaire, projet(monde.cantine))[0]


def test_it_ends_and_it_is_told(monde, tarif):
    tarifs.arreter(monde.gestionnaire, tarif.id, VEILLE, vu(tarif))
    assert Tarif.get().fin == VEILLE
    ligne = Evenement.get(Evenement.acte == tarifs.ARRETE)
    assert ligne.detail.endswith("dernier jour : 31 décembre 2026 (avant : 2 juillet 2027)")


@pytest.mark.parametrize("jour", [ANNEE[0] - dt.timedelta(1), ANNEE[1], ANNEE[1] + dt.timedelta(1)])
def test_its_last_day_is_one_of_its_own_and_earlier(monde, tarif, jour):
    with pytest.raises(Refus) as refus:
        tarifs.arreter(monde.gestionnaire, tarif.id, jour, vu(tarif))
    assert refus.value.champ == "dernier" and Tarif.get().fin == ANNEE[1]


def test_it_holds_as_long_as_there_are_billed_days(monde, tarif):
    factures.facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    with pytest.raises(Refus, match="ont été émises jusqu’au 30 novembre"):
        tarifs.arreter(monde.gestionnaire, tarif.id, HIER - dt.timedelta(1), vu(tarif))
    tarifs.arreter(monde.gestionnaire, tarif.id, HIER, vu(tarif))
    assert Tarif.get().fin == HIER


def test_somebody_who_changed_it_first_is_told(monde, tarif):
    avant, voulu = vu(tarif), tel_quel(tarif, prix=400)
    montre = tarifs.prevoir(monde.gestionnaire, voulu, tarif.id).empreinte
    tarifs.modifier(monde.gestionnaire, tarif.id, voulu, montre)
    with pytest.raises(DejaChange):
        tarifs.arreter(monde.gestionnaire, tarif.id, VEILLE, avant)


def test_who_may_not_and_what_is_not_there(monde, tarif):
    with pytest.raises(Interdit):
        tarifs.arreter(monde.sophie, tarif.id, VEILLE, vu(tarif))
    with pytest.raises(Introuvable):
        tarifs.arreter(monde.gestionnaire, 99_999, VEILLE, vu(tarif))
