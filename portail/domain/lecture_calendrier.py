"""The calendar of a school year as the town reads it: month by month, row by row, the bridges."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from peewee import JOIN

from models import Activite, Calendrier, Lieu
from portail import clock, mots
from portail.domain.calendrier import UN_JOUR, JoursParticuliers, annee_scolaire, jours_de
from portail.domain.perimetre import Perimetre
from portail.domain.ville import la_ville

GENRES = {
    "fermeture": ("Fermetures", "Fermeture"),
    "ouverture": ("Journées exceptionnelles", "Journée exceptionnelle"),
    "vacances": ("Vacances scolaires", "Vacances"),
    "ferie": ("Jours fériés", "Jour férié"),
}
"""Each kind of row: the title of its list, what one of them is called."""
TOUTE_LA_VILLE = "Toute la ville"
ANNEES = range(2020, 2100)


@dataclass(frozen=True)
class CaseDuCalendrier:
    """One day: how it is drawn, and what is said of it."""

    jour: dt.date
    classe: str
    """`vacances`, `ferie`, `fermeture`, `partielle` (a place, an activity), `ouverture`, or nothing."""
    mention: str
    aujourdhui: bool


@dataclass(frozen=True)
class MoisDuCalendrier:
    nom: str
    semaines: list[list[CaseDuCalendrier | None]]


@dataclass(frozen=True)
class LigneDuCalendrier:
    """One row, in words."""

    id: int
    genre: str
    nom: str
    quand: str
    ou: str
    comme: str
    """Of a day open out of the rule: whose hours apply."""
    confirme: bool
    passee: bool
    modifiable: bool


@dataclass(frozen=True)
class Pont:
    """A working day between a bank holiday and a week-end, still open."""

    jour: dt.date
    ferie: str


@dataclass(frozen=True)
class Annee:
    premiere: int
    """The year in which it begins."""
    zone: str
    mois: list[MoisDuCalendrier]
    listes: dict[str, list[LigneDuCalendrier]]
    """By kind, in the order of `GENRES`."""
    ponts: list[Pont]

    @property
    def nom(self) -> str:
        """« 2026-2027 »."""
        return f"{self.premiere}-{self.premiere + 1}"

    @property
    def a_confirmer(self) -> bool:
        return any(not ligne.confirme for ligne in self.listes["vacances"])


def lire(annee: int, vues: Perimetre) -> Annee:
    """The school year that begins in `annee`, as far as `vues` sees. One query."""
    debut, fin = annee_scolaire(dt.date(annee, 9, 1))
    zone = la_ville().zone
    requete = (
        Calendrier.select(Calendrier, Activite, Lieu)
        .join(Activite, JOIN.LEFT_OUTER)
        .switch(Calendrier)
        .join(Lieu, JOIN.LEFT_OUTER)
        .where(
            Calendrier.fin >= debut,
            Calendrier.debut <= fin,
            Calendrier.zone.is_null() | (Calendrier.zone == zone),
        )
        .order_by(Calendrier.debut, Calendrier.id)
    )
    lignes = [ligne for ligne in requete if _visible(ligne, vues)]
    particuliers = JoursParticuliers(lignes, debut, fin)
    partielles = {
        jour: ligne
        for ligne in lignes
        if ligne.genre in ("fermeture", "ouverture") and (ligne.activite_id or ligne.lieu_id)
        for jour in jours_de(max(ligne.debut, debut), min(ligne.fin, fin))
    }
    return Annee(
        annee,
        zone,
        [_mois(premier, particuliers, partielles) for premier in _premiers(annee)],
        {genre: [_ligne(li, vues) for li in lignes if li.genre == genre] for genre in GENRES},
        _ponts(lignes, particuliers) if vues.entier else [],
    )


def portees(vues: Perimetre) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a row may be about, by group: the town, a place, an activity; as a field has it, and in words."""
    lieux = [lieu for lieu in Lieu.select().order_by(Lieu.nom) if vues.voit_le_lieu(lieu.id)]
    activites = (
        Activite.select(Activite, Lieu)
        .join(Lieu)
        .where(Activite.fin >= clock.aujourdhui(), *vues.activites())
        .order_by(Lieu.nom, Activite.rang, Activite.nom, Activite.id)
    )
    groupes = [("", [("ville", TOUTE_LA_VILLE)])] if vues.entier else []
    return [
        *groupes,
        ("Un lieu", [(f"lieu-{lieu.id}", lieu.nom) for lieu in lieux]),
        ("Une activité", [(f"activite-{a.id}", f"{a.nom} – {a.lieu.nom}") for a in activites]),
    ]


# ——— inside ———


def _visible(ligne: Calendrier, vues: Perimetre) -> bool:
    if ligne.activite_id:
        return vues.voit_le_lieu(ligne.activite.lieu_id)
    return ligne.lieu_id is None or vues.voit_le_lieu(ligne.lieu_id)


def _premiers(annee: int) -> list[dt.date]:
    return [dt.date(annee + (mois < 9), mois, 1) for mois in (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8)]


def _mois(
    premier: dt.date, particuliers: JoursParticuliers, partielles: dict[dt.date, Calendrier]
) -> MoisDuCalendrier:
    semaines = [
        [_case(jour, particuliers, partielles) if jour.month == premier.month else None for jour in semaine]
        for semaine in calendar.Calendar().monthdatescalendar(premier.year, premier.month)
    ]
    return MoisDuCalendrier(mots.mois_annee(premier), semaines)


def _case(
    jour: dt.date, particuliers: JoursParticuliers, partielles: dict[dt.date, Calendrier]
) -> CaseDuCalendrier:
    aujourdhui = jour == clock.aujourdhui()
    mention, partielle = particuliers.mention(jour), partielles.get(jour)
    if partielle is not None:
        mention = ", ".join(filter(None, (mention, f"{partielle.nom} ({_ou(partielle)})")))
    for classe, est in (
        ("ferie", particuliers.ferie(jour) if particuliers.ferme(jour) else None),
        ("fermeture", particuliers.ferme(jour)),
        ("ouverture", particuliers.ouverture(jour)),
        ("partielle", partielle),
        ("vacances", particuliers.vacances(jour)),
    ):
        if est:
            return CaseDuCalendrier(jour, classe, mention, aujourdhui)
    return CaseDuCalendrier(jour, "", mention, aujourdhui)


def _ligne(ligne: Calendrier, vues: Perimetre) -> LigneDuCalendrier:
    propre = ligne.activite_id is not None or ligne.lieu_id is not None
    comme = ""
    if ligne.comme is not None:
        periode = "en vacances" if ligne.periode == "vacances" else "en période scolaire"
        comme = f"comme un {mots.JOURS[ligne.comme]} {periode}"
    passee = ligne.fin < clock.aujourdhui()
    return LigneDuCalendrier(
        ligne.id,
        ligne.genre,
        ligne.nom,
        mots.du_au(ligne.debut, ligne.fin),
        _ou(ligne),
        comme,
        ligne.confirme,
        passee,
        not passee and (vues.entier or propre),
    )


def _ou(ligne: Calendrier) -> str:
    if ligne.activite_id:
        return ligne.activite.nom
    return ligne.lieu.nom if ligne.lieu_id else TOUTE_LA_VILLE


def _ponts(lignes: Sequence[Calendrier], particuliers: JoursParticuliers) -> list[Pont]:
    trouves = []
    for ligne in lignes:
        voisin = {1: -UN_JOUR, 3: UN_JOUR}.get(ligne.debut.weekday())
        if ligne.genre != "ferie" or ligne.debut != ligne.fin or voisin is None:
            continue
        jour = ligne.debut + voisin
        if jour > clock.aujourdhui() and not particuliers.mention(jour):
            trouves.append(Pont(jour, ligne.nom))
    return trouves
