"""The activities as whoever sets them up reads them: the list by place and year, one of them, its history."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from peewee import JOIN, fn

from models import (
    Activite,
    Capacite,
    CapaciteActivite,
    Compte,
    Evenement,
    Horaire,
    Lieu,
    Seance,
    normaliser,
)
from portail import clock, mots
from portail.domain import activites, calendrier
from portail.domain.calendrier import annee_scolaire, jours_particuliers
from portail.domain.effet_d_activite import Limites, calculer_les_limites, premier_jour
from portail.domain.perimetre import Perimetre
from portail.domain.projet_d_activite import Projet

PAR_PAGE = 50
HISTOIRE = 50
"""How many changes the history shows, the last ones."""


@dataclass(frozen=True)
class Recherche:
    """What the list is narrowed by. `annee`: the year in which the school year begins; 0 for all."""

    q: str = ""
    lieu: int = 0
    annee: int = 0
    page: int = 1

    def adresse(self, **autres: object) -> dict[str, object]:
        """The fields of the address of this search, changed."""
        valeurs = vars(replace(self, **{"page": 1, **autres}))  # type: ignore[arg-type]
        return {nom: valeur for nom, valeur in valeurs.items() if valeur != getattr(Recherche, nom)} | (
            {"annee": self.annee} if "annee" not in autres and not self.annee else {}
        )


@dataclass(frozen=True)
class Rangee:
    """One line of the list."""

    id: int
    nom: str
    lieu: str
    dates: str
    horaires: str
    validation: str
    a_venir: int
    couleur: int | None
    finie: bool


@dataclass(frozen=True)
class Liste:
    recherche: Recherche
    rangees: list[Rangee]
    combien: int
    lieux: list[tuple[int, str]]
    annees: list[int]
    rien: bool
    """Whether there is no activity at all yet, whatever is looked for."""

    @property
    def pages(self) -> int:
        return max(-(-self.combien // PAR_PAGE), 1)


def dire_l_annee(annee: int) -> str:
    """« 2026-2027 »."""
    return f"{annee}-{annee + 1}"


def lister(vues: Perimetre, recherche: Recherche) -> Liste:
    """One page of the activities in sight, by place then order. Four queries."""
    requete = Activite.select(Activite, Lieu).join(Lieu)
    ordre = (Lieu.nom, Lieu.id, Activite.rang, Activite.nom, Activite.debut, Activite.id)
    toutes = [a for a in requete.order_by(*ordre) if vues.voit_le_lieu(a.lieu_id)]
    lieux = {a.lieu_id: a.lieu.nom for a in toutes}
    annees = sorted({a for une in toutes for a in _annees(une)}, reverse=True)
    gardees = [a for a in toutes if _garde(a, recherche)]
    page = min(recherche.page, max(-(-len(gardees) // PAR_PAGE), 1))
    montrees = gardees[(page - 1) * PAR_PAGE : page * PAR_PAGE]
    return Liste(
        replace(recherche, page=page),
        _rangees(montrees),
        len(gardees),
        sorted(lieux.items(), key=lambda lieu: normaliser(lieu[1])),
        annees,
        not toutes,
    )


def _annees(activite: Activite) -> range:
    return range(annee_scolaire(activite.debut)[0].year, annee_scolaire(activite.fin)[0].year + 1)


def _garde(activite: Activite, recherche: Recherche) -> bool:
    dit = normaliser(f"{activite.nom} {activite.lieu.nom}")
    return (
        (not recherche.annee or recherche.annee in _annees(activite))
        and (not recherche.lieu or activite.lieu_id == recherche.lieu)
        and all(mot in dit for mot in normaliser(recherche.q).split())
    )


def _rangees(montrees: Sequence[Activite]) -> list[Rangee]:
    ids = [activite.id for activite in montrees] or [0]
    horaires: dict[int, list[Horaire]] = defaultdict(list)
    for horaire in Horaire.select().where(Horaire.activite.in_(ids)):
        horaires[horaire.activite_id].append(horaire)
    a_venir = dict(
        Seance.select(Seance.activite, fn.COUNT(Seance.id))
        .where(Seance.activite.in_(ids), Seance.jour >= clock.aujourdhui())
        .group_by(Seance.activite)
        .tuples()
    )
    return [
        Rangee(
            a.id,
            a.nom,
            a.lieu.nom,
            mots.du_au(a.debut, a.fin),
            " ; ".join(dire_en_bref(horaires[a.id])) or "aucun horaire",
            dire_la_validation(a),
            a_venir.get(a.id, 0),
            a.couleur,
            a.fin < clock.aujourdhui(),
        )
        for a in montrees
    ]


def dire_en_bref(horaires: Sequence[Horaire]) -> list[str]:
    """« lun., mar., jeu., ven. 11 h 30 – 13 h 30 »: the hours, whatever the places and the period."""
    jours: dict[str, set[int]] = defaultdict(set)
    for horaire in sorted(horaires, key=lambda h: (h.debut, h.fin)):
        jours[mots.plage(horaire.debut, horaire.fin)].add(horaire.jour)
    return [
        f"{', '.join(f'{mots.JOURS[jour][:3]}.' for jour in sorted(siens))} {heures}"
        for heures, siens in jours.items()
    ]


def dire_la_validation(activite: Activite) -> str:
    """Who answers, in words."""
    if not activite.reservable:
        return "fermée à la réservation"
    reservations = "d’elle-même" if activite.automatique else "par un agent"
    if activite.automatique == activite.absence_sans_agent:
        return reservations
    absences = "d’elles-mêmes" if activite.absence_sans_agent else "par un agent"
    return f"réservations {reservations.replace('elle-même', 'elles-mêmes')}, absences {absences}"


# ——— one activity ———


@dataclass(frozen=True)
class Fait:
    """One change, as the journal tells it."""

    quand: dt.datetime
    qui: str
    phrase: str
    lignes: list[str]


@dataclass(frozen=True)
class Fiche:
    """One activity, whole."""

    activite: Activite
    projet: Projet
    capacites: list[Capacite]
    a_venir: int
    derniere: dt.date | None
    """The day of its last séance."""
    manquantes: int
    """How many séances the pattern makes from tomorrow that are not there."""
    inscrits: int
    en_attente: int
    """How many children ask to be registered."""
    exemple: Limites | None
    obstacle: str
    """Why it cannot be taken away; empty when it can."""

    @property
    def reserver(self) -> str:
        """Until when a day is booked, as a rule."""
        return calendrier.en_mots(self.activite.delai_reservation)

    @property
    def absenter(self) -> str:
        return calendrier.en_mots(self.activite.delai_absence)


def fiche(compte: Compte, activite_id: int) -> Fiche:
    """All that is set of this activity, if in sight. A number of queries that does not grow."""
    activite, horaires = activites.charger(compte, activite_id)
    projet = Projet.de(activite, horaires)
    ids = [s.id for s in Seance.select(Seance.id).where(Seance.activite == activite_id)]
    a_venir = activites.a_venir(activite_id)
    derniere = Seance.select(fn.MAX(Seance.jour)).where(Seance.activite == activite_id).scalar(as_tuple=False)
    inscrits, en_attente = activites.touches.inscrits(activite_id)
    return Fiche(
        activite,
        projet,
        capacites_de(activite_id),
        len(a_venir),
        dt.date.fromisoformat(derniere) if isinstance(derniere, str) else derniere,
        len(activites.seances_manquantes(activite, horaires)),
        inscrits,
        en_attente,
        _exemple(projet, activite_id, a_venir),
        activites.obstacle_suppression(activite_id, ids),
    )


def capacites_de(activite_id: int) -> list[Capacite]:
    """The shared places that it takes from."""
    siennes = Capacite.select().join(CapaciteActivite).where(CapaciteActivite.activite == activite_id)
    return list(siennes.order_by(Capacite.nom))


def _exemple(projet: Projet, activite_id: int, seances: Sequence[Seance]) -> Limites | None:
    loin = premier_jour() + 7 * calendrier.UN_JOUR
    prochaine = min(seances, key=lambda s: (s.jour < loin, s.jour, s.debut), default=None)
    if prochaine is None:
        return None
    particuliers = jours_particuliers(prochaine.jour - calendrier.REMONTEE, prochaine.jour)
    return calculer_les_limites(projet, activite_id, prochaine.jour, prochaine.debut, particuliers)


PHRASES = {
    activites.CREEE: "Activité créée",
    activites.MODIFIEE: "Activité modifiée",
    activites.COMPLETEE: "Séances manquantes créées",
    "seance_reglee": "Séance changée",
    "seance_ajoutee": "Séance exceptionnelle ajoutée",
    "seance_retiree": "Séance retirée",
    "activite_copiee": "Copiée d’une autre année",
    "capacite_changee": "Places partagées changées",
}


def histoire(activite_id: int) -> list[Fait]:
    """Who changed what of it, the last first. One query."""
    requete = (
        Evenement.select(Evenement.quand, Evenement.acte, Evenement.detail, Compte.prenom, Compte.nom)
        .join(Compte, JOIN.LEFT_OUTER)
        .where(Evenement.objet == "activite", Evenement.objet_id == activite_id)
        .order_by(Evenement.id.desc())
        .limit(HISTOIRE)
    )
    return [
        Fait(
            quand,
            f"{prenom} {nom}" if prenom else "le portail",
            PHRASES.get(acte, "Autre changement"),
            [ligne for ligne in detail.split(" ; ") if ligne],
        )
        for quand, acte, detail, prenom, nom in requete.tuples()
    ]
