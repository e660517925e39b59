"""What the lists hold: who is expected, who waits, who is registered. A fixed number of queries each.

Nothing here is sealed: health is asked for apart, by an act (`sante_des_listes.py`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from peewee import JOIN, SQL, fn

import workflows as w
from models import (
    Activite,
    Enfant,
    Evenement,
    Famille,
    Lieu,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
    normaliser,
)
from portail import clock, mots
from portail.domain import choix_de_liste as c
from portail.domain.choix_de_liste import Choix
from portail.domain.perimetre import Perimetre
from portail.domain.tableaux import DATE, NOMBRE, TELEPHONE, Colonne, Section, Valeur

Lues = tuple[list[Section], bool]
"""The sections, and whether there are more rows than were asked for."""

DE_LIEU = (Colonne("Lieu"), Colonne("Activité"))
DE_SEANCE = (*DE_LIEU, Colonne("Jour", DATE), Colonne("Horaire"))
D_ENFANT = (Colonne("Nom"), Colonne("Prénom"))
DU_JOUR = (*D_ENFANT, Colonne("Classe"), Colonne("École"), Colonne("Âge", NOMBRE), Colonne("État"))
D_ATTENTE = (
    Colonne("Jour", DATE), Colonne("Horaire"), Colonne("Rang", NOMBRE), *D_ENFANT, Colonne("Âge", NOMBRE),
    Colonne("Famille"), Colonne("Attend depuis", DATE), Colonne("Ensemble ou pas du tout"),
)  # fmt: skip
D_INSCRIPTION = (
    *D_ENFANT, Colonne("Classe"), Colonne("École"), Colonne("Âge", NOMBRE), Colonne("Du", DATE),
    Colonne("Au", DATE), Colonne("État"), Colonne("Code abonné"),
)  # fmt: skip
SANS_ADULTE = ("", "", "")
DE_COORDONNEES = (Colonne("Responsable"), Colonne("Téléphone", TELEPHONE), Colonne("E-mail"))

DU_JOUR_AUSSI = (w.RESERVATION_ATTENTE, w.LISTE_ATTENTE, w.ABSENT)
"""What is besides on the list of a day, when all is asked for."""
ENFANT_DU_JOUR = 9
"""Where the id of the child, then that of the family, stand in a row of :func:`lire_le_jour`."""


# ——— the day ———


def lire_le_jour(choix: Choix, perimetre: Perimetre, limite: int) -> list[tuple[Any, ...]]:
    """The children of the séances of the day: where and when, then who and in which status. One query."""
    ecole = Lieu.alias()
    statuts = w.OCCUPENT_UNE_PLACE + (DU_JOUR_AUSSI if choix.montrer == c.TOUS else ())
    requete = (
        Reservation.select(
            *(Seance.id, Lieu.nom, Activite.nom, Seance.debut, Seance.fin),
            *(Enfant.nom, Enfant.prenom, Enfant.classe, ecole.nom, Enfant.id, Enfant.famille),
            *(Enfant.naissance, Reservation.statut),
        )
        .join(Seance)
        .join(Activite)
        .join(Lieu)
        .join_from(Reservation, Enfant)
        .join(ecole, JOIN.LEFT_OUTER, on=Enfant.ecole == ecole.id)
        .where(
            Seance.jour == choix.jour,
            Reservation.statut.in_(statuts),
            *c.activites_voulues(choix, perimetre),
        )
        .order_by(Lieu.nom, Seance.debut, Activite.rang, Activite.nom, Seance.id)
        .limit(limite + 1)
        .tuples()
    )
    return list(requete)


def jour(choix: Choix, perimetre: Perimetre, limite: int) -> Lues:
    """The list of the day, without anything of health."""
    lues = lire_le_jour(choix, perimetre, limite)
    return en_seances(choix, lues[:limite], {}), len(lues) > limite


def en_seances(
    choix: Choix, lues: Sequence[tuple[Any, ...]], de_plus: dict[int, tuple[Valeur, ...]]
) -> list[Section]:
    """A section a séance; `de_plus`: what is said besides of each child, by its id."""
    sections = []
    for (_, lieu, activite, debut, fin), siens in groupby(lues, lambda rangee: rangee[:5]):
        enfants = sorted(siens, key=lambda rangee: _ordre(rangee[5], rangee[6]))
        rangees = [_du_jour(choix.jour, rangee) + de_plus.get(rangee[9], ()) for rangee in enfants]
        plage = mots.plage(debut, fin)
        attendus = sum(rangee[12] in w.OCCUPENT_UNE_PLACE for rangee in enfants)
        precision = f"{lieu}, {plage} : {mots.pluriel(attendus, 'enfant attendu', 'enfants attendus')}"
        sections.append(Section(activite, precision, (lieu, activite, choix.jour, plage), rangees))
    return sections


def _du_jour(jour: dt.date, rangee: tuple[Any, ...]) -> tuple[Valeur, ...]:
    nom, prenom, classe, ecole, _, _, naissance, statut = rangee[5:]
    etat = w.CRENEAU.etats[statut].libelle
    return nom, prenom, classe, ecole or "", mots.annees(naissance, jour), etat


# ——— those who wait ———


def attente(choix: Choix, perimetre: Perimetre, limite: int) -> Lues:
    """Who waits for a place, activity by activity, in the order of each list. Two queries.

    Brothers and sisters who are tied stand where the last of them does (`liste_attente.attentes`).
    """
    requete = (
        Reservation.select(
            *(Activite.id, Activite.nom, Lieu.nom, Seance.id, Seance.jour, Seance.debut, Seance.fin),
            *(Reservation.ordre, Reservation.fratrie, Enfant.nom, Enfant.prenom, Enfant.naissance),
            *(Famille.nom, Evenement.quand),
        )
        .join(Seance)
        .join(Activite)
        .join(Lieu)
        .join_from(Reservation, Enfant)
        .join(Famille)
        .join_from(Reservation, Evenement, on=Evenement.id == Reservation.ordre)
        # literal: its partial index is used
        .where(Reservation.statut == SQL(f"'{w.LISTE_ATTENTE}'"), *c.seances_voulues(choix, perimetre))
        .order_by(Activite.rang, Activite.nom, Lieu.nom, Activite.id, Seance.jour, Seance.debut, Seance.id)
        .limit(limite + 1)
        .tuples()
    )
    lues = list(requete)
    derniers = _derniers_des_fratries() if any(rangee[8] for rangee in lues) else {}
    sections = []
    for (_, activite, lieu), siens in groupby(lues[:limite], lambda rangee: rangee[:3]):
        rangees = [
            rangee
            for _, liste in groupby(siens, lambda rangee: rangee[3])
            for rangee in _en_rangs(list(liste), derniers)
        ]
        combien = mots.pluriel(len(rangees), "attente")
        sections.append(Section(activite, f"{lieu} : {combien}", (lieu, activite), rangees))
    return sections, len(lues) > limite


def _derniers_des_fratries() -> dict[int, int]:
    """By what ties them, where the last of the brothers and sisters who wait stands."""
    requete = (
        Reservation.select(Reservation.fratrie, fn.MAX(Reservation.ordre))
        .where(Reservation.fratrie.is_null(False), Reservation.statut == SQL(f"'{w.LISTE_ATTENTE}'"))
        .group_by(Reservation.fratrie)
    )
    return dict(requete.tuples())


def _en_rangs(liste: list[tuple[Any, ...]], derniers: dict[int, int]) -> list[tuple[Valeur, ...]]:
    """The children of one séance, by rank; those who are tied have the same."""
    groupes: dict[object, list[tuple[Any, ...]]] = defaultdict(list)
    for rangee in sorted(liste, key=lambda rangee: (derniers.get(rangee[8], rangee[7]), rangee[7])):
        groupes[rangee[8] or ("seul", rangee[7])].append(rangee)
    rangs: list[tuple[Valeur, ...]] = []
    for rang, groupe in enumerate(groupes.values(), start=1):
        for *_, jour, debut, fin, _, fratrie, nom, prenom, naissance, famille, depuis in groupe:
            rangs.append(
                (
                    *(jour, mots.plage(debut, fin), rang, nom, prenom, mots.annees(naissance, jour), famille),
                    *(clock.a_paris(depuis).date(), "oui" if fratrie else ""),
                )
            )
    return rangs


# ——— those who are registered ———

ETATS_DES_INSCRIPTIONS = {
    c.VALIDEES: (w.RESERVATION_POSSIBLE,),
    c.DEMANDEES: (w.DEMANDE_EN_COURS,),
    c.TOUTES: (w.RESERVATION_POSSIBLE, w.DEMANDE_EN_COURS),
}


def inscriptions(choix: Choix, perimetre: Perimetre, limite: int) -> Lues:
    """Who is registered in what. Two queries, a third for whom to call.

    Counted first by activity: of a large town, only those that hold in the limit are read.
    """
    conditions = [
        Preinscription.statut.in_(ETATS_DES_INSCRIPTIONS[choix.etat]),
        Preinscription.debut <= choix.au,
        Preinscription.fin >= choix.du,
        Activite.debut <= choix.au,
        Activite.fin >= choix.du,
        *c.activites_voulues(choix, perimetre),
        *de_la_classe(choix),
    ]
    nombres = _par_activite(conditions)
    lues = _les_inscriptions(conditions, ids_dans_la_limite(nombres, limite), limite)
    avec = choix.coordonnees
    adultes = coordonnees({rangee[3] for rangee in lues}) if avec else {}
    sections = []
    for (ident, activite, lieu), siens in groupby(lues, lambda rangee: rangee[:3]):
        rangees = [
            (*_inscription(rangee, choix), *(adultes.get(rangee[3], SANS_ADULTE) if avec else ()))
            for rangee in siens
        ]
        total = mots.pluriel(nombres[ident], "inscription")
        sections.append(Section(activite, f"{lieu} : {total}", (lieu, activite), rangees))
    return sections, sum(nombres.values()) > limite


def de_la_classe(choix: Choix) -> list:
    """Conditions on `Enfant`."""
    return [fn.LOWER(Enfant.classe) == choix.classe.lower()] if choix.classe else []


def ids_dans_la_limite(nombres: dict[int, int], limite: int) -> list[int]:
    """The first of these, in their order, that hold the rows of the limit."""
    retenus, combien = [], 0
    for ident, nombre in nombres.items():
        if combien >= limite:
            break
        retenus.append(ident)
        combien += nombre
    return retenus or [0]


def _par_activite(conditions: list) -> dict[int, int]:
    """How many are registered in each activity, in the order of the list."""
    requete = (
        Activite.select(Activite.id, fn.COUNT(Preinscription.id))
        .join(Lieu)
        .join_from(Activite, Preinscription)
        .join(Enfant)
        .where(*conditions)
        .group_by(Activite.id, Activite.rang, Activite.nom, Lieu.nom)
        .order_by(Activite.rang, Activite.nom, Lieu.nom, Activite.id)
    )
    return dict(requete.tuples())


def _les_inscriptions(conditions: list, activites: list[int], limite: int) -> list[tuple[Any, ...]]:
    ecole = Lieu.alias()
    requete = (
        Preinscription.select(
            *(Activite.id, Activite.nom, Lieu.nom, Enfant.famille, Enfant.nom, Enfant.prenom),
            *(Enfant.classe, ecole.nom, Enfant.naissance, Preinscription.debut, Preinscription.fin),
            *(Preinscription.statut, Famille.code_abonne),
        )
        .join(Activite)
        .join(Lieu)
        .join_from(Preinscription, Enfant)
        .join(Famille)
        .join_from(Enfant, ecole, JOIN.LEFT_OUTER, on=Enfant.ecole == ecole.id)
        .where(Activite.id.in_(activites), *conditions)
        .order_by(
            *(Activite.rang, Activite.nom, Lieu.nom, Activite.id),
            *(Famille.recherche, Enfant.recherche, Preinscription.id),
        )
        .limit(limite)
        .tuples()
    )
    return list(requete)


def _inscription(rangee: tuple[Any, ...], choix: Choix) -> tuple[Valeur, ...]:
    nom, prenom, classe, ecole, naissance, debut, fin, statut, code = rangee[4:]
    etat = w.etat_preinscription(statut, fin, clock.aujourdhui()).libelle
    return nom, prenom, classe, ecole or "", mots.annees(naissance, choix.du), debut, fin, etat, code


# ——— what the lists share ———


def coordonnees(familles: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """By family, the first adult who can be called: name, telephone, e-mail. One query."""
    requete = (
        Responsable.select(
            *(Responsable.famille, Responsable.prenom, Responsable.nom, Responsable.telephone),
            Responsable.email,
        )
        .where(Responsable.famille.in_(sorted(familles) or [0]))
        .order_by(Responsable.famille, Responsable.telephone == "", Responsable.rang, Responsable.id)
    )
    premiers: dict[int, tuple[str, str, str]] = {}
    for famille, prenom, nom, telephone, email in requete.tuples():
        premiers.setdefault(famille, (f"{prenom} {nom}", telephone, email))
    return premiers


def _ordre(nom: str, prenom: str) -> tuple[str, str]:
    return normaliser(nom), normaliser(prenom)
