"""A tariff is set, for one activity or several: previewed first, never two for the same families on a day."""

import datetime as dt
from dataclasses import replace

import pytest

from models import Activite, Affectation, Campagne, Evenement, Tarif, TrancheDeTarif
from portail.domain import activites, tarifs
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.tarification import Tranche
from tests import factures
from tests.monde import HIER, MAINTENANT
from tests.tarifs.outils import ANNEE, BANDES, JANVIER, creer, poses, projet


def test_a_tariff_is_set_with_its_bands_and_told(monde):
    voulu = replace(projet(monde.cantine), bareme=replace(BANDES, fratrie_2=10, garde=True))
    (tarif,) = creer(monde.gestionnaire, voulu)
    (pose,) = poses(monde.cantine)
    assert (pose.debut, pose.fin) == ANNEE and pose.bareme == voulu.bareme
    assert TrancheDeTarif.select().where(TrancheDeTarif.tarif == tarif).count() == 3
    ligne = Evenement.get(Evenement.acte == tarifs.CREE)
    assert ligne.auteur == monde.gestionnaire and ligne.objet_id == tarif.id
    assert ligne.detail == (
        "Cantine, Groupe scolaire Jean-Zay ; du 1er septembre 2026 au 2 juillet 2027,"
        " 3 tranches, de 1,00\N{NO-BREAK SPACE}€ à 4,80\N{NO-BREAK SPACE}€ la séance"
    )


def test_several_activities_take_the_same_one_at_once(monde):
    creer(monde.gestionnaire, projet(monde.matin, monde.soir, unite="demi_heure", prix=60))
    assert [p.bareme.prix for a in (monde.matin, monde.soir) for p in poses(a)] == [60, 60]
    assert Evenement.select().where(Evenement.acte == tarifs.CREE).count() == 2


def test_one_for_each_kind_of_families_may_stand_the_same_days(monde):
    creer(monde.gestionnaire, projet(monde.cantine, categorie="commune"))
    creer(monde.gestionnaire, projet(monde.cantine, categorie="hors_commune", prix=690))
    assert len(poses(monde.cantine)) == 2


@pytest.mark.parametrize("categorie", ["", "commune"])
@pytest.mark.parametrize("jours", [(ANNEE[1], ANNEE[1]), (ANNEE[0], ANNEE[0]), (JANVIER, JANVIER)])
def test_two_for_the_same_families_on_a_day_are_refused(monde, categorie, jours):
    creer(monde.gestionnaire, projet(monde.cantine, categorie="commune"))
    debut, fin = jours
    with pytest.raises(Refus, match="a déjà un tarif du 1er septembre 2026 au 2 juillet 2027") as refus:
        tarifs.prevoir(monde.gestionnaire, projet(monde.cantine, debut=debut, fin=fin, categorie=categorie))
    assert refus.value.champ == "debut"


def test_one_refused_activity_leaves_the_others_without(monde):
    creer(monde.gestionnaire, projet(monde.soir))
    with pytest.raises(Refus, match="Accueil du soir"):
        tarifs.prevoir(monde.gestionnaire, projet(monde.matin, monde.soir))
    assert poses(monde.matin) == []


def test_the_one_in_force_ends_the_day_before_when_asked(monde):
    creer(monde.gestionnaire, projet(monde.cantine))
    suite = projet(monde.cantine, debut=JANVIER, prix=360)
    effet = tarifs.prevoir(monde.gestionnaire, suite, remplacer=True)
    assert [pose.id for pose in effet.arretes] == [Tarif.get().id] and effet.veille == dt.date(2026, 12, 31)
    tarifs.creer(monde.gestionnaire, suite, effet.empreinte, remplacer=True)
    assert [(p.debut, p.fin, p.bareme.prix) for p in poses(monde.cantine)] == [
        (ANNEE[0], dt.date(2026, 12, 31), 345),
        (JANVIER, ANNEE[1], 360),
    ]
    assert Evenement.select().where(Evenement.acte == tarifs.ARRETE).count() == 1


def test_what_begins_that_day_or_after_cannot_end_the_day_before(monde):
    creer(monde.gestionnaire, projet(monde.cantine, debut=JANVIER))
    with pytest.raises(Refus, match="il ne peut pas s’arrêter la veille"):
        tarifs.prevoir(monde.gestionnaire, projet(monde.cantine, prix=360), remplacer=True)


def test_the_days_that_were_billed_keep_their_tariff(monde):
    creer(monde.gestionnaire, projet(monde.cantine))
    factures.facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    with pytest.raises(Refus, match="ont été émises jusqu’au 30 novembre 2026"):
        tarifs.prevoir(monde.gestionnaire, projet(monde.cantine, debut=HIER), remplacer=True)
    creer(monde.gestionnaire, projet(monde.cantine, debut=HIER + dt.timedelta(1)), remplacer=True)
    assert [p.fin for p in poses(monde.cantine)] == [HIER, ANNEE[1]]


def test_nothing_is_set_while_the_invoices_of_its_days_leave(monde):
    vu = tarifs.prevoir(monde.gestionnaire, projet(monde.cantine)).empreinte
    Campagne.create(
        mois=dt.date(2026, 11, 1), echeance=dt.date(2026, 12, 31), lancee_par=monde.gestionnaire,
        lancee_le=MAINTENANT, marque="-",
    )  # fmt: skip
    with pytest.raises(Refus, match="Les factures de novembre 2026 sont en cours d’émission"):
        tarifs.creer(monde.gestionnaire, projet(monde.cantine), vu)


def test_what_was_not_shown_is_not_written(monde):
    vu = tarifs.prevoir(monde.gestionnaire, projet(monde.cantine)).empreinte
    with pytest.raises(DejaChange):
        tarifs.creer(monde.gestionnaire, projet(monde.cantine, prix=346), vu)
    creer(monde.gestionnaire, projet(monde.cantine, fin=dt.date(2026, 9, 30)))
    with pytest.raises(Refus):
        tarifs.creer(monde.gestionnaire, projet(monde.cantine), vu)
    assert len(poses(monde.cantine)) == 1


def test_what_its_way_of_counting_does_not_use_is_not_kept(monde):
    creer(
        monde.gestionnaire,
        projet(monde.cantine, taux=500, plafond=900, unite="mois", supplement_tardif=100,
               tranches=(Tranche(0, 1),), absence_non_prevenue=False),
    )  # fmt: skip
    (pose,) = poses(monde.cantine)
    b = pose.bareme
    assert (b.prix, b.taux, b.plafond, b.tranches, b.supplement_tardif) == (345, 0, 0, (), 0)
    assert b.absence_non_prevenue


FAUX = [
    ({"debut": dt.date(2027, 7, 2), "fin": dt.date(2026, 9, 1)}, "fin"),
    ({"debut": dt.date(1990, 1, 1)}, "debut"),
    ({"fin": dt.date(2031, 1, 1)}, "fin"),
    ({"categorie": "étrangers"}, "categorie"),
    ({"debut": dt.date(2028, 1, 1), "fin": dt.date(2028, 2, 1)}, "debut"),
    ({"mode": "cadeau"}, "mode"),
    ({"unite": "heure"}, "unite"),
    ({"prix": 100_001}, "prix"),
    ({"prix": -1}, "prix"),
    ({"mode": "effort", "taux": 0, "plafond": 10}, "taux"),
    ({"mode": "effort", "taux": 20_001, "plafond": 10}, "taux"),
    ({"mode": "effort", "taux": 500, "plafond": 0}, "plafond"),
    ({"mode": "effort", "taux": 500, "plancher": 20, "plafond": 10}, "plafond"),
    ({"fratrie_2": 101}, "fratrie_2"),
    ({"mode": "tranches"}, "tranches"),
    ({"mode": "tranches", "tranches": (Tranche(1, 5),)}, "tranches"),
    ({"mode": "tranches", "tranches": (Tranche(0, 5), Tranche(0, 6))}, "tranches"),
    ({"mode": "tranches", "tranches": (Tranche(0, 100_001),)}, "tranches"),
    ({"mode": "tranches", "tranches": tuple(Tranche(n, n) for n in range(31))}, "tranches"),
]


@pytest.mark.parametrize(("change", "champ"), FAUX)
@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # refused before anything is written
def test_what_cannot_be_is_said_beside_its_field(monde, change, champ):
    with pytest.raises(Refus) as refus:
        tarifs.prevoir(monde.gestionnaire, projet(monde.cantine, **change))
    assert refus.value.champ == champ


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_an_activity_that_is_not_there_is_told(monde):
    with pytest.raises(Refus, match="n’existe plus"):
        tarifs.prevoir(monde.gestionnaire, replace(projet(monde.cantine), activites=(99_999,)))
    with pytest.raises(Refus, match="au moins une activité"):
        tarifs.prevoir(monde.gestionnaire, replace(projet(monde.cantine), activites=()))


def test_only_a_gestionnaire_of_all_the_places_sets_it(monde):
    vu = tarifs.prevoir(monde.gestionnaire, projet(monde.cantine)).empreinte
    with pytest.raises(Interdit):
        tarifs.creer(monde.sophie, projet(monde.cantine), vu)
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    with pytest.raises(Introuvable):
        tarifs.creer(monde.gestionnaire, projet(monde.cantine), vu)
    assert not Tarif.select().exists()


def test_an_activity_made_by_mistake_goes_with_its_tariff(monde):
    neuve = Activite.create(
        nom="Poterie", lieu=monde.cantine.lieu, debut=ANNEE[0], fin=ANNEE[1],
        delai_reservation=monde.cantine.delai_reservation, delai_absence=monde.cantine.delai_absence,
    )  # fmt: skip
    creer(monde.gestionnaire, replace(projet(neuve), bareme=BANDES))
    activites.supprimer(monde.gestionnaire, neuve.id)
    assert not Tarif.select().exists() and not TrancheDeTarif.select().exists()
