"""Answering a pre-registration, child by child: the activity on the planning, the days asked for booked.

Guide §3.1: « à l'acceptation par la collectivité, on retrouve les activités sur le planning […] avec un
statut « Réservé » »; a day that is full puts the child on its waiting list. One transaction, and a number of
statements that does not grow with the days.
"""

from collections.abc import Collection
from typing import Any

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    JourVoulu,
    Ligne,
    Preinscription,
    Seance,
    verrouiller,
)
from portail import clock
from portail.domain import courriels_d_inscription, perimetre
from portail.domain.conclusion import conclure
from portail.domain.courriels_d_inscription import Recap
from portail.domain.depot_creneaux import stocker
from portail.domain.places import Places, verrouiller_les_places
from portail.domain.refus import Refus
from portail.domain.regles_preinscription import Autre, obstacle_acceptation
from portail.domain.repartition import repartir
from portail.domain.reponse import a_repondre, prendre
from portail.domain.transitions import Acteur, franchir, franchir_ensemble


def accepter(agent: Compte, demande_id: int, choix: Collection[int] | None) -> Demande:
    """Register these children, and book the days asked for: all of it, or nothing."""
    places = verrouiller_les_places(_seances(demande_id))
    demande = verrouiller(Demande, [demande_id])[demande_id]
    lignes = a_repondre(demande, _lignes(agent, demande), choix)
    for ligne in lignes:
        _verifier_les_regles(ligne.preinscription)
    acteur = Acteur(agent, w.AGENT)
    demande = prendre(agent, demande)
    recaps = []
    for ligne in lignes:
        franchir(ligne.preinscription, w.ACCEPTER, acteur, **_liens(demande))
        franchir(ligne, w.ACCEPTER, acteur, **_liens(demande))
        recaps.append(Recap(ligne, ligne.preinscription))
    _reserver(recaps, places, acteur, demande)
    conclure(demande, acteur)
    courriels_d_inscription.annoncer_reponse(demande, recaps)
    return demande


def refuser(agent: Compte, demande_id: int, choix: Collection[int] | None, motif: str) -> Demande:
    """Refuse these children, with a reason that the family reads."""
    demande = verrouiller(Demande, [demande_id])[demande_id]
    lignes = a_repondre(demande, _lignes(agent, demande), choix)
    acteur = Acteur(agent, w.AGENT)
    demande = prendre(agent, demande)
    for ligne in lignes:
        franchir(ligne.preinscription, w.REFUSER, acteur, motif=motif, **_liens(demande))
        franchir(ligne, w.REFUSER, acteur, motif=motif, **_liens(demande))
    conclure(demande, acteur)
    courriels_d_inscription.annoncer_reponse(
        demande, [Recap(ligne, ligne.preinscription) for ligne in lignes]
    )
    return demande


# ——— inside ———


def _liens(demande: Demande) -> dict[str, Any]:
    return {"famille_id": demande.famille_id, "demande_id": demande.id}


def _seances(demande_id: int) -> list[int]:
    """The séances that the demande asks for, to be locked before anything is checked."""
    requete = (
        JourVoulu.select(JourVoulu.seance)
        .join(Preinscription)
        .join(Ligne)
        .where(Ligne.demande == demande_id)
        .distinct()
    )
    return [seance_id for (seance_id,) in requete.tuples()]


def _lignes(agent: Compte, demande: Demande) -> list[Ligne]:
    """Those in sight of the agent: others answer the rest."""
    return list(
        Ligne.select(Ligne, Preinscription, Enfant, Activite)
        .join(Preinscription)
        .join(Enfant)
        .switch(Preinscription)
        .join(Activite)
        .where(Ligne.demande == demande, *perimetre.du_compte(agent).lignes())
        .order_by(Enfant.rang, Ligne.id)
    )


def _verifier_les_regles(inscription: Preinscription) -> None:
    """Dates and ages of the activity still hold, and nothing else covers these days by now."""
    activite, enfant = inscription.activite, inscription.enfant
    obstacle = obstacle_acceptation(
        activite,
        enfant.naissance,
        inscription.debut,
        inscription.fin,
        _autres(inscription),
        clock.aujourdhui(),
    )
    if obstacle:
        phrase = f"{enfant.prenom}, {activite.nom}. {obstacle.phrase}"
        raise Refus(f"{phrase} Cette ligne ne peut être que refusée.")


def _autres(inscription: Preinscription) -> list[Autre]:
    requete = Preinscription.select(Preinscription.debut, Preinscription.fin, Preinscription.statut).where(
        Preinscription.enfant == inscription.enfant_id,
        Preinscription.activite == inscription.activite_id,
        Preinscription.statut == w.RESERVATION_POSSIBLE,
        Preinscription.id != inscription.id,
    )
    return [Autre(*ligne) for ligne in requete.tuples()]


def _reserver(recaps: list[Recap], places: Places, acteur: Acteur, demande: Demande) -> None:
    """Book the days asked for, the children in their order, while places last; then the waiting list."""
    if not places.seances:
        return
    voulus = _voulus(recaps)
    couples = [(r.inscription.enfant_id, seance) for r in recaps for seance in voulus[r.inscription.id]]
    creneaux = stocker(couples)
    statuts = {couple: creneau.statut for couple, creneau in creneaux.items()}
    parts = repartir((recap.inscription for recap in recaps), voulus, places, statuts)
    reserves, en_liste = [], []
    for recap in recaps:
        part, enfant_id = parts[recap.inscription.id], recap.inscription.enfant_id
        recap.reserves, recap.en_liste, recap.impossibles = part.reserves, part.en_liste, part.impossibles
        reserves += [creneaux[enfant_id, seance.id] for seance in part.reserves]
        en_liste += [creneaux[enfant_id, seance.id] for seance in part.en_liste]
    franchir_ensemble(reserves, w.INSCRIRE, acteur, w.RESERVE, **_liens(demande))
    franchir_ensemble(en_liste, w.INSCRIRE, acteur, w.LISTE_ATTENTE, **_liens(demande))


def _voulus(recaps: list[Recap]) -> dict[int, list[int]]:
    """The séances asked for, by pre-registration, in the order of time. One query."""
    voulus: dict[int, list[int]] = {recap.inscription.id: [] for recap in recaps}
    requete = (
        JourVoulu.select(JourVoulu.preinscription, JourVoulu.seance)
        .join(Seance)
        .where(JourVoulu.preinscription.in_(list(voulus)))
        .order_by(Seance.jour, Seance.debut, Seance.id)
    )
    for inscription_id, seance_id in requete.tuples():
        voulus[inscription_id].append(seance_id)
    return voulus
