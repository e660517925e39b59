"""A rule tried on last month's demandes: what it would have accepted, beside what the agents answered.

The places are those of the moment at which each demande was laid down: the journal tells how they moved, and
what the rule would have given already is counted too. The family file is read as it is today.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import JOIN

import workflows as w
from models import (
    Activite,
    Demande,
    Document,
    Enfant,
    Evenement,
    Famille,
    JourVoulu,
    Ligne,
    Message,
    MotifAbsence,
    Preinscription,
    Reservation,
    Seance,
)
from portail import clock, mots
from portail.domain import documents, dossier_complet, office
from portail.domain.courriels_de_reponse import bornes_du_journal
from portail.domain.office import Cas
from portail.domain.places import Places, prendre_ensemble, prevoir_les_places
from portail.domain.regles_de_reponse import RegleVue

DUREE = dt.timedelta(days=31)
LIGNES_MAX = 3000
"""How many lines are tried, the last ones: enough for a month of a large activity."""
DITES = 50
"""How many disagreements are told one by one."""


@dataclass(frozen=True)
class Essayee:
    """One line of a demande, tried."""

    demande_id: int
    numero: str
    deposee_le: dt.datetime
    quoi: str
    """« Moreau, Léa, lundi 7 décembre »."""
    pourquoi: str
    """Why it would have waited for an agent; empty when the rule accepts it."""
    issue: str
    """What became of it: `w.ACCEPTEE`, `w.LISTE_ATTENTE`, `w.REFUSEE`, `w.EN_ATTENTE`, `w.ANNULEE`."""
    motif: str

    @property
    def repondu(self) -> str:
        """What the town answered, in words."""
        if self.issue == w.LISTE_ATTENTE:
            return "mise en liste d’attente"
        return f"refusée : {self.motif}" if self.issue == w.REFUSEE else self.issue


@dataclass(frozen=True)
class Essai:
    """What a rule would have done."""

    regle: RegleVue
    du: dt.date
    au: dt.date
    lignes: list[Essayee]

    @property
    def acceptees(self) -> list[Essayee]:
        """What it would have accepted."""
        return [ligne for ligne in self.lignes if not ligne.pourquoi]

    @property
    def accords(self) -> int:
        """Of these, what was accepted indeed."""
        return sum(ligne.issue == w.ACCEPTEE for ligne in self.acceptees)

    @property
    def desaccords(self) -> list[Essayee]:
        """Of these, what an agent refused, or put on the waiting list."""
        return [ligne for ligne in self.acceptees if ligne.issue in (w.REFUSEE, w.LISTE_ATTENTE)]

    @property
    def dits(self) -> list[Essayee]:
        return self.desaccords[:DITES]

    @property
    def sans_reponse(self) -> int:
        """Of these, what still waits, or was withdrawn."""
        return len(self.acceptees) - self.accords - len(self.desaccords)

    @property
    def laissees(self) -> list[tuple[str, int]]:
        """What it would have left to the agents: why, and how many; the commonest first."""
        return Counter(ligne.pourquoi for ligne in self.lignes if ligne.pourquoi).most_common()


def essayer(regle: RegleVue) -> Essai:
    """Try a rule on what was asked in the last month. A dozen queries, whatever their number."""
    jusqua = clock.maintenant()
    lignes = _lignes(regle, jusqua - DUREE)
    lues = _Essai(regle, lignes).essayer() if lignes else []
    return Essai(regle, clock.a_paris(jusqua - DUREE).date(), clock.aujourdhui(), lues)


# ——— inside ———


@dataclass
class _Temps:
    """The places as they go, the journal read forward from the first demande."""

    prises: Counter[int] = field(default_factory=Counter)
    en_liste: Counter[int] = field(default_factory=Counter)
    promises: dict[int, int] = field(default_factory=dict)
    """What the rule has accepted, that has no place yet: the séance, by booking."""

    def avancer(self, creneau: int, seance: int, de: str, vers: str) -> None:
        self.prises[seance] += (vers in w.OCCUPENT_UNE_PLACE) - (de in w.OCCUPENT_UNE_PLACE)
        self.en_liste[seance] += (vers == w.LISTE_ATTENTE) - (de == w.LISTE_ATTENTE)
        if vers in (*w.OCCUPENT_UNE_PLACE, w.NON_RESERVE):
            self.promises.pop(creneau, None)

    def places(self, toutes: Places) -> Places:
        promises = Counter(self.promises.values())
        return toutes.copie({seance: n + promises[seance] for seance, n in self.prises.items()})


class _Essai:
    def __init__(self, regle: RegleVue, lignes: list[Ligne]) -> None:
        self.regle, self.lignes = regle, lignes
        self.demandes: dict[int, list[Ligne]] = {}
        for ligne in lignes:
            self.demandes.setdefault(ligne.demande_id, []).append(ligne)
        self.inscrits = regle.nature == w.NATURE_PREINSCRIPTION
        self.voulus = _jours_voulus(lignes) if self.inscrits else {}
        self.places = prevoir_les_places({s for ligne in lignes for s in self._seances(ligne)})
        self.manques = dossier_complet.manques(
            {_enfant(ligne).id for ligne in lignes}, regle.conditions.dossier
        )
        self.ecrites = _remarques(self.demandes) if self.inscrits else set()
        self.recues = _pieces_recues(self.demandes) if self.inscrits else {}
        self.arrivees: dict[tuple[int, int], str] = {}

    def essayer(self) -> list[Essayee]:
        """Each demande at its moment."""
        depots = {ident: borne[0] for ident, borne in bornes_du_journal(self.demandes).items()}
        faits = self._faits(min(depots.values(), default=0))
        temps = _Temps(Counter({i: s.prises for i, s in self.places.seances.items()}))
        temps.en_liste.update(office.en_liste(list(self.places.seances)))
        for _, creneau, seance, de, vers, *_ in reversed(faits):
            temps.avancer(creneau, seance, vers, de)  # backwards, to the first of them
        verdicts: dict[int, str] = {}
        suite = iter(faits)
        fait = next(suite, None)
        for ident in sorted(self.demandes, key=lambda d: depots.get(d, 0)):
            while fait and fait[0] < depots.get(ident, 0):
                temps.avancer(*fait[1:5])
                fait = next(suite, None)
            verdicts |= self._juger(self.demandes[ident], temps)
        return [self._essayee(ligne, verdicts[ligne.id]) for ligne in self.lignes]

    def _faits(self, apres: int) -> list[tuple[Any, ...]]:
        """How the bookings of these séances have moved since: the journal, forward. One query."""
        requete = (
            Evenement.select(
                Evenement.id,
                Reservation.id,
                Reservation.seance,
                Evenement.de,
                Evenement.vers,
                Evenement.acte,
                Evenement.demande,
            )
            .join(Reservation, on=Evenement.objet_id == Reservation.id)
            .where(
                Evenement.objet == "reservation",
                Evenement.id > apres,
                Evenement.vers != "",
                Reservation.seance.in_(list(self.places.seances) or [0]),
            )
            .order_by(Evenement.id)
        )
        faits = list(requete.tuples())
        for _, creneau, _, _, vers, acte, demande in faits:
            if acte in (w.ACCEPTER, w.METTRE_EN_ATTENTE) and demande:
                self.arrivees[creneau, demande] = vers
        return faits

    def _juger(self, lignes: list[Ligne], temps: _Temps) -> dict[int, str]:
        """Why each of these lines would have waited; a pre-registration is accepted whole or waits whole."""
        places, verdicts = temps.places(self.places), {}
        for ligne in lignes:
            cas = self._cas(ligne)
            pourquoi = office.juger(self.regle, cas, places, temps.en_liste, self.manques)
            if not pourquoi and not prendre_ensemble(places, cas.seances):
                pourquoi = "pas assez de places"
            verdicts[ligne.id] = pourquoi
            if not pourquoi and ligne.reservation_id and cas.seances:
                temps.promises[ligne.reservation_id] = cas.seances[0]
        if self.inscrits and any(verdicts.values()):
            raison = next(filter(None, verdicts.values()))
            return {ident: pourquoi or raison for ident, pourquoi in verdicts.items()}
        return verdicts

    def _cas(self, ligne: Ligne) -> Cas:
        demande, enfant_id = ligne.demande, _enfant(ligne).id
        if self.inscrits:
            attendues = documents.pieces(ligne.preinscription.activite.pieces)
            manquent = documents.manquants(attendues, self.recues.get(demande.id, ()))
            a_lire = "la famille a écrit une remarque" if demande.id in self.ecrites else ""
            return Cas(enfant_id, tuple(self._seances(ligne)), a_lire=a_lire, sans_piece=bool(manquent))
        if self.regle.nature == w.NATURE_RESERVATION:
            return Cas(enfant_id, tuple(self._seances(ligne)))
        motif = demande.motif_absence if demande.motif_absence_id else None
        a_lire = "un justificatif est à lire" if motif and motif.justificatif else ""
        tardif = demande.deposee_le >= ligne.reservation.seance.limite_absence
        return Cas(enfant_id, (), tardif, a_lire)

    def _seances(self, ligne: Ligne) -> list[int]:
        if ligne.reservation_id:
            return [ligne.reservation.seance_id]
        return self.voulus.get(ligne.preinscription_id, [])

    def _essayee(self, ligne: Ligne, pourquoi: str) -> Essayee:
        demande, enfant, issue = ligne.demande, _enfant(ligne), ligne.statut
        quand = ""
        if ligne.reservation_id:
            quand = mots.jour_long(ligne.reservation.seance.jour)
            arrivee = self.arrivees.get((ligne.reservation_id, demande.id))
            issue = w.LISTE_ATTENTE if issue == w.ACCEPTEE and arrivee == w.LISTE_ATTENTE else issue
        else:
            quand = mots.du_au(ligne.preinscription.debut, ligne.preinscription.fin)
        quoi = f"{demande.famille.nom}, {enfant.prenom}, {quand}"
        return Essayee(demande.id, demande.numero, demande.deposee_le, quoi, pourquoi, issue, ligne.motif)


def _enfant(ligne: Ligne) -> Enfant:
    return ligne.reservation.enfant if ligne.reservation_id else ligne.preinscription.enfant


def _lignes(regle: RegleVue, depuis: dt.datetime) -> list[Ligne]:
    """The lines that the rule would have seen, in the order of their demandes: the last `LIGNES_MAX`."""
    siennes = (
        Ligne.select(Ligne, Demande, Famille, MotifAbsence)
        .join(Demande)
        .join(Famille)
        .join_from(Demande, MotifAbsence, JOIN.LEFT_OUTER)
    )
    if regle.nature == w.NATURE_PREINSCRIPTION:
        requete = (
            siennes.select_extend(Preinscription, Enfant, Activite)
            .join_from(Ligne, Preinscription)
            .join(Enfant)
            .join_from(Preinscription, Activite)
            .where(Preinscription.activite == regle.activite_id)
        )
    else:
        requete = (
            siennes.select_extend(Reservation, Enfant, Seance)
            .join_from(Ligne, Reservation)
            .join(Enfant)
            .join_from(Reservation, Seance)
            .where(Seance.activite == regle.activite_id)
        )
    requete = requete.where(Demande.nature == regle.nature, Demande.deposee_le >= depuis)
    dernieres = requete.order_by(Demande.deposee_le.desc(), Demande.id.desc(), Ligne.id.desc())
    return list(dernieres.limit(LIGNES_MAX))[::-1]


def _jours_voulus(lignes: Iterable[Ligne]) -> dict[int, list[int]]:
    requete = JourVoulu.select(JourVoulu.preinscription, JourVoulu.seance).where(
        JourVoulu.preinscription.in_([ligne.preinscription_id for ligne in lignes])
    )
    voulus: dict[int, list[int]] = {}
    for inscription_id, seance_id in requete.order_by(JourVoulu.id).tuples():
        voulus.setdefault(inscription_id, []).append(seance_id)
    return voulus


def _remarques(demandes: Mapping[int, object]) -> set[int]:
    """The demandes with which the family wrote a word."""
    requete = (
        Message.select(Message.demande)
        .join(Demande)
        .where(Message.demande.in_(list(demandes)), Message.ecrit_le == Demande.deposee_le)
    )
    return {ident for (ident,) in requete.tuples()}


def _pieces_recues(demandes: Mapping[int, object]) -> dict[int, list[str]]:
    """What each document was sent for, of those that came with the demande."""
    requete = (
        Document.select(Document.demande, Document.piece)
        .join(Demande)
        .where(Document.demande.in_(list(demandes)), Document.depose_le <= Demande.deposee_le)
    )
    recues: dict[int, list[str]] = {}
    for demande_id, piece in requete.tuples():
        recues.setdefault(demande_id, []).append(piece)
    return recues
