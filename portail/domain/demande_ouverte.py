"""A demande as an agent reads it, whatever it is about: who asks, when, what was answered."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import workflows as w
from portail import clock, mots
from portail.domain.notes import NoteVue
from portail.domain.prises_en_charge import Prise

PRECEDENTES = 4
"""How many earlier demandes the history tells."""


@dataclass(frozen=True)
class Fait:
    """One line of the family's history."""

    quand: dt.datetime
    phrase: str


class Partie(Protocol):
    """One line, one change: what is answered on its own."""

    @property
    def id(self) -> int: ...
    @property
    def en_attente(self) -> bool: ...
    @property
    def ailleurs(self) -> bool:
        """Out of the places of whoever looks: seen with the rest of the demande, answered by others."""
        ...

    @property
    def acceptable(self) -> bool:
        """Whether it is offered to be accepted as it stands."""
        ...


P = TypeVar("P", bound=Partie)


@dataclass(frozen=True)
class Enveloppe(ABC, Generic[P]):
    """A demande, open in front of an agent."""

    id: int
    numero: str
    nature: str
    statut: str
    deposee_le: dt.datetime
    a_traiter_avant: dt.datetime | None
    repondue_le: dt.datetime | None
    famille_id: int
    code_abonne: str
    auteur: str
    agent: str
    par_moi: bool
    """The last answer is this agent's own."""
    a_moi: bool
    """The agent is subscribed to this family: somebody else must answer."""
    prise: Prise | None
    """Who looks after it."""
    notes: list[NoteVue]
    """What the agents have left each other; none for an agent of the family."""
    lignes: list[P]
    historique: list[Fait]

    partie = "ligne"
    """What a part of it is called."""

    @property
    def etat(self) -> w.Etat:
        return w.DEMANDE.etats[self.statut]

    @property
    def attendues(self) -> list[P]:
        """What waits for an answer of whoever looks."""
        return [ligne for ligne in self.lignes if ligne.en_attente and not ligne.ailleurs]

    @property
    def aux_autres(self) -> str:
        """What waits for other agents, in words: « 1 ligne est d’un lieu dont… »; empty when nothing does."""
        combien = sum(ligne.en_attente and ligne.ailleurs for ligne in self.lignes)
        if not combien:
            return ""
        sont = mots.pluriel(combien, f"{self.partie} est d’un lieu", f"{self.partie}s sont de lieux")
        return f"{sont} dont d’autres agents ont la charge : la demande attend aussi leur réponse."

    @property
    def en_retard(self) -> bool:
        limite = self.a_traiter_avant
        return self.statut == w.EN_ATTENTE and limite is not None and limite <= clock.maintenant()

    @property
    def proposees(self) -> frozenset[int]:
        """The parts ticked at first: those that can be accepted, or all when none can."""
        acceptables = {ligne.id for ligne in self.attendues if ligne.acceptable}
        return frozenset(acceptables or {ligne.id for ligne in self.attendues})

    @property
    def reponse(self) -> str:
        """Who answered, and when; empty as long as nobody did."""
        if self.repondue_le is None:
            return ""
        quand = mots.moment(self.repondue_le)
        if self.statut == w.ANNULEE:
            return f"Annulée par la famille, {quand}."
        if self.statut == w.EN_ATTENTE:
            return f"{self.agent or 'Le portail'} a répondu à une partie des {self.partie}s, {quand}."
        return f"{self.etat.libelle} par {self.agent or 'le portail'}, {quand}."

    @property
    @abstractmethod
    def titre(self) -> str:
        """What it is, and about whom."""

    @property
    @abstractmethod
    def resume(self) -> str:
        """What it asks, in few words."""

    @property
    def ouvertes(self) -> Collection[str]:
        """What is sealed and is shown, by code: the form carries it, to show it again."""
        return ()

    @property
    def voulu(self) -> str:
        """What part of its lines is shown, when there are too many for them all."""
        return ""

    @property
    def precision(self) -> str:
        """What has to be told besides of an answer."""
        return ""

    @property
    def issues(self) -> str:
        """What was answered, part by part, where it is not the same for all."""
        return ""

    @property
    def a_demander(self) -> str:
        """What could be asked of the family before it is answered."""
        return ""

    @property
    def compte_rendu(self) -> str:
        """What an answer has just made of it, in one sentence."""
        quoi = self.titre[0].lower() + self.titre[1:]
        if self.attendues or self.aux_autres:
            reste = mots.pluriel(len(self.attendues), self.partie)
            faite = ", ".join(filter(None, ("Réponse enregistrée", quoi, self.issues)))
            dite = f"{faite} : il reste {reste} à traiter." if self.attendues else f"{faite}."
            return " ".join(filter(None, (dite, mots.phrase(self.aux_autres) if self.aux_autres else "")))
        issue = self.issues or self.etat.libelle.lower()
        return mots.phrase(f"Demande {issue} : {quoi}, {self.resume}{self.precision}")


def dire_l_issue(statut: str, prenom_agent: str, nom_agent: str) -> str:
    """« acceptée par Marc Tessier », « annulée par la famille », « en attente »."""
    issue = w.DEMANDE.etats[statut].libelle.lower()
    if statut == w.ANNULEE:
        return f"{issue} par la famille"
    if statut == w.EN_ATTENTE:
        return issue
    return f"{issue} par {prenom_agent} {nom_agent}" if prenom_agent else f"{issue} d’office"


def uniques(textes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(textes))
