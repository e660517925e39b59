"""What a change of the calendar does to séances: which go, come back, are to be made. Reads, and no more."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import fn

from models import Activite, Calendrier, Compte, Horaire, Lieu, Seance, Ville
from portail import clock, mots
from portail.domain import annulation_de_seances, perimetre, retablissement_de_seances, zone
from portail.domain.annulation_de_seances import Prevision, a_commence
from portail.domain.calendrier import (
    REMONTEE,
    JoursParticuliers,
    horaires_du_jour,
    jours_de,
    seances_prevues,
)
from portail.domain.perimetre import Perimetre
from portail.domain.retablissement_de_seances import Retablissement


@dataclass(frozen=True)
class Jours:
    """A row of the calendar as the town wants it: its fields are those of :class:`Calendrier`."""

    genre: str
    nom: str
    debut: dt.date
    fin: dt.date
    activite_id: int | None = None
    lieu_id: int | None = None
    comme: int | None = None
    periode: str = ""

    @property
    def dit(self) -> str:
        """« Pont, le 7 mai 2027 »: what the journal keeps."""
        return f"{self.nom}, {mots.du_au(self.debut, self.fin)}"


@dataclass(frozen=True)
class Changement:
    """What is wanted: rows to add, one that it replaces or that goes, another zone."""

    ajoute: Sequence[Jours] = ()
    retire: Calendrier | None = None
    zone: str = ""


@dataclass(frozen=True)
class Effet:
    """What a change would do, before it is done."""

    annulees: Prevision
    """The séances that would no longer take place, and who is touched."""
    retablies: Retablissement
    """Those that would take place again."""
    a_retablir: tuple[int, ...]
    nouvelles: list[dict]
    """Those that would be made, as rows to insert."""
    jours_nouveaux: list[tuple[str, list[dt.date]]]
    """The same, by activity."""

    @property
    def rien(self) -> bool:
        """Whether no séance changes."""
        return not (self.annulees.seances or self.a_retablir or self.nouvelles)

    @property
    def empreinte(self) -> str:
        """Of all of it: the act is given it back, and refuses when things have moved meanwhile."""
        nouvelles = [(n["activite"], n["jour"], n["debut"]) for n in self.nouvelles]
        dits = repr((self.annulees.empreinte, self.a_retablir, nouvelles))
        return hashlib.sha256(dits.encode()).hexdigest()[:16]


def effet(agent: Compte, changement: Changement, *, remettre: bool) -> Effet:
    """What this change would do. A dozen queries, whatever the number of séances."""
    debut, fin = _etendue(changement)
    avant, apres = calendriers(changement, debut, fin)
    activites = _activites(changement, perimetre.du_compte(agent), debut, fin)
    horaires, seances = _horaires(activites), _seances(activites, debut, fin)
    jours = [jour for jour in jours_de(debut, fin) if _differe(changement, avant, apres, jour)]
    trouve = _Trouve()
    for activite in activites:
        _comparer(trouve, activite, horaires[activite.id], seances[activite.id], (avant, apres), jours)
    annulees = annulation_de_seances.prevoir(agent, trouve.disparaissent)
    retablies = retablissement_de_seances.prevoir_sur(agent, trouve.reviennent, apres, remettre=remettre)
    reviennent = tuple(sorted(trouve.reviennent))
    return Effet(annulees, retablies, reviennent, trouve.nouvelles, trouve.jours_nouveaux)


# ——— inside ———


@dataclass
class _Trouve:
    """What has been found so far, activity after activity."""

    disparaissent: list[int] = field(default_factory=list)
    reviennent: list[int] = field(default_factory=list)
    nouvelles: list[dict] = field(default_factory=list)
    jours_nouveaux: list[tuple[str, list[dt.date]]] = field(default_factory=list)


def _comparer(
    trouve: _Trouve,
    activite: Activite,
    horaires: Sequence[Horaire],
    seances: Sequence[Seance],
    calendriers: tuple[JoursParticuliers, JoursParticuliers],
    jours: Sequence[dt.date],
) -> None:
    """The séances of one activity, before and after."""
    avant, apres = calendriers
    avaient, auront = (_cles(activite, horaires, c, jours) for c in calendriers)
    for seance in seances:
        if a_commence(seance):
            continue
        etait_ferme, ferme = (c.ferme(seance.jour, activite.id, activite.lieu_id) for c in calendriers)
        cle = (seance.jour, seance.debut)
        if not seance.annulee:
            if (ferme and not etait_ferme) or (cle in avaient and cle not in auront):
                trouve.disparaissent.append(seance.id)
        elif seance.annulee_par_calendrier and not ferme and _revient(seance, horaires, auront, etait_ferme):
            trouve.reviennent.append(seance.id)
    manquent = auront - avaient - {(s.jour, s.debut) for s in seances}
    nouvelles = [
        rangee
        for jour in sorted({jour for jour, _ in manquent})
        for rangee in seances_prevues(activite, horaires, apres, jour, jour)
        if (jour, rangee["debut"]) in manquent and clock.instant(jour, rangee["debut"]) > clock.maintenant()
    ]
    if nouvelles:
        nom = f"{activite.nom} ({activite.lieu.nom})"
        trouve.jours_nouveaux.append((nom, sorted({rangee["jour"] for rangee in nouvelles})))
    trouve.nouvelles += nouvelles


def _revient(
    seance: Seance, horaires: Iterable[Horaire], auront: set[tuple[dt.date, dt.time]], etait_ferme: str | None
) -> bool:
    """Its hours apply that day; or it was made by hand, out of any hours, and its day opens again."""
    if (seance.jour, seance.debut) in auront:
        return True
    a_la_main = (seance.jour.weekday(), seance.debut) not in {(h.jour, h.debut) for h in horaires}
    return bool(etait_ferme) and a_la_main


def _etendue(changement: Changement) -> tuple[dt.date, dt.date]:
    """The days that may change, from today on."""
    aujourdhui = clock.aujourdhui()
    lignes = _lignes(changement)
    if changement.zone:
        derniere = Activite.select(fn.MAX(Activite.fin)).scalar() or aujourdhui
        return aujourdhui, max(aujourdhui, derniere)
    debut = max(aujourdhui, min(ligne.debut for ligne in lignes))
    return debut, max(debut, max(ligne.fin for ligne in lignes))


def calendriers(
    changement: Changement, debut: dt.date, fin: dt.date
) -> tuple[JoursParticuliers, JoursParticuliers]:
    """The calendar as it is, and as it would be; both reach back as far as deadlines count."""
    depuis = debut - REMONTEE
    la_zone = Ville.get_by_id(1).zone
    toutes = list(
        Calendrier.select()
        .where(Calendrier.fin >= depuis, Calendrier.debut <= fin)
        .order_by(Calendrier.debut, Calendrier.id)
    )
    avant = [li for li in toutes if li.zone in (None, la_zone)]
    voulue = changement.zone or la_zone
    retire = changement.retire.id if changement.retire else None
    apres = [li for li in toutes if li.zone in (None, voulue) and li.id != retire]
    if changement.zone:
        neuves = zone.a_importer(changement.zone)
        apres += [li for li in neuves if li.debut <= fin and li.fin >= depuis]
    apres += [ligne(jours, voulue) for jours in changement.ajoute]
    return JoursParticuliers(avant, depuis, fin), JoursParticuliers(apres, depuis, fin)


def ligne(jours: Jours, zone: str) -> Calendrier:
    return Calendrier(
        genre=jours.genre,
        nom=jours.nom,
        debut=jours.debut,
        fin=jours.fin,
        zone=zone if jours.genre == "vacances" else None,
        activite=jours.activite_id,
        lieu=jours.lieu_id,
        comme=jours.comme,
        periode=jours.periode,
    )


def _activites(changement: Changement, vues: Perimetre, debut: dt.date, fin: dt.date) -> list[Activite]:
    """Those that run on these days, among those that the rows are about; séances have been made for them."""
    conditions = [Activite.debut <= fin, Activite.fin >= debut, *vues.activites()]
    lignes = _lignes(changement)
    if lignes and not changement.zone and all(li.activite_id or li.lieu_id for li in lignes):
        ids = [li.activite_id for li in lignes if li.activite_id]
        lieux = [li.lieu_id for li in lignes if li.lieu_id]
        conditions.append(Activite.id.in_(ids or [0]) | Activite.lieu.in_(lieux or [0]))
    faites = Seance.select(Seance.id).where(Seance.activite == Activite.id)
    return list(
        Activite.select(Activite, Lieu)
        .join(Lieu)
        .where(*conditions, fn.EXISTS(faites))
        .order_by(Lieu.nom, Activite.rang, Activite.nom, Activite.id)
    )


def _lignes(changement: Changement) -> list[Any]:
    """The rows that come and go: their days, what they are about."""
    return [*changement.ajoute, *([changement.retire] if changement.retire else [])]


def _seances(activites: Sequence[Activite], debut: dt.date, fin: dt.date) -> dict[int, list[Seance]]:
    trouvees: dict[int, list[Seance]] = {activite.id: [] for activite in activites}
    requete = Seance.select().where(
        Seance.activite.in_(list(trouvees) or [0]), Seance.jour.between(debut, fin)
    )
    for seance in requete.order_by(Seance.jour, Seance.debut, Seance.id):
        trouvees[seance.activite_id].append(seance)
    return trouvees


def _horaires(activites: Sequence[Activite]) -> dict[int, list[Horaire]]:
    trouves: dict[int, list[Horaire]] = {activite.id: [] for activite in activites}
    for horaire in Horaire.select().where(Horaire.activite.in_(list(trouves) or [0])).order_by(Horaire.id):
        trouves[horaire.activite_id].append(horaire)
    return trouves


def _differe(
    changement: Changement, avant: JoursParticuliers, apres: JoursParticuliers, jour: dt.date
) -> bool:
    """Whether this day may not be what it was: of a change of zone, only where holidays begin or end."""
    if not changement.zone:
        return True
    return (avant.vacances(jour) is None) != (apres.vacances(jour) is None)


def _cles(
    activite: Activite, horaires: Sequence[Horaire], calendrier: JoursParticuliers, jours: Iterable[dt.date]
) -> set[tuple[dt.date, dt.time]]:
    """Which séances the hours of the activity make on these days."""
    return {
        (jour, horaire.debut)
        for jour in jours
        for horaire in horaires_du_jour(activite, horaires, calendrier, jour)
    }
