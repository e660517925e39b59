"""The school calendar as the education ministry publishes it, and its import into the town's rows."""

import datetime as dt

import pytest

from models import Calendrier
from portail.domain.calendrier import annee_scolaire, calendrier_publie, importer_calendrier_scolaire

# First day: the Saturday after the last class. Last day: the day before « la reprise ».
PUBLIE = {
    # Arrêté du 7 décembre 2022
    (2025, "A"): {
        "Vacances de la Toussaint": ("2025-10-18", "2025-11-02"),
        "Vacances de Noël": ("2025-12-20", "2026-01-04"),
        "Vacances d’hiver": ("2026-02-07", "2026-02-22"),
        "Vacances de printemps": ("2026-04-04", "2026-04-19"),
        "Pont de l’Ascension": ("2026-05-14", "2026-05-17"),
        "Vacances d’été": ("2026-07-04", "2026-08-31"),
    },
    (2025, "B"): {
        "Vacances de la Toussaint": ("2025-10-18", "2025-11-02"),
        "Vacances de Noël": ("2025-12-20", "2026-01-04"),
        "Vacances d’hiver": ("2026-02-14", "2026-03-01"),
        "Vacances de printemps": ("2026-04-11", "2026-04-26"),
        "Pont de l’Ascension": ("2026-05-14", "2026-05-17"),
        "Vacances d’été": ("2026-07-04", "2026-08-31"),
    },
    (2025, "C"): {
        "Vacances de la Toussaint": ("2025-10-18", "2025-11-02"),
        "Vacances de Noël": ("2025-12-20", "2026-01-04"),
        "Vacances d’hiver": ("2026-02-21", "2026-03-08"),
        "Vacances de printemps": ("2026-04-18", "2026-05-03"),
        "Pont de l’Ascension": ("2026-05-14", "2026-05-17"),
        "Vacances d’été": ("2026-07-04", "2026-08-31"),
    },
    # Arrêté du 22 octobre 2025
    (2026, "A"): {
        "Vacances de la Toussaint": ("2026-10-17", "2026-11-01"),
        "Vacances de Noël": ("2026-12-19", "2027-01-03"),
        "Vacances d’hiver": ("2027-02-13", "2027-02-28"),
        "Vacances de printemps": ("2027-04-10", "2027-04-25"),
    },
    (2026, "B"): {
        "Vacances de la Toussaint": ("2026-10-17", "2026-11-01"),
        "Vacances de Noël": ("2026-12-19", "2027-01-03"),
        "Vacances d’hiver": ("2027-02-20", "2027-03-07"),
        "Vacances de printemps": ("2027-04-17", "2027-05-02"),
    },
    (2026, "C"): {
        "Vacances de la Toussaint": ("2026-10-17", "2026-11-01"),
        "Vacances de Noël": ("2026-12-19", "2027-01-03"),
        "Vacances d’hiver": ("2027-02-06", "2027-02-21"),
        "Vacances de printemps": ("2027-04-03", "2027-04-18"),
    },
}

FERIES_2026_2027 = {
    "2026-11-01": "Toussaint",
    "2026-11-11": "Armistice",
    "2026-12-25": "Noël",
    "2027-01-01": "Jour de l’an",
    "2027-03-29": "Lundi de Pâques",
    "2027-05-01": "Fête du Travail",
    "2027-05-06": "Ascension",
    "2027-05-08": "Fête de la Victoire",
    "2027-05-17": "Lundi de Pentecôte",
    "2027-07-14": "Fête nationale",
    "2027-08-15": "Assomption",
}


@pytest.mark.parametrize(("annee", "zone"), PUBLIE)
def test_les_vacances_sont_celles_des_arretes(annee, zone):
    vacances = {
        p.nom: (p.debut.isoformat(), p.fin.isoformat())
        for p in calendrier_publie(zone, annee)
        if p.genre == "vacances"
    }
    for nom, dates in PUBLIE[annee, zone].items():
        assert vacances[nom] == dates
    assert list(vacances)[0] == "Vacances de la Toussaint"
    assert list(vacances)[-1] == "Vacances d’été"


def test_les_jours_feries_sont_ceux_du_code_du_travail():
    feries = {p.debut.isoformat(): p.nom for p in calendrier_publie("B", 2026) if p.genre == "ferie"}
    assert feries == FERIES_2026_2027


@pytest.mark.parametrize("zone", "ABC")
def test_au_dela_du_dernier_arrete_les_vacances_sont_a_confirmer(zone):
    def confirmes(annee):
        return {
            p.confirme for p in calendrier_publie(zone, annee) if p.genre == "vacances" and p.debut.month != 7
        }

    assert confirmes(2027) == {True}
    assert confirmes(2028) == confirmes(2035) == {False}
    assert all(p.confirme for p in calendrier_publie(zone, 2035) if p.genre == "ferie"), (
        "ceux-là sont dans la loi"
    )


def test_l_annee_scolaire_va_du_1er_septembre_au_31_aout():
    assert annee_scolaire(dt.date(2026, 8, 31)) == (dt.date(2025, 9, 1), dt.date(2026, 8, 31))
    assert annee_scolaire(dt.date(2026, 9, 1)) == (dt.date(2026, 9, 1), dt.date(2027, 8, 31))
    assert annee_scolaire(dt.date(2028, 2, 29)) == (dt.date(2027, 9, 1), dt.date(2028, 8, 31))


# ——— the import ———


@pytest.fixture
def vierge(base):
    Calendrier.delete().execute()


def lignes():
    colonnes = (
        Calendrier.genre,
        Calendrier.nom,
        Calendrier.debut,
        Calendrier.fin,
        Calendrier.zone,
        Calendrier.confirme,
    )
    return list(Calendrier.select(*colonnes).order_by(Calendrier.id).tuples())


def test_l_import_ecrit_une_fois_chaque_ligne(vierge):
    assert importer_calendrier_scolaire("B", (2026, 2027)) == 2 * (11 + 6)
    avant = lignes()
    assert ("vacances", "Vacances de Noël", dt.date(2026, 12, 19), dt.date(2027, 1, 3), "B", True) in avant
    assert ("ferie", "Lundi de Pâques", dt.date(2027, 3, 29), dt.date(2027, 3, 29), None, True) in avant
    assert importer_calendrier_scolaire("B", (2026, 2027)) == 0
    assert lignes() == avant


def test_deux_zones_partagent_les_jours_feries(vierge):
    importer_calendrier_scolaire("B", [2026])
    assert importer_calendrier_scolaire("C", [2026]) == 6
    assert Calendrier.select().where(Calendrier.genre == "ferie").count() == 11


def test_l_import_laisse_ce_que_la_ville_a_change(vierge):
    importer_calendrier_scolaire("B", [2026])
    Calendrier.update(fin=dt.date(2027, 1, 4)).where(Calendrier.nom == "Vacances de Noël").execute()
    Calendrier.update(nom="Vacances de février").where(Calendrier.nom == "Vacances d’hiver").execute()
    Calendrier.delete().where(Calendrier.nom == "Pont de l’Ascension").execute()
    avant = lignes()
    assert importer_calendrier_scolaire("B", [2026]) == 0
    assert lignes() == avant


def test_une_ligne_a_confirmer_est_mise_a_jour_quand_l_arrete_parait(vierge):
    importer_calendrier_scolaire("B", [2026])
    noel = Calendrier.nom == "Vacances de Noël"
    Calendrier.update(debut=dt.date(2026, 12, 12), confirme=False).where(noel).execute()
    assert importer_calendrier_scolaire("B", [2026]) == 1
    ligne = Calendrier.get(noel)
    assert (ligne.debut, ligne.confirme) == (dt.date(2026, 12, 19), True)
