"""What a day is: school holidays, bank holiday, closure; said in words, told in one query."""

import datetime as dt

import pytest
from playhouse.test_utils import assert_query_count

from models import Calendrier
from portail.domain.calendrier import importer_calendrier_scolaire, jours_particuliers
from portail.domain.ville import la_ville, oublier_la_ville

NOEL = dt.date(2026, 12, 25)
LENDEMAIN = dt.date(2026, 12, 26)
LUNDI = dt.date(2026, 12, 7)


@pytest.fixture
def calendrier(monde):
    """The world, with the real calendar of three school years instead of its own two rows."""
    Calendrier.delete().execute()
    importer_calendrier_scolaire("B", (2025, 2026, 2028))
    return monde


def fermer(debut, fin=None, nom="Fermeture exceptionnelle", **qui):
    return Calendrier.create(genre="fermeture", nom=nom, debut=debut, fin=fin or debut, **qui)


def test_un_jour_se_dit_par_le_ferie_puis_la_fermeture_puis_les_vacances(calendrier):
    fermer(dt.date(2026, 12, 24), NOEL, nom="Pont de Noël")
    jours = jours_particuliers(dt.date(2026, 12, 1), dt.date(2027, 1, 31), "B")
    assert jours.mention(NOEL) == "Noël, jour férié"
    assert jours.mention(dt.date(2026, 12, 24)) == "Pont de Noël"
    assert jours.mention(LENDEMAIN) == "Vacances de Noël"
    assert jours.mention(LUNDI) == ""
    assert (jours.vacances(NOEL), jours.ferie(NOEL), jours.fermeture(NOEL)) == (
        "Vacances de Noël",
        "Noël",
        "Pont de Noël",
    )


def test_les_vacances_durent_du_premier_au_dernier_jour_compris(calendrier):
    jours = jours_particuliers(dt.date(2026, 12, 1), dt.date(2027, 1, 31), "B")
    assert jours.vacances(dt.date(2026, 12, 18)) is None
    assert jours.vacances(dt.date(2026, 12, 19)) == jours.vacances(dt.date(2027, 1, 3)) == "Vacances de Noël"
    assert jours.vacances(dt.date(2027, 1, 4)) is None


def test_chaque_zone_a_ses_vacances_et_les_memes_feries(calendrier):
    importer_calendrier_scolaire("C", [2026])
    fevrier = dt.date(2027, 2, 10)
    assert jours_particuliers(fevrier, fevrier, "B").vacances(fevrier) is None
    assert jours_particuliers(fevrier, fevrier, "C").vacances(fevrier) == "Vacances d’hiver"
    assert jours_particuliers(NOEL, NOEL, "A").ferie(NOEL) == "Noël"


def test_une_fermeture_ne_ferme_que_ce_qu_elle_nomme(calendrier):
    cantine, centre = calendrier.cantine, calendrier.centre
    autre_lieu = cantine.lieu_id + 1000
    fermer(LUNDI, nom="Travaux à la cuisine", activite=cantine)
    fermer(dt.date(2026, 12, 8), nom="Travaux dans l’école", lieu=cantine.lieu)
    jours = jours_particuliers(LUNDI, LENDEMAIN, "B")
    assert jours.ferme(LUNDI, cantine.id, cantine.lieu_id) == "Travaux à la cuisine"
    assert jours.ferme(LUNDI, centre.id, centre.lieu_id) is None
    assert jours.ferme(dt.date(2026, 12, 8), centre.id, centre.lieu_id) == "Travaux dans l’école"
    assert jours.ferme(dt.date(2026, 12, 8), centre.id, autre_lieu) is None
    assert jours.mention(LUNDI) == "", "la ville, elle, est ouverte"
    assert jours.ferme(NOEL, centre.id, autre_lieu) == "Noël, jour férié"


def test_au_dela_du_dernier_arrete_le_jour_est_a_confirmer(calendrier):
    noel_2028 = dt.date(2028, 12, 27)
    jours = jours_particuliers(NOEL, noel_2028, "B")
    assert jours.confirme(NOEL) and jours.confirme(LUNDI)
    assert jours.vacances(noel_2028) == "Vacances de Noël" and not jours.confirme(noel_2028)


def test_ne_sont_pas_ouvres_le_week_end_le_ferie_la_fermeture(calendrier):
    fermer(LUNDI)
    jours = jours_particuliers(LUNDI, dt.date(2027, 1, 31), "B")
    non_ouvres = [j for j in (dt.date(2026, 12, n) for n in range(7, 32)) if jours.non_ouvre(j)]
    assert [j.day for j in non_ouvres] == [7, 12, 13, 19, 20, 25, 26, 27]


@pytest.mark.parametrize("fin", [LUNDI, dt.date(2029, 8, 31)])
def test_une_requete_quelle_que_soit_la_periode(calendrier, fin):
    oublier_la_ville()
    la_ville()
    with assert_query_count(1):
        jours = jours_particuliers(LUNDI, fin)
        for n in range((fin - LUNDI).days):
            jours.mention(LUNDI + dt.timedelta(n))
