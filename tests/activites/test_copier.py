"""Activities taken over from another school year: the dates follow the school calendar."""

import datetime as dt

import pytest

from models import Activite, Calendrier, Capacite, CapaciteActivite, Evenement, Horaire, Seance
from portail import clock
from portail.domain import copie_d_activites
from portail.domain.annee_suivante import deplaceur
from portail.domain.calendrier import annee_scolaire, importer_calendrier_scolaire
from portail.domain.copie_d_activites import Voulue
from portail.domain.perimetre import LA_VILLE, Perimetre
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.activites.outils import creer, limiter, sains, un_stage

LE = dt.date
VOILE = {"debut": LE(2027, 4, 19), "fin": LE(2027, 4, 23)}


@pytest.fixture
def calendrier(base):
    """The published calendar of both years, zone B."""
    Calendrier.delete().execute()
    importer_calendrier_scolaire("B", [2026, 2027])


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        (LE(2026, 9, 1), LE(2027, 9, 1)),  # the school year itself
        (LE(2027, 8, 31), LE(2028, 8, 31)),
        (LE(2026, 11, 2), LE(2027, 11, 8)),  # the first day of class after the autumn holidays
        (LE(2026, 10, 19), LE(2027, 10, 25)),  # their first Monday
        (LE(2027, 7, 5), LE(2028, 7, 10)),  # the first Monday of summer
        (LE(2027, 7, 2), LE(2028, 7, 4)),  # the last day of class
    ],
)
@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # one query, then dates
def test_a_date_keeps_its_place_in_the_school_year(calendrier, jour, attendu):
    assert deplaceur([2026])(jour, 1) == attendu


def test_the_first_monday_of_holidays_stays_one_and_a_year_without_calendar_is_published(base):
    """No row of the year to come is there yet: what is published serves."""
    deplacer = deplaceur([2026])
    lundi = deplacer(LE(2026, 10, 19), 1)
    assert (lundi.year, lundi.month, lundi.weekday()) == (2027, 10, 0)


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # one query that finds nothing
def test_without_an_activity_to_copy_the_present_year_is_proposed(base):
    p = copie_d_activites.proposer(Perimetre(frozenset()))
    present = annee_scolaire(clock.aujourdhui())[0].year
    assert (p.annees, p.de, p.vers, p.lignes) == ([present], present, present + 1, [])


def test_a_place_is_proposed_whole_with_dates_and_seances(monde, calendrier):
    creer(monde.gestionnaire, un_stage(monde.cantine.lieu, **VOILE, preinscription_du=LE(2027, 2, 1)))
    p = copie_d_activites.proposer(LA_VILLE)
    assert (p.de, p.vers, [ligne.source.nom for ligne in p.lignes]) == (
        2026,
        2027,
        ["Accueil du matin", "Stage de voile", "Cantine", "Accueil du soir", "Centre de loisirs"],
    )
    cantine = next(ligne for ligne in p.lignes if ligne.source.nom == "Cantine")
    assert cantine.projet.debut.year == 2027 and cantine.seances > 120 and not cantine.deja
    voile = next(ligne for ligne in p.lignes if ligne.source.nom == "Stage de voile")
    assert voile.projet.debut.weekday() == 0 and voile.seances == 5
    assert (voile.projet.debut - voile.projet.preinscription_du).days == (
        VOILE["debut"] - LE(2027, 2, 1)
    ).days


def test_copies_take_all_over_and_are_made_at_once(monde, calendrier):
    capacite = Capacite.create(nom="Repas", places=100)
    CapaciteActivite.create(capacite=capacite, activite=monde.cantine)
    voulues = [
        Voulue(monde.cantine.id, "Cantine", LE(2027, 9, 2), LE(2027, 9, 17)),
        Voulue(monde.centre.id, "Mercredis", LE(2027, 9, 2), LE(2027, 9, 17)),
    ]
    assert copie_d_activites.copier(monde.gestionnaire, voulues) == (2, 12)
    copie = Activite.get(Activite.debut == LE(2027, 9, 2), Activite.nom == "Cantine")
    assert (copie.delai_reservation, copie.rang, copie.lieu) == (
        monde.cantine.delai_reservation,
        monde.cantine.rang,
        monde.cantine.lieu,
    )
    assert {(h.jour, h.places) for h in Horaire.select().where(Horaire.activite == copie)} == {
        (jour, 60) for jour in (0, 1, 3, 4)
    }
    assert Seance.select().where(Seance.activite == copie).count() == 10
    assert CapaciteActivite.select().where(CapaciteActivite.activite == copie).count() == 1
    lignes = Evenement.select(Evenement.acte).where(
        Evenement.objet == "activite", Evenement.objet_id == copie.id
    )
    assert {acte for (acte,) in lignes.tuples()} == {"activite_creee", "activite_copiee"}
    assert (
        next(ligne for ligne in copie_d_activites.proposer(LA_VILLE, de=2026).lignes).source.debut.year
        == 2026
    )
    sains()


def test_one_that_cannot_be_holds_back_the_others_and_is_named(monde, calendrier):
    avant = Activite.select().count()
    voulues = [
        Voulue(monde.centre.id, "Mercredis", LE(2027, 9, 2), LE(2027, 9, 17)),
        Voulue(monde.cantine.id, "Cantine", LE(2027, 6, 1), LE(2027, 9, 17)),
    ]
    with pytest.raises(Refus, match="Cantine : « Cantine » existe déjà"):
        copie_d_activites.copier(monde.gestionnaire, voulues)
    with pytest.raises(Refus, match="au moins une"):
        copie_d_activites.copier(monde.gestionnaire, [])
    assert Activite.select().count() == avant


def test_neither_strangers_nor_other_places(monde):
    voulues = [Voulue(monde.cantine.id, "Cantine", LE(2027, 9, 2), LE(2027, 9, 17))]
    for qui in (monde.claire, monde.sophie, monde.animateur):
        with pytest.raises(Interdit):
            copie_d_activites.copier(qui, voulues)
    sien = limiter(monde.gestionnaire)
    with pytest.raises(Introuvable):
        copie_d_activites.copier(monde.gestionnaire, voulues)
    assert copie_d_activites.proposer(Perimetre(frozenset([sien.id]))).lignes == []
