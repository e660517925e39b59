"""A pre-registration of a whole year: five children, 180 days each, in one demande, act by act.

The floor is a transaction that inserts as many bookings and as many journal lines, and nothing else. First
every day has room for all; then each has one place, that the eldest gets while the others wait: an early end
gives each of those places to the next child of the list, and tells it.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import models
from bench.commun import JOUR, moteurs, tableau
from models import (
    Abonnement,
    Activite,
    Compte,
    Delai,
    Enfant,
    Evenement,
    Famille,
    Horaire,
    LienParental,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
    write_transaction,
)
from portail import clock
from portail.domain import moderation, preinscriptions
from portail.domain.calendrier import creer_seances
from portail.domain.examen import Souhait, examiner
from portail.domain.fin_d_inscription import mettre_fin

FAMILLES = 200
JOURS, ENFANTS = 180, 5
DEMAIN = JOUR.date() + dt.timedelta(1)
FIN = DEMAIN + dt.timedelta(JOURS - 1)


def fratrie() -> tuple[Compte, Famille, list[Enfant]]:
    """A family of the town, with five children."""
    abonnement = Abonnement.select().where(Abonnement.famille == 1).order_by(Abonnement.id).first()
    adultes = list(Responsable.select().where(Responsable.famille == 1))
    while Enfant.select().where(Enfant.famille == 1).count() < ENFANTS:
        enfant = Enfant.create(
            famille=1, prenom="Camille", nom="Moreau", naissance=dt.date(2019, 1, 1), rang=9, recherche="x"
        )
        for adulte in adultes:
            LienParental.create(responsable=adulte, enfant=enfant, droit="plein")
    enfants = list(Enfant.select().where(Enfant.famille == 1).order_by(Enfant.rang))
    return abonnement.compte, abonnement.famille, enfants


def tous_les_jours(nom: str, places: int) -> Activite:
    """An activity of every day from tomorrow."""
    delai = Delai("jours", 0, dt.time(12))
    valeurs: dict[str, Any] = {"delai_reservation": delai, "delai_absence": delai, "age_min": 0}
    activite = Activite.create(nom=nom, lieu=1, debut=DEMAIN, fin=FIN, **valeurs)
    heures = {"debut": dt.time(16), "fin": dt.time(18), "places": places, "periode": "toujours"}
    for jour in range(7):
        Horaire.create(activite=activite, jour=jour, **heures)
    creer_seances(activite, DEMAIN, FIN)
    return activite


class Chronometre:
    """How long an act takes, and how many statements it sends."""

    def __init__(self) -> None:
        self.ordres = 0
        base = models.db.obj
        vraie = base.execute_sql

        def compter(*args, **kwargs):
            self.ordres += 1
            return vraie(*args, **kwargs)

        base.execute_sql = compter

    def __call__(self, acte: Callable[[], Any]) -> tuple[Any, float, int]:
        self.ordres, debut = 0, time.perf_counter()
        rendu = acte()
        return rendu, time.perf_counter() - debut, self.ordres


def plancher(enfants: list[Enfant], activite: Activite) -> None:
    """As many rows, and nothing else."""
    with write_transaction():
        seances = [seance.id for seance in Seance.select(Seance.id).where(Seance.activite == activite)]
        creneaux = [{"enfant": e.id, "seance": s} for e in enfants for s in seances]
        fait = {"quand": clock.maintenant(), "acte": "demander", "objet": "reservation", "vers": "reserve"}
        for rang in range(0, len(creneaux), 500):
            Reservation.insert_many(creneaux[rang : rang + 500]).execute()
            Evenement.insert_many(
                [fait | {"objet_id": n} for n, _ in enumerate(creneaux[rang : rang + 500])]
            ).execute()


def mesurer(nom: str, chronometre: Chronometre) -> Iterator[tuple[object, ...]]:
    compte, famille, enfants = fratrie()
    agent = Compte.get(email="agent@example.org")
    tous = frozenset(DEMAIN + dt.timedelta(n) for n in range(JOURS))
    large, etroite = tous_les_jours("Tous les jours", 50), tous_les_jours("Une place", 1)
    vide = tous_les_jours("Plancher", 50)
    _, sol, ordres = chronometre(lambda: plancher(enfants, vide))

    def dire(acte: str, secondes: float, ordres: int) -> tuple[object, ...]:
        return nom, acte, f"{secondes * 1000:.0f}", ordres, f"× {secondes / sol:.1f}"

    yield dire("plancher", sol, ordres)
    for activite, suite in ((large, ""), (etroite, ", une place par jour")):
        voulu = Souhait(activite.id, tuple(e.id for e in enfants), DEMAIN, FIN, tous)
        _, *mesure = chronometre(lambda voulu=voulu: examiner(compte, famille, voulu))
        yield dire(f"examiner{suite}", *mesure)
        demande, *mesure = chronometre(lambda voulu=voulu: preinscriptions.deposer(compte, famille, voulu))
        yield dire(f"déposer{suite}", *mesure)
        _, *mesure = chronometre(lambda demande=demande: moderation.accepter(agent, demande.id))
        yield dire(f"accepter{suite}", *mesure)
        ainee = Preinscription.get(enfant=enfants[0], activite=activite)
        _, *mesure = chronometre(lambda ainee=ainee: mettre_fin(agent, famille.id, ainee.id, DEMAIN))
        yield dire(f"mettre fin{suite}", *mesure)


def main() -> None:
    rangees: list[tuple[object, ...]] = []
    with moteurs() as tous, clock.figer(JOUR):
        for nom, moteur in tous.items():
            moteur.ville(FAMILLES)
            rangees += mesurer(nom, Chronometre())
    quoi = f"{ENFANTS} enfants, {JOURS} jours ; plancher : autant de lignes insérées"
    entetes = ("moteur", "acte", "ms", "requêtes", "rapport")
    tableau(f"Une année de pré-inscription ({quoi})", entetes, rangees)


if __name__ == "__main__":
    main()
