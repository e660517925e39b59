"""The agents' answers: accept, put on the waiting list, refuse with a reason; a line, a demande, a selection.

An answer is final. Two agents on one demande: the séances then the demande are locked, the second is told who
answered what (:class:`DejaRepondu`), and nothing changes twice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import workflows as w
from models import (
    Abonnement,
    Compte,
    Demande,
    Evenement,
    Ligne,
    Reservation,
    Seance,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import courriels, lecture_planning
from portail.domain.planning import conclure, dire, pourvoir_places
from portail.domain.refus import DejaChange, Refus
from portail.domain.transitions import Acteur, franchir

MOTIFS = (
    "Délai dépassé",
    "Activité complète",
    "Pièce manquante au dossier",
    "Enfant non inscrit à cette activité",
    "Absence non recevable pour ce jour",
)
"""The reasons offered to agents; « Autre » lets them write their own."""


class DejaRepondu(DejaChange):
    """Another agent, or the family itself, has answered meanwhile. `demande` is in its present state."""

    def __init__(self, demande: Demande, phrase: str) -> None:
        super().__init__(phrase)
        self.demande = demande


@dataclass
class Bilan:
    """What came of a selection: the demandes answered, and for each other one the sentence that tells why."""

    repondues: list[Demande] = field(default_factory=list)
    ecartees: list[tuple[Demande, str]] = field(default_factory=list)


def accepter(agent: Compte, demande_id: int, lignes: Collection[int] | None = None) -> Demande:
    """Accept these lines of the demande (all that wait when None): booked while places last, else waiting list."""
    with write_transaction():
        return _repondre(agent, demande_id, lignes, w.ACCEPTER)


def mettre_en_attente(agent: Compte, demande_id: int, lignes: Collection[int] | None = None) -> Demande:
    """Put these bookings on the waiting list even where places remain."""
    with write_transaction():
        return _repondre(agent, demande_id, lignes, w.METTRE_EN_ATTENTE)


def refuser(agent: Compte, demande_id: int, motif: str, lignes: Collection[int] | None = None) -> Demande:
    """Refuse these lines (all that wait when None). The reason is required: the family reads it."""
    motif = " ".join(motif.split())
    if not motif:
        raise Refus("Indiquez le motif du refus : la famille le lira.", champ="motif")
    with write_transaction():
        return _repondre(agent, demande_id, lignes, w.REFUSER, motif)


def repondre_a_la_selection(agent: Compte, demandes: Iterable[int], acte: str, motif: str = "") -> Bilan:
    """Accept or refuse several demandes, the oldest first, each in its own transaction.

    One that somebody else answered meanwhile does not hold back the others: it is set aside, with who did what.
    """
    if acte == w.REFUSER and not motif.strip():
        raise Refus("Indiquez le motif du refus : les familles le liront.", champ="motif")
    bilan = Bilan()
    choisies = list(
        Demande.select().where(Demande.id.in_(list(demandes))).order_by(Demande.deposee_le, Demande.id)
    )
    if not choisies:
        raise Refus("Sélectionnez au moins une demande.", champ="demande")
    for demande in choisies:
        try:
            faite = refuser(agent, demande.id, motif) if acte == w.REFUSER else accepter(agent, demande.id)
            bilan.repondues.append(faite)
        except Refus as refus:
            bilan.ecartees.append((Demande.get_by_id(demande.id), refus.phrase))
    return bilan


def dire_la_reponse(demande: Demande) -> str:
    """Who answered what, and when: « Marc Tessier l'a acceptée, mercredi 2 décembre à 8 h 42 »."""
    etat = w.DEMANDE.etats[demande.statut].libelle.lower()
    if demande.statut == w.ANNULEE:
        return f"La famille l’a annulée, {mots.moment(demande.repondue_le)}."
    if demande.repondue_le is None:
        return "Une autre personne a déjà répondu à cette ligne."
    qui = demande.agent.nom_complet if demande.agent else "Le portail"
    return f"{qui} l’a {etat}, {mots.moment(demande.repondue_le)}."


def _repondre(
    agent: Compte, demande_id: int, choix: Collection[int] | None, acte: str, motif: str = ""
) -> Demande:
    avant = Demande.get_or_none(Demande.id == demande_id)
    if avant is None:
        raise LookupError(f"no demande {demande_id}")
    if Abonnement.select().where(Abonnement.compte == agent, Abonnement.famille == avant.famille_id).exists():
        raise Refus("Vous êtes abonné à cette famille : un autre agent doit répondre à sa demande.")
    seances = verrouiller(Seance, _seances(demande_id))
    demande = verrouiller(Demande, [demande_id])[demande_id]
    lignes = _lignes_a_repondre(demande, choix)

    acteur = Acteur(agent, w.AGENT)
    liens = {"famille_id": demande.famille_id, "demande_id": demande.id}
    Demande.update(agent=agent, repondue_le=clock.maintenant()).where(Demande.id == demande.id).execute()
    demande.agent, demande.repondue_le = agent, clock.maintenant()
    for ligne in lignes:
        vers = _arrivee(ligne.reservation, acte)
        franchir(ligne.reservation, acte, acteur, vers=vers, motif=motif, **liens)
        franchir(ligne, w.REFUSER if acte == w.REFUSER else w.ACCEPTER, acteur, motif=motif, **liens)
        if ligne.reservation.statut == w.ABSENT:
            pourvoir_places(seances[ligne.reservation.seance_id])
    conclure(demande, acteur)
    _prevenir(demande, lignes, motif)
    return demande


def _seances(demande_id: int) -> list[int]:
    """The séances that the demande bears on, to be locked before anything is checked."""
    return [
        seance_id
        for (seance_id,) in Reservation.select(Reservation.seance)
        .join(Ligne)
        .where(Ligne.demande == demande_id)
        .tuples()
    ]


def _lignes_a_repondre(demande: Demande, choix: Collection[int] | None) -> list[Ligne]:
    """The waiting lines of the demande that `choix` names; told kindly when there is none left."""
    toutes = list(
        Ligne.select(Ligne, Reservation).join(Reservation).where(Ligne.demande == demande).order_by(Ligne.id)
    )
    if choix is not None:
        toutes = [ligne for ligne in toutes if ligne.id in set(choix)]
        if not toutes:
            raise Refus("Choisissez au moins une ligne de la demande.", champ="ligne")
    lignes = [ligne for ligne in toutes if ligne.statut == w.EN_ATTENTE]
    if len(lignes) < len(toutes) and (choix is not None or not lignes):
        raise DejaRepondu(demande, dire_la_reponse(demande))
    return lignes


def _arrivee(reservation: Reservation, acte: str) -> str | None:
    """Where accepting a booking leads: a place, or the waiting list when none is left."""
    if acte == w.ACCEPTER and reservation.statut == w.RESERVATION_ATTENTE:
        restantes = (
            Seance.select(Seance.places - Seance.prises).where(Seance.id == reservation.seance_id).scalar()
        )
        return w.RESERVE if restantes > 0 else w.LISTE_ATTENTE
    if acte == w.REFUSER or reservation.statut == w.ABSENCE_ATTENTE:
        return None
    return w.LISTE_ATTENTE


def _prevenir(demande: Demande, lignes: list[Ligne], motif: str) -> None:
    """Write the answer to the family, in the same transaction."""
    couples = [(ligne.reservation.enfant_id, ligne.reservation.seance_id) for ligne in lignes]
    creneaux = {(c.enfant.id, c.seance.id): c for c in lecture_planning.creneaux(demande.famille, couples)}
    dites = [
        courriels.LigneDite(
            dire(creneaux[couple], demande.nature),
            w.LISTE_ATTENTE if ligne.reservation.statut == w.LISTE_ATTENTE else ligne.statut,
            motif,
        )
        for ligne, couple in zip(lignes, couples, strict=True)
    ]
    courriels.annoncer_reponse(demande, dites)


def historique(demande: Demande, limite: int = 6) -> list[Evenement]:
    """The last lines of the journal about this demande's family, newest first."""
    return list(
        Evenement.select(Evenement, Compte)
        .left_outer_join(Compte)
        .where(Evenement.famille == demande.famille_id, Evenement.objet == "demande")
        .order_by(Evenement.id.desc())
        .limit(limite)
    )
