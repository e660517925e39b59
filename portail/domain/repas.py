"""The meals to prepare, by day and place: of whoever is booked on a séance that is on at half past twelve.

How many meals there are is told to the staff that answers. How many of each diet is read from what is sealed:
an act asks for it, and the count of a place where few are expected is as good as a name (`listes.py`).
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import ModelSelect, fn

import workflows as w
from models import Activite, Enfant, Lieu, Reservation, Seance
from portail import mots
from portail.domain import choix_de_liste as c
from portail.domain import sante_des_listes as sante
from portail.domain.choix_de_liste import Choix
from portail.domain.perimetre import Perimetre
from portail.domain.sante_des_listes import Sante
from portail.domain.tableaux import DATE, NOMBRE, Colonne, Section, Valeur

MIDI = dt.time(12, 30)
PETIT_GROUPE = 5
"""Under so many meals in a place on one day, a count of diets tells of children that one can name."""

DE_JOUR = (Colonne("Jour", DATE),)
DE_REPAS = (Colonne("Lieu"), Colonne("Repas", NOMBRE))
PAR_REGIME = (
    *DE_REPAS, Colonne("Sans restriction", NOMBRE), Colonne("Sans porc", NOMBRE),
    Colonne("Sans viande", NOMBRE), Colonne("dont PAI ou allergie", NOMBRE),
)  # fmt: skip


@dataclass(frozen=True)
class Comptes:
    """The meals by diet, and the families of whom a count tells as much as a name would."""

    sections: list[Section]
    familles: set[int]


def compter(choix: Choix, perimetre: Perimetre) -> list[Section]:
    """How many meals, by day and place. One query."""
    requete = _repas(choix, perimetre, Seance.jour, Lieu.nom, fn.COUNT(Reservation.enfant.distinct()))
    lus = requete.group_by(Seance.jour, Lieu.id, Lieu.nom).order_by(Seance.jour, Lieu.nom, Lieu.id).tuples()
    return _en_jours((jour, (lieu, combien)) for jour, lieu, combien in lus)


def compter_par_regime(choix: Choix, perimetre: Perimetre) -> Comptes:
    """The same, by diet. A query for who eats where, one for each lot of children; each is opened once."""
    requete = _repas(choix, perimetre, Seance.jour, Lieu.nom, Lieu.id, Enfant.id, Enfant.famille).distinct()
    tables: dict[tuple[dt.date, str, int], dict[int, int]] = defaultdict(dict)
    for jour, lieu, lieu_id, enfant, famille in requete.tuples():
        tables[jour, lieu, lieu_id][enfant] = famille
    scelles = sante.ouvrir(enfant for table in tables.values() for enfant in table)
    familles: set[int] = set()
    rangees: list[tuple[dt.date, tuple[Valeur, ...]]] = []
    for (jour, lieu, _), table in sorted(tables.items()):
        if len(table) < PETIT_GROUPE:
            familles |= set(table.values())
        regimes = _regimes([sante.du_jour(scelles[enfant], jour) for enfant in table])
        rangees.append((jour, (lieu, len(table), *regimes)))
    return Comptes(_en_jours(rangees), familles)


def _repas(choix: Choix, perimetre: Perimetre, *colonnes) -> ModelSelect:
    return (
        Reservation.select(*colonnes)
        .join(Seance)
        .join(Activite)
        .join(Lieu)
        .join_from(Reservation, Enfant)
        .where(
            Seance.jour >= choix.premier,
            Seance.jour <= choix.dernier,
            Seance.debut <= MIDI,
            Seance.fin > MIDI,
            Reservation.statut.in_(w.OCCUPENT_UNE_PLACE),
            *c.activites_voulues(choix, perimetre),
        )
    )


def _regimes(santes: list[Sante]) -> tuple[int, ...]:
    par_regime = Counter(une.regime for une in santes)
    alertes = sum(une.alertee for une in santes)
    return (
        *(par_regime[code] for code in (sante.SANS_RESTRICTION, sante.SANS_PORC, sante.SANS_VIANDE)),
        alertes,
    )


def _en_jours(rangees: Iterable[tuple[dt.date, tuple[Valeur, ...]]]) -> list[Section]:
    """A section a day, with what the kitchen makes in all."""
    jours: dict[dt.date, list[tuple[Valeur, ...]]] = defaultdict(list)
    for jour, rangee in rangees:
        jours[jour].append(rangee)
    sections = []
    for jour, siennes in jours.items():
        sommes = [sum(colonne) for colonne in list(zip(*siennes, strict=True))[1:]]
        titre = f"{mots.jour_long(jour)} {jour.year}".capitalize()
        precision = mots.pluriel(sommes[0], "repas", "repas")
        sections.append(Section(titre, precision, (jour,), siennes, ("Ensemble", *sommes)))
    return sections
