"""The meals to prepare: how many for whoever answers, how many of each diet by an act alone."""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Enfant, Evenement, Lieu, Seance
from portail.domain import choix_de_liste as c
from portail.domain import listes, perimetre, repas
from portail.domain.choix_de_liste import Choix
from portail.domain.perimetre import LA_VILLE
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import JEUDI, LUNDI, MERCREDI


def choix(jour=LUNDI, **autres) -> Choix:
    return Choix(jour, jour, jour, **autres)


def rangees(lecture) -> dict[str, list[tuple]]:
    return {section.titre: section.rangees for section in lecture.tableau.sections}


@pytest.fixture
def manges(monde, soigner):
    """Three on Monday, of whom Léa twice; Léa at the centre on Wednesday; the morning is no meal."""
    for enfant in (monde.lea, monde.noe, monde.tomas):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
        monde.poser(enfant, monde.seance(monde.matin, LUNDI), w.RESERVE)
    deux = Activite.create(
        nom="Échecs de midi", lieu=monde.cantine.lieu, debut=LUNDI, fin=JEUDI,
        delai_reservation=monde.cantine.delai_reservation, delai_absence=monde.cantine.delai_absence,
    )  # fmt: skip
    modele = monde.seance(monde.cantine, LUNDI)
    midi = Seance.create(
        activite=deux, jour=LUNDI, debut=dt.time(12), fin=dt.time(13), places=9,
        limite_reservation=modele.limite_reservation, limite_absence=modele.limite_absence,
    )  # fmt: skip
    monde.poser(monde.lea, midi, w.RESERVE)
    monde.poser(monde.ines, monde.seance(monde.cantine, LUNDI), w.ABSENT)
    monde.poser(monde.lea, monde.seance(monde.centre, MERCREDI), w.ABSENCE_ATTENTE)
    soigner(monde.lea, regime="sans_porc", allergies="Œuf")
    soigner(monde.tomas, regime="sans_viande", pai_debut="2026-09-01")


def test_each_child_is_counted_once_a_day_where_it_eats(monde, manges):
    jour = listes.consulter(c.REPAS, choix(), LA_VILLE)
    assert rangees(jour) == {"Lundi 7 décembre 2026": [("Groupe scolaire Jean-Zay", 3)]}
    semaine = listes.consulter(c.REPAS, choix(JEUDI, etendue=c.UNE_SEMAINE), LA_VILLE)
    assert [s.titre for s in semaine.tableau.sections] == [
        "Lundi 7 décembre 2026", "Mercredi 9 décembre 2026",
    ]  # fmt: skip
    assert semaine.tableau.sections[0].total == ("Ensemble", 3)
    assert not Evenement.select().where(Evenement.acte == listes.OUVERTE).exists()


def test_where_few_eat_the_count_of_diets_is_told_to_each_family(monde, manges):
    lue = listes.ouvrir(monde.sophie, c.REPAS, choix())
    assert rangees(lue) == {"Lundi 7 décembre 2026": [("Groupe scolaire Jean-Zay", 3, 1, 1, 1, 2)]}
    assert set(lue.familles) == {monde.moreau.id, monde.dasilva.id}
    lignes = Evenement.select().where(Evenement.acte == listes.SANTE_AFFICHEE)
    assert {e.famille_id for e in lignes} == {monde.moreau.id, monde.dasilva.id}


def test_where_many_eat_a_count_names_nobody_and_one_line_of_the_journal_is_enough(monde, manges):
    for rang in range(repas.PETIT_GROUPE):
        enfant = Enfant.create(
            famille=monde.moreau, prenom=f"E{rang}", nom="É", naissance=dt.date(2019, 1, 1), recherche="e"
        )
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    lue = listes.ouvrir(monde.sophie, c.REPAS, choix())
    assert rangees(lue)["Lundi 7 décembre 2026"] == [("Groupe scolaire Jean-Zay", 8, 6, 1, 1, 2)]
    assert not lue.familles
    assert not Evenement.select().where(Evenement.acte == listes.SANTE_AFFICHEE).exists()
    (ligne,) = Evenement.select().where(Evenement.acte == listes.OUVERTE)
    assert ligne.detail.startswith("Repas à préparer, lundi 7 décembre 2026")


def test_one_counts_the_meals_of_ones_places_only(monde, manges, ailleurs):
    sien = perimetre.du_compte(monde.marc)
    semaine = listes.consulter(c.REPAS, choix(etendue=c.UNE_SEMAINE), sien)
    assert rangees(semaine) == {"Mercredi 9 décembre 2026": [("Centre Prévert", 1)]}
    lue = listes.ouvrir(monde.marc, c.REPAS, choix(etendue=c.UNE_SEMAINE))
    assert rangees(lue) == {"Mercredi 9 décembre 2026": [("Centre Prévert", 1, 0, 1, 0, 1)]}


def test_a_child_who_eats_in_two_places_is_two_meals(monde, manges):
    lieu = Lieu.create(nom="Annexe")
    Activite.update(lieu=lieu).where(Activite.nom == "Échecs de midi").execute()
    lue = listes.consulter(c.REPAS, choix(), LA_VILLE)
    assert rangees(lue)["Lundi 7 décembre 2026"] == [("Annexe", 1), ("Groupe scolaire Jean-Zay", 3)]
    assert lue.tableau.sections[0].total == ("Ensemble", 4)


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn the same on both
def test_the_page_counts_by_diet_when_it_is_asked(monde, connexion, manges):
    client = connexion(monde.sophie)
    assert "Sans porc" not in client.get(f"/agents/listes/repas?jour={LUNDI}").text
    page = lire(poster(client, "/agents/listes/repas/regimes", {"jour": str(LUNDI)}).text)
    assert mots(page.select_one("tbody tr")) == "Groupe scolaire Jean-Zay 3 1 1 1 2"
    fichier = poster(
        client, "/agents/listes/repas/fichier", {"jour": str(LUNDI), "genre": "csv", "sante": "1"}
    )
    assert fichier.data.decode("utf-8-sig").splitlines()[1] == "07/12/2026;Groupe scolaire Jean-Zay;3;1;1;1;2"
