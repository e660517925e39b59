"""Answering what was asked of séances, bookings and absences: a place, a rank in the list, or a reason."""

from collections.abc import Callable, Collection
from typing import Any

import workflows as w
from models import Activite, Compte, Demande, Enfant, Famille, Ligne, Reservation, Seance, verrouiller
from portail import mots
from portail.domain import courriels, droits, lecture_planning, liste_attente, perimetre, renoncement
from portail.domain.conclusion import conclure
from portail.domain.depot_creneaux import ligne_dite
from portail.domain.droits import Regard
from portail.domain.places import Places, attribuer, verrouiller_les_places
from portail.domain.recapitulatif import dire, dire_ensemble
from portail.domain.refus import DejaChange, Refus
from portail.domain.regles import obstacle_place
from portail.domain.reponse import a_repondre, prendre
from portail.domain.transitions import Acteur, franchir_ensemble


def repondre(
    agent: Compte, demande_id: int, choix: Collection[int] | None, acte: str, motif: str = ""
) -> Demande:
    """Answer these lines, in the transaction of the act: the séances are locked, then the demande."""
    famille = Famille.select().join(Demande).where(Demande.id == demande_id).get()
    regard_de = droits.regards(famille)  # before the lock: nobody waits for it
    places = verrouiller_les_places(_seances(demande_id))
    demande = verrouiller(Demande, [demande_id])[demande_id]
    toutes, vu = _lignes(demande), perimetre.du_compte(agent)
    siennes = [li for li in toutes if vu.voit_le_lieu(li.reservation.seance.activite.lieu_id)]
    lignes = a_repondre(demande, siennes, choix)
    _exiger_la_fratrie(lignes, toutes, {ligne.id for ligne in siennes})
    if acte != w.REFUSER:
        _verifier_les_regles(famille, demande, lignes, acte)

    acteur = Acteur(agent, w.AGENT)
    liens: dict[str, Any] = {"famille_id": demande.famille_id, "demande_id": demande.id}
    demande = prendre(agent, demande)
    demande.famille = famille  # read already
    creneaux = [ligne.reservation for ligne in lignes]
    arrivees = _arrivees(creneaux, acte, places)
    for vers in dict.fromkeys(arrivees.values()):
        siens = [creneau for creneau in creneaux if arrivees[creneau.id] == vers]
        franchir_ensemble(siens, acte, acteur, vers, motif=motif, **liens)
    issue = (w.REFUSER, w.REFUSEE) if acte == w.REFUSER else (w.ACCEPTER, w.ACCEPTEE)
    franchir_ensemble(lignes, issue[0], acteur, issue[1], motif=motif, **liens)
    rendues = [creneau.seance_id for creneau in creneaux if creneau.statut == w.ABSENT]
    for seance_id in rendues:
        places.rendre(seance_id)
    liste_attente.pourvoir(places, rendues)
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


def _exiger_la_fratrie(lignes: list[Ligne], toutes: list[Ligne], siennes: Collection[int]) -> None:
    """Brothers and sisters asked for « ensemble ou pas du tout » are answered together.

    `siennes`: the lines in sight of the agent. Who sees one of them only leaves both to who sees them all.
    """
    choisies = {ligne.id for ligne in lignes}
    noues = {ligne.reservation.fratrie for ligne in lignes} - {None}
    for autre in toutes:
        attend = autre.id not in choisies and autre.statut == w.EN_ATTENTE
        if attend and autre.reservation.fratrie in noues:
            meme = next(x for x in lignes if x.reservation.fratrie == autre.reservation.fratrie)
            prenoms = mots.enumeration([x.reservation.enfant.prenom for x in (meme, autre)])
            quand = mots.jour_long(meme.reservation.seance.jour)
            phrase = f"{prenoms} sont demandés ensemble ou pas du tout le {quand}"
            ailleurs = ", et l’un d’eux dans un lieu dont vous n’avez pas la charge : un agent qui les a tous"
            fin = " : répondez pour tous à la fois." if autre.id in siennes else f"{ailleurs} doit répondre."
            raise Refus(f"{phrase}{fin}", champ="ligne")


def _arrivees(creneaux: list[Reservation], acte: str, places: Places) -> dict[int, str]:
    """Where the answer leads each créneau: accepted, to a place while there are any, else to the list."""
    demandes = [c for c in creneaux if acte == w.ACCEPTER and c.statut == w.RESERVATION_ATTENTE]
    arrivees = attribuer(places, ((c.id, c.seance_id, c.fratrie) for c in demandes))
    for creneau in creneaux:
        if creneau.id not in arrivees:
            if not w.CRENEAU.permet(creneau.statut, acte, w.AGENT):
                raise DejaChange(f"L’état a changé entre-temps : {w.CRENEAU.etats[creneau.statut].libelle}.")
            (arrivees[creneau.id],) = w.CRENEAU.transition(creneau.statut, acte, w.AGENT).vers
    return arrivees


def _prevenir(
    demande: Demande, lignes: list[Ligne], motif: str, regard_de: Callable[[Compte], Regard]
) -> None:
    """Write the answer to the family, in the same transaction: to each account, of whom it may read."""
    marquees = [
        (
            li.reservation.enfant,
            li.reservation.seance,
            (li.reservation.statut == w.LISTE_ATTENTE, li.facturee),
        )
        for li in lignes
    ]
    dites = []
    for enfant_id, texte, (en_liste, facturee) in dire_ensemble(demande.nature, marquees):
        refusee = lignes[0].statut == w.REFUSEE
        dite = (
            courriels.LigneDite(texte, w.REFUSEE, motif) if refusee else ligne_dite(texte, en_liste, facturee)
        )
        dites.append((enfant_id, dite))
    siens = [li.reservation for li in lignes if li.reservation.statut == w.LISTE_ATTENTE]
    liens = renoncement.liens([(r.enfant_id, r.seance_id) for r in siens], regard_de)
    lues = droits.lignes_pour(demande.famille, dites, regard_de)
    courriels.annoncer_reponse(demande, lues, a_renoncer=liens)


def _dire(demande: Demande, ligne: Ligne) -> str:
    return dire(demande.nature, ligne.reservation.enfant, ligne.reservation.seance)
