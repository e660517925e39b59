"""« Terminée » comes by itself, the day after the end date, in Python and in SQL alike."""

import datetime as dt

import pytest

import workflows as w
from models import Preinscription
from portail import clock
from portail.domain import fin_d_inscription, moderation, preinscriptions
from portail.domain.refus import DejaChange
from tests.garanties.empreinte import contenu
from tests.preinscriptions.souhaits import AU, atelier, souhait

LENDEMAIN = AU + dt.timedelta(1)


@pytest.fixture
def inscription(monde):
    voulu = souhait(atelier(monde), monde.lea)
    demande = preinscriptions.deposer(monde.claire, monde.moreau, voulu)
    moderation.accepter(monde.sophie, demande.id)
    return Preinscription.get(Preinscription.activite == voulu.activite_id)


def etats(inscription, moment: dt.datetime) -> tuple[str, bool]:
    """What Python says of it then, and what the database does."""
    with clock.figer(moment):
        jour = clock.aujourdhui()
        lue = Preinscription.get_by_id(inscription.id)
        en_sql = w.est_terminee(Preinscription.statut, Preinscription.fin, jour)
        trouvee = Preinscription.select().where(Preinscription.id == lue.id, en_sql).exists()
        return w.etat_preinscription(lue.statut, lue.fin, jour).libelle, trouvee


@pytest.mark.parametrize(
    "jour, heure, attendu",
    [
        (AU, dt.time(0), ("Réservation possible", False)),
        (AU, dt.time(23, 59, 59), ("Réservation possible", False)),
        (LENDEMAIN, dt.time(0), ("Terminée", True)),
        (LENDEMAIN, dt.time(0, 30), ("Terminée", True)),  # still the day before in UTC
        (dt.date(2028, 2, 29), dt.time(12), ("Terminée", True)),
    ],
)
def test_the_day_after_the_end_date_in_paris(inscription, jour, heure, attendu):
    avant = contenu()
    assert etats(inscription, clock.instant(jour, heure)) == attendu
    assert contenu() == avant


@pytest.mark.parametrize("statut", [w.DEMANDE_EN_COURS, w.REFUSEE, w.ANNULEE])
def test_only_what_stood_ends(inscription, statut):
    Preinscription.update(statut=statut).where(Preinscription.id == inscription.id).execute()
    moment = clock.instant(LENDEMAIN, dt.time(12))
    assert etats(inscription, moment) == (w.PREINSCRIPTION.etats[statut].libelle, False)


def test_ended_it_is_not_ended_early(monde, inscription):
    with clock.figer(clock.instant(LENDEMAIN, dt.time(8))), pytest.raises(DejaChange, match="terminée"):
        fin_d_inscription.mettre_fin(monde.sophie, monde.moreau.id, inscription.id, LENDEMAIN)
