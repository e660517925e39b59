"""One demande as an agent reads it before answering: what it asks, where it leads, the family's history.

Two queries whatever the number of lines: the demande with its lines, then what the family asked before for
the same activities; three when it is about the family file, its changes come with their sheets; a dozen when
it is a pre-registration.
"""

from collections.abc import Collection, Iterable
from typing import Any

from peewee import JOIN, fn

import workflows as w
from models import (
    Abonnement,
    Activite,
    Compte,
    Demande,
    Enfant,
    Famille,
    Lieu,
    Ligne,
    Reservation,
    Seance,
    numero_de_demande,
)
from portail.domain import demande_de_creneaux, demande_de_dossier, demande_de_preinscription
from portail.domain.demande_de_creneaux import CreneauxVus
from portail.domain.demande_de_dossier import DossierVu
from portail.domain.demande_de_preinscription import InscriptionsVues
from portail.domain.refus import Introuvable

DemandeVue = CreneauxVus | DossierVu | InscriptionsVues


def lire(demande_id: int, agent: Compte, ouvertes: Collection[str] = ()) -> DemandeVue:
    """The demande in its present state, for this agent. :class:`Introuvable` when there is none.

    `ouvertes`: the sealed parts of the sheets whose reading has just been journalled.
    """
    rangees = list(_requete(demande_id, agent))
    if not rangees:
        raise Introuvable("Cette demande n’existe pas.")
    ident, nature, statut, deposee, avant, repondue, famille_id, code, *noms, repondant, abonnements = (
        rangees[0][:14]
    )
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
    }
    if nature == w.NATURE_DOSSIER:
        return DossierVu(
            **enveloppe,
            lignes=demande_de_dossier.lire_les_modifications(ident, ouvertes),
            historique=demande_de_dossier.historique(famille_id, ident),
        )
    if nature == w.NATURE_PREINSCRIPTION:
        return demande_de_preinscription.lire(enveloppe)
    lignes = [rangee[14:] for rangee in rangees if rangee[14] is not None]
    return CreneauxVus(
        **enveloppe,
        lignes=demande_de_creneaux.lire_les_lignes(nature, lignes),
        historique=demande_de_creneaux.historique(famille_id, ident, {ligne[6] for ligne in lignes}),
    )


def _requete(demande_id: int, agent: Compte) -> Iterable[tuple]:
    """The demande and who made and answered it, once a line; then the line itself."""
    auteur, repondant = Compte.alias(), Compte.alias()
    liste = Reservation.alias()
    en_liste = liste.select(fn.COUNT(liste.id)).where(
        liste.seance == Seance.id, liste.statut == w.LISTE_ATTENTE
    )
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
            Ligne.id,
            Ligne.statut,
            Ligne.motif,
            Enfant.prenom,
            Enfant.nom,
            Enfant.naissance,
            Activite.id,
            Activite.nom,
            Lieu.nom,
            Seance.id,
            Seance.jour,
            Seance.debut,
            Seance.fin,
            Seance.places,
            Seance.prises,
            en_liste,
            Reservation.statut,
        )
        .join(Famille)
        .join_from(Demande, auteur, on=Demande.auteur == auteur.id)
        .join_from(Demande, repondant, JOIN.LEFT_OUTER, on=Demande.agent == repondant.id)
        .join_from(Demande, Ligne, JOIN.LEFT_OUTER)
        .join(Reservation, JOIN.LEFT_OUTER)
        .join(Enfant, JOIN.LEFT_OUTER)
        .join_from(Reservation, Seance, JOIN.LEFT_OUTER)
        .join(Activite, JOIN.LEFT_OUTER)
        .join(Lieu, JOIN.LEFT_OUTER)
        .where(Demande.id == demande_id)
        .order_by(Ligne.id)
        .tuples()
    )
