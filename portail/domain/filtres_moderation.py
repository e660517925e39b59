"""What part of the agents' queue is looked at: the filters of the address, and the conditions they make."""

import datetime as dt
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any

from peewee import SQL, Case, Expression, fn

import workflows as w
from models import (
    Activite,
    Compte,
    Contestation,
    Demande,
    Enfant,
    Famille,
    Lieu,
    Ligne,
    LigneDeFacture,
    Modification,
    Preinscription,
    PriseEnCharge,
    Reservation,
    Seance,
    normaliser,
)
from portail import clock
from portail.domain.perimetre import LA_VILLE, Perimetre

A_TRAITER, EN_RETARD, TRAITEES = "a-traiter", "en-retard", "traitees"
ETATS = {A_TRAITER: "À traiter", EN_RETARD: "En retard", TRAITEES: "Traitées"}

JOUR, SEMAINE, ANCIEN = "jour", "semaine", "ancien"
ANCIENNES = 7
"""Days of the calendar from which a demande that waits is an old one."""
AGES = {
    JOUR: "Aujourd’hui",
    SEMAINE: f"Depuis 1 à {ANCIENNES - 1} jours",
    ANCIEN: f"Depuis {ANCIENNES} jours et plus",
}
"""When it was sent: each demande has one age."""
MOI, PERSONNE, AUTRES = "moi", "personne", "autres"
SUIVIS = {MOI: "Les miennes", PERSONNE: "À personne", AUTRES: "À d’autres"}
"""Who looks after it; of an answered one, who answered."""
PAR_ACTIVITE, PAR_FAMILLE = "activite", "famille"
GROUPES = {PAR_ACTIVITE: "par activité et semaine", PAR_FAMILLE: "par famille"}

MOTS_CHERCHES = 5
"""How many words of a search are looked at; a single letter names nobody."""

Activites = list[tuple[str, frozenset[int]]]


@dataclass(frozen=True)
class Filtres:
    """What part of the queue is looked at: as the address says it."""

    etat: str = A_TRAITER
    nature: str = ""
    activite: int = 0
    q: str = ""
    page: int = 1
    age: str = ""
    suivi: str = ""
    par: str = ""
    """How similar demandes are put together; empty: they are not."""

    @property
    def requete(self) -> dict[str, Any]:
        """The fields of the address: only those that say something."""
        defaut = Filtres()
        return {nom: valeur for nom, valeur in vars(self).items() if valeur != getattr(defaut, nom)}

    @property
    def gardable(self) -> dict[str, Any]:
        """What a saved filter holds: all that narrows or groups, from the first page."""
        return self.a_la_page(1).requete

    @property
    def resserre(self) -> bool:
        """Whether something other than the tab limits what is shown."""
        return bool(self.nature or self.activite or self.q or self.age or self.suivi)

    @property
    def tout(self) -> "Filtres":
        """The same tab, with nothing left out."""
        return Filtres(etat=self.etat, par=self.par)

    @property
    def groupees(self) -> bool:
        """Whether what is shown is in groups: answered ones never are."""
        return bool(self.par) and self.etat != TRAITEES

    def sur(self, etat: str) -> "Filtres":
        """The same, on another tab, from its first page."""
        return replace(self, etat=etat, page=1)

    def a_la_page(self, page: int) -> "Filtres":
        return replace(self, page=page)

    def avec(self, **valeurs: Any) -> "Filtres":
        """The same but for these, from the first page."""
        return replace(self, page=1, **valeurs)


# ——— conditions ———


def sous(etat: str, vu: Perimetre = LA_VILLE) -> Expression:
    """The demandes of a tab that are in sight. The literals let both engines use the partial indexes."""
    attente = reduce(and_, vu.demandes_a_repondre(), Demande.statut == SQL(f"'{w.EN_ATTENTE}'"))
    if etat == A_TRAITER:
        return attente
    if etat == EN_RETARD:
        return attente & (Demande.a_traiter_avant <= clock.maintenant())
    parties = Demande.statut != SQL(f"'{w.EN_ATTENTE}'")
    parties &= Demande.agent.is_null(False) | (Demande.statut == SQL(f"'{w.ANNULEE}'"))
    return reduce(and_, vu.demandes(), parties)


def ordre(etat: str) -> tuple:
    """The oldest first; answered ones, the last answer first."""
    if etat == TRAITEES:
        return Demande.repondue_le.desc(), Demande.id.desc()
    return Demande.deposee_le, Demande.id


def restriction(filtres: Filtres, activites: Activites, agent: Compte | None = None) -> list[Expression]:
    """All that limits the tab: what is searched, the nature, the age, who looks after it."""
    conditions = [*du_fond(filtres, activites), *de_l_age(filtres.age)]
    if filtres.nature:
        conditions.append(Demande.nature == filtres.nature)
    return conditions + du_suivi(filtres, agent)


def du_fond(filtres: Filtres, activites: Activites) -> list[Expression]:
    """What every count keeps to: the activity, the words that are searched."""
    conditions: list[Expression] = []
    if filtres.activite:
        ids = sorted(meme_activite(activites, filtres.activite)) or [0]
        reservees = Ligne.select(Ligne.demande).join(Reservation).join(Seance).where(Seance.activite.in_(ids))
        inscriptions = Preinscription.select(Preinscription.id).where(Preinscription.activite.in_(ids))
        inscrites = Ligne.select(Ligne.demande).where(
            Ligne.preinscription.is_null(False),  # most lines have none: what is left is estimated better
            Ligne.preinscription.in_(inscriptions),
        )
        conteste = conteste_une_ligne(LigneDeFacture.activite.in_(ids))
        conditions.append(Demande.id.in_(reservees) | Demande.id.in_(inscrites) | conteste)
    return conditions + [_nomme(mot) for mot in mots_cherches(filtres.q)]


def de_l_age(age: str) -> list[Expression]:
    """Sent today, in the days before, or earlier still: by the calendar in Paris."""
    minuit, avant = _bornes()
    conditions = {
        JOUR: [Demande.deposee_le >= minuit],
        SEMAINE: [Demande.deposee_le >= avant, Demande.deposee_le < minuit],
        ANCIEN: [Demande.deposee_le < avant],
    }
    return conditions.get(age, [])


def age() -> Case:
    """The age of each demande, as a column."""
    minuit, avant = _bornes()
    return Case(None, [(Demande.deposee_le >= minuit, JOUR), (Demande.deposee_le >= avant, SEMAINE)], ANCIEN)


def du_suivi(filtres: Filtres, agent: Compte | None) -> list[Expression]:
    """Those that this agent looks after, that others do, that nobody does; or who answered."""
    if not filtres.suivi:
        return []
    moi = agent.id if agent else 0
    if filtres.etat == TRAITEES:
        de_moi, de_personne = Demande.agent == moi, Demande.agent.is_null()
        d_autres = Demande.agent.is_null(False) & (Demande.agent != moi)
    else:
        prise = PriseEnCharge.select(PriseEnCharge.id).where(PriseEnCharge.demande == Demande.id)
        de_moi, de_personne = fn.EXISTS(prise.where(PriseEnCharge.agent == moi)), ~fn.EXISTS(prise)
        d_autres = fn.EXISTS(prise.where(PriseEnCharge.agent != moi))
    return [{MOI: de_moi, PERSONNE: de_personne, AUTRES: d_autres}[filtres.suivi]]


def conteste_une_ligne(condition: Expression) -> Expression:
    """The demandes that contest such a line of an invoice. Looked for demande by demande: they are few."""
    contestee = (
        Ligne.select(Ligne.id)
        .join(Contestation)
        .join(LigneDeFacture, on=Contestation.facturee)
        .where(Ligne.demande == Demande.id, condition)
        .limit(1)
    )
    return (Demande.nature == w.NATURE_CONTESTATION) & (fn.COALESCE(contestee, 0) > 0)


def mots_cherches(q: str) -> list[str]:
    """The words of a search, as names are compared."""
    return [mot for mot in normaliser(q).split() if len(mot) > 1][:MOTS_CHERCHES]


def lire_les_activites(vu: Perimetre = LA_VILLE) -> Activites:
    """The activities to choose from, one for all the years of the same one in the same place. One query."""
    groupes: dict[str, set[int]] = {}
    requete = Activite.select(Activite.id, Activite.nom, Lieu.nom).join(Lieu)
    requete = requete if vu.entier else requete.where(*vu.activites())
    for ident, nom, lieu in requete.order_by(Activite.rang, Activite.nom, Lieu.nom, Activite.id).tuples():
        groupes.setdefault(f"{nom}, {lieu}", set()).add(ident)
    return [(nom, frozenset(ids)) for nom, ids in groupes.items()]


def meme_activite(activites: Activites, ident: int) -> frozenset[int]:
    """The ids of the other years of the same activity, and its own; none when it is not to be chosen."""
    return next((ids for _, ids in activites if ident in ids), frozenset())


# ——— inside ———


def _bornes() -> tuple[dt.datetime, dt.datetime]:
    """The first instant of today, and that of the first day that is not yet old."""
    jour = clock.aujourdhui()
    avant = jour - dt.timedelta(days=ANCIENNES - 1)
    return clock.instant(jour, dt.time()), clock.instant(avant, dt.time())


def _nomme(mot: str) -> Expression:
    """The demandes whose family, code abonné or child begins or goes on like `mot`.

    The families are narrowed first: lines are only read where it is not the family that is named.
    """
    familles = Famille.select(Famille.id).where(
        Famille.recherche.contains(mot) | Famille.code_abonne.startswith(mot)
    )
    parents = Enfant.select(Enfant.famille).where(Enfant.recherche.contains(mot))
    enfants = [
        Ligne.select(Ligne.id)
        .join(objet)
        .join(Enfant)
        .where(Ligne.demande == Demande.id, Enfant.recherche.contains(mot))
        for objet in (Reservation, Preinscription)
    ]
    fiches = (
        Modification.select(Modification.id)
        .join(Enfant, on=(Modification.objet == "enfant") & (Modification.objet_id == Enfant.id))
        .where(Modification.demande == Demande.id, Enfant.recherche.contains(mot))
    )
    nommes = Enfant.select(Enfant.id).where(Enfant.recherche.contains(mot), Enfant.famille == Demande.famille)
    contestee = conteste_une_ligne(LigneDeFacture.enfant.in_(nommes))
    par_un_enfant = fn.EXISTS(enfants[0]) | fn.EXISTS(enfants[1]) | fn.EXISTS(fiches) | contestee
    nommee = Demande.famille.in_(familles) | par_un_enfant
    return Demande.famille.in_(familles | parents) & nommee
