"""The town ends a registration before its end date: what was booked after it is freed, and told."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Lieu,
    Ligne,
    Preinscription,
    Reservation,
    Seance,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import courriels_d_inscription, courriels_de_reponse, droits, liste_attente, perimetre
from portail.domain.conclusion import conclure
from portail.domain.courriels import LigneDite
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.places import verrouiller_les_places
from portail.domain.recapitulatif import dire
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.reponse import prendre
from portail.domain.transitions import Acteur, franchir, franchir_ensemble, journaliser

ECOURTER = "ecourter"
"""What the journal calls a registration that ends earlier."""
A_GARDER = (w.NON_RESERVE, w.PRESENT)
"""The créneaux that an early end leaves as they are: nothing to free, or a fact."""


@dataclass(frozen=True)
class Fin:
    """What an early end has done."""

    inscription: Preinscription
    liberes: Sequence[Seance]
    """The séances on which the child had something, by day."""

    @property
    def phrase(self) -> str:
        """« Léa, Atelier théâtre : l’inscription prend fin le 18 décembre 2026, 4 jours libérés. »"""
        i = self.inscription
        fin = "est annulée" if i.statut == w.ANNULEE else f"prend fin le {mots.jour_annee(i.fin)}"
        combien = len({seance.jour for seance in self.liberes})
        liberes = f", {mots.pluriel(combien, 'jour libéré', 'jours libérés')}" if combien else ""
        quoi = f"{i.enfant.prenom}, {i.activite.nom} : l’inscription {fin}{liberes}"
        return f"{quoi}. La famille en est avertie."


@dataclass(frozen=True)
class Prevision:
    """What an early end would do, before it is done."""

    dernier: dt.date
    annulation: bool
    """The registration has not begun on that day: it is cancelled whole."""
    reserves: int
    en_liste: int
    """How many créneaux are freed: those that hold a place, those that wait for one."""
    demandes: int
    """How many lines of demandes that wait would be refused."""
    jours: Sequence[dt.date]
    """The days on which something is freed, in order."""


def prevoir(agent: Compte, famille_id: int, inscription: Preinscription, dernier: dt.date) -> Prevision:
    """What :func:`mettre_fin` would do on that day. The same refusals, and nothing is written."""
    _exiger(agent, famille_id)
    _verifier(inscription, dernier)
    ids = _seances_apres(inscription, dernier)
    seances = {seance.id: seance for seance in Seance.select().where(Seance.id.in_(ids or [0]))}
    creneaux = _creneaux(inscription, seances)
    return Prevision(
        dernier=dernier,
        annulation=dernier < inscription.debut,
        reserves=sum(creneau.statut in w.OCCUPENT_UNE_PLACE for creneau in creneaux),
        en_liste=sum(creneau.statut == w.LISTE_ATTENTE for creneau in creneaux),
        demandes=_lignes_en_attente(creneaux).count(),
        jours=sorted({seances[creneau.seance_id].jour for creneau in creneaux}),
    )


def mettre_fin(agent: Compte, famille_id: int, inscription_id: int, dernier: dt.date, motif: str = "") -> Fin:
    """The registration ends on the day `dernier`, included; before its first day, it is cancelled whole.

    What the child has later is freed, the places go to those who wait, demandes that still wait there are
    refused with the reason. :class:`DejaChange` when it has ended by itself, or somebody has ended it.
    """
    motif = " ".join(motif.split())
    with write_transaction():
        inscription = charger(agent, famille_id, inscription_id)
        _exiger(agent, famille_id)
        apres = _seances_apres(inscription, dernier)
        places = verrouiller_les_places(apres)
        seances = {ident: places.seances[ident] for ident in apres}
        creneaux = _creneaux(inscription, seances)
        demandes = verrouiller(Demande, _demandes_en_attente(creneaux))
        inscription = verrouiller(Preinscription, [inscription_id])[inscription_id]
        _verifier(inscription, dernier)
        acteur = Acteur(agent, w.AGENT)
        _refuser_ce_qui_attend(agent, creneaux, demandes, motif)
        rendues = [c.seance_id for c in creneaux if c.statut in w.OCCUPENT_UNE_PLACE]
        liees = liste_attente.seances_liees(creneaux)
        franchir_ensemble(creneaux, w.LIBERER, acteur, w.NON_RESERVE, famille_id=famille_id, motif=motif)
        _ecourter(inscription, dernier, acteur, famille_id, motif)
        liberees = sorted({c.seance_id for c in creneaux}, key=lambda ident: seances[ident].jour)
        for seance_id in rendues:
            places.rendre(seance_id)
        liste_attente.pourvoir(places, {*rendues, *liees})
        enfant, activite = inscription.enfant, inscription.activite
        liberes = [seances[ident] for ident in liberees]
        courriels_d_inscription.annoncer_la_fin(inscription, enfant, activite, liberes, motif)
        return Fin(inscription, liberes)


def charger(agent: Compte, famille_id: int, inscription_id: int) -> Preinscription:
    """A registration of this family, its child, its activity; :class:`Introuvable` unless it is in sight."""
    trouvee = (
        Preinscription.select(Preinscription, Enfant, Activite, Lieu)
        .join(Enfant)
        .switch(Preinscription)
        .join(Activite)
        .join(Lieu)
        .where(
            Preinscription.id == inscription_id,
            Enfant.famille == famille_id,
            *perimetre.du_compte(agent).activites(),
        )
        .first()
    )
    if trouvee is None:
        raise Introuvable("Cette inscription n’existe pas.")
    return trouvee


# ——— inside ———


def _exiger(agent: Compte, famille_id: int) -> None:
    exiger_un_agent(agent, "Seuls les agents de la mairie mettent fin à une inscription.")
    exiger_une_autre_famille(
        agent, famille_id, "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."
    )


def _seances_apres(inscription: Preinscription, dernier: dt.date) -> list[int]:
    """All the séances of the days taken away, booked or not: nobody books there while it is decided."""
    requete = Seance.select(Seance.id).where(
        Seance.activite == inscription.activite_id,
        Seance.jour > max(dernier, inscription.debut - dt.timedelta(1)),
        Seance.jour <= inscription.fin,
    )
    return [ident for (ident,) in requete.tuples()]


def _creneaux(inscription: Preinscription, seances: dict[int, Seance]) -> list[Reservation]:
    """What the child has on these séances; a day that another registration covers stays as it is."""
    autres = list(
        Preinscription.select(Preinscription.debut, Preinscription.fin)
        .where(
            Preinscription.enfant == inscription.enfant_id,
            Preinscription.activite == inscription.activite_id,
            Preinscription.statut == w.RESERVATION_POSSIBLE,
            Preinscription.id != inscription.id,
        )
        .tuples()
    )
    siens = Reservation.select().where(
        Reservation.enfant == inscription.enfant_id,
        Reservation.seance.in_(list(seances) or [0]),
        Reservation.statut.not_in(A_GARDER),
    )
    return [
        creneau
        for creneau in siens.order_by(Reservation.id)
        if not any(debut <= seances[creneau.seance_id].jour <= fin for debut, fin in autres)
    ]


def _demandes_en_attente(creneaux: list[Reservation]) -> list[int]:
    return sorted({ligne.demande_id for ligne in _lignes_en_attente(creneaux)})


def _lignes_en_attente(creneaux: list[Reservation]):
    return (
        Ligne.select(Ligne, Reservation, Enfant, Seance, Activite)
        .join(Reservation)
        .join(Enfant)
        .join_from(Reservation, Seance)
        .join(Activite)
        .where(Ligne.reservation.in_([c.id for c in creneaux] or [0]), Ligne.statut == w.EN_ATTENTE)
    )


def _verifier(inscription: Preinscription, dernier: dt.date) -> None:
    jour = clock.aujourdhui()
    if inscription.statut != w.RESERVATION_POSSIBLE or inscription.fin < jour:
        etat = w.etat_preinscription(inscription.statut, inscription.fin, jour).libelle
        raise DejaChange(f"Cette inscription n’est plus en cours : {etat.lower()}.")
    if dernier >= inscription.fin:
        fin = mots.jour_annee(inscription.fin)
        raise Refus(f"Choisissez un jour avant le {fin}, où elle finit déjà.", champ="dernier")
    if dernier < jour:  # a year mistyped must not cancel what has not begun
        raise Refus(
            "Les jours passés ne se défont pas : choisissez aujourd’hui, ou un jour à venir.", champ="dernier"
        )


def _refuser_ce_qui_attend(
    agent: Compte, creneaux: list[Reservation], demandes: dict[int, Demande], motif: str
) -> None:
    """The demandes that wait about these days have no object any more; the family reads why."""
    raison = motif or "L’inscription à cette activité prend fin avant ce jour."
    acteur = Acteur(agent, w.AGENT)
    refusees: dict[int, list[tuple[int, LigneDite]]] = {ident: [] for ident in demandes}
    for ligne in _lignes_en_attente(creneaux).order_by(Ligne.id):
        demande, reservation = demandes[ligne.demande_id], ligne.reservation
        liens = {"famille_id": demande.famille_id, "demande_id": demande.id}
        franchir(ligne, w.REFUSER, acteur, motif=raison, **liens)
        texte = dire(demande.nature, reservation.enfant, reservation.seance)
        refusees[demande.id].append((reservation.enfant_id, LigneDite(texte, w.REFUSEE, raison)))
    for demande in demandes.values():
        prendre(agent, [demande])
        conclure(demande, acteur)
        dites = droits.lignes_pour(demande.famille, refusees[demande.id])
        courriels_de_reponse.annoncer_reponse(demande, dites)


def _ecourter(
    inscription: Preinscription, dernier: dt.date, acteur: Acteur, famille_id: int, motif: str
) -> None:
    if dernier < inscription.debut:
        franchir(inscription, w.ANNULER, acteur, famille_id=famille_id, motif=motif)
        return
    detail = f"fin le {mots.jour_annee(dernier)}, au lieu du {mots.jour_annee(inscription.fin)}"
    Preinscription.update(fin=dernier).where(Preinscription.id == inscription.id).execute()
    inscription.fin = dernier
    journaliser(
        inscription,
        ECOURTER,
        acteur,
        famille_id=famille_id,
        detail=" : ".join(filter(None, (detail, motif))),
    )
