"""A demande about créneaux, laid down: what of it is kept, and where that leads at once.

Called by every act that asks for bookings or declares absences, inside its transaction. A number of
statements that does not grow with the créneaux: a school year of three children is one demande.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Case

import workflows as w
from models import Compte, Demande, Famille, Ligne, MotifAbsence, Reservation
from portail import clock
from portail.domain import (
    absences,
    courriels,
    courriels_de_reponse,
    documents,
    droits,
    lecture_planning,
    liste_attente,
    office,
    renoncement,
)
from portail.domain.conclusion import conclure
from portail.domain.courriels_de_reponse import ligne_dite
from portail.domain.creneaux import Creneau
from portail.domain.droits import Regard
from portail.domain.examen_creneaux import ABSENCE, DEJA, Genre, Voeu, examiner, liens, possibles
from portail.domain.places import Places, attribuer, compter_les_places
from portail.domain.preparees import objets, preparee
from portail.domain.recapitulatif import dire_ensemble
from portail.domain.refus import Refus
from portail.domain.regles_de_reponse import RegleVue
from portail.domain.reponse import prendre
from portail.domain.stockage import stocker
from portail.domain.transitions import SYSTEME, Acteur, en_lots, franchir_ensemble, journaliser


@dataclass
class Depot:
    """What came of a request: the demande made, the lines kept, those already so, those refused and why."""

    demande: Demande | None = None
    retenus: list[Voeu] = field(default_factory=list)
    deja: list[Voeu] = field(default_factory=list)
    refuses: list[tuple[Voeu, str]] = field(default_factory=list)
    refus: Refus | None = None
    """Why nothing came of it: the first reason, when the rules allow nothing and nothing stands already."""


@dataclass(frozen=True)
class Precisions:
    """What goes with a request."""

    ensemble: bool = False
    """The children are wanted together, or not at all."""
    motif: MotifAbsence | None = None
    """Why they will be absent."""
    documents: tuple[int, ...] = ()
    """Documents already sent, that go with it."""


@dataclass(frozen=True)
class Demandeur:
    """Who asks, for which family, and as what: a parent, or an agent at the counter."""

    compte: Compte
    famille: Famille
    role: str
    regard_de: Callable[[Compte], Regard]
    """What each account of the family may do; read before any lock, that nobody waits for it."""

    @classmethod
    def parent(cls, compte: Compte, famille: Famille) -> "Demandeur":
        return cls(compte, famille, w.FAMILLE, droits.regards(famille))

    @classmethod
    def agent(cls, compte: Compte, famille: Famille) -> "Demandeur":
        return cls(compte, famille, w.AGENT, droits.regards(famille))

    @property
    def regard(self) -> Regard | None:
        """For whom the planning is read: the town itself reads all that it must decide."""
        return self.regard_de(self.compte) if self.role == w.FAMILLE else None

    @property
    def acteur(self) -> Acteur:
        return Acteur(self.compte, self.role)


def deposer(
    genre: Genre, demandeur: Demandeur, voeux: Iterable[Voeu], places: Places, precisions: Precisions
) -> Depot:
    """Lay down what the rules allow of these wishes, in one demande. The séances are locked by the caller.

    Nothing is written when they allow none of them: `refus` says why, unless some stand already.
    """
    voeux = list(dict.fromkeys(voeux))
    lus = lecture_planning.creneaux(demandeur.famille, voeux, regard=demandeur.regard, fermes=True)
    examines = examiner(genre, voeux, lus, precisions.ensemble)
    refus = [(e.voeu, r) for e in examines if (r := e.refus)]
    depot = Depot(
        retenus=[e.voeu for e in examines if e.possible],
        deja=[e.voeu for e in examines if e.issue == DEJA],
        refuses=[(voeu, r.phrase) for voeu, r in refus],
    )
    if not depot.retenus:
        depot.refus = refus[0][1] if refus and not depot.deja else None
        return depot
    retenus = sorted(possibles(examines), key=_rang)
    depot.demande = _Ouverture(genre, demandeur, retenus, places, precisions).ouvrir()
    return depot


def a_repondre(
    genre: Genre, retenus: Iterable[Creneau], liens: Mapping[Voeu, int], motif: MotifAbsence | None
) -> set[Voeu]:
    """Those that an agent has to answer, when a family asks; whoever is tied to one of them waits with it."""
    attendus = {(c.enfant.id, c.seance.id) for c in retenus if not _est_immediat(genre, c, motif)}
    noeuds = {liens[voeu] for voeu in attendus if voeu in liens}
    return attendus | {voeu for voeu, noeud in liens.items() if noeud in noeuds}


def sans_place(
    retenus: Iterable[Creneau], liens: Mapping[Voeu, int], attendus: Collection[Voeu]
) -> frozenset[Voeu]:
    """Of these bookings, were they asked for: those for which no place is left. To show; as the act deals.

    In the order of the planning, those that are answered at once before the `attendus`. Three queries.
    """
    voeux = [(c.enfant.id, c.seance.id) for c in sorted(retenus, key=_rang)]
    voeux.sort(key=lambda voeu: voeu in attendus)  # stable: the order of the planning within each
    places = compter_les_places([seance_id for _, seance_id in voeux])
    issues = attribuer(places, ((voeu, voeu[1], liens.get(voeu)) for voeu in voeux))
    return frozenset(voeu for voeu, issue in issues.items() if issue == w.LISTE_ATTENTE)


# ——— inside ———


@preparee
def _lignes(demande):
    return Ligne.select().where(Ligne.demande == demande)


def _rang(creneau: Creneau) -> tuple:
    """The order of the planning, in which places are given whatever the order of the wishes: what a preview
    shows.
    """
    s, enfant = creneau.seance, creneau.enfant
    return (s.jour, s.debut, s.activite.rang, s.activite.nom, s.id, enfant.rang, enfant.id)


class _Ouverture:
    """One demande being made: what each of its créneaux becomes, and what is told of them."""

    def __init__(
        self,
        genre: Genre,
        demandeur: Demandeur,
        retenus: Sequence[Creneau],
        places: Places,
        precisions: Precisions,
    ) -> None:
        self.genre, self.qui, self.places, self.precisions = genre, demandeur, places, precisions
        self.creneaux = {(c.enfant.id, c.seance.id): c for c in retenus}
        self.liens = liens(retenus) if precisions.ensemble else {}
        motif = precisions.motif
        sans_agent = self.qui.role == w.AGENT
        self.a_repondre = set() if sans_agent else a_repondre(genre, retenus, self.liens, motif)

    def ouvrir(self) -> Demande:
        demande = self._creer()
        stockes = stocker(list(self.creneaux))
        lignes = self._creer_les_lignes(demande, stockes)
        journal: dict[str, Any] = {"famille_id": self.qui.famille.id, "demande_id": demande.id}
        arrivees = self._arrivees()
        for vers in dict.fromkeys(arrivees.values()):
            siens = [stockes[voeu] for voeu, arrivee in arrivees.items() if arrivee == vers]
            franchir_ensemble(siens, self.genre.acte, self.qui.acteur, vers, **journal)
        immediats = [voeu for voeu in self.creneaux if voeu not in self.a_repondre]
        par = self.qui.acteur if self.qui.role == w.AGENT else SYSTEME
        franchir_ensemble([lignes[voeu] for voeu in immediats], w.ACCEPTER, par, w.ACCEPTEE, **journal)
        self._rendre([voeu for voeu, vers in arrivees.items() if vers == w.ABSENT])
        if self.qui.role == w.AGENT:
            prendre(self.qui.compte, [demande])
        conclure(demande, par)
        d_office = self._d_office()
        self._prevenir(demande, arrivees, d_office)
        office.accepter(
            demande, {lignes[v].id: regle for v, regle in d_office.items()}, self.places, self.qui.regard_de
        )
        return demande

    def _d_office(self) -> dict[Voeu, RegleVue]:
        """What a rule of the town accepts at once, of what an agent would have to answer."""
        attendus = [creneau for voeu, creneau in self.creneaux.items() if voeu in self.a_repondre]
        if not attendus:
            return {}
        return office.choisir(self.genre.nature, attendus, self.liens, self.places, self.precisions.motif)

    def _creer(self) -> Demande:
        motif = self.precisions.motif
        attend = motif.justificatif if motif and self.a_repondre and not self.precisions.documents else ""
        demande = Demande.create(
            famille=self.qui.famille,
            auteur=self.qui.compte,
            nature=self.genre.nature,
            deposee_le=clock.maintenant(),
            a_traiter_avant=min((self._echeance(self.creneaux[v]) for v in self.a_repondre), default=None),
            motif_absence=motif,
            piece_attendue=attend,
        )
        liens = {"famille_id": self.qui.famille.id, "demande_id": demande.id}
        journaliser(demande, "deposer", self.qui.acteur, vers=w.EN_ATTENTE, **liens)
        documents.joindre(demande, self.qui.compte, self.precisions.documents)
        return demande

    def _creer_les_lignes(self, demande: Demande, stockes: dict[Voeu, Reservation]) -> dict[Voeu, Ligne]:
        nouvelles = [
            {"demande": demande.id, "reservation": stockes[voeu].id, "facturee": self._facturee(creneau)}
            for voeu, creneau in self.creneaux.items()
        ]
        for lot in en_lots(nouvelles):
            Ligne.insert_many(lot).execute()
        ecrites = (objets(rangee, Ligne)[0] for rangee in _lignes(demande.id))
        par_creneau = {ligne.reservation_id: ligne for ligne in ecrites}
        lignes = {voeu: par_creneau[stockes[voeu].id] for voeu in self.creneaux}
        self._nouer(lignes, stockes)
        return lignes

    def _nouer(self, lignes: dict[Voeu, Ligne], stockes: dict[Voeu, Reservation]) -> None:
        """Tie those that are, and untie whatever an earlier demande had tied."""
        premieres: dict[int, int] = {}
        for voeu, noeud in self.liens.items():
            premieres[noeud] = min(lignes[voeu].id, premieres.get(noeud, lignes[voeu].id))
        noues = [(stockes[voeu].id, premieres[noeud]) for voeu, noeud in self.liens.items()]
        for lot in en_lots(noues):
            fratrie = Case(Reservation.id, lot)
            Reservation.update(fratrie=fratrie).where(Reservation.id.in_([i for i, _ in lot])).execute()
        seuls = [stockes[v].id for v in self.creneaux if v not in self.liens and stockes[v].fratrie]
        for lot_de_seuls in en_lots(seuls):
            Reservation.update(fratrie=None).where(Reservation.id.in_(lot_de_seuls)).execute()

    def _arrivees(self) -> dict[Voeu, str]:
        """Where each créneau goes: before an agent, or at once to a place, the list, an absence."""
        if self.genre is ABSENCE:
            return {v: self.genre.attente if v in self.a_repondre else w.ABSENT for v in self.creneaux}
        immediats = [(v, v[1], self.liens.get(v)) for v in self.creneaux if v not in self.a_repondre]
        issues = attribuer(self.places, immediats)
        return {voeu: issues.get(voeu, self.genre.attente) for voeu in self.creneaux}

    def _rendre(self, absents: Collection[Voeu]) -> None:
        for _, seance_id in absents:
            self.places.rendre(seance_id)
        if absents:
            liste_attente.pourvoir(self.places, {seance_id for _, seance_id in absents})

    def _facturee(self, creneau: Creneau) -> bool | None:
        if self.genre is not ABSENCE:
            return None
        return absences.facturer(self.precisions.motif, a_temps(creneau)).facturee

    def _echeance(self, creneau: Creneau) -> dt.datetime:
        """Until when the town should answer: the family's own deadline, or the start once it is past."""
        seance = creneau.seance
        limite = seance.limite_absence if self.genre is ABSENCE else seance.limite_reservation
        return limite if limite > creneau.maintenant else clock.instant(seance.jour, seance.debut)

    def _prevenir(self, demande: Demande, arrivees: dict[Voeu, str], d_office: Collection[Voeu]) -> None:
        """Acknowledge what waits, tell what is answered: to each account, of whom it may read."""
        nature, famille = self.genre.nature, self.qui.famille
        restent = self.a_repondre.difference(d_office)
        attendus = [(c.enfant, c.seance, "") for v, c in self.creneaux.items() if v in restent]
        if attendus:
            dites = [(enfant, texte) for enfant, texte, _ in dire_ensemble(nature, attendus)]
            lues = droits.lignes_pour(famille, dites, self.qui.regard_de)
            courriels.accuser_reception(demande, self.qui.compte, lues)
        reponses = [
            (c.enfant, c.seance, (arrivees[v] == w.LISTE_ATTENTE, self._facturee(c)))
            for v, c in self.creneaux.items()
            if v not in self.a_repondre
        ]
        if reponses:
            repondues = [
                (enfant, ligne_dite(texte, liste, facturee))
                for enfant, texte, (liste, facturee) in dire_ensemble(nature, reponses)
            ]
            dites_a = droits.lignes_pour(famille, repondues, self.qui.regard_de)
            en_liste = [voeu for voeu, vers in arrivees.items() if vers == w.LISTE_ATTENTE]
            liens = renoncement.liens(en_liste, self.qui.regard_de)
            courriels_de_reponse.annoncer_reponse(demande, dites_a, a_renoncer=liens)


def _est_immediat(genre: Genre, creneau: Creneau, motif: MotifAbsence | None) -> bool:
    """Whether the activity answers by itself; an agent reads the document that goes with an absence."""
    activite = creneau.seance.activite
    if genre is not ABSENCE:
        return activite.automatique
    return activite.absence_sans_agent and not (motif and motif.justificatif)


def a_temps(creneau: Creneau) -> bool:
    """Whether an absence declared now is before its deadline."""
    return creneau.maintenant < creneau.seance.limite_absence
