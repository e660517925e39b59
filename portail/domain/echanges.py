"""The thread of a demande: the town asks the family for something before it answers; the family answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Document,
    Famille,
    Ligne,
    Message,
    MotifAbsence,
    Preinscription,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain import courriels_d_inscription, documents, droits, perimetre
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus, TropVite
from portail.domain.reponse import DejaRepondu, dire_la_reponse
from portail.domain.transitions import Acteur, journaliser

TEXTE_MAX = 1000
MESSAGES_MAX, DOCUMENTS_MAX = 100, 60
"""Of one demande: more than anybody needs, and no disk is filled by what nobody has answered yet."""
DEMANDER, REPONDRE = "demander_une_piece", "repondre"
"""What the journal calls them."""
NATURES = (w.NATURE_PREINSCRIPTION, w.NATURE_ABSENCE)
"""The natures of demande that may wait for a document."""


@dataclass(frozen=True)
class Fichier:
    """A file as it came: its name on the device, and what it holds."""

    nom: str
    octets: bytes
    piece: str = ""
    """Which of the documents that the activity asks for it is; empty for any other."""
    champ: str = "documents"
    """The field of the form that it came by."""


class ReponseFautive(Refus):
    """What is wrong with an answer, field by field; `sains`: the files with which nothing is."""

    def __init__(self, fautes: dict[str, str], sains: list[Fichier]) -> None:
        champ, phrase = next(iter(fautes.items()))
        super().__init__(phrase, champ)
        self.fautes, self.sains = fautes, sains


def fautes(refus: Refus | None) -> dict[str, str]:
    """What is wrong with an answer, by field; nothing where a refusal is about no field."""
    if isinstance(refus, ReponseFautive):
        return refus.fautes
    return {refus.champ: refus.phrase} if refus and refus.champ else {}


def demander_une_piece(agent: Compte, demande_id: int, texte: str) -> Demande:
    """Ask the family for a document, or for what is missing; the demande waits for them from now on."""
    texte = _exiger_un_texte(texte, "Indiquez ce qui manque : la famille le lira.")
    with write_transaction():
        exiger_un_agent(agent, "Seuls les agents de la mairie demandent des pièces.")
        demande = verrouiller(Demande, [demande_id]).get(demande_id)
        if demande is None:
            raise Introuvable("Cette demande n’existe pas.")
        perimetre.exiger_la_demande(agent, demande_id)
        exiger_une_autre_famille(
            agent,
            demande.famille_id,
            "Vous êtes abonné à cette famille : un autre agent doit répondre à sa demande.",
        )
        if demande.nature not in NATURES:
            raise Refus("Une pièce ne se demande que pour une pré-inscription, ou pour une absence.")
        if demande.statut != w.EN_ATTENTE:
            raise DejaRepondu(demande, dire_la_reponse(demande))
        if demande.piece_attendue == texte:
            return demande
        _ecrire(demande, agent, texte, de_la_mairie=True)
        Demande.update(piece_attendue=texte).where(Demande.id == demande.id).execute()
        _tracer(demande, DEMANDER, Acteur(agent, w.AGENT))
        courriels_d_inscription.demander_une_piece(demande, texte)
        return Demande.get_by_id(demande.id)


def repondre(
    auteur: Compte,
    famille: Famille,
    demande_id: int,
    texte: str,
    fichiers: Sequence[Fichier] = (),
    gardes: Collection[int] = (),
) -> Demande:
    """Answer the town, with words, documents or both; it acts next.

    About a pre-registration, or about absences, as long as it has not answered; after, a child being
    registered, a document that the activity asks for may still come: the form lets one send it later.
    `gardes`: the documents left by an answer at fault.
    Sending the same twice is harmless: a double click, a retry add nothing.
    """
    _exiger_d_en_decider(auteur, famille, Demande.get_or_none(Demande.id == demande_id))
    texte = texte.strip()
    if len(fichiers) > documents.A_LA_FOIS_MAX:
        raise Refus(documents.TROP_A_LA_FOIS, champ="documents")
    sains = _assainir(texte, fichiers)
    demandees = pieces_demandees(demande_id)
    attendus = [d for d in documents.attendus(auteur, gardes) if d.piece in ("", *demandees)]
    if not sains and not attendus:
        texte = _exiger_un_texte(texte, "Écrivez un message, ou joignez un document.")
    pieces = [fichier.piece for fichier, *_ in sains] + [document.piece for document in attendus]
    with write_transaction():
        demande = _exiger_d_en_decider(auteur, famille, verrouiller(Demande, [demande_id]).get(demande_id))
        if demande.statut != w.EN_ATTENTE and (texte or not _manquent_encore(demande, pieces, demandees)):
            etat = w.DEMANDE.etats[demande.statut].libelle.lower()
            raise DejaChange(f"La mairie a déjà répondu : cette demande est {etat}.")
        if not attendus and _deja_envoye(demande, auteur, texte, sains):
            return demande
        _exiger_de_la_place(demande, len(sains) + len(attendus))
        if texte:
            _ecrire(demande, auteur, texte, de_la_mairie=False)
        for fichier, genre, octets in sains:
            piece = fichier.piece or demande.piece_attendue
            documents.garder(demande, auteur, piece, fichier.nom, genre, octets)
        _joindre(demande, attendus)
        Demande.update(piece_attendue="").where(Demande.id == demande.id).execute()
        _tracer(demande, REPONDRE, Acteur(auteur, w.FAMILLE))
        return Demande.get_by_id(demande.id)


def pieces_demandees(demande_id: int) -> list[str]:
    """The documents that go with a demande: what its activity asks for, or the reason of its absences."""
    requete = Activite.select(Activite.pieces).join(Preinscription).join(Ligne)
    textes = requete.where(Ligne.demande == demande_id).distinct().tuples()
    raison = (
        MotifAbsence.select(MotifAbsence.justificatif)
        .join(Demande, on=Demande.motif_absence == MotifAbsence.id)
        .where(Demande.id == demande_id)
        .tuples()
    )
    return [piece for (texte,) in (*textes, *raison) for piece in documents.pieces(texte)]


# ——— inside ———


def _assainir(texte: str, fichiers: Sequence[Fichier]) -> list[tuple[Fichier, str, bytes]]:
    """Each file with its kind and what is kept of it. All that is wrong with the answer is told at once."""
    fautes: dict[str, str] = {}
    if len(texte) > TEXTE_MAX:
        fautes["texte"] = f"Le message est trop long : {TEXTE_MAX} caractères au plus."
    sains = []
    for fichier in fichiers:
        try:
            sains.append((fichier, *documents.assainir(fichier.octets)))
        except TropVite:
            raise
        except Refus as refus:
            dite = f"{fichier.nom} : {refus.phrase}"
            fautes[fichier.champ] = " ".join(filter(None, (fautes.get(fichier.champ), dite)))
    if fautes:
        raise ReponseFautive(fautes, [fichier for fichier, *_ in sains])
    return sains


def _manquent_encore(demande: Demande, pieces: Collection[str], demandees: Collection[str]) -> bool:
    """Whether a child is registered, and all of these are documents that the activity asks for."""
    acceptee = demande.statut in (w.ACCEPTEE, w.ACCEPTEE_EN_PARTIE)
    inscrite = acceptee and demande.nature == w.NATURE_PREINSCRIPTION
    return inscrite and bool(pieces) and set(pieces) <= set(demandees)


def _joindre(demande: Demande, attendus: Sequence[Document]) -> None:
    for document in attendus:
        piece = document.piece or demande.piece_attendue[: documents.PIECE_MAX]
        Document.update(demande=demande, piece=piece).where(
            Document.id == document.id, Document.demande.is_null()
        ).execute()


def _exiger_d_en_decider(auteur: Compte, famille: Famille, demande: Demande | None) -> Demande:
    """The demande does not exist for whoever may read none of it; :class:`Interdit` for who only reads it,
    or reads a part of it: the thread may speak of the other children."""
    if demande is None or demande.famille_id != famille.id or demande.nature not in NATURES:
        raise Introuvable("Cette demande n’existe pas.")
    regard = droits.regard(auteur, famille)
    enfants = droits.enfants_de_la_demande(demande.id)
    if not enfants & regard.suit:
        raise Introuvable("Cette demande n’existe pas.")
    if not enfants & regard.decide or not enfants <= regard.suit:
        raise Interdit("Cette demande porte sur un enfant pour qui vous ne pouvez rien demander.")
    return demande


def _deja_envoye(
    demande: Demande, auteur: Compte, texte: str, sains: Sequence[tuple[Fichier, str, bytes]]
) -> bool:
    """Whether the author's last message says this, and these documents have come: an answer sent once more.

    Not when the town has asked since: it is answered, be it with the same.
    """
    if demande.piece_attendue:
        return False
    dernier = Message.select().where(Message.demande == demande).order_by(Message.id.desc()).first()
    if texte and (dernier is None or (dernier.auteur_id, dernier.texte) != (auteur.id, texte)):
        return False
    venus = [
        (document.nom, document.genre, document.taille, document.piece)
        for document in documents.de_la_demande(demande.id)
        if document.auteur_id == auteur.id
    ]
    sans_piece = {tuple(venu) for *venu, _ in venus}
    for fichier, genre, octets in sains:
        envoye = (documents.nommer(fichier.nom), genre, len(octets))
        # one scan may be sent as two of the documents asked for: neither is the other
        if (*envoye, fichier.piece) not in venus if fichier.piece else envoye not in sans_piece:
            return False
    return True


def _exiger_de_la_place(demande: Demande, nouveaux: int) -> None:
    recus = Document.select().where(Document.demande == demande).count()
    if nouveaux and recus + nouveaux > DOCUMENTS_MAX:
        raise TropVite(
            f"Une demande a {DOCUMENTS_MAX} documents au plus, celle-ci en a déjà {recus}.", champ="documents"
        )
    if Message.select().where(Message.demande == demande).count() >= MESSAGES_MAX:
        raise TropVite(
            f"Une demande a {MESSAGES_MAX} messages au plus : appelez le Guichet Familles.", champ="texte"
        )


def _exiger_un_texte(texte: str, phrase: str) -> str:
    texte = texte.strip()
    if not texte:
        raise Refus(phrase, champ="texte")
    if len(texte) > TEXTE_MAX:
        raise Refus(f"Le message est trop long : {TEXTE_MAX} caractères au plus.", champ="texte")
    return texte


def _ecrire(demande: Demande, auteur: Compte, texte: str, de_la_mairie: bool) -> None:
    Message.create(
        demande=demande,
        auteur=auteur,
        de_la_mairie=de_la_mairie,
        texte=texte,
        ecrit_le=clock.maintenant(),
    )


def _tracer(demande: Demande, acte: str, acteur: Acteur) -> None:
    journaliser(demande, acte, acteur, famille_id=demande.famille_id, demande_id=demande.id)
