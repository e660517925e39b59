"""The waiting lists as an agent reads them: the order and why, what blocks whom, to whom a place goes next.

What is told here is what the acts of `liste_attente.py` do: the same list, the same rules, the same places. A
number of queries that grows neither with the lists nor with the children.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peewee import JOIN, SQL, Case, fn

import workflows as w
from models import (
    Abonnement,
    Activite,
    Compte,
    Demande,
    Enfant,
    Evenement,
    Lieu,
    Reservation,
    Seance,
)
from portail import clock, mots
from portail.domain import liste_attente, perimetre
from portail.domain.liste_attente import Attente
from portail.domain.perimetre import LA_VILLE, Perimetre
from portail.domain.places import Places, compter_les_places
from portail.domain.places_en_base import partagees_de
from portail.domain.refus import Introuvable

PAR_PAGE = 50
PROMOTIONS_DITES = 20
"""How many places given are told under a list, the last ones."""
EN_LISTE = Reservation.statut == SQL(f"'{w.LISTE_ATTENTE}'")
"""A literal: the partial index of the lists is used."""


@dataclass(frozen=True)
class ListeVue:
    """One coming séance on which children wait."""

    seance_id: int
    activite: str
    lieu: str
    jour: dt.date
    plage: str
    places: int
    restantes: int
    attendent: int
    limite: dt.datetime

    @property
    def tardive(self) -> bool:
        """A place that frees no longer goes by itself: an agent gives it."""
        return self.limite <= clock.maintenant()

    @property
    def a_donner(self) -> bool:
        return self.tardive and self.restantes > 0

    @property
    def places_en_mots(self) -> str:
        if self.restantes <= 0:
            return f"complet ({self.places})"
        return f"{mots.pluriel(self.restantes, 'libre')} sur {self.places}"


@dataclass(frozen=True)
class Listes:
    """One page of the lists of the coming séances."""

    rangees: list[ListeVue]
    page: int
    pages: int
    combien: int


@dataclass(frozen=True)
class EnListe:
    """One child who waits."""

    reservation_id: int
    nom: str
    famille_id: int
    famille: str
    seance_id: int
    activite: str
    ordre: int
    depuis: dt.datetime
    par: str
    """Who asked, or which agent put the child there."""
    demande_id: int | None


@dataclass(frozen=True)
class Rang:
    """One place in the list: a child, or tied brothers and sisters who wait together."""

    rang: int
    enfants: list[EnListe]
    """Those of this séance first."""
    obstacle: str
    manque: str
    """What those who are tied wait for, when there is not a place for each."""
    servi: bool
    """The free place goes to them."""
    a_moi: bool
    """The agent is subscribed to this family: another one gives the place."""
    pourquoi: str
    """Why they are before the next."""

    @property
    def noms(self) -> str:
        return mots.enumeration([enfant.nom for enfant in self.enfants])

    @property
    def lies(self) -> bool:
        return len(self.enfants) > 1

    @property
    def attend(self) -> str:
        """« attendent deux places, ensemble ou pas du tout »; empty when the child is alone."""
        if not self.lies:
            return ""
        ailleurs = [
            f"{e.nom} à {e.activite}" for e in self.enfants if e.seance_id != self.enfants[0].seance_id
        ]
        ou = f" ({mots.enumeration(ailleurs)})" if ailleurs else ""
        combien = EN_LETTRES.get(len(self.enfants), str(len(self.enfants)))
        return f"attendent {combien} places{ou}, ensemble ou pas du tout"

    @property
    def a_qui_donner(self) -> int | None:
        """The créneau that the button gives the place to; None when it is not theirs now."""
        return self.enfants[0].reservation_id if self.servi and not self.a_moi else None


EN_LETTRES = {2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six"}


@dataclass(frozen=True)
class Liste:
    """The waiting list of one séance."""

    seance_id: int
    activite: str
    lieu: str
    jour: dt.date
    plage: str
    passee: bool
    limite: dt.datetime
    places: int
    restantes: int
    rangs: list[Rang]
    donnees: list[tuple[dt.datetime, str]]
    """The places that went to children of the list, the last first: when, and in words."""

    @property
    def tardive(self) -> bool:
        return self.limite <= clock.maintenant()

    @property
    def attendent(self) -> int:
        """How many children wait on this very séance."""
        return sum(e.seance_id == self.seance_id for rang in self.rangs for e in rang.enfants)

    @property
    def places_en_mots(self) -> str:
        if self.restantes <= 0:
            return f"Complet : {mots.pluriel(self.places, 'place')}."
        return f"{mots.pluriel(self.restantes, 'place libre', 'places libres')} sur {self.places}."

    @property
    def regle(self) -> str:
        """Until when a place goes by itself, and then who gives it."""
        if self.passee:
            return "La séance a commencé : plus aucune place ne se donne."
        quand = mots.moment(self.limite)
        if self.tardive:
            return (
                f"Depuis le {quand}, une place qui se libère ne se donne plus d’elle-même :"
                " c’est à vous de la donner, dans l’ordre de la liste."
            )
        return f"Une place qui se libère se donne d’elle-même jusqu’au {quand} ; ensuite, c’est à vous."


def listes(page: int, vu: Perimetre = LA_VILLE) -> Listes:
    """The coming séances in sight where somebody waits, the next ones first; past the last page, the last."""
    a_venir = Seance.jour >= clock.aujourdhui()
    avec = (
        Reservation.select(Reservation.seance).join(Seance).where(EN_LISTE, a_venir, *vu.seances()).distinct()
    )
    combien = Seance.select(fn.COUNT(Seance.id)).where(Seance.id.in_(avec)).scalar()
    pages = max(-(-combien // PAR_PAGE), 1)
    page = min(page, pages)
    partagees = partagees_de(avec).alias("partagees")
    propres = Seance.places - Seance.prises
    restantes = Case(None, [(partagees.c.libres < propres, partagees.c.libres)], propres)
    attendent = Reservation.select(fn.COUNT(Reservation.id)).where(
        Reservation.seance == Seance.id, Reservation.statut == w.LISTE_ATTENTE
    )
    requete = (
        Seance.select(
            Seance.id,
            Activite.nom,
            Lieu.nom,
            Seance.jour,
            Seance.debut,
            Seance.fin,
            Seance.places,
            restantes,
            attendent,
            Seance.limite_reservation,
        )
        .join(Activite)
        .join(Lieu)
        .join_from(Seance, partagees, JOIN.LEFT_OUTER, on=partagees.c.seance == Seance.id)
        .where(Seance.id.in_(avec))
        .order_by(Seance.jour, Seance.debut, Activite.rang, Activite.nom, Seance.id)
        .paginate(page, PAR_PAGE)
        .tuples()
    )
    rangees = [
        ListeVue(ident, activite, lieu, jour, mots.plage(debut, fin), *reste)
        for ident, activite, lieu, jour, debut, fin, *reste in requete
    ]
    return Listes(rangees, page, pages, combien)


def seance_de(reservation_id: int, agent: Compte) -> int:
    """On which séance this créneau is. :class:`Introuvable` when there is no such créneau in sight."""
    creneau = Reservation.get_or_none(Reservation.id == reservation_id)
    if creneau is None:
        raise Introuvable("Cette place n’est plus demandée.")
    perimetre.exiger_la_seance(agent, creneau.seance_id)
    return creneau.seance_id


def lire(seance_id: int, agent: Compte) -> Liste:
    """The list of this séance, for this agent. :class:`Introuvable` when there is no such séance in sight."""
    seance = (
        Seance.select(Seance, Activite, Lieu)
        .join(Activite)
        .join(Lieu)
        .where(Seance.id == seance_id, *perimetre.du_compte(agent).seances())
        .first()
    )
    if seance is None:
        raise Introuvable("Cette séance n’existe pas.")
    places = compter_les_places([seance_id, *_liees(seance_id)])
    restantes = places.restantes(seance_id)
    attentes = liste_attente.attentes(places, [seance_id])
    passee = clock.instant(seance.jour, seance.debut) <= clock.maintenant()
    return Liste(
        seance_id,
        seance.activite.nom,
        seance.activite.lieu.nom,
        seance.jour,
        mots.plage(seance.debut, seance.fin),
        passee,
        seance.limite_reservation,
        seance.places,
        restantes,
        _rangs(seance_id, attentes, places, agent),
        _donnees(seance_id),
    )


def raconter(servis: Sequence[Reservation]) -> str:
    """What giving these their places has just done, in words."""
    noms = mots.enumeration([creneau.enfant.nom_complet for creneau in servis])
    recue = "a reçu une place" if len(servis) == 1 else "ont reçu leurs places"
    return f"{noms} {recue}. La famille en est avertie par e-mail."


# ——— inside ———


def _liees(seance_id: int) -> set[int]:
    """The séances on which brothers and sisters wait who are tied to those of this list."""
    en_liste = Reservation.select(Reservation.fratrie, Reservation.statut).where(
        Reservation.seance == seance_id, Reservation.statut == w.LISTE_ATTENTE
    )
    return liste_attente.seances_liees(en_liste)


def _rangs(seance_id: int, attentes: Sequence[Attente], places: Places, agent: Compte) -> list[Rang]:
    servie = liste_attente.premiere_servie(places, attentes)
    connus = _connus([r.id for attente in attentes for r in attente.reservations])
    miennes = _mes_familles(agent)
    rangs = []
    for numero, attente in enumerate(attentes, start=1):
        enfants = [_en_liste(r, connus) for r in attente.reservations]
        enfants.sort(key=lambda e: (e.seance_id != seance_id, e.ordre))
        rangs.append(
            Rang(
                numero,
                enfants,
                attente.obstacle.phrase if attente.obstacle else "",
                _manque(attente, places),
                attente is servie,
                any(enfant.famille_id in miennes for enfant in enfants),
                _pourquoi(enfants, numero, len(attentes)),
            )
        )
    return rangs


def _en_liste(r: Reservation, connus: Mapping[int, tuple]) -> EnListe:
    quand, auteur, agent, demande_id = connus[r.id]
    par = f"sur décision {mots.de(auteur)}" if agent else f"à la demande {mots.de(auteur)}" if auteur else ""
    return EnListe(
        r.id,
        r.enfant.nom_complet,
        r.enfant.famille_id,
        r.enfant.famille.nom,
        r.seance_id,
        r.seance.activite.nom,
        r.ordre,
        quand,
        par,
        demande_id,
    )


def _pourquoi(enfants: Sequence[EnListe], numero: int, total: int) -> str:
    """Why here: the order of arrival, as the journal numbers it."""
    dernier = max(enfants, key=lambda e: e.ordre)
    arrivee = f"Arrivée n° {mots.nombre(dernier.ordre)} du journal"
    if len(enfants) > 1:
        arrivee = f"Rang du dernier arrivé d’entre eux. {arrivee}"
    if total == 1:
        return arrivee
    return f"{arrivee} : avant le suivant" if numero < total else f"{arrivee} : le dernier arrivé"


def _manque(attente: Attente, places: Places) -> str:
    """For those who are tied: which of the places that they wait for are not there."""
    if len(attente.reservations) < 2 or attente.obstacle:
        return ""
    libres = liste_attente.tiennent(places, attente)
    return "" if libres else "Il n’y a pas encore une place pour chacun : le suivant peut passer devant."


def _connus(ids: Sequence[int]) -> dict[int, tuple[dt.datetime, str, bool, int | None]]:
    """By créneau: since when it waits, who asked or which agent put it there, in which demande."""
    agent, auteur = Compte.alias(), Compte.alias()
    requete = (
        Reservation.select(
            Reservation.id,
            Evenement.quand,
            Evenement.acte,
            agent.prenom,
            agent.nom,
            auteur.prenom,
            auteur.nom,
            Demande.id,
        )
        .join(Evenement, on=Evenement.id == Reservation.ordre)
        .join(agent, JOIN.LEFT_OUTER, on=Evenement.auteur == agent.id)
        .join_from(Evenement, Demande, JOIN.LEFT_OUTER)
        .join(auteur, JOIN.LEFT_OUTER, on=Demande.auteur == auteur.id)
        .where(Reservation.id.in_(ids or [0]))
        .tuples()
    )
    connus = {}
    for ident, quand, acte, *noms, demande_id in requete:
        mis = acte == w.METTRE_EN_ATTENTE
        prenom, nom = noms[:2] if mis or not noms[2] else noms[2:]
        connus[ident] = (quand, f"{prenom} {nom}" if prenom else "", mis, demande_id)
    return connus


def _mes_familles(agent: Compte) -> set[int]:
    requete = Abonnement.select(Abonnement.famille).where(Abonnement.compte == agent)
    return {famille_id for (famille_id,) in requete.tuples()}


def _donnees(seance_id: int) -> list[tuple[dt.datetime, str]]:
    """The places given to children of this list, the last first. One query."""
    requete = (
        Evenement.select(Evenement.quand, Enfant.prenom, Enfant.nom, Compte.prenom, Compte.nom)
        .join(Reservation, on=(Evenement.objet_id == Reservation.id) & (Evenement.objet == "reservation"))
        .join(Enfant)
        .join_from(Evenement, Compte, JOIN.LEFT_OUTER)
        .where(Reservation.seance == seance_id, Evenement.acte == w.PROMOUVOIR)
        .order_by(Evenement.id.desc())
        .limit(PROMOTIONS_DITES)
        .tuples()
    )
    return [(quand, _dire_le_don(*noms)) for quand, *noms in requete]


def _dire_le_don(prenom: str, nom: str, prenom_agent: str | None, nom_agent: str | None) -> str:
    if prenom_agent:
        return f"{prenom} {nom} a reçu une place, donnée par {prenom_agent} {nom_agent}"
    return f"{prenom} {nom} a reçu une place, d’elle-même"
