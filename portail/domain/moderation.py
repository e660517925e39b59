"""The agents' answers: accept, put on the waiting list, refuse with a reason; a line, a demande, a selection.

An answer is final. Two agents on one demande: the séances then the demande are locked, the second is told who
answered what (:class:`DejaRepondu`), and nothing changes twice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from peewee import OperationalError

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Evenement,
    Ligne,
    Reservation,
    Seance,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import courriels, lecture_planning
from portail.domain.conclusion import conclure
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.planning import dire, pourvoir_places
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.regles import obstacle_place
from portail.domain.transitions import Acteur, franchir

MOTIFS = (
    "Délai dépassé",
    "Activité complète",
    "Pièce manquante au dossier",
    "Enfant non inscrit à cette activité",
    "Absence non recevable pour ce jour",
)
"""The reasons offered to agents; « Autre » lets them write their own."""
SELECTION_MAX = 100
"""How many demandes may be answered at once: four pages of the queue, each demande in its own transaction."""


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
    """Accept these lines (all that wait when None): booked while places last, then on the waiting list."""
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

    One that somebody else answered meanwhile does not hold back the others: it is set aside, and why is said.
    """
    if acte not in (w.ACCEPTER, w.REFUSER):
        raise Refus("Choisissez d’accepter ou de refuser les demandes.", champ="acte")
    if acte == w.REFUSER and not motif.strip():
        raise Refus("Indiquez le motif du refus : les familles le liront.", champ="motif")
    bilan, voulues = Bilan(), set(demandes)
    if len(voulues) > SELECTION_MAX:
        raise Refus(f"Une sélection compte {SELECTION_MAX} demandes au plus.", champ="demande")
    choisies = list(
        Demande.select().where(Demande.id.in_(sorted(voulues))).order_by(Demande.deposee_le, Demande.id)
    )
    if not choisies:
        raise Refus("Sélectionnez au moins une demande.", champ="demande")
    for demande in choisies:
        try:
            faite = refuser(agent, demande.id, motif) if acte == w.REFUSER else accepter(agent, demande.id)
            bilan.repondues.append(faite)
        except Interdit:
            raise
        except Refus as refus:
            bilan.ecartees.append((Demande.get_by_id(demande.id), refus.phrase))
        except OperationalError:
            # The lock of a séance did not come in time. What is answered already stays, and has to be told.
            if not bilan.repondues:
                raise
            bilan.ecartees.append((demande, "Le portail était occupé : recommencez pour celle-ci."))
    return bilan


def dire_la_reponse(demande: Demande) -> str:
    """Who answered what, and when: « Marc Tessier l’a acceptée, mercredi 2 décembre à 8 h 42. »."""
    if demande.statut == w.EN_ATTENTE or demande.repondue_le is None:
        return "Une autre personne a déjà répondu à cette ligne."
    quand = mots.moment(demande.repondue_le)
    if demande.statut == w.ANNULEE:
        return f"La famille l’a annulée, {quand}."
    qui = demande.agent.nom_complet if demande.agent else "Le portail"
    return f"{qui} l’a {w.DEMANDE.etats[demande.statut].libelle.lower()}, {quand}."


def _repondre(
    agent: Compte, demande_id: int, choix: Collection[int] | None, acte: str, motif: str = ""
) -> Demande:
    _verifier_le_droit(agent, demande_id)
    seances = verrouiller(Seance, _seances(demande_id))
    demande = verrouiller(Demande, [demande_id])[demande_id]
    lignes = _lignes_a_repondre(demande, choix)
    if acte != w.REFUSER:
        _verifier_les_regles(demande, lignes, acte)

    acteur = Acteur(agent, w.AGENT)
    liens = {"famille_id": demande.famille_id, "demande_id": demande.id}
    Demande.update(agent=agent, repondue_le=clock.maintenant()).where(Demande.id == demande.id).execute()
    demande = Demande.get_by_id(demande.id)
    for ligne in lignes:
        vers = _arrivee(ligne.reservation, acte)
        franchir(ligne.reservation, acte, acteur, vers=vers, motif=motif, **liens)
        franchir(ligne, w.REFUSER if acte == w.REFUSER else w.ACCEPTER, acteur, motif=motif, **liens)
        if ligne.reservation.statut == w.ABSENT:
            pourvoir_places(seances[ligne.reservation.seance_id])
    conclure(demande, acteur)
    _prevenir(demande, lignes, motif)
    return demande


def _verifier_le_droit(agent: Compte, demande_id: int) -> None:
    """An agent answers, and never about the family that they belong to."""
    exiger_un_agent(agent, "Seuls les agents de la mairie répondent aux demandes.")
    demande = Demande.get_or_none(Demande.id == demande_id)
    if demande is None:
        raise Introuvable("Cette demande n’existe pas.")
    exiger_une_autre_famille(
        agent,
        demande.famille_id,
        "Vous êtes abonné à cette famille : un autre agent doit répondre à sa demande.",
    )


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
        Ligne.select(Ligne, Reservation, Enfant, Seance, Activite)
        .join(Reservation)
        .join(Enfant)
        .switch(Reservation)
        .join(Seance)
        .join(Activite)
        .where(Ligne.demande == demande)
        .order_by(Ligne.id)
    )
    voulues = [ligne for ligne in toutes if choix is None or ligne.id in set(choix)]
    if choix is not None and not voulues:
        raise Refus("Choisissez au moins une ligne de la demande.", champ="ligne")
    lignes = [ligne for ligne in voulues if ligne.statut == w.EN_ATTENTE]
    if not lignes or (choix is not None and len(lignes) < len(voulues)):
        entiere = len(voulues) == len(toutes) and demande.statut != w.EN_ATTENTE
        repondue = next((ligne for ligne in voulues if ligne.statut != w.EN_ATTENTE), None)
        raise DejaRepondu(
            demande, dire_la_reponse(demande) if entiere or repondue is None else _dire_la_ligne(repondue)
        )
    return lignes


def _dire_la_ligne(ligne: Ligne) -> str:
    """Who answered this line, and when, as the journal has it: « Marc Tessier a accepté cette ligne, … »."""
    dernier = (
        Evenement.select(Evenement, Compte)
        .left_outer_join(Compte)
        .where(Evenement.objet == "ligne", Evenement.objet_id == ligne.id)
        .order_by(Evenement.id.desc())
        .get()
    )
    faits = {w.ACCEPTEE: "accepté", w.REFUSEE: "refusé", w.ANNULEE: "annulé"}
    qui = "Le portail"
    if ligne.statut == w.ANNULEE:
        qui = "La famille"
    elif dernier.auteur:
        qui = dernier.auteur.nom_complet
    return f"{qui} a {faits[ligne.statut]} cette ligne, {mots.moment(dernier.quand)}."


def _verifier_les_regles(demande: Demande, lignes: list[Ligne], acte: str) -> None:
    """No place, nor rank in the list, on a past séance, a closed day, or where the child is not registered.

    An absence can be accepted whatever has happened since: the family declared it in time.
    """
    if demande.nature == w.NATURE_ABSENCE:
        if acte == w.METTRE_EN_ATTENTE:
            raise Refus("Une absence ne se met pas en liste d’attente : acceptez-la ou refusez-la.")
        return
    couples = [(ligne.reservation.enfant_id, ligne.reservation.seance_id) for ligne in lignes]
    creneaux = {(c.enfant.id, c.seance.id): c for c in lecture_planning.creneaux(demande.famille, couples)}
    for ligne, couple in zip(lignes, couples, strict=True):
        creneau = creneaux.get(couple)
        if creneau is None:
            raise Refus(f"{_dire(demande, ligne)}. L’enfant n’est plus inscrit à cette activité.")
        if obstacle := obstacle_place(creneau.situation, creneau.maintenant):
            raise Refus(f"{_dire(demande, ligne)}. {obstacle.phrase} Cette ligne ne peut être que refusée.")


def _arrivee(reservation: Reservation, acte: str) -> str | None:
    """Where accepting a booking leads: a place, or the waiting list when none is left."""
    if acte == w.ACCEPTER and reservation.statut == w.RESERVATION_ATTENTE:
        restantes = (
            Seance.select(Seance.places - Seance.prises).where(Seance.id == reservation.seance_id).scalar()
        )
        return w.RESERVE if restantes > 0 else w.LISTE_ATTENTE
    return None


def _prevenir(demande: Demande, lignes: list[Ligne], motif: str) -> None:
    """Write the answer to the family, in the same transaction."""
    dites = [
        courriels.LigneDite(
            _dire(demande, ligne),
            w.LISTE_ATTENTE if ligne.reservation.statut == w.LISTE_ATTENTE else ligne.statut,
            motif,
        )
        for ligne in lignes
    ]
    courriels.annoncer_reponse(demande, dites)


def _dire(demande: Demande, ligne: Ligne) -> str:
    return dire(demande.nature, ligne.reservation.enfant, ligne.reservation.seance)
