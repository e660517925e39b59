"""The whole history of a family beside the demande that is open: asked for, and read only then.

What it asked, what was answered and why; where its children are registered; the last notes of the agents. Of
an agent limited to some places, what is about these places only. As many queries whatever there is to tell.
"""

from dataclasses import dataclass
from functools import reduce
from operator import and_

from peewee import SQL

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Famille,
    Lieu,
    Ligne,
    Modification,
    Preinscription,
)
from portail import clock, mots
from portail.domain import notes
from portail.domain.droits import exiger_une_autre_famille
from portail.domain.filtres_moderation import A_TRAITER
from portail.domain.lecture_moderation import lire_les_rangees
from portail.domain.notes import NoteVue
from portail.domain.perimetre import LA_VILLE, Perimetre
from portail.domain.rangees import Rangee
from portail.domain.refus import Introuvable

DEMANDES, NOTES, INSCRIPTIONS = 20, 5, 30
"""How many of each are told, the last ones."""


@dataclass(frozen=True)
class Passee:
    """One demande of the family, and what came of it."""

    rangee: Rangee
    motifs: list[str]
    """Why it was refused, or a part of it."""
    ouverte: bool
    """Whether it is the one beside which this is read."""


@dataclass(frozen=True)
class InscriptionVue:
    """A child in an activity."""

    prenom: str
    activite: str
    periode: str
    etat: w.Etat


@dataclass(frozen=True)
class Historique:
    """All that, of one family."""

    demande_id: int
    famille_id: int
    famille: str
    code_abonne: str
    demandes: list[Passee]
    total: int
    """How many demandes there are, told or not."""
    inscriptions: list[InscriptionVue]
    notes: list[NoteVue]


def lire(demande_id: int, agent: Compte, perimetre: Perimetre = LA_VILLE) -> Historique:
    """The history of the family of this demande, for this agent. :class:`Introuvable` when there is none.

    :class:`Refus` for an agent who belongs to the family: the notes are not for them.
    """
    requete = Demande.select(Famille.id, Famille.nom, Famille.code_abonne).join(Famille)
    lue = requete.where(Demande.id == demande_id, *perimetre.demandes()).tuples().first()
    if lue is None:
        raise Introuvable("Cette demande n’existe pas.")
    famille_id, nom, code = lue
    exiger_une_autre_famille(
        agent, famille_id, "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."
    )
    sienne = reduce(and_, perimetre.demandes(), Demande.famille == famille_id)
    siennes = Demande.select(Demande.id).where(sienne)
    return Historique(
        demande_id=demande_id,
        famille_id=famille_id,
        famille=nom,
        code_abonne=code,
        demandes=_demandes(siennes, demande_id, agent),
        total=siennes.count(),
        inscriptions=_inscriptions(famille_id, perimetre),
        notes=notes.lire(agent, sienne, NOTES),
    )


# ——— inside ———


def _demandes(siennes, demande_id: int, agent: Compte) -> list[Passee]:
    """The last ones first."""
    par_date = siennes.order_by(Demande.deposee_le.desc(), Demande.id.desc()).limit(DEMANDES)
    dernieres = [ident for (ident,) in par_date.tuples()]
    motifs = _motifs(dernieres)
    lues = {rangee.id: rangee for rangee in lire_les_rangees(dernieres, A_TRAITER, agent)}
    return [Passee(lues[ident], motifs.get(ident, []), ident == demande_id) for ident in dernieres]


def _motifs(demandes: list[int]) -> dict[int, list[str]]:
    """The reasons given, each once."""
    des_lignes = Ligne.select(Ligne.demande, Ligne.motif).where(
        Ligne.demande.in_(demandes), Ligne.statut == w.REFUSEE
    )
    du_dossier = Modification.select(Modification.demande, Modification.motif).where(
        Modification.demande.in_(demandes), Modification.statut == w.REFUSEE
    )
    trouves: dict[int, list[str]] = {}
    for ident, motif in (des_lignes | du_dossier).order_by(SQL("1"), SQL("2")).tuples():
        trouves.setdefault(ident, []).append(motif)
    return trouves


def _inscriptions(famille_id: int, perimetre: Perimetre) -> list[InscriptionVue]:
    """What stands or waits first; then what is over, the last first."""
    requete = (
        Preinscription.select(
            Enfant.prenom,
            Activite.nom,
            Lieu.nom,
            Preinscription.debut,
            Preinscription.fin,
            Preinscription.statut,
        )
        .join(Enfant)
        .join_from(Preinscription, Activite)
        .join(Lieu)
        .where(Enfant.famille == famille_id, *(perimetre.activites() or [Activite.id > 0]))
        .order_by(Preinscription.fin.desc(), Enfant.rang, Activite.rang, Preinscription.id)
        .limit(INSCRIPTIONS)
        .tuples()
    )
    jour = clock.aujourdhui()
    return [
        InscriptionVue(
            prenom, f"{activite}, {lieu}", mots.du_au(debut, fin), w.etat_preinscription(statut, fin, jour)
        )
        for prenom, activite, lieu, debut, fin, statut in requete
    ]
