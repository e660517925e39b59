"""The thread of a demande, as the family reads it: what was written, what was sent, what is awaited.

Whoever may not read what one of its children does reads none of it: the thread may speak of that child.
"""

import datetime as dt
from dataclasses import dataclass

from peewee import JOIN

import workflows as w
from models import Compte, Demande, Document, Famille, Message, MotifAbsence
from portail.domain import documents, droits, echanges
from portail.domain.demande_vue import DemandeVue


@dataclass(frozen=True)
class MessageVu:
    quand: dt.datetime
    auteur: str
    """Empty when the town wrote it."""
    texte: str


@dataclass(frozen=True)
class DocumentVu:
    id: int
    nom: str
    piece: str
    a_moi: bool
    """Only who sent it opens it again."""


@dataclass(frozen=True)
class Fil:
    """The thread of a demande about absences."""

    id: int
    statut: str
    piece_attendue: str
    pieces: list[str]
    """The documents that go with it."""
    motif: str
    """The reason that was given; empty when none was."""
    decideur: bool
    """Whether the account decides for one of its children: it may answer."""
    messages: list[MessageVu]
    documents: list[DocumentVu]

    completable = False
    """Once the town has answered, nothing more is sent."""

    @property
    def en_attente(self) -> bool:
        return self.statut == w.EN_ATTENTE

    @property
    def annulable(self) -> bool:
        """Whether whoever reads may still answer."""
        return self.en_attente and self.decideur

    @property
    def manquants(self) -> list[str]:
        """The documents that go with it, of which none was sent."""
        return documents.manquants(self.pieces, (document.piece for document in self.documents))

    @property
    def utile(self) -> bool:
        """Whether there is something to read in it, or to send."""
        return bool(self.messages or self.documents or (self.annulable and self.manquants))


def lire(compte: Compte, famille: Famille, demande_id: int) -> Fil | None:
    """The thread of a demande about absences; None for any other, and for whoever may not read all of it."""
    absence = Demande.nature == w.NATURE_ABSENCE
    dites = Demande.select(Demande, MotifAbsence).join(MotifAbsence, JOIN.LEFT_OUTER)
    demande = dites.where(Demande.id == demande_id, Demande.famille == famille, absence).get_or_none()
    if demande is None:
        return None
    regard, enfants = droits.regard(compte, famille), droits.enfants_de_la_demande(demande_id)
    if not enfants <= regard.suit:
        return None
    return Fil(
        demande_id,
        demande.statut,
        demande.piece_attendue,
        echanges.pieces_demandees(demande_id),
        demande.motif_absence.nom if demande.motif_absence_id else "",
        bool(enfants & regard.decide),
        messages(demande_id),
        envoyes(demande_id, compte),
    )


def lire_celui_de(compte: Compte, famille: Famille, demande: DemandeVue) -> Fil | None:
    """The same, of a demande that is read already: no query where there is no such thread."""
    return lire(compte, famille, demande.id) if demande.nature == w.NATURE_ABSENCE else None


def messages(demande_id: int) -> list[MessageVu]:
    """What was written, the oldest first."""
    requete = (
        Message.select(Message.ecrit_le, Message.de_la_mairie, Message.texte, Compte.prenom, Compte.nom)
        .join(Compte)
        .where(Message.demande == demande_id)
        .order_by(Message.id)
        .tuples()
    )
    return [
        MessageVu(quand, "" if de_la_mairie else f"{prenom} {nom}", texte)
        for quand, de_la_mairie, texte, prenom, nom in requete
    ]


def envoyes(demande_id: int, compte: Compte) -> list[DocumentVu]:
    """The documents that were sent, the oldest first, as this account sees them."""
    return [_document(document, compte) for document in documents.de_la_demande(demande_id)]


def _document(document: Document, compte: Compte) -> DocumentVu:
    return DocumentVu(document.id, document.nom, document.piece, document.auteur_id == compte.id)
