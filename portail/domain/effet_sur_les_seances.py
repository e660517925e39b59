"""What changing an activity does to its coming séances: made, moved, with other places, taken away.

Pure but for what it is given. Only what the change itself moves is moved: a séance that somebody set by hand
for one day (other places, another end, a day out of the pattern) stays as it was set.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models import Activite, Horaire, Seance
from portail.domain.calendrier import JoursParticuliers, limite, seances_prevues
from portail.domain.projet_d_activite import Plage, Projet

Cle = tuple[str, int]
"""What a line of the pattern is on a weekday: a row of `Horaire` that was there, or the nth new one."""


@dataclass(frozen=True, slots=True)
class Apres:
    """What a séance becomes."""

    debut: dt.time
    fin: dt.time
    places: int
    limite_reservation: dt.datetime
    limite_absence: dt.datetime


@dataclass(frozen=True, slots=True)
class Changement:
    """One séance that changes: as it is, and as it will be."""

    seance: Seance
    avant: Apres
    apres: Apres

    @property
    def deplacee(self) -> bool:
        """Whether its hours change: who has booked there must be told."""
        return (self.avant.debut, self.avant.fin) != (self.apres.debut, self.apres.fin)

    @property
    def places(self) -> bool:
        return self.avant.places != self.apres.places

    @property
    def depassee(self) -> bool:
        """Whether more children have a place there than there would be places."""
        return self.seance.prises > self.apres.places

    def avec_ses_places(self) -> "Changement":
        """The same, with as many places as are taken."""
        return replace(self, apres=replace(self.apres, places=self.seance.prises))

    @property
    def limites(self) -> bool:
        return (self.avant.limite_reservation, self.avant.limite_absence) != (
            self.apres.limite_reservation,
            self.apres.limite_absence,
        )


@dataclass
class Seances:
    """What becomes of the coming séances of an activity, in the order of the days."""

    creees: list[dict] = field(default_factory=list)
    """As rows to insert."""
    changees: list[Changement] = field(default_factory=list)
    retirees: list[Seance] = field(default_factory=list)
    empechees: list[dict] = field(default_factory=list)
    """Those that would be made where another one stands already: that one stays as it is."""
    heurts: list[Changement] = field(default_factory=list)
    """Those that would move to an hour at which another one begins: one is to be changed first."""


def calculer(
    activite: Activite | None,
    horaires: Sequence[Horaire],
    projet: Projet,
    seances: Sequence[Seance],
    calendrier: JoursParticuliers,
    depuis: dt.date,
) -> Seances:
    """The effect of giving `projet` to `activite` (None: it is made), whose coming `seances` are given.

    Nothing before the day `depuis` changes. `calendrier` must reach back `calendrier.REMONTEE` before it.
    """
    voulue = projet.activite(activite.id if activite else None)
    avant = dict(_prevues(activite, _cles_des_horaires(horaires), calendrier, depuis)) if activite else {}
    apres = dict(_prevues(voulue, cles_du_projet(projet.plages, horaires), calendrier, depuis))
    regle_des_limites = _regle(activite, voulue, calendrier)
    trouvees = {(jour, ligne["debut"]): cle for (jour, cle), ligne in avant.items()}
    effet, prises, restees = Seances(), set(), set()
    for seance in seances:
        cle = trouvees.get((seance.jour, seance.debut))
        prevue = avant.get((seance.jour, cle)) if cle else None
        but = apres.get((seance.jour, cle)) if cle else None
        if prevue is not None and but is None:
            effet.retirees.append(seance)
            continue
        prises.add((seance.jour, cle))
        devient = _devenir(seance, prevue, but, regle_des_limites)
        restees.add((seance.jour, devient.debut))
        if devient != _telle_quelle(seance):
            effet.changees.append(Changement(seance, _telle_quelle(seance), devient))
    _creer(effet, avant, apres, prises, restees)
    _trouver_les_heurts(effet, seances)
    return effet


def _creer(
    effet: Seances,
    avant: Mapping[tuple[dt.date, Cle], dict],
    apres: Mapping[tuple[dt.date, Cle], dict],
    prises: set,
    restees: set[tuple[dt.date, dt.time]],
) -> None:
    """The séances that the change adds: not those that the pattern had and that somebody took away.

    One taken away at the same hour as one that comes is not taken away: the line was written again.
    """
    partantes = {(s.jour, s.debut): s for s in effet.retirees}
    for (jour, cle), ligne in sorted(apres.items(), key=lambda trouve: (trouve[0][0], trouve[1]["debut"])):
        if (jour, cle) in prises or (jour, cle) in avant:
            continue
        if (reprise := partantes.get((jour, ligne["debut"]))) is not None:
            effet.retirees.remove(reprise)
            devient = Apres(*(ligne[nom] for nom in Apres.__dataclass_fields__))
            if devient != _telle_quelle(reprise):
                effet.changees.append(Changement(reprise, _telle_quelle(reprise), devient))
        elif (jour, ligne["debut"]) in restees:
            effet.empechees.append(ligne)
        else:
            effet.creees.append(ligne)
    effet.changees.sort(key=lambda c: (c.seance.jour, c.seance.debut))


def _trouver_les_heurts(effet: Seances, seances: Iterable[Seance]) -> None:
    partent = {seance.id for seance in effet.retirees}
    deviennent = {c.seance.id: c.apres.debut for c in effet.changees}
    debuts = Counter((s.jour, deviennent.get(s.id, s.debut)) for s in seances if s.id not in partent)
    effet.heurts = [
        c
        for c in effet.changees
        if c.apres.debut != c.avant.debut and debuts[c.seance.jour, c.apres.debut] > 1
    ]


def _devenir(seance: Seance, prevue: dict | None, but: dict | None, regle_des_limites) -> Apres:
    """What this séance becomes: it follows the pattern where it followed it."""
    debut, fin, places = seance.debut, seance.fin, seance.places
    if prevue and but:
        if fin == prevue["fin"]:
            debut, fin = but["debut"], but["fin"]
        if places == prevue["places"]:
            places = but["places"]
    return Apres(debut, fin, places, *regle_des_limites(seance, debut))


def _regle(avant: Activite | None, apres: Activite, calendrier: JoursParticuliers):
    """How deadlines are had: computed again if the rule or the hour changes, else left as they are."""

    def non_ouvre(jour: dt.date) -> bool:
        return calendrier.non_ouvre(jour, apres.id, apres.lieu_id)

    def de(seance: Seance, debut: dt.time) -> tuple[dt.datetime, dt.datetime]:
        bouge = debut != seance.debut
        limites = []
        for nom, delai in (("reservation", "delai_reservation"), ("absence", "delai_absence")):
            voulu = getattr(apres, delai)
            change = bouge or avant is None or getattr(avant, delai) != voulu
            stockee = getattr(seance, f"limite_{nom}")
            limites.append(limite(voulu, seance.jour, debut, non_ouvre) if change else stockee)
        return limites[0], limites[1]

    return de


def _telle_quelle(seance: Seance) -> Apres:
    return Apres(*(getattr(seance, nom) for nom in Apres.__dataclass_fields__))


# ——— the pattern, line by line ———


def cles_du_projet(plages: Iterable[Plage], horaires: Iterable[Horaire]) -> dict[Cle, Horaire]:
    """The rows of `Horaire` that a project wants, not written: each with what it was, or with none."""
    connus = {horaire.id: horaire for horaire in horaires}
    voulus: dict[Cle, Horaire] = {}
    for plage in plages:
        siens = {connus[i].jour: i for i in sorted(plage.origine) if i in connus and ("h", i) not in voulus}
        for jour in sorted(plage.jours):
            ident = siens.get(jour)
            cle = ("h", ident) if ident else ("n", len(voulus))
            voulus[cle] = Horaire(
                id=ident,
                jour=jour,
                debut=plage.debut,
                fin=plage.fin,
                places=plage.places,
                periode=plage.periode,
            )
    return voulus


def _cles_des_horaires(horaires: Iterable[Horaire]) -> dict[Cle, Horaire]:
    return {("h", horaire.id): horaire for horaire in horaires}


def _prevues(
    activite: Activite, horaires: Mapping[Cle, Horaire], calendrier: JoursParticuliers, depuis: dt.date
) -> Iterator[tuple[tuple[dt.date, Cle], dict]]:
    """What each line of the pattern makes, from the day `depuis`, by day and line."""
    for cle, horaire in horaires.items():
        for ligne in seances_prevues(activite, [horaire], calendrier, depuis, activite.fin):
            yield (ligne["jour"], cle), ligne
