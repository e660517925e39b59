"""One demande as an agent reads it before answering: what it asks, where it leads, the family's history.

Less than ten queries whatever the number of lines: the demande, the notes of the agents, its lines, what the
rules look at, the places, what the family asked before for the same activities; four when it is about the
family file, its changes come with their sheets; a dozen when it is a pre-registration, or contests invoices.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from peewee import JOIN, fn

import workflows as w
from models import (
    Abonnement,
    Compte,
    Demande,
    Famille,
    MotifAbsence,
    NoteInterne,
    PriseEnCharge,
    numero_de_demande,
)
from portail.domain import (
    demande_de_contestation,
    demande_de_creneaux,
    demande_de_dossier,
    demande_de_preinscription,
    notes,
    perimetre,
)
from portail.domain.demande_de_contestation import ContestationsVues
from portail.domain.demande_de_creneaux import CreneauxVus
from portail.domain.demande_de_dossier import DossierVu
from portail.domain.demande_de_preinscription import InscriptionsVues
from portail.domain.perimetre import Perimetre
from portail.domain.prises_en_charge import Prise
from portail.domain.refus import Introuvable

DemandeVue = ContestationsVues | CreneauxVus | DossierVu | InscriptionsVues


def lire(
    demande_id: int,
    agent: Compte,
    ouvertes: Collection[str] = (),
    lignes: str = "",
    vu: Perimetre | None = None,
) -> DemandeVue:
    """The demande in its present state, for this agent. :class:`Introuvable` when there is none in sight.

    `ouvertes`: the sealed parts of the sheets whose reading has just been journalled. `lignes`: of a long
    one, what part of its lines is asked for. `vu`: how far the agent sees, when it was read already.
    """
    vu = vu or perimetre.du_compte(agent)
    lue = _requete(demande_id, agent, vu).first()
    if lue is None:
        raise Introuvable("Cette demande n’existe pas.")
    ident, nature, statut, deposee, avant, repondue, famille_id, code, *noms, repondant, abonnements = lue[
        :14
    ]
    enveloppe: dict[str, Any] = {
        "id": ident,
        "numero": numero_de_demande(ident, deposee),
        "nature": nature,
        "statut": statut,
        "deposee_le": deposee,
        "a_traiter_avant": avant,
        "repondue_le": repondue,
        "famille_id": famille_id,
        "code_abonne": code,
        "auteur": f"{noms[0]} {noms[1]}",
        "agent": f"{noms[2]} {noms[3]}" if noms[2] else "",
        "par_moi": repondant == agent.id,
        "a_moi": abonnements > 0,
        "prise": _prise(agent, *lue[14:18]) if statut == w.EN_ATTENTE else None,
        "notes": [] if abonnements else notes.lire(agent, NoteInterne.demande == ident),
    }
    if nature == w.NATURE_DOSSIER:
        return DossierVu(
            **enveloppe,
            lignes=demande_de_dossier.lire_les_modifications(ident, ouvertes),
            historique=demande_de_dossier.historique(famille_id, ident),
        )
    if nature == w.NATURE_PREINSCRIPTION:
        return demande_de_preinscription.lire(enveloppe, vu)
    if nature == w.NATURE_CONTESTATION:
        return demande_de_contestation.lire(enveloppe)
    motif, justificatif, attendue = lue[18:]
    return demande_de_creneaux.lire(enveloppe, vu, motif or "", justificatif or "", attendue, lignes)


def lignes_des_groupes(demande_id: int, agent: Compte, groupes: Collection[str], acte: str) -> list[int]:
    """The lines that an answer `acte` to these groups of a long demande bears on; none without a group."""
    vue = lire(demande_id, agent) if groupes else None
    return vue.dans(groupes, acte) if isinstance(vue, CreneauxVus) else []


def _prise(agent: Compte, ident: int | None, prenom: str, nom: str, depuis: dt.datetime) -> Prise | None:
    return Prise(ident, f"{prenom} {nom}", depuis, ident == agent.id) if ident else None


def _requete(demande_id: int, agent: Compte, vu: Perimetre):
    """The demande, who made and answered it; of an absence, why."""
    auteur, repondant, charge = Compte.alias(), Compte.alias(), Compte.alias()
    a_eux = Abonnement.select(fn.COUNT(Abonnement.id)).where(
        Abonnement.famille == Demande.famille, Abonnement.compte == agent
    )
    return (
        Demande.select(
            Demande.id,
            Demande.nature,
            Demande.statut,
            Demande.deposee_le,
            Demande.a_traiter_avant,
            Demande.repondue_le,
            Demande.famille,
            Famille.code_abonne,
            auteur.prenom,
            auteur.nom,
            repondant.prenom,
            repondant.nom,
            repondant.id,
            a_eux,
            charge.id,
            charge.prenom,
            charge.nom,
            PriseEnCharge.depuis,
            MotifAbsence.nom,
            MotifAbsence.justificatif,
            Demande.piece_attendue,
        )
        .join(Famille)
        .join_from(Demande, auteur, on=Demande.auteur == auteur.id)
        .join_from(Demande, repondant, JOIN.LEFT_OUTER, on=Demande.agent == repondant.id)
        .join_from(Demande, PriseEnCharge, JOIN.LEFT_OUTER)
        .join(charge, JOIN.LEFT_OUTER, on=PriseEnCharge.agent == charge.id)
        .join_from(Demande, MotifAbsence, JOIN.LEFT_OUTER)
        .where(Demande.id == demande_id, *vu.demandes())
        .tuples()
    )
