"""Answering what was asked of séances, bookings and absences: a place, a rank in the list, or a reason."""

from collections.abc import Callable, Collection

import workflows as w
from models import Activite, Compte, Demande, Enfant, Famille, Ligne, Reservation, Seance, verrouiller
from portail.domain import courriels, droits, lecture_planning
from portail.domain.conclusion import conclure
from portail.domain.droits import Regard
from portail.domain.planning import dire, pourvoir_places
from portail.domain.refus import Refus
from portail.domain.regles import obstacle_place
from portail.domain.reponse import a_repondre, prendre
from portail.domain.transitions import Acteur, franchir


def repondre(
    agent: Compte, demande_id: int, choix: Collection[int] | None, acte: str, motif: str = ""
) -> Demande:
    """Answer these lines, in the transaction of the act: the séances are locked, then the demande."""
    famille = Famille.select().join(Demande).where(Demande.id == demande_id).get()
    regard_de = droits.regards(famille)  # before the lock: nobody waits for it
    seances = verrouiller(Seance, _seances(demande_id))
    demande = verrouiller(Demande, [demande_id])[demande_id]
    lignes = a_repondre(demande, _lignes(demande), choix)
    if acte != w.REFUSER:
        _verifier_les_regles(famille, demande, lignes, acte)

    acteur = Acteur(agent, w.AGENT)
    liens = {"famille_id": demande.famille_id, "demande_id": demande.id}
    demande = prendre(agent, demande)
    demande.famille = famille  # read already
    for ligne in lignes:
        vers = _arrivee(ligne.reservation, acte)
        franchir(ligne.reservation, acte, acteur, vers=vers, motif=motif, **liens)
        franchir(ligne, w.REFUSER if acte == w.REFUSER else w.ACCEPTER, acteur, motif=motif, **liens)
        if ligne.reservation.statut == w.ABSENT:
            pourvoir_places(seances[ligne.reservation.seance_id])
    conclure(demande, acteur)
    _prevenir(demande, lignes, motif, regard_de)
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


def _lignes(demande: Demande) -> list[Ligne]:
    return list(
        Ligne.select(Ligne, Reservation, Enfant, Seance, Activite)
        .join(Reservation)
        .join(Enfant)
        .switch(Reservation)
        .join(Seance)
        .join(Activite)
        .where(Ligne.demande == demande)
        .order_by(Ligne.id)
    )


def _verifier_les_regles(famille: Famille, demande: Demande, lignes: list[Ligne], acte: str) -> None:
    """No place, nor rank in the list, on a past séance, a closed day, or where the child is not registered.

    An absence can be accepted whatever has happened since: the family declared it in time.
    """
    if demande.nature == w.NATURE_ABSENCE:
        if acte == w.METTRE_EN_ATTENTE:
            raise Refus("Une absence ne se met pas en liste d’attente : acceptez-la ou refusez-la.")
        return
    couples = [(ligne.reservation.enfant_id, ligne.reservation.seance_id) for ligne in lignes]
    lus = lecture_planning.creneaux(famille, couples, regard=None)
    creneaux = {(c.enfant.id, c.seance.id): c for c in lus}
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


def _prevenir(
    demande: Demande, lignes: list[Ligne], motif: str, regard_de: Callable[[Compte], Regard]
) -> None:
    """Write the answer to the family, in the same transaction: to each account, of whom it may read."""
    dites = [
        (
            ligne.reservation.enfant_id,
            courriels.LigneDite(
                _dire(demande, ligne),
                w.LISTE_ATTENTE if ligne.reservation.statut == w.LISTE_ATTENTE else ligne.statut,
                motif,
            ),
        )
        for ligne in lignes
    ]
    courriels.annoncer_reponse(demande, droits.lignes_pour(demande.famille, dites, regard_de))


def _dire(demande: Demande, ligne: Ligne) -> str:
    return dire(demande.nature, ligne.reservation.enfant, ligne.reservation.seance)
