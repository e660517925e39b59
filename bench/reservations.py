"""Bookings per second through the act itself, asked for by one, four and eight threads of one process.

The floor is the smallest transaction that takes the same lock and writes one row. Each thread books what
nobody else does: a refusal, or any error, stops the measure.
"""

import datetime as dt
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import models
import workflows as w
from bench.commun import JOUR, moteurs, tableau
from models import Abonnement, Compte, Famille, Seance, write_transaction
from portail import clock
from portail.base import rendre_la_connexion
from portail.domain import droits, lecture_planning, planning

FAMILLES = 100
FILS = (1, 4, 8)
SECONDES = 2.0


@dataclass(frozen=True)
class Souhait:
    """A créneau that can be asked for, and who may."""

    compte: Compte
    famille: Famille
    enfant_id: int
    seance_id: int


def reserver(souhait: Souhait) -> None:
    voeu = (souhait.enfant_id, souhait.seance_id)
    planning.demander_reservation(souhait.compte, souhait.famille, [voeu])


def ecrire_une_ligne(souhait: Souhait) -> None:
    with write_transaction():
        models.verrouiller(Seance, [souhait.seance_id])
        Seance.update(places=Seance.places).where(Seance.id == souhait.seance_id).execute()


def souhaits() -> list[Souhait]:
    """All that the town's families could book in the two months to come, in any order."""
    debut, fin = JOUR.date(), JOUR.date() + dt.timedelta(60)
    abonnements = Abonnement.select(Abonnement, Compte, Famille).join(Compte).switch(Abonnement).join(Famille)
    familles = {abonnement.famille: abonnement.compte for abonnement in abonnements}
    trouves = [
        Souhait(compte, famille, creneau.enfant.id, creneau.seance.id)
        for famille, compte in familles.items()
        for creneau in lecture_planning.planning(
            famille, debut, fin, regard=droits.regard(compte, famille)
        ).creneaux()
        if creneau.acte_possible == w.DEMANDER
    ]
    random.Random(1).shuffle(trouves)
    return trouves


def debit(acte: Callable[[Souhait], None], restants: Iterator[Souhait], fils: int) -> float:
    """How many times a second these threads do the act, together."""
    pannes: list[BaseException] = []
    depart, arret = threading.Barrier(fils + 1), threading.Event()
    faits = [0] * fils

    def travailler(rang: int) -> None:
        depart.wait()
        try:
            while not arret.is_set():
                acte(next(restants))
                faits[rang] += 1
        except BaseException as panne:
            pannes.append(panne)
            arret.set()
        finally:
            rendre_la_connexion()

    equipe = [threading.Thread(target=travailler, args=(rang,)) for rang in range(fils)]
    for un in equipe:
        un.start()
    depart.wait()
    debut = time.perf_counter()
    arret.wait(SECONDES)
    arret.set()
    for un in equipe:
        un.join()
    if pannes:
        raise pannes[0]
    return sum(faits) / (time.perf_counter() - debut)


def main() -> None:
    entetes = ("moteur", "fils", "transactions/s", "réservations/s", "rapport")
    rangees = []
    with moteurs() as tous, clock.figer(JOUR):
        for nom, moteur in tous.items():
            moteur.ville(FAMILLES)
            voulus = souhaits()
            sans_fin, restants = itertools.cycle(voulus), iter(voulus)
            for fils in FILS:
                plancher, mesure = debit(ecrire_une_ligne, sans_fin, fils), debit(reserver, restants, fils)
                rangees.append((nom, fils, f"{plancher:.0f}", f"{mesure:.0f}", f"× {plancher / mesure:.1f}"))
    tableau("Réserver, par l’acte du domaine (plancher : une transaction d’une ligne)", entetes, rangees)


if __name__ == "__main__":
    main()
