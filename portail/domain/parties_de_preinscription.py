"""The parts of a pre-registration as an agent reads them: a child, a sibling, a message, a document."""

import datetime as dt
from dataclasses import dataclass

import workflows as w
from models import Compte, Document, Message
from portail import mots
from portail.domain.repartition import Part


@dataclass(frozen=True)
class EnfantVu:
    """One line: which child, from where, and what accepting would do."""

    id: int
    statut: str
    motif: str
    prenom: str
    nom: str
    age: str
    """On the first day asked for."""
    commune: str
    """Where the adults who have authority over the child live: « Angers », « Angers et Nantes »."""
    ecole: str
    """« Groupe scolaire Jean-Zay, CE2 »."""
    activite: str
    lieu: str
    debut: dt.date
    fin: dt.date
    obstacle: str
    """Why it can only be refused; empty when it can be accepted."""
    part: Part
    """What becomes of the days asked for: if it is accepted now, or as they are once it was."""
    ailleurs: bool = False
    """Out of the places of whoever looks: others answer."""

    @property
    def en_attente(self) -> bool:
        return self.statut == w.EN_ATTENTE

    @property
    def attendue(self) -> bool:
        """Whether it waits for an answer of whoever looks."""
        return self.en_attente and not self.ailleurs

    @property
    def etat(self) -> w.Etat:
        return w.LIGNE.etats[self.statut]

    @property
    def acceptable(self) -> bool:
        return self.attendue and not self.obstacle

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def quoi(self) -> str:
        return f"{self.prenom}, {self.activite}"

    @property
    def periode(self) -> str:
        return mots.du_au(self.debut, self.fin)

    @property
    def issue(self) -> str:
        """« 40 jours réservés, 2 en liste d’attente, 1 impossible »; « inscrit, aucun jour réservé »."""
        reserves, liste, non = (
            len(x) for x in (self.part.reserves, self.part.en_liste, self.part.impossibles)
        )
        dits = [mots.pluriel(reserves, "jour réservé", "jours réservés")] if reserves else []
        dits += [f"{liste} en liste d’attente"] if liste else []
        dits += [mots.pluriel(non, "impossible")] if non else []
        return ", ".join(dits) or "inscription seule, aucun jour réservé"


@dataclass(frozen=True)
class Fratrie:
    """Another child of the family in the same activity, or who has asked to be."""

    prenom: str
    phrase: str


@dataclass(frozen=True)
class MessageVu:
    auteur: str
    de_la_mairie: bool
    texte: str
    ecrit_le: dt.datetime

    @classmethod
    def de_la_demande(cls, demande_id: int) -> "list[MessageVu]":
        """The thread of a demande, in its order. One query."""
        requete = Message.select(Message, Compte).join(Compte).where(Message.demande == demande_id)
        return [
            cls(m.auteur.nom_complet, m.de_la_mairie, m.texte, m.ecrit_le)
            for m in requete.order_by(Message.id)
        ]


@dataclass(frozen=True)
class PieceVue:
    """A document that the family sent."""

    id: int
    piece: str
    nom: str
    poids: str
    depose_le: dt.datetime

    @classmethod
    def du(cls, d: Document) -> "PieceVue":
        """The document `d`, as it is told."""
        return cls(d.id, d.piece, d.nom, mots.poids(d.taille), d.depose_le)
