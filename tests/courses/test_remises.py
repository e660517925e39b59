"""A remise is collected while the next one is made, or taken away: neither waits for the other in vain."""

import datetime as dt
import threading
import time

import pytest

from models import Mandat, Prelevement, Remise, Responsable, db, moteur
from portail import clock
from portail.domain import champs, preparation_de_remise, remises
from tests.courses.coureurs import PATIENCE, ensemble, peupler, ruptures
from tests.factures import facture
from tests.monde import HIER, LUNDI
from tests.prelevements import IBAN, JOUR, creancier, donner_a_la_banque, remettre

PAUSE = 0.5
"""How long whoever collects stays where it has just locked what is left to pay, in seconds."""

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def foyers(monde):
    """Four families whose adult has signed a mandate."""
    creancier()
    faits = peupler(monde.cantine, 4)
    for adulte in Responsable.select().where(Responsable.famille.in_([f.famille for f in faits])):
        Mandat.create(
            responsable=adulte,
            rum=f"PC-2026-{adulte.id}",
            signe_le=HIER,
            banque=champs.fermer({"iban": IBAN, "titulaire": adulte.nom_complet}),
            cree_le=clock.maintenant(),
            agent=monde.sophie,
        )
    return faits


@pytest.fixture
def premiere(monde, foyers):
    """A remise of an invoice each, that the bank has."""
    facturer(monde, foyers, HIER)
    remise = remettre(monde)
    donner_a_la_banque(monde, remise)
    return remise


def facturer(monde, foyers, jour):
    for foyer in foyers:
        adulte = Responsable.get(Responsable.famille == foyer.famille)
        facture(adulte, [(foyer.enfant, monde.seance(monde.cantine, jour), 1_000)])


def pendant_l_encaissement(monde, premiere, monkeypatch, acte):
    """Do this once whoever collects has locked what an adult owes, and is about to go on. What each gave."""
    executer, tient = db.obj.execute_sql, threading.Event()

    def executer_puis_attendre(sql, *valeurs, **options):
        rendu = executer(sql, *valeurs, **options)
        if "FOR NO KEY UPDATE" in sql and 'FROM "solde"' in sql and not tient.is_set():
            tient.set()
            time.sleep(PAUSE)
        return rendu

    monkeypatch.setattr(db.obj, "execute_sql", executer_puis_attendre)
    if moteur() == "sqlite":  # whoever writes there is alone from its start
        tient.set()
    return ensemble(
        lambda: remises.encaisser(monde.gestionnaire, premiere.id), lambda: tient.wait(PATIENCE) and acte()
    )


def test_one_is_collected_while_the_next_one_is_made(monde, foyers, premiere, monkeypatch):
    facturer(monde, foyers, LUNDI)
    with clock.figer(clock.instant(JOUR, dt.time(10))):
        jour = preparation_de_remise.propose()
        marque = preparation_de_remise.preparer(jour).marque
        combien, suivante = pendant_l_encaissement(
            *(monde, premiere, monkeypatch, lambda: remises.creer(monde.gestionnaire, jour, marque))
        )
    assert combien == 4
    assert Prelevement.select().where(Prelevement.remise == suivante.id).count() == 4
    assert ruptures() == set()


def test_one_is_collected_while_the_file_of_the_next_one_is_taken_away(monde, foyers, premiere, monkeypatch):
    facturer(monde, foyers[::-1], LUNDI)
    with clock.figer(clock.instant(JOUR, dt.time(10))):
        suivante = remettre(monde, preparation_de_remise.propose())
        issues = pendant_l_encaissement(
            *(monde, premiere, monkeypatch, lambda: donner_a_la_banque(monde, suivante))
        )
    assert issues == [4, None]
    assert Remise.get_by_id(suivante.id).emportee_le
    assert ruptures() == set()
