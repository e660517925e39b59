"""A year of three children in two activities: as many statements as for three weeks, but for the lots."""

import datetime as dt

import pytest

import workflows as w
from models import Enfant, Preinscription
from portail.domain import demandes, droits, longue_periode
from portail.domain.suite_longue import lire_la_suite
from portail.domain.transitions import LOT
from tests.longue_periode.souhaits import souhait
from tests.monde import MAINTENANT
from tests.preinscriptions.test_performance import LENDEMAIN, Compteur, tous_les_jours

PEU, BEAUCOUP = 20, 170
PLAFONDS = {"apercevoir": 8, "demander": 44, "suivre": 13, "annuler": 20}


@pytest.fixture
def activites(monde):
    """Four activities of every day; two are asked for during three weeks, two for the whole year."""
    toutes = [tous_les_jours(monde, f"Tous les jours {n}") for n in range(4)]
    for enfant in Enfant.select().where(Enfant.famille == monde.moreau):
        for activite in toutes:
            Preinscription.create(
                enfant=enfant,
                activite=activite,
                debut=activite.debut,
                fin=activite.fin,
                statut=w.RESERVATION_POSSIBLE,
                cree_le=MAINTENANT,
            )
    return toutes


def une_demande(monde, activites, jours: int, compteur: Compteur) -> int:
    """Looked at, asked for, followed, withdrawn; gives how many créneaux."""
    claire, moreau = monde.claire, monde.moreau
    fin = LENDEMAIN + dt.timedelta(jours - 1)
    voulu = souhait([monde.lea, monde.noe, monde.ines], activites, tuple(range(7)), debut=LENDEMAIN, fin=fin)
    regard = droits.regard(claire, moreau)
    apercu = compteur.faire(
        "apercevoir", lambda: longue_periode.apercevoir(claire, moreau, voulu, regard=regard)
    )
    depot = compteur.faire("demander", lambda: longue_periode.demander(claire, moreau, voulu))
    assert len(depot.retenus) == apercu.retenues
    suite = compteur.faire("suivre", lambda: lire_la_suite(regard, depot.demande.id, voulu))
    assert suite.annulable
    compteur.faire("annuler", lambda: demandes.annuler_demande(claire, moreau, depot.demande.id))
    return apercu.retenues


def test_the_number_of_statements_does_not_grow_with_the_days(monde, activites, monkeypatch):
    compteur = Compteur(monkeypatch)
    une_demande(monde, activites[:2], PEU, compteur)
    peu = dict(compteur.ordres_de)
    combien = une_demande(monde, activites[2:], BEAUCOUP, compteur)
    assert combien > 900
    lots = -(-combien // LOT) - 1
    for acte, plafond in PLAFONDS.items():
        assert peu[acte] <= plafond, peu
        # written in batches: the créneaux, their lines, their journal, their status
        ecart = compteur.ordres_de[acte] - peu[acte]
        assert ecart <= {"demander": 5, "annuler": 5}.get(acte, 0) * lots, (acte, ecart, lots)
    assert compteur.secondes["apercevoir"] < 1 and compteur.secondes["demander"] < 3, compteur.secondes
