"""Why an answer can no longer be taken back, though what it wrote still stands: what rests on it by now."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from peewee import fn

import workflows as w
from models import Contestation, Evenement, Ligne, Preinscription, Reservation, Seance

if TYPE_CHECKING:
    from portail.domain.reprise import Reprise

DEPUIS = {
    w.PROMOUVOIR: "un enfant a reçu sa place de la liste d’attente",
    w.RENONCER: "la famille a renoncé à la liste d’attente",
    w.DECLARER_ABSENCE: "une absence a été déclarée",
    w.DEMANDER: "le créneau a été demandé de nouveau",
    w.INSCRIRE: "le créneau a été réservé avec une pré-inscription",
    w.LIBERER: "l’inscription a pris fin",
    w.FERMER: "la séance a été annulée",
    w.POINTER_PRESENT: "l’enfant a été pointé",
    w.POINTER_ABSENT: "l’enfant a été pointé",
    w.REVENIR: "la réponse a déjà été annulée",
}
"""What has happened since, in words, by the act."""
SANS_INSCRIPTION = "L’inscription de l’enfant a pris fin depuis : il n’y a plus rien à demander ce jour-là."
JOURS_RESERVES = "Depuis, des jours ont été réservés avec cette inscription."
CONTESTEE_DE_NOUVEAU = "Depuis, la famille conteste de nouveau cette ligne : répondez à sa nouvelle demande."
DEMANDEE_DE_NOUVEAU = "Depuis, la famille a refait une demande pour ces jours."


def depuis(evenement: Evenement) -> str:
    """« Depuis, une absence a été déclarée : … »."""
    quoi = DEPUIS.get(evenement.acte, "quelque chose a changé")
    return f"Depuis, {quoi} : cette réponse ne s’annule plus."


def sans_inscription(reprises: Collection[Reprise]) -> dict[int, str]:
    """A refused booking waits again only where the child is still registered. One query."""
    refusees = {
        creneau.id: reprise.demande.id
        for reprise in reprises
        for creneau in reprise.de("reservation")
        if creneau.statut == w.NON_RESERVE
    }
    if not refusees:
        return {}
    couvertes = (
        Reservation.select(Reservation.id)
        .join(Seance)
        .join(
            Preinscription,
            on=(Preinscription.enfant == Reservation.enfant) & (Preinscription.activite == Seance.activite),
        )
        .where(
            Reservation.id.in_(list(refusees)),
            Preinscription.statut == w.RESERVATION_POSSIBLE,
            Preinscription.debut <= Seance.jour,
            Preinscription.fin >= Seance.jour,
        )
    )
    trouvees = {ident for (ident,) in couvertes.tuples()}
    return {demande_id: SANS_INSCRIPTION for ident, demande_id in refusees.items() if ident not in trouvees}


def contestees_de_nouveau(reprises: Collection[Reprise]) -> dict[int, str]:
    """A refused line of an invoice waits again only if nobody has contested it since. One query."""
    refusees = {ligne.id: reprise.demande.id for reprise in reprises for ligne in reprise.de("ligne")}
    autre, attend = Contestation.alias(), Ligne.alias()
    requete = (
        Contestation.select(Contestation.ligne)
        .join(autre, on=(autre.facturee == Contestation.facturee) & (autre.id != Contestation.id))
        .join(attend, on=(autre.ligne == attend.id) & (attend.statut == w.EN_ATTENTE))
        .where(Contestation.ligne.in_(list(refusees)))
    )
    trouvees = requete.tuples() if refusees else ()
    return {refusees[ligne]: CONTESTEE_DE_NOUVEAU for (ligne,) in trouvees}


def jours_reserves(reprises: Collection[Reprise]) -> dict[int, str]:
    """An accepted registration goes only if nothing else rests on it. One query."""
    acceptees, siens = _inscriptions(reprises, w.RESERVATION_POSSIBLE), set()
    if not acceptees:
        return {}
    for reprise in reprises:
        siens |= {creneau.id for creneau in reprise.de("reservation")}
    autre = Preinscription.alias()
    couvre_aussi = autre.select(fn.COUNT(autre.id)).where(
        autre.enfant == Preinscription.enfant,
        autre.activite == Preinscription.activite,
        autre.id != Preinscription.id,
        autre.statut == w.RESERVATION_POSSIBLE,
        autre.debut <= Seance.jour,
        autre.fin >= Seance.jour,
    )
    requete = (
        Preinscription.select(Preinscription.id, Reservation.id, couvre_aussi)
        .join(Seance, on=Seance.activite == Preinscription.activite)
        .join(
            Reservation,
            on=(Reservation.seance == Seance.id) & (Reservation.enfant == Preinscription.enfant),
        )
        .where(
            Preinscription.id.in_(list(acceptees)),
            Seance.jour >= Preinscription.debut,
            Seance.jour <= Preinscription.fin,
            Reservation.statut != w.NON_RESERVE,
        )
    )
    return {
        acceptees[ident]: JOURS_RESERVES
        for ident, creneau, aussi in requete.tuples()
        if creneau not in siens and not aussi
    }


def inscriptions_prises(reprises: Collection[Reprise]) -> dict[int, str]:
    """A refused registration waits again only if nothing else was asked for these days. One query."""
    refusees = _inscriptions(reprises, w.REFUSEE)
    if not refusees:
        return {}
    autre = Preinscription.alias()
    requete = (
        Preinscription.select(Preinscription.id)
        .join(
            autre,
            on=(autre.enfant == Preinscription.enfant)
            & (autre.activite == Preinscription.activite)
            & (autre.id != Preinscription.id),
        )
        .where(
            Preinscription.id.in_(list(refusees)),
            autre.statut.in_((w.DEMANDE_EN_COURS, w.RESERVATION_POSSIBLE)),
            autre.debut <= Preinscription.fin,
            autre.fin >= Preinscription.debut,
        )
    )
    return {refusees[ident]: DEMANDEE_DE_NOUVEAU for (ident,) in requete.tuples()}


def _inscriptions(reprises: Collection[Reprise], statut: str) -> dict[int, int]:
    """The registrations that now have this status, with their demande."""
    return {
        inscription.id: reprise.demande.id
        for reprise in reprises
        for inscription in reprise.de("preinscription")
        if inscription.statut == statut
    }
