"""The documents that a family sends with a demande: few kinds, bounded, sealed, for the agents' eyes.

A document may be about health or money: it is sealed, each reading by an agent is a line of the journal, and
of the family only the account that sent it reads it again. Sent before its demande is, it waits a day for it.
"""

import base64
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import workflows as w
from models import Compte, Demande, Document, write_transaction
from portail import clock
from portail.domain import coffre, images, perimetre
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.lectures import AGENTS_SEULS
from portail.domain.refus import Introuvable, Refus, TropVite
from portail.domain.transitions import Acteur, journaliser

OCTETS_MAX = 5 * 1024 * 1024
EN_SOUFFRANCE_MAX = 30
"""How many documents of one account may wait for their demande."""
ATTENTE = dt.timedelta(days=1)
NOM_MAX = PIECE_MAX = 120
A_LA_FOIS_MAX = 10
TROP_A_LA_FOIS = f"Vous avez choisi plus de {A_LA_FOIS_MAX} fichiers : envoyez-les en plusieurs fois."

PDF, JPEG = "pdf", "jpeg"
LECTURE = "lecture_document"
"""What the journal calls the reading of one by an agent."""
TYPES = {PDF: "application/pdf", JPEG: "image/jpeg"}
SUFFIXES = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg")}
TROP_LOURD = "Ce document dépasse 5 Mo : choisissez-en un plus léger, ou photographiez-le."
INCONNU = "Le portail ne sait pas lire ce fichier : envoyez un PDF, ou une image JPEG, PNG ou WebP."


@dataclass(frozen=True)
class Contenu:
    """A document opened: what a browser is given."""

    nom: str
    type: str
    octets: bytes


def deposer(auteur: Compte, piece: str, nom: str, octets: bytes) -> Document:
    """Keep a document until the demande that it is for is sent. :class:`Refus` when it cannot be one."""
    genre, octets = assainir(octets)  # before the transaction, that nobody waits for it
    with write_transaction():
        oublier_les_abandonnes()
        a_lui = Document.select().where(Document.auteur == auteur, Document.demande.is_null())
        if a_lui.count() >= EN_SOUFFRANCE_MAX:
            raise TropVite(
                "Vous avez envoyé beaucoup de documents : envoyez d’abord la demande.", "documents"
            )
        return garder(None, auteur, piece, nom, genre, octets)


def joindre(demande: Demande, auteur: Compte, ids: Collection[int]) -> None:
    """The documents that the author has sent for it; another's, or another demande's, are left alone."""
    if ids:
        Document.update(demande=demande).where(
            Document.id.in_(list(ids)), Document.auteur == auteur, Document.demande.is_null()
        ).execute()


def retirer(auteur: Compte, document_id: int) -> None:
    """Take back a document whose demande is not sent. Twice is harmless."""
    le_sien = (Document.id == document_id) & (Document.auteur == auteur) & Document.demande.is_null()
    if not Document.select().where(le_sien).exists():
        return  # nothing is written, and whatever fails next can say so
    with write_transaction():
        Document.delete().where(le_sien).execute()


def attendus(auteur: Compte, ids: Collection[int]) -> Sequence[Document]:
    """Those of these that the author has sent and that wait for their demande, without what they hold."""
    return list(
        _sans_contenu().where(
            Document.id.in_(list(ids) or [0]), Document.auteur == auteur, Document.demande.is_null()
        )
    )


def de_la_demande(demande_id: int) -> Sequence[Document]:
    """The documents of a demande, in the order in which they came, without what they hold."""
    return list(_sans_contenu().where(Document.demande == demande_id))


def pieces(texte: str) -> list[str]:
    """The documents that an activity asks for, one a line of this text."""
    lignes = (ligne.strip()[:PIECE_MAX].strip() for ligne in texte.splitlines())
    return [ligne for ligne in lignes if ligne]


def manquants(pieces: Iterable[str], recues: Iterable[str]) -> list[str]:
    """The documents asked for of which none came, by what each that came was sent for.

    What answers a request of the town counts when that names one of them alone: of two, nobody knows which.
    """
    attendues = {piece[:PIECE_MAX].casefold(): piece for piece in pieces}
    venues: set[str] = set()
    for recue in (recue.casefold() for recue in recues):
        nommees = [recue] if recue in attendues else [piece for piece in attendues if piece in recue]
        if len(nommees) == 1:
            venues.add(nommees[0])
    return [piece for cle, piece in attendues.items() if cle not in venues]


def lire_le_sien(compte: Compte, document_id: int) -> Contenu | None:
    """A document, for the account that sent it; None for anybody else."""
    document = Document.get_or_none(Document.id == document_id, Document.auteur == compte)
    return _ouvrir(document) if document else None


def ouvrir(agent: Compte, document_id: int) -> Contenu:
    """A document of a demande, for an agent: a line of the journal, that the family reads."""
    with write_transaction():
        exiger_un_agent(agent, AGENTS_SEULS)
        document = Document.get_or_none(Document.id == document_id, Document.demande.is_null(False))
        if document is None:
            raise Introuvable("Ce document n’existe pas.")
        demande = document.demande
        perimetre.exiger_la_demande(agent, demande.id)
        exiger_une_autre_famille(
            agent,
            demande.famille_id,
            "Vous êtes abonné à cette famille : un autre agent doit s’en occuper.",
        )
        journaliser(
            document,
            LECTURE,
            Acteur(agent, w.AGENT),
            famille_id=demande.famille_id,
            demande_id=demande.id,
        )
        return _ouvrir(document)


def assainir(octets: bytes) -> tuple[str, bytes]:
    """Its kind, and what is kept of it: a picture is drawn anew. :class:`Refus` for anything else."""
    if len(octets) > OCTETS_MAX:
        raise Refus(TROP_LOURD, champ="documents")
    if octets.startswith(b"%PDF-"):
        if b"%%EOF" not in octets:  # cut on its way, or something else that begins alike
            raise Refus(INCONNU, champ="documents")
        return PDF, octets
    try:
        return JPEG, images.assainir(octets, cote=images.COTE_D_UN_DOCUMENT)
    except TropVite as trop:
        raise TropVite(trop.phrase, champ="documents") from trop
    except Refus as refus:
        raise Refus(INCONNU, champ="documents") from refus


def garder(
    demande: Demande | None, auteur: Compte, piece: str, nom: str, genre: str, octets: bytes
) -> Document:
    """Keep a document, already sound (`assainir`), inside the transaction of an act."""
    return Document.create(
        demande=demande,
        auteur=auteur,
        piece=piece[:PIECE_MAX],
        nom=nommer(nom),
        genre=genre,
        taille=len(octets),
        contenu=coffre.sceller(base64.b64encode(octets).decode()),
        depose_le=clock.maintenant(),
    )


def nommer(nom: str) -> str:
    """Its name, as it is kept."""
    return nom[:NOM_MAX] or "document"


def faire_le_menage() -> None:
    """Throw away what was sent and never asked for."""
    with write_transaction():
        oublier_les_abandonnes()


def oublier_les_abandonnes() -> None:
    """Throw away what was sent and never asked for, a day later, inside the transaction of an act."""
    Document.delete().where(
        Document.demande.is_null(), Document.depose_le < clock.maintenant() - ATTENTE
    ).execute()


# ——— inside ———


def _ouvrir(document: Document) -> Contenu:
    return Contenu(
        _nom_sur(document), TYPES[document.genre], base64.b64decode(coffre.desceller(document.contenu))
    )


def _nom_sur(document: Document) -> str:
    """Named after what it is: saved, « facture.hta » would be run, and a PDF may hold anything besides."""
    suffixes = SUFFIXES[document.genre]
    return document.nom if document.nom.lower().endswith(suffixes) else document.nom + suffixes[0]


def _sans_contenu():
    return Document.select(
        Document.id,
        Document.demande,
        Document.auteur,
        Document.piece,
        Document.nom,
        Document.genre,
        Document.taille,
        Document.depose_le,
    ).order_by(Document.id)
