"""A slot and what it is made of, as read: the child, the activity, the séance, the state, in words. Pure."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

import workflows as w
from portail import mots
from portail.domain.paresse import une_fois
from portail.domain.regles import (
    TARDIF,
    Obstacle,
    Situation,
    dire_les_places,
    obstacle_absence,
    obstacle_promotion,
    obstacle_reservation,
)

DITES_FACTUREES = {(w.ABSENCE_ATTENTE, w.EN_ATTENTE), (w.ABSENT, w.ACCEPTEE)}
"""States of a créneau, and of the line that led there, of which one says whether they are billed."""


@dataclass(frozen=True, slots=True)
class EnfantVu:
    id: int
    prenom: str
    rang: int
    """Place among the siblings, from 1."""
    suivi: bool = False
    """Whoever looks follows what this child does, and decides nothing of it."""

    @property
    def couleur(self) -> int:
        """One of the six colours of the look."""
        return (self.rang - 1) % 6 + 1

    @property
    def colonne(self) -> int:
        """The child's own column among the three of a séance: the same every day."""
        return (self.rang - 1) % 3 + 1

    @property
    def seulement_suivi(self) -> str:
        """Why nothing can be asked here, in words."""
        return dire_le_suivi([self.prenom])


@cache
def _acte_de_la_famille(statut: str) -> str | None:
    """Looked for in the table once a status: a month has hundreds of slots."""
    actes = w.CRENEAU.actes(statut, w.FAMILLE)
    return actes[0].acte if actes else None


def dire_le_suivi(prenoms: list[str]) -> str:
    """Said to a parent who is kept informed and does not exercise the parental authority."""
    qui = mots.enumeration([mots.de(prenom) for prenom in prenoms])
    return (
        f"Vous suivez les activités {qui} ; seul un parent qui exerce l’autorité parentale peut"
        " demander ou annuler."
    )


@dataclass(frozen=True, slots=True)
class ActiviteVue:
    id: int
    nom: str
    rang: int
    lieu_id: int
    lieu: str
    reservable: bool
    automatique: bool
    absence_sans_agent: bool
    absence_tardive: bool
    partagee: bool
    """Whether it shares places with other activities."""


# A month makes hundreds of the next two: frozen, they would take three times as long.


@dataclass
class SeanceVue:
    """One dated occurrence of an activity; its words are made once, not once a child."""

    id: int
    activite: ActiviteVue
    jour: dt.date
    debut: dt.time
    fin: dt.time
    places: int
    restantes: int
    """Places left: its own, and those of what it shares with others."""
    limite_reservation: dt.datetime
    limite_absence: dt.datetime
    fermeture: str | None
    saturee: str = ""
    """The shared capacity that is full, where the séance itself still has places."""

    @une_fois
    def plage(self) -> str:
        return mots.plage(self.debut, self.fin)

    @une_fois
    def quand(self) -> str:
        """« lundi 7 décembre, 11 h 30 – 13 h 30 »."""
        return f"{mots.jour_long(self.jour)}, {self.plage}"

    @une_fois
    def avant_reservation(self) -> str:
        return mots.moment(self.limite_reservation)

    @une_fois
    def avant_absence(self) -> str:
        return mots.moment(self.limite_absence)

    @property
    def complete(self) -> bool:
        return self.restantes <= 0

    def dire_les_places(self, en_niveau: bool) -> str:
        """« 14 places restantes sur 60 », or a level, as the town likes it."""
        return dire_les_places(self.restantes, self.places, en_niveau)


@dataclass
class Creneau:
    """A child on a séance, as drawn. `maintenant` is the moment of the drawing."""

    enfant: EnfantVu
    seance: SeanceVue
    statut: str
    inscrit: bool
    maintenant: dt.datetime
    reservation_id: int | None = None
    ligne_id: int | None = None
    """The last line that the family asked about this slot."""
    demande_id: int | None = None
    ligne_statut: str | None = None
    motif: str = ""
    rang_liste: int | None = None
    facturee: bool | None = None
    """Of an absence: whether it is billed, as the family was told."""
    lie: bool = False
    """Asked with brothers and sisters, « ensemble ou pas du tout »."""
    raison: str = ""
    """Why the child is absent, as the family said."""
    piece_attendue: str = ""
    """What the town waits for before it answers."""

    @property
    def id(self) -> str:
        """Stable id of the slot on the page."""
        return f"c-{self.enfant.id}-{self.seance.id}"

    @property
    def etat(self) -> w.Etat:
        return w.CRENEAU.etats[self.statut]

    @property
    def classe(self) -> str:
        """How it is drawn: a free slot that can no longer be booked steps back."""
        clos = self.statut == w.NON_RESERVE and self.obstacle is not None
        return f"{self.etat.classe} clos" if clos else self.etat.classe

    def dessin(self, planning: str, requete: str) -> tuple[str, ...]:
        """What a slot shows, in one reading: its id, its column, its class, its accessible name, where its
        confirmation is, the symbol and the word of its state, whose it is, its state in a sentence, the last
        line of its tooltip. `planning`: the address of the page; `requete`: what it shows.
        """
        enfant, etat = self.enfant, self.etat
        classe = f"enfant-{enfant.couleur} {self.classe}"
        lien = f"{planning}/creneaux/{enfant.id}/{self.seance.id}?{requete}"
        return (
            *(self.id, f"rang-{enfant.colonne}", classe, self.nom_accessible, lien),
            *(etat.symbole, etat.libelle, enfant.prenom, etat.phrase, self.info),
        )

    @property
    def nom(self) -> str:
        """« Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 »."""
        return f"{self.enfant.prenom}, {self.seance.activite.nom}, {self.seance.quand}"

    @property
    def nom_accessible(self) -> str:
        """« Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30, Non réservé »."""
        return f"{self.nom}, {self.etat.libelle}"

    @une_fois
    def situation(self) -> Situation:
        s = self.seance
        return Situation(
            statut=self.statut,
            jour=s.jour,
            debut=s.debut,
            restantes=s.restantes,
            limite_reservation=s.limite_reservation,
            limite_absence=s.limite_absence,
            reservable=s.activite.reservable,
            inscrit=self.inscrit,
            fermeture=s.fermeture,
            absence_tardive=s.activite.absence_tardive,
        )

    @une_fois
    def acte(self) -> str | None:
        """The one act that this slot's status opens to the family, were there no obstacle."""
        return _acte_de_la_famille(self.statut)

    @une_fois
    def obstacle(self) -> Obstacle | None:
        """What stands in the way of :attr:`acte` now."""
        if self.acte == w.DEMANDER:
            return obstacle_reservation(self.situation, self.maintenant)
        if self.acte == w.DECLARER_ABSENCE:
            return obstacle_absence(self.situation, self.maintenant)
        return None

    @property
    def acte_possible(self) -> str | None:
        """The act that whoever looks may do now, None when there is none."""
        return None if self.obstacle or self.enfant.suivi else self.acte

    @property
    def choisissable(self) -> bool:
        """Whether it may be chosen among others, to be booked, or to be an absence."""
        return self.acte_possible in (w.DEMANDER, w.DECLARER_ABSENCE)

    @property
    def annulable(self) -> bool:
        """Whether whoever looks can still withdraw what was asked last: nobody has answered."""
        return self.ligne_statut == w.EN_ATTENTE and not self.enfant.suivi

    @property
    def phrase(self) -> str:
        """What is said aloud after an act: « Demande en attente de validation : Léa, Cantine, lundi… »."""
        avant = ""
        if self.statut == w.ABSENCE_ATTENTE:
            avant = "Absence déclarée. "
        elif self.ligne_statut == w.ANNULEE:
            avant = "Demande annulée. "
        apres = f" {self.facturation[0].upper()}{self.facturation[1:]}." if self.facturation else ""
        return f"{avant}{self.etat.phrase} : {self.nom}.{apres}"

    @property
    def refusee(self) -> bool:
        """Whether the last answer about this slot was a refusal, whose reason stays readable."""
        return self.ligne_statut == w.REFUSEE

    @property
    def tardive(self) -> bool:
        """An absence may still be told, its deadline past."""
        return self.statut == w.RESERVE and self.seance.limite_absence <= self.maintenant

    @property
    def avant_reservation(self) -> str:
        """« jeudi 3 décembre à 12 h, dans 2 jours »."""
        return (
            f"{self.seance.avant_reservation}, {mots.dans(self.seance.limite_reservation, self.maintenant)}"
        )

    @property
    def avant_absence(self) -> str:
        return f"{self.seance.avant_absence}, {mots.dans(self.seance.limite_absence, self.maintenant)}"

    @property
    def facturation(self) -> str:
        """« non facturée », « facturée si la mairie l’accepte »; empty where nothing was told of it."""
        dite = (self.statut, self.ligne_statut) in DITES_FACTUREES
        if self.facturee is None or not dite:
            return ""
        si = " si la mairie l’accepte" if self.statut == w.ABSENCE_ATTENTE else ""
        return f"{'facturée' if self.facturee else 'non facturée'}{si}"

    @property
    def rang_en_mots(self) -> str:
        """« 1er sur la liste d’attente »."""
        return f"{mots.ordinal(self.rang_liste or 1)} sur la liste d’attente"

    @property
    def promesse(self) -> str:
        """What becomes of a place that frees: it comes by itself until the deadline, then the town calls."""
        obstacle = obstacle_promotion(self.situation, self.maintenant)
        if obstacle and obstacle.genre != TARDIF:
            return obstacle.phrase
        if obstacle:
            return "La date limite est passée : si une place se libère, la mairie vous appelle."
        ensemble = " pour tous" if self.lie else ""
        quand = f"si elle se libère{ensemble} avant le {self.avant_reservation}"
        return f"La place vous revient d’elle-même {quand}."

    @property
    def info(self) -> str:
        """The tooltip's last line: the deadline, or what the family has to know of this state."""
        if self.enfant.suivi and self.acte:
            return "Vous suivez ses activités, sans pouvoir demander ni annuler"
        if self.obstacle:
            return self.obstacle.bref
        match self.statut:
            case w.NON_RESERVE:
                complet = "Complet : liste d’attente. " if self.situation.complete else ""
                return f"{complet}À réserver avant le {self.avant_reservation}"
            case w.RESERVE if self.tardive:
                return f"Date limite passée ({self.seance.avant_absence}) : absence encore possible"
            case w.RESERVE:
                return f"Absence à déclarer avant le {self.avant_absence}"
            case w.RESERVATION_ATTENTE:
                return "Réservation demandée. Annulable jusqu’à la réponse de la mairie"
            case w.ABSENCE_ATTENTE:
                dite = ", ".join(filter(None, ("Absence déclarée", self.raison.lower(), self.facturation)))
                attendu = "La mairie attend un document de votre part" if self.piece_attendue else ""
                return f"{dite}. {attendu or 'Annulable jusqu’à la réponse de la mairie'}"
            case w.LISTE_ATTENTE:
                return f"{self.rang_en_mots}. {self.promesse}"
            case w.ABSENT:
                return ", ".join(filter(None, ("Absence enregistrée", self.raison.lower(), self.facturation)))
            case _:
                return "Pointé présent par l’équipe"
