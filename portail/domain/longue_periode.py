"""« Faire une demande sur une longue période » (guide §4.1): bookings or absences, many days in one demande.

A wish is turned into créneaux by its days; the rules then look at each, as they do at a click. The preview
counts what the act will do: the act reads it all again, in its transaction.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import workflows as w
from models import Compte, Famille, MotifAbsence
from portail import clock
from portail.domain import absences, calendrier, droits, lecture_planning, planning
from portail.domain.apercu_long import EN_LISTE, Apercu, LigneExaminee, Volet
from portail.domain.calendrier import JoursParticuliers
from portail.domain.creneaux import Creneau
from portail.domain.depot_creneaux import Depot, a_repondre, a_temps, sans_place
from portail.domain.droits import Regard
from portail.domain.examen_creneaux import (
    ABSENCE,
    GENRES,
    RESERVATION,
    Examine,
    Genre,
    Voeu,
    examiner,
    liens,
    possibles,
)
from portail.domain.lecture_planning import Planning
from portail.domain.refus import Refus
from portail.domain.souhait_long import (
    JOURS_MAX,
    PERIODES,
    TOUTES,
    VACANCES,
    SouhaitLong,
    semaines_passees,
)


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
        apercu.motif = absences.motif(_motif(souhait))
    except Refus as refus:
        apercu.fautes[refus.champ or "motif"] = refus.phrase
    if not apercu.fautes:
        lignes = _lignes(souhait, lu, apercu.motif, par_un_agent=regard is None)
        apercu.volets = _volets(souhait, lu, lignes)
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
            motif=_motif(souhait),
            documents=souhait.documents,
        ),
    )


def demander_au_guichet(agent: Compte, famille: Famille, souhait: SouhaitLong) -> Depot:
    """The same by an agent for the family: answered at once, by the very same rules."""
    voeux = _exiger(apercevoir(agent, famille, souhait, regard=None))
    return _le_bon(
        souhait,
        planning.demander_au_guichet(
            agent, famille, {souhait.nature: voeux}, ensemble=souhait.ensemble, motif=_motif(souhait)
        ),
    )


A_COPIER = (w.RESERVE, w.PRESENT, w.RESERVATION_ATTENTE, w.LISTE_ATTENTE, w.ABSENCE_ATTENTE, w.ABSENT)
"""What a past week held, when it is copied: also what the child was then absent from."""
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
    if s.comme and s.comme in semaines_passees(clock.aujourdhui()):
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
        fautes["jours"] = "Choisissez au moins un jour de la semaine, ou une semaine à copier."
    if s.habitudes and s.comme:
        fautes["comme"] = "Choisissez des jours, ou une semaine à copier : pas les deux à la fois."
    if s.comme and s.comme not in semaines_passees(clock.aujourdhui()):
        fautes["comme"] = "Choisissez une semaine dans la liste."
    if s.periode not in PERIODES:
        fautes["periode"] = "Choisissez une période dans la liste."
    return fautes


def _lignes(s: SouhaitLong, lu: _Lu, motif: MotifAbsence | None, par_un_agent: bool) -> list[LigneExaminee]:
    """Each créneau of the wish, looked at by the rules; a place each while there are any, then the list."""
    genre, modele = GENRES[s.nature], _modele(lu.semaine)
    voulus = [c for c in lu.planning.creneaux() if _voulu(s, c, lu, modele)]
    ensemble = s.ensemble and genre is RESERVATION
    examines = examiner(genre, [(c.enfant.id, c.seance.id) for c in voulus], voulus, ensemble)
    noues = liens(possibles(examines)) if ensemble else {}
    attendus = set() if par_un_agent else a_repondre(genre, possibles(examines), noues, motif)
    lignes = [_ligne(genre, e, e.creneau, motif, attendus) for e in examines if e.creneau]
    if genre is not RESERVATION:
        return lignes
    en_liste = sans_place(possibles(examines), noues, attendus)
    return [replace(li, issue=EN_LISTE) if li.retenue and _voeu(li) in en_liste else li for li in lignes]


def _ligne(
    genre: Genre, e: Examine, creneau: Creneau, motif: MotifAbsence | None, attendus: set[Voeu]
) -> LigneExaminee:
    """What the rules say of one; of an absence that is possible, what it means for the bill."""
    if not e.possible:
        return LigneExaminee(creneau, e.issue, e.bref)
    immediate = e.voeu not in attendus
    if genre is RESERVATION:
        return LigneExaminee(creneau, e.issue, "", immediate=immediate)
    facture = absences.facturer(motif, a_temps(creneau))
    return LigneExaminee(creneau, e.issue, facture.phrase, facture.facturee, immediate)


def _voeu(ligne: LigneExaminee) -> Voeu:
    return ligne.creneau.enfant.id, ligne.creneau.seance.id


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
    return frozenset(
        (c.enfant.id, c.seance.activite.id, c.seance.jour.weekday(), c.seance.debut)
        for c in semaine.creneaux()
        if c.statut in A_COPIER
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


def _motif(s: SouhaitLong) -> int | None:
    """The reason given, of an absence: of a booking none is asked."""
    return s.motif if s.nature == ABSENCE.nature else None


def _exiger(apercu: Apercu) -> list[Voeu]:
    if apercu.fautes:
        raise SouhaitLongRefuse(apercu)
    return [_voeu(ligne) for ligne in apercu.lignes]


def _le_bon(s: SouhaitLong, depots: tuple[Depot, Depot]) -> Depot:
    return depots[0] if s.nature == RESERVATION.nature else depots[1]
