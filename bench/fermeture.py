"""What closing a day costs: every séance of one day cancelled, about 2,000 bookings undone and told.

The floor is the same day read and locked, without writing anything. What must hold is the number of
statements: dozens, whatever the number of bookings, lots aside.
"""

import time
from collections import Counter
from contextlib import contextmanager

from peewee import fn

import models
from bench.commun import JOUR, moteurs, tableau
from models import Compte, Reservation, Seance, db, write_transaction
from portail import clock
from portail.domain.annulation_de_seances import A_DEFAIRE, Choix, annuler, choisir, prevoir
from portail.domain.perimetre import LA_VILLE
from portail.domain.places import verrouiller_les_places
from portail.domain.retablissement_de_seances import retablir

TAILLES = (200, 2_000)


@contextmanager
def requetes():
    """How many statements are executed meanwhile."""
    compte, base = Counter(), db.obj
    executer = base.execute_sql

    def compter(*mots, **plus):
        compte["n"] += 1
        return executer(*mots, **plus)

    base.execute_sql = compter
    try:
        yield compte
    finally:
        del base.execute_sql


def chronometrer(quoi) -> tuple[float, int]:
    debut = time.perf_counter()
    with requetes() as compte:
        quoi()
    return time.perf_counter() - debut, compte["n"]


def le_jour_le_plus_plein():
    """Of the days to come, the one with the most bookings."""
    requete = (
        Reservation.select(Seance.jour, fn.COUNT(Reservation.id))
        .join(Seance)
        .where(Reservation.statut.in_(A_DEFAIRE), Seance.jour > JOUR.date())
        .group_by(Seance.jour)
        .order_by(fn.COUNT(Reservation.id).desc(), Seance.jour)
    )
    return requete.tuples().first()


def mesurer(moteur: str, familles: int, url: str) -> list[object]:
    models.db.initialize(models.ouvrir(url))
    with db.connection_context():
        agent = Compte.get(Compte.role == "gestionnaire")
        jour, creneaux = le_jour_le_plus_plein()
        ids = choisir(Choix(jour, jour), LA_VILLE)
        avant, _ = chronometrer(lambda: _plancher(ids))
        apercu, n_apercu = chronometrer(lambda: prevoir(agent, ids))
        acte, n_acte = chronometrer(lambda: annuler(agent, ids, "Fermeture exceptionnelle"))
        retour, n_retour = chronometrer(lambda: retablir(agent, ids, remettre=True))
    return [
        *(moteur, familles, creneaux, f"{avant * 1000:.0f}", f"{apercu * 1000:.0f}", n_apercu),
        *(f"{acte * 1000:.0f}", n_acte, f"{retour * 1000:.0f}", n_retour),
    ]


def _plancher(ids: list[int]) -> None:
    with write_transaction():
        verrouiller_les_places(ids)


def main() -> None:
    entetes = (
        *("moteur", "familles", "créneaux", "verrous, ms", "aperçu, ms", "requêtes"),
        *("fermer, ms", "requêtes", "rouvrir, ms", "requêtes"),
    )
    with moteurs() as tous, clock.figer(JOUR):
        rangees = [mesurer(nom, n, moteur.ville(n)) for nom, moteur in tous.items() for n in TAILLES]
    tableau("Fermer un jour : ce qui s’y trouve est défait et dit", entetes, rangees)


if __name__ == "__main__":
    main()
