"""Races: real threads, each with its own connection to the same database, on both engines."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import workflows as w
from models import (
    Abonnement,
    Activite,
    Compte,
    Enfant,
    Famille,
    LienParental,
    Preinscription,
    Responsable,
    db,
)
from portail import clock
from portail.domain import verification

PATIENCE = 60
"""Seconds after which a race is stuck."""


@dataclass(frozen=True)
class Foyer:
    """A family of one child and one account, that of the adult who decides for the child."""

    compte: Compte
    famille: Famille
    enfant: Enfant


def peupler(activite: Activite, nombre: int) -> list[Foyer]:
    """So many families, whose child is registered in the activity."""
    ids = range(1001, 1001 + nombre)
    moment = {"cree_le": clock.maintenant()}
    qui = {"prenom": "Camille", "nom": "Foyer"}
    compte = {**qui, **moment, "role": "famille", "mot_de_passe": "-", "active_le": clock.maintenant()}
    inscription = {
        "activite": activite.id,
        "debut": activite.debut,
        "fin": activite.fin,
        "statut": w.RESERVATION_POSSIBLE,
        **moment,
    }
    enfant = {**qui, "naissance": activite.debut, "recherche": "camille foyer"}
    lots: dict = {
        Compte: [{**compte, "id": i, "email": f"foyer{i}@example.org"} for i in ids],
        Famille: [{**moment, "id": i, "nom": "Foyer", "code_abonne": i, "recherche": "foyer"} for i in ids],
        Responsable: [{**qui, "id": i, "famille": i} for i in ids],
        Abonnement: [{**moment, "compte": i, "famille": i, "responsable": i, "statut": w.ACTIF} for i in ids],
        Enfant: [{**enfant, "id": i, "famille": i} for i in ids],
        LienParental: [{"responsable": i, "enfant": i, "droit": "plein"} for i in ids],
        Preinscription: [{**inscription, "enfant": i} for i in ids],
    }
    with db.atomic():
        for table, lignes in lots.items():
            table.insert_many(lignes).execute()
    par_id = [{o.id: o for o in t.select().where(t.id >= ids[0])} for t in (Compte, Famille, Enfant)]
    return [Foyer(*(objets[i] for objets in par_id)) for i in ids]


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


def ruptures() -> set[str]:
    """What `verifier` tells; the registrations of the small world, and these, have no journal line."""
    return {r.invariant for r in verification.verifier()} - {"Journal", "Suite du journal"}
