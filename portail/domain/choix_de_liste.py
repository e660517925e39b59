"""The lists that the staff reads, prints and takes away: which there are, for whom, narrowed by what."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from models import ROLES_AGENTS, ROLES_PERSONNEL, Activite, Lieu, Seance
from portail import mots
from portail.domain.perimetre import Perimetre
from portail.domain.refus import Introuvable

JOUR, REPAS, ATTENTE, INSCRIPTIONS, SANS_RESERVATION, DOSSIERS = (
    *("jour", "repas", "attente", "inscriptions", "sans_reservation", "dossiers"),
)


@dataclass(frozen=True)
class Liste:
    """One kind of list."""

    code: str
    titre: str
    phrase: str
    """What it is for, in one sentence."""
    criteres: tuple[str, ...]
    """The fields of :class:`Choix` that narrow it."""
    vide: str
    """What is said when there is nobody on it."""
    roles: tuple[str, ...] = ROLES_AGENTS


LISTES = {
    liste.code: liste
    for liste in (
        Liste(
            JOUR,
            "Liste du jour",
            "Les enfants attendus, séance par séance, avec leur classe et leur âge.",
            ("jour", "lieu", "activite", "montrer"),
            "Aucun enfant n’est attendu ce jour-là.",
            ROLES_PERSONNEL,
        ),
        Liste(
            REPAS,
            "Repas à préparer",
            "Les repas d’un jour ou d’une semaine, par lieu, et par régime quand vous le demandez.",
            ("jour", "etendue", "lieu"),
            "Aucun repas n’est réservé à ces dates.",
        ),
        Liste(
            ATTENTE,
            "Enfants en liste d’attente",
            "Tous ceux qui attendent une place, activité par activité, dans l’ordre.",
            ("lieu", "activite", "du", "au"),
            "Personne n’attend de place à ces dates.",
        ),
        Liste(
            INSCRIPTIONS,
            "Inscriptions",
            "Qui est inscrit où, par activité, par classe, sur une période.",
            ("lieu", "activite", "classe", "du", "au", "etat", "coordonnees"),
            "Aucune inscription ne répond à ces critères.",
        ),
        Liste(
            SANS_RESERVATION,
            "Inscrits sans réservation",
            "Les enfants inscrits pour qui rien n’est réservé sur une période, et qui prévenir.",
            ("lieu", "activite", "du", "au"),
            "Tous les enfants inscrits ont au moins une réservation sur cette période.",
        ),
        Liste(
            DOSSIERS,
            "Dossiers incomplets",
            "Les enfants inscrits à qui il manque une autorisation ou un contact.",
            ("lieu", "activite", "classe"),
            "Tous les dossiers sont complets.",
        ),
    )
}
"""In the order of the page; by the name of their room in an address."""

CHIFFRES = Liste("chiffres", "Chiffres", "", ("du", "au", "lieu", "activite"), "")
"""What the figures are narrowed by is chosen as a list is."""

ATTENDUS, TOUS = "attendus", "tous"
MONTRER = {ATTENDUS: "Les enfants attendus", TOUS: "Aussi les absents et ce qui attend"}
UN_JOUR, UNE_SEMAINE = "jour", "semaine"
ETENDUES = {UN_JOUR: "Ce jour", UNE_SEMAINE: "Toute la semaine"}
VALIDEES, DEMANDEES, TOUTES = "validees", "demandees", "toutes"
ETATS = {VALIDEES: "Validées", DEMANDEES: "Demandées, sans réponse", TOUTES: "Les deux"}
PERIODE_MAX = 366
"""Days of the longest period that a list looks at."""


@dataclass(frozen=True)
class Choix:
    """What of a list is wanted. Each list looks at its own fields, and at no other."""

    jour: dt.date
    du: dt.date
    au: dt.date
    lieu: int = 0
    activite: int = 0
    """Their ids; 0 for all."""
    classe: str = ""
    montrer: str = ATTENDUS
    etendue: str = UN_JOUR
    etat: str = VALIDEES
    coordonnees: bool = False

    @property
    def premier(self) -> dt.date:
        """The first day of the meals that are counted."""
        return self.jour - dt.timedelta(self.jour.weekday()) if self.etendue == UNE_SEMAINE else self.jour

    @property
    def dernier(self) -> dt.date:
        return self.premier + dt.timedelta(6) if self.etendue == UNE_SEMAINE else self.jour

    def champs(self, liste: Liste) -> dict[str, Any]:
        """The fields of the address, or of a form, that ask for the same: only those that say something."""
        dits = {nom: getattr(self, nom) for nom in liste.criteres}
        return {
            nom: "1" if valeur is True else valeur.isoformat() if isinstance(valeur, dt.date) else valeur
            for nom, valeur in dits.items()
            if valeur
        }

    def au_jour(self, jour: dt.date) -> "Choix":
        return replace(self, jour=jour)


CHAMPS = tuple(champ.name for champ in fields(Choix))


@dataclass(frozen=True)
class Possibles:
    """What can be chosen: the places in sight, and the activities that are there at the dates chosen."""

    lieux: dict[int, str]
    activites: dict[int, str]

    def portee(self, choix: Choix) -> str:
        """« Groupe scolaire Jean-Zay, Cantine »; « tous les lieux »."""
        if choix.activite:
            return self.activites[choix.activite]
        return self.lieux[choix.lieu] if choix.lieu else "tous les lieux"


def possibles(liste: Liste, choix: Choix, perimetre: Perimetre) -> Possibles:
    """What of the town can be chosen. Two queries. :class:`Introuvable` when what was chosen cannot be."""
    lieux = dict(Lieu.select(Lieu.id, Lieu.nom).order_by(Lieu.nom).tuples())
    if not perimetre.entier:
        lieux = {ident: nom for ident, nom in lieux.items() if perimetre.voit_le_lieu(ident)}
    premier, dernier = _dates(liste, choix)
    requete = (
        Activite.select(Activite.id, Activite.nom, Lieu.nom)
        .join(Lieu)
        .where(Activite.debut <= dernier, Activite.fin >= premier, *perimetre.activites())
        .order_by(Activite.rang, Activite.nom, Lieu.nom, Activite.id)
        .tuples()
    )
    if choix.lieu:
        requete = requete.where(Activite.lieu == choix.lieu)
    activites = {ident: f"{nom}, {lieu}" for ident, nom, lieu in requete}
    if choix.activite and choix.activite not in activites:
        activites |= _une_activite(choix, perimetre)
    if (choix.lieu and choix.lieu not in lieux) or (choix.activite and choix.activite not in activites):
        raise Introuvable("Ce lieu ou cette activité n’existe pas, ou vous n’en avez pas la charge.")
    return Possibles(lieux, activites)


def activites_voulues(choix: Choix, perimetre: Perimetre) -> list:
    """Conditions on `Activite`: what is in sight, of what was chosen."""
    voulues = list(perimetre.activites())
    if choix.lieu:
        voulues.append(Activite.lieu == choix.lieu)
    if choix.activite:
        voulues.append(Activite.id == choix.activite)
    return voulues


def seances_voulues(choix: Choix, perimetre: Perimetre) -> list:
    """Conditions on `Seance`, its activity joined: its dates, and what was chosen of the town."""
    return [Seance.jour >= choix.du, Seance.jour <= choix.au, *activites_voulues(choix, perimetre)]


def dire_les_dates(liste: Liste, choix: Choix) -> str:
    """« jeudi 3 décembre 2026 », « du 2 au 18 décembre 2026 »; empty for what has no date."""
    if "jour" not in liste.criteres and "du" not in liste.criteres:
        return ""
    premier, dernier = _dates(liste, choix)
    if premier == dernier:
        return f"{mots.jour_semaine(premier)} {mots.jour_annee(premier)}"
    return mots.du_au(premier, dernier)


def _dates(liste: Liste, choix: Choix) -> tuple[dt.date, dt.date]:
    if "jour" in liste.criteres:
        return choix.premier, choix.dernier
    return choix.du, choix.au


def _une_activite(choix: Choix, perimetre: Perimetre) -> dict[int, str]:
    """That which was chosen, when it is not there at these dates: the list says so by being empty."""
    conditions: Sequence = [Activite.id == choix.activite, *perimetre.activites()]
    if choix.lieu:
        conditions = [*conditions, Activite.lieu == choix.lieu]
    requete = Activite.select(Activite.id, Activite.nom, Lieu.nom).join(Lieu).where(*conditions).tuples()
    return {ident: f"{nom}, {lieu}" for ident, nom, lieu in requete}
