"""The tariffs of a year are taken over by the activities that follow: the last one, on all their days."""

import datetime as dt
from dataclasses import replace

import pytest

from models import Activite, Affectation, Evenement, Tarif
from portail.domain import copie_de_tarifs
from portail.domain.copie_de_tarifs import COPIE
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.tarifs.outils import BANDES, JANVIER, creer, poses, projet

SUIVANTE = (dt.date(2027, 9, 1), dt.date(2028, 7, 1))


def suivre(activite: Activite) -> Activite:
    """The activity of the same name and place, a year later."""
    return Activite.create(
        nom=activite.nom, lieu=activite.lieu, debut=SUIVANTE[0], fin=SUIVANTE[1],
        delai_reservation=activite.delai_reservation, delai_absence=activite.delai_absence,
    )  # fmt: skip


@pytest.fixture
def ville(monde):
    """The canteen changed its price in January and goes on next year; morning care does not."""
    creer(monde.gestionnaire, projet(monde.cantine))
    creer(monde.gestionnaire, replace(projet(monde.cantine, debut=JANVIER), bareme=BANDES), remplacer=True)
    creer(monde.gestionnaire, projet(monde.matin))
    return monde


def test_the_last_tariff_goes_to_the_activity_that_follows_on_all_its_days(ville):
    suite = suivre(ville.cantine)
    p = copie_de_tarifs.proposer(ville.gestionnaire)
    assert (p.de, p.vers, p.sans_suite) == (2026, 2027, ["Accueil du matin, Groupe scolaire Jean-Zay"])
    (ligne,) = p.lignes
    assert ligne.source.debut == JANVIER and not ligne.deja
    assert copie_de_tarifs.copier(ville.gestionnaire, {ligne.source.id}, p.de, p.vers) == 1
    (copie,) = poses(suite)
    assert (copie.debut, copie.fin, copie.bareme) == (*SUIVANTE, BANDES)
    assert Evenement.get(Evenement.acte == COPIE).objet_id == copie.id


def test_a_second_time_says_that_it_is_done(ville):
    suivre(ville.cantine)
    (ligne,) = copie_de_tarifs.proposer(ville.gestionnaire).lignes
    copie_de_tarifs.copier(ville.gestionnaire, {ligne.source.id}, 2026, 2027)
    assert copie_de_tarifs.proposer(ville.gestionnaire, 2026, 2027).lignes[0].deja
    with pytest.raises(DejaChange):
        copie_de_tarifs.copier(ville.gestionnaire, {ligne.source.id}, 2026, 2027)
    assert Tarif.select().where(Tarif.debut == SUIVANTE[0]).count() == 1


def test_all_or_none(ville):
    """One of those chosen has nothing that follows it: nothing is copied."""
    suivre(ville.cantine)
    ids = {t.id for t in Tarif.select()}
    with pytest.raises(DejaChange):
        copie_de_tarifs.copier(ville.gestionnaire, ids, 2026, 2027)
    assert not Tarif.select().where(Tarif.debut == SUIVANTE[0]).exists()


def test_nothing_ticked_is_said(ville):
    with pytest.raises(Refus) as refus:
        copie_de_tarifs.copier(ville.gestionnaire, set(), 2026, 2027)
    assert refus.value.champ == "garde"


def test_without_a_tariff_the_present_year_is_proposed(monde):
    p = copie_de_tarifs.proposer(monde.gestionnaire)
    assert (p.annees, p.de, p.vers, p.lignes, p.sans_suite) == ([2026], 2026, 2027, [], [])


def test_who_may_not(ville):
    with pytest.raises(Interdit):
        copie_de_tarifs.copier(ville.sophie, {1}, 2026, 2027)
    Affectation.create(compte=ville.gestionnaire, lieu=ville.cantine.lieu)
    with pytest.raises(Introuvable):
        copie_de_tarifs.copier(ville.gestionnaire, {1}, 2026, 2027)
