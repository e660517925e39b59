"""The calendar: school holidays, bank holidays, closures; deadlines; how the weekly pattern makes séances."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from holidays.countries.france import France

from models import Activite, Calendrier, Delai, Horaire, Seance, verrouiller, write_transaction
from portail import clock, mots
from portail.domain.preparees import objets, preparee
from portail.domain.ville import la_ville

UN_JOUR = dt.timedelta(days=1)
DERNIER_ARRETE = dt.date(2028, 8, 31)
"""The arrêté of 21 July 2026 stops there, and so does what `holidays` knows: beyond, it extrapolates."""

REMONTEE = dt.timedelta(days=150)
"""How far before a séance its deadline may fall: 60 working days, a summer of closure between."""


def annee_scolaire(jour: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the school year of `jour`: 1 September to 31 August, both included."""
    annee = jour.year if jour.month >= 9 else jour.year - 1
    return dt.date(annee, 9, 1), dt.date(annee + 1, 8, 31)


def jours_de(debut: dt.date, fin: dt.date) -> Iterator[dt.date]:
    """Each day from `debut` to `fin`, both included."""
    return (debut + n * UN_JOUR for n in range((fin - debut).days + 1))


# ——— the real calendar, into rows that the town edits ———


@dataclass(frozen=True)
class Periode:
    """A school holiday or a bank holiday as it is published; both ends included."""

    genre: str
    nom: str
    debut: dt.date
    fin: dt.date
    confirme: bool = True


def calendrier_publie(zone: str, annee: int) -> list[Periode]:
    """What is published for the school year that begins in `annee`: the holidays that start in it.

    School holidays go from the Saturday after the last class to the day before « la reprise ».
    """
    premier, dernier = annee_scolaire(dt.date(annee, 9, 1))
    annees = (annee, annee + 1)
    scolaires = France(subdiv=f"Zone {zone}", years=annees, categories="school", language="fr")
    feries = France(years=annees, language="fr")
    jours_par_nom = sorted((nom, jour) for jour in scolaires for nom in scolaires.get_list(jour))
    periodes = [
        Periode("ferie", _a_l_ecran(nom), jour, jour) for jour in feries for nom in feries.get_list(jour)
    ]
    for nom, debut, fin in _suites(jours_par_nom):
        periodes.append(Periode("vacances", _a_l_ecran(nom), debut, fin, confirme=fin <= DERNIER_ARRETE))
    return sorted((p for p in periodes if premier <= p.debut <= dernier), key=lambda p: (p.debut, p.genre))


def _suites(jours_par_nom: list[tuple[str, dt.date]]) -> Iterator[tuple[str, dt.date, dt.date]]:
    """Runs of consecutive days of the same name."""
    numerotes = enumerate(jours_par_nom)
    for _, suite in groupby(
        numerotes, key=lambda rang_jour: (rang_jour[1][0], rang_jour[1][1].toordinal() - rang_jour[0])
    ):
        jours = [nom_jour for _, nom_jour in suite]
        yield jours[0][0], jours[0][1], jours[-1][1]


def _a_l_ecran(nom: str) -> str:
    return nom.replace("'", "’")


def importer_calendrier_scolaire(zone: str, annees: Iterable[int]) -> int:
    """Put the school years that begin in `annees` into the calendar, once each. Gives how many rows it wrote.

    A school year that already has rows belongs to the town, which may have moved, renamed or removed some:
    it is left alone, except for the rows still « à confirmer » that a decree has confirmed since.
    """
    with write_transaction():
        return sum(_importer_annee(zone, annee) for annee in sorted(set(annees)))


def _importer_annee(zone: str, annee: int) -> int:
    premier, dernier = annee_scolaire(dt.date(annee, 9, 1))
    publiees = calendrier_publie(zone, annee)
    ecrites = 0
    for genre, zone_du_genre in (("ferie", None), ("vacances", zone)):
        memes = (Calendrier.genre == genre) & Calendrier.debut.between(premier, dernier)
        if zone_du_genre:
            memes &= Calendrier.zone == zone_du_genre
        presentes = list(Calendrier.select().where(memes))
        for periode in (p for p in publiees if p.genre == genre):
            valeurs = {"debut": periode.debut, "fin": periode.fin, "confirme": periode.confirme}
            if not presentes:
                Calendrier.create(genre=genre, nom=periode.nom, zone=zone_du_genre, **valeurs)
                ecrites += 1
            elif periode.confirme:
                a_confirmer = [p for p in presentes if p.nom == periode.nom and not p.confirme]
                for ligne in a_confirmer:
                    ecrites += Calendrier.update(valeurs).where(Calendrier.id == ligne.id).execute()
    return ecrites


# ——— what a day is ———


class JoursParticuliers:
    """The days of a period that are not like the others. Asked day by day, without a query."""

    def __init__(self, periodes: Iterable[Calendrier], debut: dt.date, fin: dt.date) -> None:
        self.debut, self.fin = debut, fin
        self._jours: dict[str, dict[dt.date, list[Calendrier]]] = {
            "vacances": {},
            "ferie": {},
            "fermeture": {},
            "ouverture": {},
        }
        for periode in periodes:
            for jour in jours_de(max(periode.debut, debut), min(periode.fin, fin)):
                self._jours[periode.genre].setdefault(jour, []).append(periode)
        genres = ("ferie", "fermeture", "ouverture")
        self._hors_de_la_regle = {jour for genre in genres for jour in self._jours[genre]}

    def vacances(self, jour: dt.date) -> str | None:
        """« Vacances de Noël »."""
        return _premier_nom(self._jours["vacances"].get(jour))

    def ferie(self, jour: dt.date) -> str | None:
        """« Noël »."""
        return _premier_nom(self._jours["ferie"].get(jour))

    def fermeture(
        self, jour: dt.date, activite_id: int | None = None, lieu_id: int | None = None
    ) -> str | None:
        """« Fermeture exceptionnelle »: of the whole town, of this activity or of this place."""
        return _premier_nom(self._qui_touchent("fermeture", jour, activite_id, lieu_id))

    def ferme(self, jour: dt.date, activite_id: int | None = None, lieu_id: int | None = None) -> str | None:
        """Why nothing happens that day, or None: « Noël, jour férié », « Fermeture exceptionnelle ».

        A day opened out of the rule is open, but for a closure of something narrower, or of the very same.
        """
        if jour not in self._hors_de_la_regle:
            return None
        fermetures = self._qui_touchent("fermeture", jour, activite_id, lieu_id)
        if ouverte := self.ouverture(jour, activite_id, lieu_id):
            return _premier_nom(f for f in fermetures if _portee(f) >= _portee(ouverte))
        ferie = self.ferie(jour)
        return f"{ferie}, jour férié" if ferie else _premier_nom(fermetures)

    def ouverture(
        self, jour: dt.date, activite_id: int | None = None, lieu_id: int | None = None
    ) -> Calendrier | None:
        """The « journée exceptionnelle » that this day is there, the narrowest one; None when it is none."""
        ouvertes = self._qui_touchent("ouverture", jour, activite_id, lieu_id)
        return max(ouvertes, key=_portee, default=None)

    def rythme(self, jour: dt.date, activite_id: int, lieu_id: int) -> tuple[int, str]:
        """Which hours apply that day: those of which weekday, and of term (`scolaire`) or of the holidays."""
        if ouverte := self.ouverture(jour, activite_id, lieu_id):
            return ouverte.comme, ouverte.periode or "scolaire"
        return jour.weekday(), "vacances" if self.vacances(jour) else "scolaire"

    def _qui_touchent(
        self, genre: str, jour: dt.date, activite_id: int | None, lieu_id: int | None
    ) -> list[Calendrier]:
        return [
            periode
            for periode in self._jours[genre].get(jour, ())
            if periode.activite_id in (None, activite_id) and periode.lieu_id in (None, lieu_id)
        ]

    def empeche(self, seance: Seance, activite: Activite) -> str | None:
        """Why this séance does not take place, or None: the calendar closes it, or the town cancelled it."""
        return self.ferme(seance.jour, activite.id, activite.lieu_id) or seance.annulee or None

    def mention(self, jour: dt.date) -> str:
        """What is written on the day: closed, opened out of the rule, on holidays; or nothing."""
        ouverte = self.ouverture(jour)
        return self.ferme(jour) or (ouverte.nom if ouverte else None) or self.vacances(jour) or ""

    def confirme(self, jour: dt.date) -> bool:
        """False when the school holidays of that day are extrapolated: « à confirmer »."""
        return all(periode.confirme for periode in self._jours["vacances"].get(jour, ()))

    def non_ouvre(self, jour: dt.date, activite_id: int | None = None, lieu_id: int | None = None) -> bool:
        """Saturday, Sunday, bank holiday or closure: it does not count in a deadline in working days."""
        return jour.weekday() >= 5 or self.ferme(jour, activite_id, lieu_id) is not None


def _portee(periode: Calendrier) -> int:
    """How narrow a row is: the town, a place, an activity."""
    return 2 if periode.activite_id is not None else 1 if periode.lieu_id is not None else 0


def _premier_nom(periodes: Iterable[Calendrier] | None) -> str | None:
    return next((periode.nom for periode in periodes or ()), None)


def jours_particuliers(debut: dt.date, fin: dt.date, zone: str | None = None) -> JoursParticuliers:
    """The particular days between `debut` and `fin`, both included: one query, whatever the period.

    `zone` is the town's own unless told.
    """
    lues = _periodes(debut, fin, zone or la_ville().zone)
    return JoursParticuliers((objets(rangee, Calendrier)[0] for rangee in lues), debut, fin)


@preparee
def _periodes(debut, fin, zone):
    return (
        Calendrier.select()
        .where(
            Calendrier.fin >= debut,
            Calendrier.debut <= fin,
            Calendrier.zone.is_null() | (Calendrier.zone == zone),
        )
        .order_by(Calendrier.debut, Calendrier.id)
    )


# ——— deadlines ———


def limite(
    delai: Delai, jour: dt.date, debut_seance: dt.time, non_ouvre: Callable[[dt.date], bool]
) -> dt.datetime:
    """Until when, in UTC, `delai` lets a family act on the séance of `jour` that starts at `debut_seance`.

    Counted on civil dates in Europe/Paris; never later than the start of the séance.
    """
    if delai.genre == "semaine":
        butoir = jour - (jour.weekday() + 7 - delai.nombre) * UN_JOUR
    elif delai.genre == "jours":
        butoir = jour - delai.nombre * UN_JOUR
    else:
        butoir = _reculer(jour, delai.nombre, non_ouvre)
    return min(clock.instant(butoir, delai.heure), clock.instant(jour, debut_seance))


def _reculer(jour: dt.date, ouvres: int, non_ouvre: Callable[[dt.date], bool]) -> dt.date:
    """The day that is `ouvres` working days before `jour`, no further back than `REMONTEE`."""
    plus_tot = jour - REMONTEE
    while ouvres and jour > plus_tot:
        jour -= UN_JOUR
        ouvres -= not non_ouvre(jour)
    return jour


def en_mots(delai: Delai) -> str:
    """The deadline as a rule: « le jeudi de la semaine précédente à 12 h », « 2 jours ouvrés avant… »."""
    heure = mots.heure(delai.heure)
    if delai.genre == "semaine":
        return f"le {mots.JOURS[delai.nombre]} de la semaine précédente à {heure}"
    if delai.nombre == 0:
        return f"le jour même à {heure}"
    if delai.genre == "ouvres":
        return f"{mots.pluriel(delai.nombre, 'jour ouvré', 'jours ouvrés')} avant, à {heure}"
    return f"la veille à {heure}" if delai.nombre == 1 else f"{delai.nombre} jours avant, à {heure}"


# ——— séances ———


def seances_prevues(
    activite: Activite,
    horaires: Iterable[Horaire],
    calendrier: JoursParticuliers,
    debut: dt.date,
    fin: dt.date,
) -> Iterator[dict]:
    """The séances, as rows to insert, that the weekly pattern makes between `debut` and `fin`.

    `calendrier` must reach back `REMONTEE` before `debut`: deadlines count its days.
    """

    def non_ouvre(jour: dt.date) -> bool:
        return calendrier.non_ouvre(jour, activite.id, activite.lieu_id)

    siens = list(horaires)
    for jour in jours_de(max(debut, activite.debut), min(fin, activite.fin)):
        for horaire in horaires_du_jour(activite, siens, calendrier, jour):
            yield {
                "activite": activite.id,
                "jour": jour,
                "debut": horaire.debut,
                "fin": horaire.fin,
                "places": horaire.places,
                "prises": 0,
                "limite_reservation": limite(activite.delai_reservation, jour, horaire.debut, non_ouvre),
                "limite_absence": limite(activite.delai_absence, jour, horaire.debut, non_ouvre),
            }


def horaires_du_jour(
    activite: Activite, horaires: Iterable[Horaire], calendrier: JoursParticuliers, jour: dt.date
) -> list[Horaire]:
    """Those of its hours that apply on this day: none when it is closed, or out of its dates."""
    dehors = not activite.debut <= jour <= activite.fin
    if dehors or calendrier.ferme(jour, activite.id, activite.lieu_id):
        return []
    semaine, periode = calendrier.rythme(jour, activite.id, activite.lieu_id)
    return [h for h in horaires if h.jour == semaine and h.periode in (periode, "toujours")]


def creer_seances(activite: Activite, debut: dt.date, fin: dt.date) -> int:
    """Make the séances of `activite` between `debut` and `fin`, both included. Gives how many were missing.

    Those that exist stay as they are: they may hold bookings, and the town may have changed their places.
    """
    with write_transaction():
        verrouiller(Activite, [activite.id])
        calendrier = jours_particuliers(debut - REMONTEE, fin)
        presentes = set(
            Seance.select(Seance.jour, Seance.debut)
            .where(Seance.activite == activite, Seance.jour.between(debut, fin))
            .tuples()
        )
        prevues = seances_prevues(activite, activite.horaires, calendrier, debut, fin)
        manquantes = [s for s in prevues if (s["jour"], s["debut"]) not in presentes]
        for lot in range(0, len(manquantes), 500):
            Seance.insert_many(manquantes[lot : lot + 500]).execute()
        return len(manquantes)
