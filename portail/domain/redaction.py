"""A pre-registration being written: what the family has typed so far, and all that its form shows.

A constant number of queries, whatever the number of children, activities and days.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import workflows as w
from models import Activite, Compte, Document, Enfant, Famille, Horaire, Lieu, Preinscription
from portail import clock, mots
from portail.domain import documents, droits, jours_voulus, petit_calendrier
from portail.domain.examen import (
    Candidat,
    Examen,
    JourExamine,
    Souhait,
    examiner,
    jours_examines,
    obstacle_enfant,
    plus_longue_periode,
)
from portail.domain.jours_voulus import Choix
from portail.domain.petit_calendrier import Mois
from portail.domain.refus import Interdit
from portail.domain.regles import Obstacle
from portail.domain.regles_preinscription import (
    Autre,
    obstacle_activite,
    obstacle_age,
    obstacles_periode,
    periode_possible,
)

DATE_FAUSSE = "Cette date n’existe pas. Elle s’écrit année-mois-jour, par exemple 2027-01-04."
PERIODES = {
    "scolaire": "en période scolaire",
    "vacances": "pendant les vacances",
    "toujours": "toute l’année",
}


@dataclass(frozen=True)
class Brouillon:
    """What was typed, as it came."""

    activite_id: int | None = None
    enfants: frozenset[int] = frozenset()
    debut: str | None = None
    """None: not typed yet, the first day possible is proposed."""
    fin: str | None = None
    choix: Choix = field(default_factory=Choix)
    remarques: str = ""
    documents: tuple[int, ...] = ()


@dataclass(frozen=True)
class Proposition:
    """An activity of the list: `obstacle` tells why it cannot be chosen today."""

    activite: Activite
    obstacle: Obstacle | None


@dataclass(frozen=True)
class EnfantPropose:
    enfant: Enfant
    obstacle: Obstacle | None
    choisi: bool


@dataclass
class Redaction:
    """The form, as it stands."""

    brouillon: Brouillon
    propositions: list[Proposition]
    activite: Activite | None
    enfants: list[EnfantPropose]
    horaires: list[Horaire]
    documents: Sequence[Document]
    examines: list[JourExamine]
    """The séances of the period, with what stands in the way."""
    fautes: dict[str, str]
    """What is wrong with what was typed, whatever the rules say of it."""
    proposee: tuple[dt.date, dt.date] | None = None
    """The period that stands where none is typed."""

    @property
    def ouvertes(self) -> list[Activite]:
        """What can be chosen, and what was: one is told beside it why it cannot be."""
        choisie = self.brouillon.activite_id
        return [p.activite for p in self.propositions if p.obstacle is None or p.activite.id == choisie]

    def nom_de(self, activite: Activite) -> str:
        """« Cantine »; « Cantine, Groupe scolaire Jean-Zay » where another one has the same name."""
        homonymes = [p.activite for p in self.propositions if p.activite.nom == activite.nom]
        if len(homonymes) < 2:
            return activite.nom
        nom = f"{activite.nom}, {activite.lieu.nom}"
        if len([a for a in homonymes if a.lieu_id == activite.lieu_id]) < 2:
            return nom
        return f"{nom}, {mots.du_au(activite.debut, activite.fin)}"

    @property
    def fermees(self) -> list[Proposition]:
        return [p for p in self.propositions if p.obstacle]

    @property
    def obstacle(self) -> Obstacle | None:
        """Why the activity that was chosen cannot be."""
        return next((p.obstacle for p in self.propositions if p.activite == self.activite), None)

    @property
    def bornes(self) -> tuple[dt.date, dt.date]:
        assert self.activite is not None
        return periode_possible(self.activite, clock.aujourdhui())

    @property
    def periode(self) -> tuple[dt.date, dt.date] | None:
        """The days asked for, when what was typed is a period."""
        if self.activite is None:
            return None
        return _lire_la_periode(self.activite, self.brouillon, self.proposee or self.bornes)

    @property
    def fautes_de_periode(self) -> Mapping[str, str]:
        """What is wrong with the dates typed, said as soon as they are."""
        if self.activite is None:
            return {}
        return self.fautes or _fautes_de_periode(self.activite, self.brouillon)

    @property
    def debut(self) -> str:
        """As the field shows it."""
        propose = (self.proposee or self.bornes)[0].isoformat()
        return propose if self.brouillon.debut is None else self.brouillon.debut

    @property
    def fin(self) -> str:
        propose = (self.proposee or self.bornes)[1].isoformat()
        return propose if self.brouillon.fin is None else self.brouillon.fin

    @property
    def lien(self) -> dict[str, Any]:
        """What an address carries of it: what the calendar is drawn from; no words, no documents."""
        if self.activite is None:
            return {}
        return {
            "activite_choisie": self.activite.id,
            "enfants": sorted(self.brouillon.enfants),
            "debut": self.debut,
            "fin": self.fin,
            "semaine": sorted(habitude.code for habitude in self.brouillon.choix.habitudes),
        }

    @property
    def pieces(self) -> list[tuple[str, list[Document]]]:
        """The documents asked for, each with those that were sent for it."""
        return [(p, [d for d in self.documents if d.piece == p]) for p in pieces_de(self.activite)]

    @property
    def choisis(self) -> list[Enfant]:
        return [propose.enfant for propose in self.enfants if propose.choisi]

    @cached_property
    def voulus(self) -> frozenset[dt.date]:
        jours = petit_calendrier.par_jour(self.examines)
        return jours_voulus.voulus(self.brouillon.choix, jours, petit_calendrier.inertes(jours))

    @cached_property
    def mois(self) -> list[Mois]:
        if self.periode is None:
            return []
        jours = petit_calendrier.par_jour(self.examines)
        return petit_calendrier.dessiner(*self.periode, jours, self.voulus)

    @property
    def jours_de_semaine(self) -> list[int]:
        """The weekdays on which it takes place during the period."""
        return sorted({e.seance.jour.weekday() for e in self.examines})

    @property
    def demandes(self) -> list[JourExamine]:
        """The séances wanted, possible or not."""
        return [e for e in self.examines if e.seance.jour in self.voulus]

    @property
    def possibles(self) -> int:
        return sum(e.obstacle is None for e in self.demandes)

    @property
    def complets(self) -> list[JourExamine]:
        return [e for e in self.demandes if e.complet]

    @property
    def impossibles(self) -> list[JourExamine]:
        return [e for e in self.demandes if e.obstacle]

    @property
    def compte(self) -> str:
        """What it makes, in one sentence: « 84 créneaux : 42 jours pour chacun des 2 enfants »."""
        if not self.possibles:
            return "Aucun jour à réserver pour le moment."
        jours = mots.pluriel(self.possibles, "jour")
        if not self.choisis:
            return f"{jours} à réserver : il reste à choisir un enfant."
        if len(self.choisis) == 1:
            return f"{jours} à réserver pour {self.choisis[0].prenom}."
        total = mots.pluriel(self.possibles * len(self.choisis), "créneau", "créneaux")
        return f"{total} : {jours} pour chacun des {len(self.choisis)} enfants."

    @property
    def souhait(self) -> Souhait | None:
        """What is asked for; None as long as there is no activity, or no period."""
        if self.activite is None or self.periode is None:
            return None
        return Souhait(
            self.activite.id,
            tuple(self.brouillon.enfants),
            *self.periode,
            self.voulus,
            self.brouillon.remarques,
            tuple(document.id for document in self.documents),
        )


def rediger(compte: Compte, famille: Famille, brouillon: Brouillon) -> Redaction:
    """The form of this draft. :class:`Interdit` for whoever decides for no child."""
    jour = clock.aujourdhui()
    enfants, inscriptions = _enfants(compte, famille)
    if not enfants:
        raise Interdit("Vous ne pouvez demander d’inscription pour aucun enfant de cette famille.")
    activites = list(
        Activite.select(Activite, Lieu)
        .join(Lieu)
        .where(Activite.fin >= jour)
        .order_by(Activite.rang, Activite.id)
    )
    proposes = {a.id: [Candidat(e, inscriptions.get((e.id, a.id), [])) for e in enfants] for a in activites}
    propositions = [Proposition(a, _obstacle(a, proposes[a.id], jour)) for a in activites]
    activite = next((a for a in activites if a.id == brouillon.activite_id), None)
    if activite is None:
        fautes = {"activite": "Choisissez une activité dans la liste."} if brouillon.activite_id else {}
        return Redaction(brouillon, propositions, None, [], [], [], [], fautes)
    proposee = plus_longue_periode(activite, proposes[activite.id], jour) or periode_possible(activite, jour)
    periode = _lire_la_periode(activite, brouillon, proposee)
    pieces = pieces_de(activite)
    return Redaction(
        brouillon,
        propositions,
        activite,
        _proposer(activite, proposes[activite.id], brouillon, periode or proposee),
        list(activite.horaires.order_by(Horaire.jour, Horaire.debut)),
        [d for d in documents.attendus(compte, brouillon.documents) if d.piece in pieces],
        jours_examines(activite, *periode) if periode and activite.reservable else [],
        _fautes_de_dates(brouillon),
        proposee,
    )


def examiner_la_redaction(compte: Compte, famille: Famille, redaction: Redaction) -> Examen:
    """What it would give today; all that is wrong with it beside each field."""
    if redaction.souhait:
        examen = examiner(compte, famille, redaction.souhait)
    else:
        vide = Souhait(redaction.brouillon.activite_id or 0, (), dt.date.min, dt.date.min)
        examen = Examen(vide, redaction.activite)
        if redaction.activite is None:
            examen.fautes["activite"] = "Choisissez une activité dans la liste."
        elif not redaction.choisis:
            examen.fautes["enfants"] = "Choisissez au moins un enfant dans la liste."
        if redaction.activite and not redaction.fautes:
            examen.fautes |= _fautes_de_periode(redaction.activite, redaction.brouillon)
    examen.fautes |= redaction.fautes
    return examen


def pieces_de(activite: Activite | None) -> list[str]:
    """The documents that the activity asks for, one a line."""
    return documents.pieces(activite.pieces) if activite else []


def dire_les_horaires(horaires: Sequence[Horaire]) -> list[str]:
    """« mercredi et vendredi, 17 h – 18 h 30, en période scolaire, 12 places »."""
    groupes: dict[tuple[str, str, int], list[str]] = {}
    for h in horaires:
        groupes.setdefault((mots.plage(h.debut, h.fin), h.periode, h.places), []).append(mots.JOURS[h.jour])
    return [
        f"{mots.enumeration(jours)}, {plage}, {PERIODES[periode]}, {mots.pluriel(places, 'place')}"
        for (plage, periode, places), jours in groupes.items()
    ]


# ——— inside ———


def _enfants(compte: Compte, famille: Famille) -> tuple[list[Enfant], dict[tuple[int, int], list[Autre]]]:
    """The children for whom the account decides, and where each is registered, or has asked to be."""
    siens = list(droits.regard(compte, famille).decide)
    enfants = list(
        Enfant.select()
        .where(Enfant.famille == famille, Enfant.id.in_(siens or [0]))
        .order_by(Enfant.rang, Enfant.id)
    )
    inscriptions: dict[tuple[int, int], list[Autre]] = {}
    requete = Preinscription.select(
        Preinscription.enfant,
        Preinscription.activite,
        Preinscription.debut,
        Preinscription.fin,
        Preinscription.statut,
    ).where(
        Preinscription.enfant.in_([e.id for e in enfants] or [0]),
        Preinscription.statut.in_((w.DEMANDE_EN_COURS, w.RESERVATION_POSSIBLE)),
    )
    for enfant_id, activite_id, *autre in requete.order_by(Preinscription.debut).tuples():
        inscriptions.setdefault((enfant_id, activite_id), []).append(Autre(*autre))
    return enfants, inscriptions


def _obstacle(activite: Activite, candidats: list[Candidat], jour: dt.date) -> Obstacle | None:
    """Why none of these children can be asked for there; None when one can, be it for a part of the time."""
    if obstacle := obstacle_activite(activite, jour):
        return obstacle
    premier, dernier = periode_possible(activite, jour)
    d_age = [
        c
        for c in candidats
        if not obstacle_age(activite, c.enfant.naissance, premier)
        or not obstacle_age(activite, c.enfant.naissance, dernier)
    ]
    if not d_age:
        tranche = mots.tranche_d_age(activite.age_min, activite.age_max)
        return Obstacle(f"Réservé aux {tranche}", f"Cette activité est réservée aux {tranche}.")
    if plus_longue_periode(activite, d_age, jour) is None:
        phrase = "Vos enfants y sont déjà inscrits, ou une demande est en cours."
        return Obstacle("Déjà inscrits ou demandés", phrase)
    return None


def _proposer(
    activite: Activite, candidats: list[Candidat], brouillon: Brouillon, periode: tuple[dt.date, dt.date]
) -> list[EnfantPropose]:
    """The children, each with why not; the only one possible is chosen from the start."""
    vus = [(c.enfant, obstacle_enfant(activite, c, *periode)) for c in candidats]
    possibles = [enfant.id for enfant, obstacle in vus if obstacle is None]
    neuf = brouillon.debut is None and not brouillon.enfants
    choisis = frozenset(possibles) if neuf and len(possibles) == 1 else brouillon.enfants
    return [EnfantPropose(e, obstacle, e.id in choisis and obstacle is None) for e, obstacle in vus]


def _lire_la_periode(
    activite: Activite, brouillon: Brouillon, proposee: tuple[dt.date, dt.date]
) -> tuple[dt.date, dt.date] | None:
    """The period typed, when the activity has it; the one proposed where nothing is typed."""
    jour = clock.aujourdhui()
    premier, dernier = proposee
    debut, fin = _date(brouillon.debut, premier), _date(brouillon.fin, dernier)
    if debut is None or fin is None or obstacles_periode(activite, debut, fin, jour):
        return None
    return debut, fin


def _fautes_de_periode(activite: Activite, brouillon: Brouillon) -> Mapping[str, str]:
    jour = clock.aujourdhui()
    premier, dernier = periode_possible(activite, jour)
    debut, fin = _date(brouillon.debut, premier), _date(brouillon.fin, dernier)
    return obstacles_periode(activite, debut, fin, jour) if debut and fin else {}


def _fautes_de_dates(brouillon: Brouillon) -> dict[str, str]:
    tapees = {"debut": brouillon.debut, "fin": brouillon.fin}
    return {nom: DATE_FAUSSE for nom, texte in tapees.items() if _date(texte, dt.date.min) is None}


def _date(texte: str | None, sinon: dt.date) -> dt.date | None:
    if texte is None:
        return sinon
    try:
        return dt.date.fromisoformat(texte)
    except ValueError:
        return None
