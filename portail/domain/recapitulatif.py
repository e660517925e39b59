"""Créneaux told in words, in a mail or a recap: one by one while they are few, else summed up."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import workflows as w
from models import Enfant, Seance
from portail import mots
from portail.domain.creneaux import EnfantVu, SeanceVue

DITS_UN_A_UN = 8
"""How many créneaux of one child in one activity are told each on its line."""


def nommer(enfant: Enfant | EnfantVu, seance: Seance | SeanceVue) -> str:
    """« Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 »."""
    quand = f"{mots.jour_long(seance.jour)}, {mots.plage(seance.debut, seance.fin)}"
    return f"{enfant.prenom}, {seance.activite.nom}, {quand}"


def dire(nature: str, enfant: Enfant | EnfantVu, seance: Seance | SeanceVue) -> str:
    """A line of mail: « Réservation : Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 »."""
    return f"{w.NATURES[nature]} : {nommer(enfant, seance)}"


def dire_ensemble(nature: str, creneaux: Iterable[tuple[Any, Any, Any]]) -> list[tuple[int, str, Any]]:
    """These créneaux in lines: the child's id, the words, and what the créneau is marked with.

    Each is a child, a séance and a mark; those of one child in one activity with the same mark are summed up
    when there are many: « Réservation : Léa, Cantine, 140 créneaux, du 1er septembre 2026 au 2 juillet 2027,
    le lundi, le mardi et le jeudi ».
    """
    tries = sorted(
        creneaux,
        key=lambda c: (
            c[0].rang,
            c[0].id,
            c[1].activite.nom,
            c[1].activite.id,
            repr(c[2]),
            c[1].jour,
            c[1].debut,
        ),
    )
    lignes = []
    for (enfant_id, _, _), groupe in groupby(tries, key=lambda c: (c[0].id, c[1].activite.id, repr(c[2]))):
        siens = list(groupe)
        if len(siens) <= DITS_UN_A_UN:
            lignes += [(enfant_id, dire(nature, enfant, seance), marque) for enfant, seance, marque in siens]
        else:
            lignes.append((enfant_id, _resumer(nature, siens[0][0], [s for _, s, _ in siens]), siens[0][2]))
    return lignes


def _resumer(nature: str, enfant: Any, seances: list[Any]) -> str:
    jours = sorted({seance.jour for seance in seances})
    semaine = mots.enumeration([f"le {mots.JOURS[n]}" for n in sorted({jour.weekday() for jour in jours})])
    combien = mots.pluriel(len(seances), "créneau", "créneaux")
    quoi = f"{w.NATURES[nature]} : {enfant.prenom}, {seances[0].activite.nom}"
    return f"{quoi}, {combien}, {mots.du_au(jours[0], jours[-1])}, {semaine}"
