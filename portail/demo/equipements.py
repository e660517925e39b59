"""The town's places and activities: schools, canteen, morning and evening care, centres, holiday courses."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from models import Activite, Delai, Horaire
from portail import mots
from portail.demo.noms import CENTRES, ECOLES, RUES
from portail.demo.offres import ATELIERS, DES_REGLES, Offre, du_stage
from portail.demo.temps import Temps
from portail.domain.calendrier import UN_JOUR, seances_prevues

FAMILLES_PAR_ECOLE = 150
ECOLES_PAR_CENTRE = 4

SCOLAIRES = (0, 1, 3, 4)
SEMAINE = (0, 1, 2, 3, 4)
MERCREDI = 2


@dataclass(eq=False, slots=True)
class SeanceDemo:
    """One séance, as it will be written. `voulue` counts the children whose habit it is."""

    id: int
    activite: "ActiviteDemo"
    horaire: Horaire
    jour: dt.date
    debut: dt.time
    fin: dt.time
    limite_reservation: dt.datetime
    limite_absence: dt.datetime
    places: int = 0
    prises: int = 0
    voulue: int = 0
    complete: bool = False
    """Its places will be exactly those taken: somebody waits for one."""


@dataclass(eq=False)
class ActiviteDemo:
    modele: Activite
    genre: str
    """`matin`, `cantine`, `soir`, `centre`, `stage` or `atelier`."""
    horaires: list[Horaire]
    seances: list[SeanceDemo] = field(default_factory=list)
    vacances: str = ""
    """For a course: the name of its holidays."""


@dataclass(frozen=True)
class Regle:
    """What the activities of one kind have in common."""

    nom: str
    rang: int
    reservation: Delai
    absence: Delai
    automatique: bool
    heures: tuple[dt.time, dt.time]
    jours: tuple[tuple[int, str], ...]
    ages: tuple[int, int] = (2, 12)


def _en_classe(*jours: int) -> tuple[tuple[int, str], ...]:
    return tuple((jour, "scolaire") for jour in jours)


def _en_vacances(*jours: int) -> tuple[tuple[int, str], ...]:
    return tuple((jour, "vacances") for jour in jours)


MIDI = dt.time(12)
REGLES = {
    "matin": Regle(
        "Accueil du matin", 1, Delai("ouvres", 1, MIDI), Delai("ouvres", 1, MIDI), True,
        (dt.time(7, 30), dt.time(8, 30)), _en_classe(*SCOLAIRES),
    ),
    "cantine": Regle(
        "Cantine", 2, Delai("semaine", 3, MIDI), Delai("ouvres", 1, dt.time(10)), False,
        (dt.time(11, 30), dt.time(13, 30)), _en_classe(*SCOLAIRES),
    ),
    "soir": Regle(
        "Accueil du soir", 3, Delai("ouvres", 1, MIDI), Delai("ouvres", 1, MIDI), False,
        (dt.time(16, 30), dt.time(18, 30)), _en_classe(*SCOLAIRES),
    ),
    "centre": Regle(
        "Centre de loisirs", 4, Delai("ouvres", 5, MIDI), Delai("ouvres", 2, MIDI), False,
        (dt.time(8), dt.time(18)), _en_classe(MERCREDI) + _en_vacances(*SEMAINE), (2, 12),
    ),
    "stage": Regle(
        "Stage", 5, Delai("jours", 10, MIDI), Delai("ouvres", 5, MIDI), False,
        (dt.time(9), dt.time(17)), _en_vacances(*SEMAINE), (6, 12),
    ),
    "atelier": Regle(
        "Atelier", 6, Delai("ouvres", 2, MIDI), Delai("ouvres", 1, MIDI), False,
        (dt.time(10), dt.time(12)), _en_classe(MERCREDI), (5, 12),
    ),
}  # fmt: skip

TARDIVES = ("centre",)
"""The kinds of activity of which an absence may still be told after its deadline."""

STAGES = {
    "Vacances de la Toussaint": (("cirque", 1),),
    "Vacances de Noël": (("théâtre", 0),),
    "Vacances d’hiver": (("escalade", 1), ("cirque", 0)),
    "Vacances de printemps": (("voile", 1), ("théâtre", 0)),
    "Vacances d’été": (("voile", 0), ("cirque", 1), ("voile", 6)),
}
"""For each holiday: the courses, and the week in which each takes place, 0 for the first."""
LIEUX_DES_STAGES = {
    "cirque": "Chapiteau du Pré-aux-Clercs",
    "théâtre": "Théâtre de la Minoterie",
    "escalade": "Gymnase Alice-Milliat",
    "voile": "Base nautique du Port-Neuf",
}


@dataclass
class Equipements:
    """Every place and activity of the town."""

    lieux: list[tuple[int, str, str]]
    ecoles: list[dict[str, ActiviteDemo]]
    """For each school: its activities by kind, the centre of its quarter included."""
    lieux_ecoles: list[int]
    stages: list[ActiviteDemo]
    ateliers: list[ActiviteDemo]
    """Of the whole year, for which families ask through the portal."""
    seances: list[SeanceDemo]
    """All of them; the séance of id n is at rank n - 1."""

    @property
    def activites(self) -> list[ActiviteDemo]:
        uniques = {id(a): a for ecole in self.ecoles for a in ecole.values()}
        return [*uniques.values(), *self.stages, *self.ateliers]


def construire(familles: int, temps: Temps) -> Equipements:
    """The places, activities and séances of a town of that many families."""
    nombre = max(2, round(familles / FAMILLES_PAR_ECOLE))
    ids_activites, ids_lieux = count(1), count(1)
    lieux: list[tuple[int, str, str]] = []

    def lieu(nom: str) -> int:
        numero = next(ids_lieux)
        lieux.append((numero, nom, f"{1 + numero * 7 % 60} {RUES[numero % len(RUES)]}"))
        return numero

    def activite(
        genre: str,
        ou: int,
        nom: str = "",
        debut=temps.debut,
        fin=temps.fin,
        vacances="",
        offre: Offre | None = None,
    ) -> ActiviteDemo:
        regle, offre = REGLES[genre], offre or DES_REGLES[genre]
        modele = Activite(
            id=next(ids_activites),
            nom=nom or regle.nom,
            lieu=ou,
            debut=debut,
            fin=fin,
            age_min=(offre.ages or regle.ages)[0],
            age_max=(offre.ages or regle.ages)[1],
            automatique=regle.automatique,
            absence_tardive=genre in TARDIVES,
            delai_reservation=regle.reservation,
            delai_absence=regle.absence,
            rang=regle.rang,
            couleur=regle.rang,
            description=offre.description,
            pieces=offre.pieces,
            preinscription_du=offre.ouvre,
            preinscription_au=offre.clot,
        )
        heures = {"debut": regle.heures[0], "fin": regle.heures[1]}
        horaires = [Horaire(activite=modele, jour=j, periode=p, places=0, **heures) for j, p in regle.jours]
        return ActiviteDemo(modele, genre, horaires, vacances=vacances)

    lieux_ecoles = [lieu(f"Groupe scolaire {_nom(ECOLES, rang)}") for rang in range(nombre)]
    ecoles = [{genre: activite(genre, ou) for genre in ("matin", "cantine", "soir")} for ou in lieux_ecoles]
    for rang in range(0, nombre, ECOLES_PAR_CENTRE):
        centre = activite("centre", lieu(f"Centre de loisirs {_nom(CENTRES, rang // ECOLES_PAR_CENTRE)}"))
        for ecole in ecoles[rang : rang + ECOLES_PAR_CENTRE]:
            ecole["centre"] = centre
    lieux_des_stages = {discipline: lieu(nom) for discipline, nom in LIEUX_DES_STAGES.items()}
    stages = [
        activite(
            "stage",
            lieux_des_stages[discipline],
            nom,
            debut=lundi,
            fin=lundi + 4 * UN_JOUR,
            vacances=vacances,
            offre=du_stage(discipline, lundi),
        )
        for vacances, discipline, nom, lundi in _stages(temps)
    ]
    ateliers = [
        activite("atelier", lieu(endroit), nom, offre=offre(temps.aujourdhui))
        for nom, endroit, offre in ATELIERS
    ]
    equipements = Equipements(lieux, ecoles, lieux_ecoles, stages, ateliers, [])
    _dater(equipements, temps)
    return equipements


def _nom(noms: tuple[str, ...], rang: int) -> str:
    """The names in turn; when they run out, « Jean-Zay 2 »."""
    tour, reste = divmod(rang, len(noms))
    return noms[reste] if tour == 0 else f"{noms[reste]} {tour + 1}"


def _stages(temps: Temps) -> Iterator[tuple[str, str, str, dt.date]]:
    """Holidays, discipline, name and Monday of each course."""
    for annee in temps.annees:
        for vacances, debut, _fin in temps.vacances(annee):
            premier_lundi = debut + (-debut.weekday() % 7) * UN_JOUR
            for discipline, semaine in STAGES.get(vacances, ()):
                lundi = premier_lundi + 7 * semaine * UN_JOUR
                de = "d’" if discipline[0] == "e" else "de "
                semaine_du = f"{mots.quantieme(lundi)} {mots.MOIS[lundi.month - 1]}"
                yield vacances, discipline, f"Stage {de}{discipline} ({semaine_du})", lundi


def _dater(equipements: Equipements, temps: Temps) -> None:
    """The séances of every activity, in the order of their ids."""
    for activite in equipements.activites:
        par_jour = {(h.jour, h.periode): h for h in activite.horaires}
        for ligne in seances_prevues(
            activite.modele, activite.horaires, temps.calendrier, temps.debut, temps.fin
        ):
            periode = "vacances" if temps.calendrier.vacances(ligne["jour"]) else "scolaire"
            seance = SeanceDemo(
                id=len(equipements.seances) + 1,
                activite=activite,
                horaire=par_jour[ligne["jour"].weekday(), periode],
                jour=ligne["jour"],
                debut=ligne["debut"],
                fin=ligne["fin"],
                limite_reservation=ligne["limite_reservation"],
                limite_absence=ligne["limite_absence"],
            )
            activite.seances.append(seance)
            equipements.seances.append(seance)
