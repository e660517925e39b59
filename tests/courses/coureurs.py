"""Races: real threads, each with its own connection to the same database, on both engines."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import workflows as w
from models import Abonnement, Activite, Compte, Enfant, Famille, Preinscription, db
from portail import clock

PATIENCE = 60
"""Seconds after which a race is stuck."""


@dataclass(frozen=True)
class Foyer:
    """A family of one child and one account."""

    compte: Compte
    famille: Famille
    enfant: Enfant


def peupler(activite: Activite, nombre: int) -> list[Foyer]:
    """So many families, whose child is registered in the activity."""
    foyers = []
    with db.atomic():
        for n in range(nombre):
            moment = {"cree_le": clock.maintenant()}
            compte = Compte.create(
                email=f"foyer{n}@example.org",
                prenom="Parent",
                nom=f"Foyer {n}",
                role="famille",
                mot_de_passe="-",
                **moment,
            )
            famille = Famille.create(nom=f"Foyer {n}", code_abonne=f"F{n}", recherche=f"foyer {n}", **moment)
            Abonnement.create(compte=compte, famille=famille, statut=w.ACTIF, **moment)
            enfant = Enfant.create(
                famille=famille, prenom=f"Enfant{n}", nom=f"Foyer {n}", naissance=activite.debut, recherche=""
            )
            Preinscription.create(
                enfant=enfant,
                activite=activite,
                debut=activite.debut,
                fin=activite.fin,
                statut=w.RESERVATION_POSSIBLE,
                **moment,
            )
            foyers.append(Foyer(compte, famille, enfant))
    return foyers


def ensemble(*actes: Callable[[], Any]) -> list[Any]:
    """Do all these at once, each in a thread and on a connection of its own. What each gave, or raised."""
    return [issue for (issue,) in manches([[acte] for acte in actes])]


def manches(coureurs: Sequence[Sequence[Callable[[], Any]]]) -> list[list[Any]]:
    """Run rounds: at each, every runner does its next act at the same moment as the others."""
    depart = threading.Barrier(len(coureurs))
    issues: list[list[Any]] = [[] for _ in coureurs]

    def courir(coureur: int) -> None:
        for acte in coureurs[coureur]:
            depart.wait(PATIENCE)
            try:
                with db.connection_context():
                    issues[coureur].append(acte())
            except Exception as raison:
                issues[coureur].append(raison)

    fils = [threading.Thread(target=courir, args=(n,), daemon=True) for n in range(len(coureurs))]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(PATIENCE)
        assert not fil.is_alive(), "a race is stuck"
    return issues
