"""One child on the sheet of a roll call: where it stands, what is to be known of it, who may come."""

from dataclasses import dataclass, field

import workflows as w
from models import Enfant, Presence, normaliser
from portail import mots
from portail.domain import departs, pointage
from portail.domain.sorties import Personne

ATTENDUS, AUTRES, INSCRITS = "attendus", "autres", "inscrits"
GROUPES = {
    ATTENDUS: "Attendus",
    AUTRES: "Absences déclarées, demandes sans réponse",
    INSCRITS: "Inscrits à l’activité, sans réservation ce jour",
}


@dataclass(frozen=True)
class Sante:
    """What the family says of the child's health, for whoever looks after it."""

    regime: str = ""
    allergies: str = ""
    pai: str = ""
    """« valable jusqu’au 2 juillet 2027 », « échu depuis le … »; empty: there is none."""
    consignes: str = ""
    medecin: str = ""
    medecin_telephone: str = ""


@dataclass(frozen=True)
class Conflit:
    """A tap that came after another one said otherwise: kept, and shown until somebody chooses."""

    geste: str
    phrase: str
    """« Absent, pointé par Yann Le Goff à 11 h 52 (heure de l’appareil), reçu à 12 h 10 »."""


@dataclass(frozen=True)
class Ligne:
    """One child on the sheet."""

    enfant: Enfant
    statut: str
    """Of its créneau."""
    presence: Presence | None
    groupe: str
    photo: bool
    ouverte: bool
    """Whether the account reads what is sensitive of this child."""
    sante: Sante = field(default_factory=Sante)
    personnes: list[Personne] = field(default_factory=list)
    conflits: list[Conflit] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.enfant.id

    @property
    def etat(self) -> str:
        """`present`, `absent`, or nothing."""
        if self.presence:
            return self.presence.etat
        return pointage.PRESENT if self.statut == w.PRESENT else ""

    @property
    def sans_reservation(self) -> bool:
        attendue = self.statut == w.ABSENCE_ATTENTE
        return self.presence is not None and self.presence.sans_reservation and not attendue

    @property
    def mention(self) -> str:
        """What is to be known of the booking, where it is not simply booked."""
        if self.groupe == INSCRITS or self.statut in (w.RESERVE, w.PRESENT):
            return "Sans réservation" if self.sans_reservation else ""
        if self.statut == w.ABSENT and not (self.presence and not self.presence.sans_reservation):
            return "Absence déclarée"
        dites = {
            w.ABSENCE_ATTENTE: "Absence demandée",
            w.RESERVATION_ATTENTE: "Demande sans réponse",
            w.LISTE_ATTENTE: "Sur la liste d’attente",
        }
        return dites.get(self.statut, "Sans réservation" if self.sans_reservation else "")

    @property
    def pointee(self) -> str:
        """« par Yann Le Goff, 11 h 42 »."""
        if self.presence is None:
            return ""
        quand = mots.moment_court(self.presence.pointe_le)
        return f"par {self.presence.pointe_par.nom_complet}, {quand}"

    @property
    def partie(self) -> str:
        """« Départ à 17 h 42 avec Jeanne Roux, grand-mère »."""
        if self.presence is None or self.presence.parti_le is None:
            return ""
        avec = self.presence.parti_avec
        avec = "sans adulte" if avec == departs.SEUL else f"avec {avec}"
        return f"Départ {avec}, {mots.moment_court(self.presence.parti_le)}"

    @property
    def autorisees(self) -> list[Personne]:
        return [p for p in self.personnes if p.autorisee]

    @property
    def a_appeler(self) -> list[Personne]:
        return [p for p in self.personnes if p.appeler and p.telephone]

    @property
    def interdites(self) -> list[Personne]:
        return [p for p in self.personnes if p.interdite]

    @property
    def gestes_en_conflit(self) -> set[str]:
        """What else was pointed."""
        return {conflit.geste for conflit in self.conflits}

    @property
    def recherche(self) -> str:
        """What a search looks at."""
        return normaliser(f"{self.enfant.prenom} {self.enfant.nom}")
