"""Séances that the town had cancelled take place after all: families are told, bookings may be put back.

What was booked is put back only if the agent says so, and only where the family can still declare an absence:
it may have made other arrangements. What was asked and not answered, what waited, is to be asked for again.
"""

from collections.abc import Collection
from dataclasses import dataclass

from peewee import fn

import workflows as w
from models import (
    Activite,
    Compte,
    Enfant,
    Evenement,
    Famille,
    Lieu,
    Preinscription,
    Reservation,
    Seance,
    db,
    write_transaction,
)
from portail import clock, mots
from portail.domain import calendrier, courriels_de_fermeture, perimetre
from portail.domain.annulation_de_seances import a_commence, nommer_les_activites, repere
from portail.domain.calendrier import JoursParticuliers
from portail.domain.courriels_de_fermeture import A_REDEMANDER, REMIS, TROP_TARD
from portail.domain.droits import exiger_la_gestion
from portail.domain.perimetre import INTROUVABLE, Perimetre
from portail.domain.places import Places, compter_les_places, prendre_ensemble, verrouiller_les_places
from portail.domain.refus import Introuvable
from portail.domain.transitions import Acteur, en_lots, franchir_ensemble, journaliser_ensemble

RETABLIR_LA_SEANCE = "retablir_la_seance"
"""What the journal calls it, of each séance."""
A_DIRE = (w.RESERVE, w.RESERVATION_ATTENTE, w.LISTE_ATTENTE)
"""Whoever had one of these is told; who had declared an absence was not coming."""
MONTREES = 200
RESERVE_A = "Seuls les gestionnaires rétablissent des séances."


@dataclass(frozen=True)
class Retablissement:
    """What an act has given back, or would give back."""

    seances: int
    remis: int
    a_redemander: int
    courriels: int = 0

    @property
    def phrase(self) -> str:
        """« 4 séances rétablies, 61 réservations remises, 12 à demander de nouveau ; 40 courriels… »"""
        dites = [mots.pluriel(self.seances, "séance rétablie", "séances rétablies")]
        if self.remis:
            dites.append(mots.pluriel(self.remis, "réservation remise", "réservations remises"))
        if self.a_redemander:
            dites.append(f"{self.a_redemander} à demander de nouveau")
        ecrits = mots.pluriel(self.courriels, "courriel écrit", "courriels écrits")
        return f"{', '.join(dites)} ; {ecrits}." if self.courriels else f"{', '.join(dites)}."


def prevoir(agent: Compte, seance_ids: Collection[int], *, remettre: bool) -> Retablissement:
    """What :func:`retablir` would do of these. Nothing is written."""
    return prevoir_sur(agent, seance_ids, None, remettre=remettre)


def prevoir_sur(
    agent: Compte, seance_ids: Collection[int], particuliers: JoursParticuliers | None, *, remettre: bool
) -> Retablissement:
    """The same on a calendar that is not yet: that of the town when None."""
    exiger_la_gestion(agent, RESERVE_A)
    _exiger_en_vue(agent, seance_ids)
    seances = _a_retablir(compter_les_places(seance_ids), seance_ids, particuliers)
    creneaux = _defaits(seances)
    marques = _marquer(creneaux, seances, compter_les_places(seances), remettre)
    remis = sum(marque == REMIS for marque in marques.values())
    return Retablissement(len(seances), remis, len(creneaux) - remis)


def retablir(agent: Compte, seance_ids: Collection[int], *, remettre: bool = False) -> Retablissement:
    """These séances take place after all; on a day that the calendar still closes, they do not.

    `remettre`: what was booked is booked again, where the family can still say that the child is not coming.
    :class:`Introuvable` when one of them is out of the agent's places.
    """
    with write_transaction():
        return retablir_ici(agent, seance_ids, remettre=remettre)


def retablir_ici(agent: Compte, seance_ids: Collection[int], *, remettre: bool = False) -> Retablissement:
    """The same, inside the transaction of another act, before it locks anything else but séances."""
    if not db.in_transaction():
        raise RuntimeError("séances are given back inside the transaction of an act")
    exiger_la_gestion(agent, RESERVE_A)
    _exiger_en_vue(agent, seance_ids)
    places = verrouiller_les_places(seance_ids)
    seances = _a_retablir(places, seance_ids)
    creneaux = _defaits(seances)
    marques = _marquer(creneaux, seances, places, remettre)
    acteur = Acteur(agent, w.AGENT)
    _rendre(list(seances.values()), acteur)
    remis = [c for c in creneaux if marques[c.id] == REMIS]
    franchir_ensemble(remis, w.ROUVRIR, acteur, w.RESERVE, famille_id=lambda r: r.enfant.famille_id)
    dits = [(c.enfant, seances[c.seance_id], marques[c.id]) for c in creneaux]
    ecrits = courriels_de_fermeture.annoncer_la_reouverture(dits, repere(seances))
    return Retablissement(len(seances), len(remis), len(creneaux) - len(remis), ecrits)


@dataclass(frozen=True)
class Annulee:
    """A séance to come that an agent has cancelled, and not the calendar."""

    id: int
    activite: str
    lieu: str
    quand: str
    motif: str


def annulees(vues: Perimetre) -> list[Annulee]:
    """Those that can be given back, the next ones first, `MONTREES` at most. One query."""
    requete = (
        Seance.select(Seance, Activite, Lieu)
        .join(Activite)
        .join(Lieu)
        .where(
            Seance.jour >= clock.aujourdhui(),
            Seance.annulee != "",
            ~Seance.annulee_par_calendrier,
            *vues.seances(),
        )
        .order_by(Seance.jour, Seance.debut, Seance.id)
        .limit(MONTREES)
    )
    return [
        Annulee(
            s.id,
            s.activite.nom,
            s.activite.lieu.nom,
            f"{mots.jour_long(s.jour)}, {mots.plage(s.debut, s.fin)}",
            s.annulee,
        )
        for s in requete
        if not a_commence(s)
    ]


# ——— inside ———


def _exiger_en_vue(agent: Compte, seance_ids: Collection[int]) -> None:
    vues, voulues = perimetre.du_compte(agent), sorted(set(seance_ids))
    if vues.entier or not voulues:
        return
    if Seance.select().where(Seance.id.in_(voulues), *vues.seances()).count() != len(voulues):
        raise Introuvable(INTROUVABLE)


def _a_retablir(
    places: Places, seance_ids: Collection[int], particuliers: JoursParticuliers | None = None
) -> dict[int, Seance]:
    """Those that are cancelled, to come, on a day that the calendar leaves open; each with its activity."""
    annulees = [
        seance
        for ident in sorted(set(seance_ids))
        if (seance := places.seances.get(ident)) and seance.annulee and not a_commence(seance)
    ]
    if not annulees:
        return {}
    nommer_les_activites(annulees)
    jours = [seance.jour for seance in annulees]
    particuliers = particuliers or calendrier.jours_particuliers(min(jours), max(jours))
    return {s.id: s for s in annulees if not particuliers.ferme(s.jour, s.activite_id, s.activite.lieu_id)}


def _defaits(seances: Collection[int]) -> list[Reservation]:
    """What the cancelling has undone there, whose family is to be told; each with its line of the journal."""
    if not seances:
        return []
    apres = Evenement.alias()
    une_autre = apres.select(apres.id).where(
        apres.objet == "reservation",
        apres.objet_id == Reservation.id,
        apres.id > Evenement.id,
        apres.vers != "",
    )
    requete = (
        Reservation.select(Reservation, Enfant, Famille, Evenement.de, _inscrit().alias("inscrit"))
        .join(Enfant)
        .join(Famille)
        .join_from(Reservation, Seance)
        .join_from(
            Reservation,
            Evenement,
            on=(Evenement.objet == "reservation") & (Evenement.objet_id == Reservation.id),
            attr="ligne",
        )
        .where(
            Reservation.seance.in_(list(seances)),
            Reservation.statut == w.NON_RESERVE,
            Evenement.acte == w.FERMER,
            Evenement.de.in_(A_DIRE),
            ~fn.EXISTS(une_autre),
        )
        .order_by(Reservation.id)
    )
    return list(requete)


def _inscrit():
    """How many validated registrations of the child cover the day."""
    return Preinscription.select(fn.COUNT(Preinscription.id)).where(
        Preinscription.enfant == Reservation.enfant,
        Preinscription.activite == Seance.activite,
        Preinscription.statut == w.RESERVATION_POSSIBLE,
        Preinscription.debut <= Seance.jour,
        Preinscription.fin >= Seance.jour,
    )


def _marquer(
    creneaux: list[Reservation], seances: dict[int, Seance], places: Places, remettre: bool
) -> dict[int, str]:
    """What becomes of each: put back while there are places, or to be asked for, or too late for that."""
    maintenant, marques = clock.maintenant(), {}
    for creneau in creneaux:
        seance = seances[creneau.seance_id]
        remise = remettre and creneau.ligne.de == w.RESERVE and creneau.inscrit
        if remise and seance.limite_absence > maintenant and prendre_ensemble(places, [seance.id]):
            marques[creneau.id] = REMIS
        else:
            marques[creneau.id] = A_REDEMANDER if seance.limite_reservation > maintenant else TROP_TARD
    return marques


def _rendre(seances: list[Seance], acteur: Acteur) -> None:
    for lot in en_lots(seances):
        Seance.update(
            {
                Seance.annulee: "",
                Seance.annulee_par_calendrier: False,
                Seance.mouvements: Seance.mouvements + 1,
                Seance.bouge_le: clock.maintenant(),
            }
        ).where(Seance.id.in_([seance.id for seance in lot])).execute()
        faits = [(seance, RETABLIR_LA_SEANCE) for seance in lot]
        journaliser_ensemble(faits, acteur, vers="", famille_id=None, demande_id=None)
