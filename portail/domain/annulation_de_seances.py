"""The town cancels séances: what is booked, asked or awaited there is undone, and told, in one act.

A measure for everybody, not a decision about a family: the agent's own children are treated as the others.
A number of statements that does not grow with the bookings, but for lots of `transitions.LOT`. What a family
had is in the journal: `retablissement_de_seances.py` gives it back.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from peewee import Expression, fn

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Evenement,
    Famille,
    Lieu,
    Ligne,
    Reservation,
    Seance,
    db,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import courriels_de_fermeture, liste_attente, perimetre
from portail.domain.conclusion import conclure_ensemble
from portail.domain.droits import exiger_la_gestion
from portail.domain.perimetre import INTROUVABLE, Perimetre
from portail.domain.places import verrouiller_les_places
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, en_lots, franchir_ensemble, journaliser_ensemble

ANNULER_LA_SEANCE = "annuler_la_seance"
"""What the journal calls it, of each séance."""
A_DEFAIRE = (w.RESERVATION_ATTENTE, w.RESERVE, w.LISTE_ATTENTE, w.ABSENCE_ATTENTE, w.ABSENT)
"""Lifted with the séance: an absence too, there is nothing left to be absent from. A child pointed stays."""
MOTIF_MAX = 180
CHANGE = "Les réservations ont changé depuis l’aperçu : relisez qui est touché, puis confirmez."
RESERVE_A = "Seuls les gestionnaires annulent des séances."


@dataclass(frozen=True)
class Choix:
    """Which séances: of these days, both included; of one activity, of one place, or of the whole town."""

    debut: dt.date
    fin: dt.date
    activite_id: int | None = None
    lieu_id: int | None = None

    def seances(self) -> list[Expression]:
        """Conditions on `Seance`."""
        conditions = [Seance.jour.between(self.debut, self.fin)]
        if self.activite_id is not None:
            conditions.append(Seance.activite == self.activite_id)
        if self.lieu_id is not None:
            conditions.append(
                Seance.activite.in_(Activite.select(Activite.id).where(Activite.lieu == self.lieu_id))
            )
        return conditions


@dataclass(frozen=True)
class Touchee:
    """A séance that would not take place, and what stands there."""

    id: int
    activite: str
    lieu: str
    jour: dt.date
    plage: str
    combien: Counter[str]
    """How many créneaux, by status."""

    @property
    def reserves(self) -> int:
        return sum(self.combien[statut] for statut in w.OCCUPENT_UNE_PLACE)


@dataclass(frozen=True)
class FamilleTouchee:
    id: int
    nom: str
    enfants: tuple[str, ...]
    creneaux: int
    prevenue: bool
    """Whether an account of the family will have a mail; else the town has to call."""
    telephone: str


@dataclass(frozen=True)
class Prevision:
    """What cancelling would do, before it is done."""

    seances: list[Touchee]
    familles: list[FamilleTouchee]
    enfants: int
    lignes: int
    """Lines of demandes that wait: they would be refused, with the reason."""
    empreinte: str
    """Of all of it: the act is given it back, and refuses when things have moved meanwhile."""

    @cached_property
    def combien(self) -> Counter[str]:
        """How many créneaux, by status."""
        return sum((seance.combien for seance in self.seances), Counter())

    @property
    def reserves(self) -> int:
        return sum(seance.reserves for seance in self.seances)

    @property
    def en_liste(self) -> int:
        return self.combien[w.LISTE_ATTENTE]

    @property
    def en_attente(self) -> int:
        return self.combien[w.RESERVATION_ATTENTE]

    @property
    def absents(self) -> int:
        return self.combien[w.ABSENT]

    @property
    def a_appeler(self) -> list[FamilleTouchee]:
        """Those whom no mail reaches."""
        return [famille for famille in self.familles if not famille.prevenue]


@dataclass(frozen=True)
class Annulation:
    """What an act has cancelled."""

    seances: int
    creneaux: int
    familles: int
    courriels: int

    @property
    def phrase(self) -> str:
        """« 4 séances annulées, 112 créneaux défaits ; 61 familles concernées, 74 courriels écrits. »"""
        seances = mots.pluriel(self.seances, "séance annulée", "séances annulées")
        if not self.creneaux:
            return f"{seances} ; rien n’y était réservé."
        creneaux = mots.pluriel(self.creneaux, "créneau défait", "créneaux défaits")
        familles = mots.pluriel(self.familles, "famille concernée", "familles concernées")
        envoyes = mots.pluriel(self.courriels, "courriel écrit", "courriels écrits")
        return f"{seances}, {creneaux} ; {familles}, {envoyes}."


# ——— the acts ———


def choisir(choix: Choix, vues: Perimetre) -> list[int]:
    """The séances of this choice that can still be cancelled: to come, in sight, not cancelled yet."""
    requete = (
        Seance.select(Seance.id, Seance.jour, Seance.debut)
        .where(*choix.seances(), *vues.seances(), Seance.annulee == "", Seance.jour >= clock.aujourdhui())
        .order_by(Seance.jour, Seance.debut, Seance.id)
    )
    return [seance.id for seance in requete if not a_commence(seance)]


def prevoir(agent: Compte, seance_ids: Collection[int]) -> Prevision:
    """What :func:`annuler` would do of these. Nothing is written. Six queries, whatever their number."""
    exiger_la_gestion(agent, RESERVE_A)
    _exiger_en_vue(agent, seance_ids)
    seances = {s.id: s for s in Seance.select().where(Seance.id.in_(list(seance_ids) or [0]))}
    a_venir = {ident: s for ident, s in seances.items() if s.annulee == "" and not a_commence(s)}
    return prevision(a_venir.values(), _creneaux(a_venir))


def annuler(agent: Compte, seance_ids: Collection[int], motif: str, vu: str | None = None) -> Annulation:
    """These séances do not take place, for this reason, that the families read. Those that have begun stay.

    `vu`: the fingerprint of the forecast that the agent saw; :class:`DejaChange` when it is no longer that.
    :class:`Refus` without a reason, :class:`Introuvable` when one of them is out of the agent's places.
    """
    with write_transaction():
        return annuler_ici(agent, seance_ids, motif, vu)


def annuler_ici(
    agent: Compte,
    seance_ids: Collection[int],
    motif: str,
    vu: str | None = None,
    *,
    par_calendrier: bool = False,
) -> Annulation:
    """The same, inside the transaction of another act, before it locks anything else."""
    if not db.in_transaction():
        raise RuntimeError("séances are cancelled inside the transaction of an act")
    exiger_la_gestion(agent, RESERVE_A)
    motif = lire_le_motif(motif)
    _exiger_en_vue(agent, seance_ids)
    places = verrouiller_les_places(seance_ids)
    seances = {
        ident: seance
        for ident in sorted(set(seance_ids))
        if (seance := places.seances.get(ident)) and seance.annulee == "" and not a_commence(seance)
    }
    creneaux = _creneaux(seances)
    if vu is not None and vu != empreinte(seances, creneaux):
        raise DejaChange(CHANGE)
    acteur = Acteur(agent, w.AGENT)
    statuts = {creneau.id: creneau.statut for creneau in creneaux}
    _refuser_ce_qui_attend(agent, creneaux, motif)
    liees = liste_attente.seances_liees(creneaux)
    franchir_ensemble(
        creneaux, w.FERMER, acteur, w.NON_RESERVE, famille_id=lambda r: r.enfant.famille_id, motif=motif
    )
    _marquer(list(seances.values()), acteur, motif, par_calendrier)
    rendues = [c.seance_id for c in creneaux if statuts[c.id] in w.OCCUPENT_UNE_PLACE]
    for seance_id in rendues:
        places.rendre(seance_id)
    liste_attente.pourvoir(places, {*rendues, *liees})
    dits = [(c.enfant, seances[c.seance_id], statuts[c.id]) for c in creneaux]
    nommer_les_activites(seances.values())
    ecrits = courriels_de_fermeture.annoncer(dits, motif, repere(seances))
    familles = {creneau.enfant.famille_id for creneau in creneaux}
    return Annulation(len(seances), len(creneaux), len(familles), ecrits)


# ——— shared with what forecasts more than this ———


def a_commence(seance: Seance) -> bool:
    """Whether the séance has begun: what is past is not undone."""
    return clock.instant(seance.jour, seance.debut) <= clock.maintenant()


def lire_le_motif(motif: str) -> str:
    """The reason as it is kept. :class:`Refus` when there is none, or too much."""
    motif = " ".join(motif.split())
    if not motif:
        raise Refus("Indiquez le motif : les familles le liront.", champ="motif")
    if len(motif) > MOTIF_MAX:
        raise Refus(f"Le motif est trop long : {MOTIF_MAX} caractères au plus.", champ="motif")
    return motif


def nommer_les_activites(seances: Collection[Seance]) -> None:
    """Give each of these its activity, that a mail names. One query."""
    ids = {seance.activite_id for seance in seances}
    activites = {a.id: a for a in Activite.select().where(Activite.id.in_(list(ids) or [0]))}
    for seance in seances:
        seance.activite = activites[seance.activite_id]


def repere(seances: Collection[int]) -> int:
    """The journal line of this act by which its mails are known: that of its first séance, that it locks."""
    de_la_premiere = (Evenement.objet == "seance") & (Evenement.objet_id == min(seances, default=0))
    return Evenement.select(fn.MAX(Evenement.id)).where(de_la_premiere).scalar() or 0


def empreinte(seances: Iterable[int], creneaux: Iterable[Reservation]) -> str:
    """Of these séances, and of what stands there: the same as long as nothing has moved."""
    dits = [*sorted(seances), *sorted((c.id, c.statut) for c in creneaux)]
    return hashlib.sha256(repr(dits).encode()).hexdigest()[:16]


def prevision(seances: Iterable[Seance], creneaux: list[Reservation]) -> Prevision:
    """What is told of these séances, and of what stands there. Five queries."""
    par_id = {seance.id: seance for seance in seances}
    combien: dict[int, Counter[str]] = {ident: Counter() for ident in par_id}
    for creneau in creneaux:
        combien[creneau.seance_id][creneau.statut] += 1
    ids = {seance.activite_id for seance in par_id.values()}
    activites = {
        a.id: a for a in Activite.select(Activite, Lieu).join(Lieu).where(Activite.id.in_(list(ids) or [0]))
    }
    touchees = [
        Touchee(
            s.id,
            activites[s.activite_id].nom,
            activites[s.activite_id].lieu.nom,
            s.jour,
            mots.plage(s.debut, s.fin),
            combien[s.id],
        )
        for s in sorted(par_id.values(), key=lambda s: (s.jour, s.debut, activites[s.activite_id].nom, s.id))
    ]
    return Prevision(
        touchees,
        _familles(creneaux),
        len({creneau.enfant_id for creneau in creneaux}),
        _lignes_en_attente(creneaux).count() if creneaux else 0,
        empreinte(par_id, creneaux),
    )


# ——— inside ———


def _exiger_en_vue(agent: Compte, seance_ids: Collection[int]) -> None:
    vues = perimetre.du_compte(agent)
    voulues = sorted(set(seance_ids))
    if vues.entier or not voulues:
        return
    if Seance.select().where(Seance.id.in_(voulues), *vues.seances()).count() != len(voulues):
        raise Introuvable(INTROUVABLE)


def _creneaux(seances: Collection[int]) -> list[Reservation]:
    """What stands on these séances, with each child and its family."""
    if not seances:
        return []
    requete = (
        Reservation.select(Reservation, Enfant, Famille)
        .join(Enfant)
        .join(Famille)
        .where(Reservation.seance.in_(list(seances)), Reservation.statut.in_(A_DEFAIRE))
    )
    return list(requete.order_by(Reservation.id))


def _lignes_en_attente(creneaux: Collection[Reservation]):
    return Ligne.select().where(
        Ligne.reservation.in_([creneau.id for creneau in creneaux] or [0]), Ligne.statut == w.EN_ATTENTE
    )


def _refuser_ce_qui_attend(agent: Compte, creneaux: list[Reservation], motif: str) -> None:
    """What waits for an answer there has it: no, and why. The mail of the closure tells it."""
    attendent = [c for c in creneaux if c.statut in (w.RESERVATION_ATTENTE, w.ABSENCE_ATTENTE)]
    lignes = list(_lignes_en_attente(attendent).order_by(Ligne.id)) if attendent else []
    demandes = verrouiller(Demande, {ligne.demande_id for ligne in lignes})
    if not lignes:
        return
    acteur, maintenant = Acteur(agent, w.AGENT), clock.maintenant()
    for lot in en_lots(list(demandes)):
        Demande.update(agent=agent, repondue_le=maintenant).where(Demande.id.in_(lot)).execute()
    franchir_ensemble(
        lignes,
        w.REFUSER,
        acteur,
        w.REFUSEE,
        famille_id=lambda ligne: demandes[ligne.demande_id].famille_id,
        demande_id=lambda ligne: ligne.demande_id,
        motif=f"Pas d’accueil ce jour-là : {motif}",
    )
    conclure_ensemble(list(demandes.values()), acteur)


def _marquer(seances: list[Seance], acteur: Acteur, motif: str, par_calendrier: bool) -> None:
    """The séances say why they do not take place; open plannings see that they have moved."""
    for lot in en_lots(seances):
        Seance.update(
            {
                Seance.annulee: motif,
                Seance.annulee_par_calendrier: par_calendrier,
                Seance.mouvements: Seance.mouvements + 1,
                Seance.bouge_le: clock.maintenant(),
            }
        ).where(Seance.id.in_([seance.id for seance in lot])).execute()
        faits = [(seance, ANNULER_LA_SEANCE) for seance in lot]
        journaliser_ensemble(faits, acteur, vers="", detail=motif, famille_id=None, demande_id=None)


def _familles(creneaux: Iterable[Reservation]) -> list[FamilleTouchee]:
    """By name; the children of each, and whether a mail will reach it."""
    par_famille: dict[int, list[Reservation]] = {}
    for creneau in creneaux:
        par_famille.setdefault(creneau.enfant.famille_id, []).append(creneau)
    familles = {ident: siens[0].enfant.famille for ident, siens in par_famille.items()}
    jointes = courriels_de_fermeture.qui_lira(
        familles, {i: {c.enfant_id for c in s} for i, s in par_famille.items()}
    )
    telephones = courriels_de_fermeture.telephones([i for i in familles if not jointes[i]])
    vues = [
        FamilleTouchee(
            ident,
            familles[ident].nom,
            tuple(dict.fromkeys(c.enfant.prenom for c in sorted(siens, key=lambda c: c.enfant.rang))),
            len(siens),
            bool(jointes[ident]),
            telephones.get(ident, ""),
        )
        for ident, siens in par_famille.items()
    ]
    return sorted(vues, key=lambda famille: (familles[famille.id].recherche, famille.id))
