"""Notes that agents leave each other about a demande: the portal shows them to no family.

They are personal data all the same (RGPD, art. 15): the town hands them over when it is asked, once it has
taken out what they say of others (art. 15, 4), hence not in « Mes données » by themselves. The journal says
that one was written or taken back, never what it said: it can be erased.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import workflows as w
from models import Compte, Demande, NoteInterne, numero_de_demande, write_transaction
from portail import clock
from portail.domain.refus import Introuvable, Refus
from portail.domain.reponse import verrouiller_la_demande
from portail.domain.transitions import Acteur, journaliser

TEXTE_MAX = 1000
NOTES_MAX = 50
"""Of one demande."""
ECRIRE, RETIRER = "note_ecrite", "note_retiree"
"""What the journal calls them."""


@dataclass(frozen=True)
class NoteVue:
    """One note, as an agent reads it."""

    id: int
    auteur: str
    texte: str
    ecrite_le: dt.datetime
    de_moi: bool
    """Whether whoever reads it wrote it, and may take it back."""
    demande_id: int
    numero: str
    """Of the demande that it is about."""


def ecrire(agent: Compte, demande_id: int, texte: str) -> NoteInterne:
    """Leave a note on this demande, answered or not. The same one sent twice is written once."""
    texte = texte.strip()
    if not texte:
        raise Refus("Écrivez la note.", champ="note")
    if len(texte) > TEXTE_MAX:
        raise Refus(f"La note est trop longue : {TEXTE_MAX} caractères au plus.", champ="note")
    with write_transaction():
        demande = _la_demande(agent, demande_id)
        siennes = NoteInterne.select().where(NoteInterne.demande == demande)
        derniere = siennes.order_by(NoteInterne.id.desc()).first()
        if derniere and (derniere.auteur_id, derniere.texte) == (agent.id, texte):
            return derniere
        if siennes.count() >= NOTES_MAX:
            raise Refus(f"Cette demande a déjà {NOTES_MAX} notes : retirez-en une.", champ="note")
        note = NoteInterne.create(demande=demande, auteur=agent, texte=texte, ecrite_le=clock.maintenant())
        _tracer(note, ECRIRE, agent, demande)
        return note


def retirer(agent: Compte, demande_id: int, note_id: int) -> Demande:
    """Take back a note of one’s own: it is erased. :class:`Introuvable` when it was already."""
    with write_transaction():
        demande = _la_demande(agent, demande_id)
        note = NoteInterne.get_or_none(NoteInterne.id == note_id, NoteInterne.demande == demande)
        if note is None:
            raise Introuvable("Cette note n’existe pas, ou n’existe plus.")
        if note.auteur_id != agent.id:
            raise Refus("Seul son auteur retire une note.")
        NoteInterne.delete().where(NoteInterne.id == note.id).execute()
        _tracer(note, RETIRER, agent, demande)
        return demande


def lire(agent: Compte, condition, nombre: int | None = None) -> list[NoteVue]:
    """The notes under this condition on `NoteInterne` and `Demande`, the last first. One query."""
    requete = (
        NoteInterne.select(
            NoteInterne.id,
            NoteInterne.texte,
            NoteInterne.ecrite_le,
            Compte.id,
            Compte.prenom,
            Compte.nom,
            Demande.id,
            Demande.deposee_le,
        )
        .join(Demande)
        .join_from(NoteInterne, Compte)
        .where(condition)
        .order_by(NoteInterne.ecrite_le.desc(), NoteInterne.id.desc())
        .limit(nombre)
        .tuples()
    )
    return [_vue(agent, ligne) for ligne in requete]


# ——— inside ———


def _vue(agent: Compte, ligne: Iterable) -> NoteVue:
    ident, texte, ecrite_le, auteur, prenom, nom, demande_id, deposee_le = ligne
    numero = numero_de_demande(demande_id, deposee_le)
    return NoteVue(ident, f"{prenom} {nom}", texte, ecrite_le, auteur == agent.id, demande_id, numero)


def _la_demande(agent: Compte, demande_id: int) -> Demande:
    """The demande, locked, about which this agent may write: never that of their own family."""
    return verrouiller_la_demande(agent, demande_id, "Seuls les agents de la mairie se laissent des notes.")


def _tracer(note: NoteInterne, acte: str, agent: Compte, demande: Demande) -> None:
    journaliser(note, acte, Acteur(agent, w.AGENT), famille_id=demande.famille_id, demande_id=demande.id)
