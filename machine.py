"""What a state machine is: statuses, steps, and the two questions that everybody asks of them.

Pure: standard library only. The tables of the town's machines: `workflows.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Etat:
    """One status: its stored code, and how it is said and drawn everywhere."""

    code: str
    libelle: str
    """Short label: « Réservé »."""
    symbole: str
    """Name of the symbol in the icon sprite."""
    classe: str
    """CSS class that gives hue and pattern."""
    phrase: str = ""
    """The guide's own words for a slot in this status: « Demande en attente de validation »."""


@dataclass(frozen=True)
class Transition:
    """One legal step: from `de`, the act `acte`, by a role of `par`, to one of `vers`."""

    de: str
    acte: str
    par: frozenset[str]
    vers: tuple[str, ...]
    libelle: str
    """The act in words, for a journal line: « demande la réservation »."""
    motif_requis: bool = False


class ActeIllegal(ValueError):
    """The act is not legal from this status for this role. Carries `machine`, `statut`, `acte`, `role`."""

    def __init__(self, machine: Machine, statut: str, acte: str, role: str) -> None:
        super().__init__(f"{machine.nom} : « {acte} » est impossible depuis « {statut} » pour {role}")
        self.machine, self.statut, self.acte, self.role = machine, statut, acte, role


class Machine:
    """A set of statuses and the table of the steps between them."""

    def __init__(
        self, nom: str, etats: Iterable[Etat], initial: str, transitions: Iterable[Transition]
    ) -> None:
        self.nom = nom
        self.etats = {etat.code: etat for etat in etats}
        self.initial = initial
        self.transitions = {(t.de, t.acte): t for t in transitions}

    @property
    def codes(self) -> tuple[str, ...]:
        """Every status that may be stored, in the order of the table."""
        return tuple(self.etats)

    def actes(self, statut: str, role: str) -> tuple[Transition, ...]:
        """The acts that `role` may do from `statut`."""
        return tuple(t for t in self.transitions.values() if t.de == statut and role in t.par)

    def permet(self, statut: str, acte: str, role: str) -> bool:
        """Whether `role` may do `acte` from `statut`."""
        transition = self.transitions.get((statut, acte))
        return transition is not None and role in transition.par

    def transition(self, statut: str, acte: str, role: str) -> Transition:
        """The step that `acte` makes from `statut`; :class:`ActeIllegal` when there is none for `role`."""
        if not self.permet(statut, acte, role):
            raise ActeIllegal(self, statut, acte, role)
        return self.transitions[statut, acte]


def pas(
    de: str, acte: str, par: str | tuple[str, ...], vers: str | tuple[str, ...], libelle: str, **plus
) -> Transition:
    par = (par,) if isinstance(par, str) else par
    vers = (vers,) if isinstance(vers, str) else vers
    return Transition(de, acte, frozenset(par), vers, libelle, **plus)
