"""The lines of a demande about séances, as an agent reads them: what each would become, singly or summed up.

Where accepting leads is counted as the act will count it: the same rules, the same places, in the same order.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from peewee import fn

import workflows as w
from models import Activite, Enfant, Lieu, Ligne, Preinscription, Reservation, Seance
from portail import clock, mots
from portail.domain import calendrier
from portail.domain.perimetre import Perimetre
from portail.domain.places import Comptee, attribuer, lire_les_places
from portail.domain.regles import Situation, obstacle_place

LIE = "ensemble ou pas du tout"


@dataclass(frozen=True)
class LigneVue:
    """One line: which child, which séance, what would change."""

    id: int
    statut: str
    motif: str
    facturee: bool | None
    """Of an absence: whether it is billed, as the family was told."""
    lie: bool
    """Asked with brothers or sisters, « ensemble ou pas du tout »."""
    enfant_id: int
    prenom: str
    nom: str
    age: str
    activite_id: int
    activite: str
    lieu: str
    seance_id: int
    jour: dt.date
    plage: str
    limite: dt.datetime
    """The family's own deadline."""
    creneau: str
    """Present status of the créneau."""
    obstacle: str
    """Why no place can be given there any more, in few words; empty when one can."""
    arrivee: str
    """Where accepting leads a booking that waits: a place, or the waiting list. Empty for anything else."""
    places: int
    restantes: int
    """Places left now, those that it shares with other activities among them."""
    en_liste: int
    """Children who wait already."""
    ailleurs: bool = False
    """Out of the places of whoever looks: others answer."""

    @property
    def en_attente(self) -> bool:
        return self.statut == w.EN_ATTENTE

    @property
    def attendue(self) -> bool:
        """Whether it waits for an answer of whoever looks."""
        return self.en_attente and not self.ailleurs

    @property
    def etat(self) -> w.Etat:
        return w.LIGNE.etats[self.statut]

    @property
    def etat_creneau(self) -> w.Etat:
        return w.CRENEAU.etats[self.creneau]

    @property
    def de(self) -> w.Etat:
        """What stood before the family asked: where a refusal leads back."""
        return w.CRENEAU.etats[self._fin(w.REFUSER)]

    @property
    def vers(self) -> w.Etat:
        """Where accepting would lead now."""
        return w.CRENEAU.etats[self.arrivee or self._fin(w.ACCEPTER)]

    def _fin(self, acte: str) -> str:
        """Where an act leads; where it stands, if something else has moved the créneau already."""
        if not w.CRENEAU.permet(self.creneau, acte, w.AGENT):
            return self.creneau
        return w.CRENEAU.transition(self.creneau, acte, w.AGENT).vers[0]

    @property
    def acceptable(self) -> bool:
        """Whether the answer may be yes: an absence always, a booking while nothing stands in the way."""
        return self.attendue and (self.creneau == w.ABSENCE_ATTENTE or not self.obstacle)

    @property
    def quoi(self) -> str:
        """What tells this line from the others for those who do not see the table."""
        return f"{self.prenom}, {self.activite}, {mots.jour_long(self.jour)}"

    @property
    def mois(self) -> dt.date:
        return self.jour.replace(day=1)

    @property
    def cle(self) -> str:
        """The child, the activity and the month: « 12-3-2026-12 »."""
        return f"{self.enfant_id}-{self.activite_id}-{self.mois:%Y-%m}"

    @property
    def facturation(self) -> str:
        """« Facturée », « Non facturée »; empty where there is nothing to say of it."""
        return "" if self.facturee is None else "Facturée" if self.facturee else "Non facturée"

    @property
    def occupees(self) -> int:
        """How many of its places are not to be had, for the gauge."""
        return self.places - max(min(self.restantes, self.places), 0)

    @property
    def places_en_mots(self) -> str:
        """« 14 restantes sur 60 », « complet, 3 en liste d’attente »."""
        liste = f", {self.en_liste} en liste d’attente" if self.en_liste else ""
        if self.restantes <= 0:
            return f"complet{liste}"
        return f"{mots.pluriel(self.restantes, 'restante')} sur {self.places}{liste}"

    @property
    def liste_utile(self) -> bool:
        """Whether there is a waiting list to look at."""
        return self.en_liste > 0 or self.creneau == w.LISTE_ATTENTE


@dataclass(frozen=True)
class Groupe:
    """The lines of one child in one activity, in one month."""

    cle: str
    lignes: list[LigneVue]

    @property
    def mois(self) -> str:
        """« décembre 2026 »."""
        return mots.mois_annee(self.lignes[0].mois)

    @property
    def quoi(self) -> str:
        """« Léa, Cantine, décembre 2026 »."""
        return f"{self.lignes[0].prenom}, {self.lignes[0].activite}, {self.mois}"

    @cached_property
    def attendues(self) -> list[LigneVue]:
        return [ligne for ligne in self.lignes if ligne.attendue]

    @property
    def acceptables(self) -> list[LigneVue]:
        return [ligne for ligne in self.lignes if ligne.acceptable]

    @property
    def fins(self) -> list[tuple[w.Etat, int]]:
        """Where accepting leads, and how many of them."""
        combien = Counter(ligne.vers.code for ligne in self.acceptables)
        return [(w.CRENEAU.etats[code], n) for code, n in combien.items()]

    @property
    def impossibles(self) -> list[tuple[str, int]]:
        """Why some can only be refused, and how many of them."""
        return list(Counter(li.obstacle.lower() for li in self.attendues if not li.acceptable).items())

    @property
    def reponses(self) -> list[tuple[w.Etat, str, int]]:
        """What was answered, why, and to how many."""
        return [
            ((w.CRENEAU if code == w.LISTE_ATTENTE else w.LIGNE).etats[code], motif, n)
            for (code, motif), n in Counter(
                (w.LISTE_ATTENTE if li.creneau == w.LISTE_ATTENTE else li.statut, li.motif)
                for li in self.lignes
                if not li.en_attente
            ).items()
        ]

    @property
    def limite(self) -> dt.datetime | None:
        """The family's first deadline among those that wait."""
        return min((ligne.limite for ligne in self.attendues), default=None)


@dataclass(frozen=True)
class Volet:
    """One child in one activity, month by month."""

    cle: str
    groupes: list[Groupe]

    @property
    def lignes(self) -> list[LigneVue]:
        return [ligne for groupe in self.groupes for ligne in groupe.lignes]

    @property
    def quoi(self) -> str:
        """« Léa, Cantine »."""
        return f"{self.lignes[0].prenom}, {self.lignes[0].activite}"

    @property
    def combien(self) -> str:
        """« 140 créneaux : 131 ont des places, 9 complets »."""
        return dire_combien(self.lignes)


def grouper(lignes: Iterable[LigneVue]) -> list[Volet]:
    """By child, activity, then month, in the order in which the lines were read."""
    volets: dict[str, dict[str, list[LigneVue]]] = {}
    for ligne in lignes:
        siens = volets.setdefault(f"{ligne.enfant_id}-{ligne.activite_id}", {})
        siens.setdefault(ligne.cle, []).append(ligne)
    return [Volet(cle, [Groupe(k, siennes) for k, siennes in siens.items()]) for cle, siens in volets.items()]


def dire_combien(lignes: Sequence[LigneVue]) -> str:
    """« 140 créneaux : 131 ont des places, 9 complets »; of absences, and of what is answered, how many."""
    total = mots.pluriel(len(lignes), "créneau", "créneaux")
    fins = Counter(ligne.arrivee for ligne in lignes if ligne.acceptable and ligne.arrivee)
    impossibles = sum(ligne.attendue and not ligne.acceptable for ligne in lignes)
    dits = [mots.pluriel(fins[w.RESERVE], "a une place", "ont des places")] if fins[w.RESERVE] else []
    dits += [mots.pluriel(fins[w.LISTE_ATTENTE], "complet")] if fins[w.LISTE_ATTENTE] else []
    dits += [mots.pluriel(impossibles, "impossible")] if impossibles else []
    return f"{total} : {', '.join(dits)}" if dits else total


def lire_les_lignes(demande_id: int, vu: Perimetre) -> list[LigneVue]:
    """The lines of a demande, by day. Three queries, one or two more where places are shared.

    `vu`: how far whoever answers sees; where accepting leads is told of those lines alone.
    """
    rangees = list(_requete(demande_id))
    if not rangees:
        return []
    places = lire_les_places({r.seance_id: (r.activite_id, r.comptee) for r in rangees}.values())
    restantes = {r.seance_id: places.restantes(r.seance_id) for r in rangees}
    obstacles = _obstacles(rangees)
    possibles = [r for r in rangees if r.prend_une_place and not obstacles[r.id]]
    acceptees = [r for r in possibles if vu.voit_le_lieu(r.lieu_id)]
    arrivees = attribuer(places, ((r.id, r.seance_id, r.fratrie) for r in acceptees))
    aujourdhui = clock.aujourdhui()
    lignes = [
        LigneVue(
            id=r.id,
            statut=r.statut,
            motif=r.motif,
            facturee=r.facturee,
            lie=r.fratrie is not None,
            enfant_id=r.enfant_id,
            prenom=r.prenom,
            nom=r.nom,
            age=mots.age(r.naissance, aujourdhui),
            activite_id=r.activite_id,
            activite=r.activite,
            lieu=r.lieu,
            seance_id=r.seance_id,
            jour=r.jour,
            plage=mots.plage(r.debut, r.fin),
            limite=r.limite_absence if r.creneau == w.ABSENCE_ATTENTE else r.limite_reservation,
            creneau=r.creneau,
            obstacle=obstacles[r.id],
            arrivee=arrivees.get(r.id, ""),
            places=r.places,
            restantes=restantes[r.seance_id],
            en_liste=r.en_liste,
            ailleurs=not vu.voit_le_lieu(r.lieu_id),
        )
        for r in rangees
    ]
    return sorted(lignes, key=lambda ligne: (ligne.jour, ligne.plage, ligne.id))


# ——— inside ———


class _Lue(NamedTuple):
    """One line, as it is stored."""

    id: int
    statut: str
    motif: str
    facturee: bool | None
    fratrie: int | None
    creneau: str
    enfant_id: int
    prenom: str
    nom: str
    naissance: dt.date
    activite_id: int
    activite: str
    reservable: bool
    lieu_id: int
    lieu: str
    seance_id: int
    jour: dt.date
    debut: dt.time
    fin: dt.time
    places: int
    prises: int
    limite_reservation: dt.datetime
    limite_absence: dt.datetime
    annulee: str
    en_liste: int
    inscriptions: int

    @property
    def comptee(self) -> Comptee:
        return Comptee(self.seance_id, self.jour, self.debut, self.fin, self.places, self.prises)

    @property
    def prend_une_place(self) -> bool:
        return self.statut == w.EN_ATTENTE and self.creneau == w.RESERVATION_ATTENTE

    def situation(self, fermeture: str | None) -> Situation:
        return Situation(
            self.creneau,
            self.jour,
            self.debut,
            0,
            self.limite_reservation,
            self.limite_absence,
            self.reservable,
            self.inscriptions > 0,
            fermeture,
        )


def _requete(demande_id: int) -> Iterable[_Lue]:
    liste = Reservation.alias()
    en_liste = liste.select(fn.COUNT(liste.id)).where(
        liste.seance == Seance.id, liste.statut == w.LISTE_ATTENTE
    )
    inscriptions = Preinscription.select(fn.COUNT(Preinscription.id)).where(
        Preinscription.enfant == Reservation.enfant,
        Preinscription.activite == Seance.activite,
        Preinscription.statut == w.RESERVATION_POSSIBLE,
        Preinscription.debut <= Seance.jour,
        Preinscription.fin >= Seance.jour,
    )
    requete = (
        Ligne.select(
            Ligne.id,
            Ligne.statut,
            Ligne.motif,
            Ligne.facturee,
            Reservation.fratrie,
            Reservation.statut,
            Enfant.id,
            Enfant.prenom,
            Enfant.nom,
            Enfant.naissance,
            Activite.id,
            Activite.nom,
            Activite.reservable,
            Lieu.id,
            Lieu.nom,
            Seance.id,
            Seance.jour,
            Seance.debut,
            Seance.fin,
            Seance.places,
            Seance.prises,
            Seance.limite_reservation,
            Seance.limite_absence,
            Seance.annulee,
            en_liste,
            inscriptions,
        )
        .join(Reservation)
        .join(Enfant)
        .join_from(Reservation, Seance)
        .join(Activite)
        .join(Lieu)
        .where(Ligne.demande == demande_id)
        .order_by(Ligne.id)
    )
    return (_Lue(*ligne) for ligne in requete.tuples())


def _obstacles(lues: Sequence[_Lue]) -> dict[int, str]:
    """Of each line, why no place can be given; those who are tied are stopped by what stops one of them."""
    jours, maintenant = [lue.jour for lue in lues], clock.maintenant()
    particuliers = calendrier.jours_particuliers(min(jours), max(jours))
    obstacles, empeches = {}, set()
    for lue in lues:
        fermeture = particuliers.ferme(lue.jour, lue.activite_id, lue.lieu_id) or lue.annulee or None
        obstacle = obstacle_place(lue.situation(fermeture), maintenant)
        obstacles[lue.id] = obstacle.bref if obstacle else ""
        if obstacle and lue.prend_une_place and lue.fratrie is not None:
            empeches.add(lue.fratrie)
    lies = {lue.id: LIE for lue in lues if lue.prend_une_place and lue.fratrie in empeches}
    return lies | {ident: bref for ident, bref in obstacles.items() if bref or ident not in lies}
