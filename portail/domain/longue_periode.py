"""« Faire une demande sur une longue période » (guide §4.1): bookings or absences, many days in one demande.

A wish is turned into créneaux by its days; the rules then look at each, as they do at a click. The preview
counts what the act will do: the act reads it all again, in its transaction.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import workflows as w
from models import Compte, Famille, MotifAbsence, Seance
from portail import clock, mots
from portail.domain import absences, calendrier, droits, jours_voulus, lecture_planning, planning
from portail.domain.calendrier import JoursParticuliers
from portail.domain.creneaux import ActiviteVue, Creneau, EnfantVu
from portail.domain.depot_creneaux import Depot, a_temps
from portail.domain.droits import Regard
from portail.domain.examen_creneaux import (
    ABSENCE,
    GENRES,
    POSSIBLE,
    RESERVATION,
    Examine,
    Voeu,
    examiner,
    liens,
)
from portail.domain.jours_voulus import Habitude
from portail.domain.lecture_planning import Planning
from portail.domain.places import attribuer, lire_les_places
from portail.domain.refus import Refus
from portail.domain.regles import FERMEE, NON_INSCRIT, NON_RESERVABLE, PASSEE, RIEN, TARDIF

JOURS_MAX = 400
"""A school year and a summer: the longest period that one demande may cover."""
SEMAINES_PASSEES = 8
"""How many past weeks can be copied."""

TOUTES, SCOLAIRE, VACANCES = "toutes", "scolaire", "vacances"
PERIODES = {
    TOUTES: "Toute la période",
    SCOLAIRE: "Seulement en période scolaire",
    VACANCES: "Seulement pendant les vacances",
}

EN_LISTE = "en_liste"
"""Possible, but no place is left today: the waiting list."""
ISSUES = {
    POSSIBLE: "possible",
    EN_LISTE: "complet : liste d’attente",
    "deja": "déjà fait",
    TARDIF: "trop tard",
    FERMEE: "fermé",
    NON_INSCRIT: "non inscrit",
    NON_RESERVABLE: "fermée à la réservation",
    RIEN: "rien de réservé",
    PASSEE: "passé",
    "lie": "ensemble ou pas du tout",
    "suivi": "suivi seulement",
    "autre_etat": "autre demande en cours",
}
"""What a line may become, in the order in which the preview counts them."""


@dataclass(frozen=True)
class SouhaitLong:
    """What a family wants, over a long period."""

    nature: str
    """`reservation` or `absence`."""
    enfants: frozenset[int]
    activites: frozenset[int]
    debut: dt.date
    fin: dt.date
    """First and last day, both included."""
    habitudes: frozenset[Habitude] = frozenset()
    """The weekdays wanted; every one when an absence names none."""
    comme: dt.date | None = None
    """The Monday of a past week to copy, instead of the weekdays: what each child had booked in it."""
    periode: str = TOUTES
    ensemble: bool = False
    motif: int | None = None
    documents: tuple[int, ...] = ()


@dataclass(frozen=True)
class LigneExaminee:
    """One créneau of the wish, and what the demande would make of it."""

    creneau: Creneau
    issue: str
    pourquoi: str
    facturee: bool | None = None

    @property
    def jour(self) -> dt.date:
        return self.creneau.seance.jour


@dataclass(frozen=True)
class Volet:
    """One child in one activity: the lines, by what becomes of them."""

    enfant: EnfantVu
    activite: ActiviteVue
    lignes: list[LigneExaminee]
    fermes: list[tuple[dt.date, str]]
    """The days wanted on which the activity does not take place, and why."""

    def par_issue(self) -> list[tuple[str, str, list[LigneExaminee]]]:
        """(issue, reason in words, its lines), in the order of the counts."""
        groupes: dict[tuple[str, str], list[LigneExaminee]] = {}
        for ligne in self.lignes:
            groupes.setdefault((ligne.issue, ligne.pourquoi), []).append(ligne)
        rangs = list(ISSUES)
        return [
            (issue, pourquoi, lignes)
            for (issue, pourquoi), lignes in sorted(groupes.items(), key=lambda g: rangs.index(g[0][0]))
        ]


@dataclass
class Apercu:
    """What the wish would give today. `fautes`: by field of the form, what has to be mended."""

    souhait: SouhaitLong
    volets: list[Volet] = field(default_factory=list)
    fautes: dict[str, str] = field(default_factory=dict)
    motif: MotifAbsence | None = None

    @property
    def lignes(self) -> list[LigneExaminee]:
        return [ligne for volet in self.volets for ligne in volet.lignes]

    @property
    def comptes(self) -> dict[str, int]:
        """How many lines become what, those that there are, in the order of `ISSUES`."""
        combien = Counter(ligne.issue for ligne in self.lignes)
        combien[FERMEE] += sum(len(volet.fermes) for volet in self.volets)
        return {issue: combien[issue] for issue in ISSUES if combien[issue]}

    @property
    def retenues(self) -> int:
        """How many créneaux the demande would hold."""
        return sum(ligne.issue in (POSSIBLE, EN_LISTE) for ligne in self.lignes)

    @property
    def facturees(self) -> int:
        return sum(bool(ligne.facturee) for ligne in self.lignes)


class SouhaitLongRefuse(Refus):
    """The wish cannot be asked for as it stands: `apercu.fautes` tells what to mend, field by field."""

    def __init__(self, apercu: Apercu) -> None:
        champ, phrase = next(iter(apercu.fautes.items()))
        super().__init__(phrase, champ)
        self.apercu = apercu


def apercevoir(compte: Compte, famille: Famille, souhait: SouhaitLong, *, regard: Regard | None) -> Apercu:
    """What asking for this would give now. A constant number of queries, whatever the period.

    `regard`: who reads the planning; None, the town, at the counter.
    """
    apercu = Apercu(souhait)
    lu = _lire(famille, souhait, regard)
    apercu.fautes = _fautes(souhait, lu)
    try:
        apercu.motif = absences.motif(souhait.motif) if souhait.nature == ABSENCE.nature else None
    except Refus as refus:
        apercu.fautes[refus.champ or "motif"] = refus.phrase
    if not apercu.fautes:
        apercu.volets = _volets(souhait, lu, _lignes(souhait, lu, apercu.motif))
        if not apercu.volets:
            apercu.fautes["jours"] = RIEN_CES_JOURS
    return apercu


def demander(compte: Compte, famille: Famille, souhait: SouhaitLong) -> Depot:
    """Ask for all of it, in one demande. :class:`SouhaitLongRefuse` when the wish itself is not sound;
    :class:`Refus` when the rules allow none of it. Asking twice for the same is harmless.
    """
    voeux = _exiger(apercevoir(compte, famille, souhait, regard=droits.regard(compte, famille)))
    return _le_bon(
        souhait,
        planning.demander(
            compte,
            famille,
            {souhait.nature: voeux},
            ensemble=souhait.ensemble,
            motif=souhait.motif,
            documents=souhait.documents,
        ),
    )


def demander_au_guichet(agent: Compte, famille: Famille, souhait: SouhaitLong) -> Depot:
    """The same by an agent for the family: answered at once, by the very same rules."""
    voeux = _exiger(apercevoir(agent, famille, souhait, regard=None))
    return _le_bon(
        souhait,
        planning.demander_au_guichet(
            agent, famille, {souhait.nature: voeux}, ensemble=souhait.ensemble, motif=souhait.motif
        ),
    )


def semaines_passees(jour: dt.date) -> list[dt.date]:
    """The Mondays of the weeks that can be copied on the day `jour`, this one first."""
    lundi = jour - dt.timedelta(jour.weekday())
    return [lundi - dt.timedelta(7 * n) for n in range(SEMAINES_PASSEES + 1)]


RIEN_CES_JOURS = (
    "Aucun créneau ne correspond : ces activités n’ont pas lieu ces jours-là,"
    " ou les enfants n’y sont pas inscrits."
)

# ——— inside ———


@dataclass(frozen=True)
class _Lu:
    """What the wish is looked at in."""

    planning: Planning
    semaine: Planning | None
    """The week to copy."""
    particuliers: JoursParticuliers | None


def _lire(famille: Famille, s: SouhaitLong, regard: Regard | None) -> _Lu:
    if _faute_de_dates(s):
        vide = lecture_planning.planning(famille, s.debut, s.debut, (), (), regard=regard)
        return _Lu(vide, None, None)
    vu = lecture_planning.planning(famille, s.debut, s.fin, s.enfants, s.activites, regard=regard)
    semaine = None
    if s.comme:
        fin = s.comme + dt.timedelta(6)
        semaine = lecture_planning.planning(famille, s.comme, fin, s.enfants, s.activites, regard=regard)
    return _Lu(vu, semaine, calendrier.jours_particuliers(s.debut, s.fin))


def _faute_de_dates(s: SouhaitLong) -> dict[str, str]:
    if s.fin < s.debut:
        return {"fin": "La date de fin est avant la date de début."}
    if (s.fin - s.debut).days > JOURS_MAX:
        return {"fin": "La période est trop longue : demandez une année scolaire à la fois."}
    if s.fin < clock.aujourdhui():
        return {"fin": "Cette période est passée : choisissez une date à venir."}
    return {}


def _fautes(s: SouhaitLong, lu: _Lu) -> dict[str, str]:
    fautes = _faute_de_dates(s)
    siens = {enfant.id for enfant in lu.planning.enfants}
    if not s.enfants or not s.enfants <= siens:
        fautes["enfants"] = "Choisissez au moins un enfant dans la liste."
    if not s.activites or not s.activites <= lu.planning.connues:
        fautes["activites"] = "Choisissez au moins une activité dans la liste."
    if not (s.habitudes or s.comme or s.nature == ABSENCE.nature):
        fautes["jours"] = "Choisissez au moins un jour de la semaine."
    if s.comme and s.comme not in semaines_passees(clock.aujourdhui()):
        fautes["comme"] = "Choisissez une semaine dans la liste."
    if s.periode not in PERIODES:
        fautes["periode"] = "Choisissez une période dans la liste."
    return fautes


def _lignes(s: SouhaitLong, lu: _Lu, motif: MotifAbsence | None) -> list[LigneExaminee]:
    """Each créneau of the wish, looked at by the rules; a place each while there are any, then the list."""
    genre, creneaux = GENRES[s.nature], list(lu.planning.creneaux())
    modele = _modele(lu.semaine)
    voulus = [c for c in creneaux if _voulu(s, c, lu, modele)]
    examines = examiner(genre, [(c.enfant.id, c.seance.id) for c in voulus], voulus, s.ensemble)
    en_liste = _sans_place(s, examines) if genre is RESERVATION else frozenset()
    return [
        LigneExaminee(
            e.creneau,
            EN_LISTE if e.voeu in en_liste else e.issue,
            e.bref,
            absences.facturer(motif, a_temps(e.creneau)).facturee
            if genre is ABSENCE and e.possible
            else None,
        )
        for e in examines
        if e.creneau
    ]


def _sans_place(s: SouhaitLong, examines: Collection[Examine]) -> frozenset[Voeu]:
    possibles = [e.creneau for e in examines if e.possible and e.creneau]
    noues = liens(possibles) if s.ensemble else {}
    ids = [c.seance.id for c in possibles]
    seances: Sequence[Seance] = list(Seance.select().where(Seance.id.in_(ids or [0])))
    places = lire_les_places((seance.activite_id, seance) for seance in seances)
    voeux = [(c.enfant.id, c.seance.id) for c in possibles]
    issues = attribuer(places, ((voeu, voeu[1], noues.get(voeu)) for voeu in voeux))
    return frozenset(voeu for voeu, issue in issues.items() if issue == w.LISTE_ATTENTE)


def _voulu(s: SouhaitLong, c: Creneau, lu: _Lu, modele: frozenset[tuple]) -> bool:
    if not _dans_la_periode(s, c.seance.jour, lu):
        return False
    if s.nature == ABSENCE.nature and c.statut == w.NON_RESERVE:
        return False  # nothing to be absent from: not even worth a line
    if s.comme:
        return (c.enfant.id, c.seance.activite.id, c.seance.jour.weekday(), c.seance.debut) in modele
    return not s.habitudes or any(h.tombe(c.seance.jour) for h in s.habitudes)


def _dans_la_periode(s: SouhaitLong, jour: dt.date, lu: _Lu) -> bool:
    if s.periode == TOUTES or lu.particuliers is None:
        return True
    return (lu.particuliers.vacances(jour) is not None) == (s.periode == VACANCES)


def _modele(semaine: Planning | None) -> frozenset[tuple]:
    """What each child had in the week to copy: activity, weekday and hour."""
    if semaine is None:
        return frozenset()
    avaient = (w.RESERVE, w.PRESENT, w.RESERVATION_ATTENTE, w.LISTE_ATTENTE, w.ABSENCE_ATTENTE, w.ABSENT)
    return frozenset(
        (c.enfant.id, c.seance.activite.id, c.seance.jour.weekday(), c.seance.debut)
        for c in semaine.creneaux()
        if c.statut in avaient
    )


def _volets(s: SouhaitLong, lu: _Lu, lignes: Iterable[LigneExaminee]) -> list[Volet]:
    par_couple: dict[tuple[int, int], list[LigneExaminee]] = {}
    for ligne in lignes:
        cle = (ligne.creneau.enfant.id, ligne.creneau.seance.activite.id)
        par_couple.setdefault(cle, []).append(ligne)
    volets = []
    for siennes in par_couple.values():
        enfant, activite = siennes[0].creneau.enfant, siennes[0].creneau.seance.activite
        volets.append(Volet(enfant, activite, siennes, _fermes(s, lu, siennes)))
    return sorted(volets, key=lambda v: (v.enfant.rang, v.enfant.id, v.activite.rang, v.activite.id))


def _fermes(s: SouhaitLong, lu: _Lu, lignes: list[LigneExaminee]) -> list[tuple[dt.date, str]]:
    """The weekdays wanted, between the first and the last, without a créneau because the town is closed."""
    if lu.particuliers is None or s.nature == ABSENCE.nature:
        return []
    jours = {ligne.jour for ligne in lignes}
    semaine = {jour.weekday() for jour in jours}
    activite = lignes[0].creneau.seance.activite
    fermes = []
    for jour in calendrier.jours_de(min(jours), max(jours)):
        voulu = jour.weekday() in semaine and (s.comme or any(h.tombe(jour) for h in s.habitudes))
        pourquoi = lu.particuliers.ferme(jour, activite.id, activite.lieu_id)
        if pourquoi and voulu and jour not in jours and _dans_la_periode(s, jour, lu):
            fermes.append((jour, pourquoi))
    return fermes


def _exiger(apercu: Apercu) -> list[Voeu]:
    if apercu.fautes:
        raise SouhaitLongRefuse(apercu)
    return [(ligne.creneau.enfant.id, ligne.creneau.seance.id) for ligne in apercu.lignes]


def _le_bon(s: SouhaitLong, depots: tuple[Depot, Depot]) -> Depot:
    return depots[0] if s.nature == RESERVATION.nature else depots[1]


def dire(s: SouhaitLong) -> str:
    """The wish in words: « du 4 janvier au 2 juillet 2027, lundi et mardi, chaque semaine »."""
    jours = jours_voulus.dire(s.habitudes)
    if s.comme:
        jours = f"comme la semaine du {mots.jour_annee(s.comme)}"
    periode = "" if s.periode == TOUTES else PERIODES[s.periode].lower()
    return ", ".join(filter(None, (mots.du_au(s.debut, s.fin), jours, periode)))
