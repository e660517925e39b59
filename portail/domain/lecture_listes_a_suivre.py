"""Whom to remind of something: registered and nothing booked, a file that lacks what every file has."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from peewee import JOIN, Expression, fn

import workflows as w
from models import (
    Activite,
    ContactHabilite,
    Enfant,
    Famille,
    Lieu,
    Preinscription,
    Reservation,
    Seance,
)
from portail import clock, mots
from portail.domain import champs
from portail.domain import choix_de_liste as c
from portail.domain.choix_de_liste import Choix
from portail.domain.lecture_listes import (
    D_ENFANT,
    DE_COORDONNEES,
    DE_LIEU,
    SANS_ADULTE,
    Lues,
    coordonnees,
    de_la_classe,
)
from portail.domain.perimetre import Perimetre
from portail.domain.tableaux import Colonne, Section

DE_SANS_RESERVATION = (
    *D_ENFANT, Colonne("Classe"), Colonne("École"), Colonne("Code abonné"), *DE_COORDONNEES,
)  # fmt: skip
DE_DOSSIER = (
    *D_ENFANT, Colonne("Classe"), Colonne("Il manque"), Colonne("Code abonné"), *DE_COORDONNEES,
)  # fmt: skip
D_ECOLE = (Colonne("École"),)

AUTORISATIONS = champs.de_la_rubrique("enfant", champs.AUTORISATIONS)
SANS_CONTACT = "un contact à appeler ou qui vient chercher l’enfant"

__all__ = ["D_ECOLE", "DE_DOSSIER", "DE_LIEU", "DE_SANS_RESERVATION", "dossiers", "sans_reservation"]


def sans_reservation(choix: Choix, perimetre: Perimetre, limite: int) -> Lues:
    """The children registered in what is booked, with nothing booked nor asked for on these dates.

    Three queries. One child and activity after the other: the séances of the period, then its place on them.
    """
    lues = list(_inscrits_sans_rien(choix, perimetre, limite))
    adultes = coordonnees({rangee[2] for rangee in lues})
    sections = []
    for (activite, lieu), siens in groupby(lues[:limite], lambda rangee: rangee[:2]):
        rangees = [
            (*(texte or "" for texte in rangee[3:]), *adultes.get(rangee[2], SANS_ADULTE)) for rangee in siens
        ]
        combien = mots.pluriel(len(rangees), "enfant")
        sections.append(Section(activite, f"{lieu} : {combien}", (lieu, activite), rangees))
    return sections, len(lues) > limite


def _inscrits_sans_rien(choix: Choix, perimetre: Perimetre, limite: int):
    ecole = Lieu.alias()
    en_cours = [Activite.reservable, Activite.debut <= choix.au, Activite.fin >= choix.du]
    activites = Activite.select(Activite.id).where(*en_cours, *c.activites_voulues(choix, perimetre))
    ids = [ident for (ident,) in activites.tuples()]
    seances = [
        Seance.activite == Preinscription.activite,
        Seance.jour.between(choix.du, choix.au),
        Seance.jour.between(Preinscription.debut, Preinscription.fin),
        Seance.annulee == "",
    ]
    a_venir = Seance.select(Seance.id).where(*seances)
    reserve = (
        Seance.select(Seance.id)
        .join(Reservation, on=(Reservation.seance == Seance.id) & (Reservation.enfant == Enfant.id))
        .where(*seances, Reservation.statut != w.NON_RESERVE)
    )
    return (
        Preinscription.select(
            *(Activite.nom, Lieu.nom, Enfant.famille, Enfant.nom, Enfant.prenom, Enfant.classe, ecole.nom),
            Famille.code_abonne,
        )
        .join(Activite)
        .join(Lieu)
        .join_from(Preinscription, Enfant)
        .join(Famille)
        .join_from(Enfant, ecole, JOIN.LEFT_OUTER, on=Enfant.ecole == ecole.id)
        .where(
            Preinscription.activite.in_(ids or [0]),
            Preinscription.statut == w.RESERVATION_POSSIBLE,
            fn.EXISTS(a_venir),
            ~fn.EXISTS(reserve),
        )
        .order_by(
            *(Activite.rang, Activite.nom, Lieu.nom, Activite.id, Famille.recherche, Enfant.recherche),
            Preinscription.id,
        )
        .limit(limite + 1)
        .tuples()
    )


# ——— the files ———


def dossiers(choix: Choix, perimetre: Perimetre, limite: int) -> Lues:
    """The children registered now, or soon, whose file lacks an authorisation or a contact. Two queries.

    Nothing sealed is looked at: whether a doctor is named is nobody's business here.
    """
    lues = list(_incomplets(choix, perimetre, limite))
    adultes = coordonnees({rangee[1] for rangee in lues})
    sections = []
    for ecole, siens in groupby(lues[:limite], lambda rangee: rangee[0]):
        rangees = [_dossier(rangee, adultes) for rangee in siens]
        combien = mots.pluriel(len(rangees), "dossier incomplet", "dossiers incomplets")
        sections.append(Section(ecole or "Sans école connue", combien, (ecole or "",), rangees))
    return sections, len(lues) > limite


def _dossier(rangee: Sequence[Any], adultes: dict[int, tuple[str, str, str]]) -> tuple:
    _, famille, nom, prenom, classe, code, sans_contact, *reponses = rangee
    manquent = [
        champs.en_phrase(autorisation)
        for autorisation, reponse in zip(AUTORISATIONS, reponses, strict=True)
        if reponse is None
    ]
    manque = [SANS_CONTACT] if sans_contact else []
    if manquent:
        manque.append(f"autorisations : {', '.join(manquent)}")
    return nom, prenom, classe, " ; ".join(manque), code, *adultes.get(famille, SANS_ADULTE)


def _incomplets(choix: Choix, perimetre: Perimetre, limite: int):
    contact = ContactHabilite.select(ContactHabilite.id).where(
        ContactHabilite.enfant == Enfant.id,
        ContactHabilite.retire_le.is_null(),
        ContactHabilite.appeler | ContactHabilite.chercher,
    )
    reponses = [getattr(Enfant, autorisation.nom) for autorisation in AUTORISATIONS]
    incomplet: Expression = ~fn.EXISTS(contact)
    for reponse in reponses:
        incomplet |= reponse.is_null()
    return (
        Enfant.select(
            *(Lieu.nom, Enfant.famille, Enfant.nom, Enfant.prenom, Enfant.classe, Famille.code_abonne),
            *(~fn.EXISTS(contact), *reponses),
        )
        .join(Famille)
        .join_from(Enfant, Lieu, JOIN.LEFT_OUTER, on=Enfant.ecole == Lieu.id)
        .where(incomplet, fn.EXISTS(_inscrit(choix, perimetre)), *de_la_classe(choix))
        .order_by(Lieu.nom, Enfant.classe, Famille.recherche, Enfant.recherche, Enfant.id)
        .limit(limite + 1)
        .tuples()
    )


def _inscrit(choix: Choix, perimetre: Perimetre):
    """Registered in what was chosen, today or later; asked of each child, as the offset wants it."""
    return (
        Preinscription.select(Preinscription.id)
        .join(Activite)
        .where(
            Preinscription.enfant == Enfant.id,
            Preinscription.statut == w.RESERVATION_POSSIBLE,
            Preinscription.fin >= clock.aujourdhui(),
            *c.activites_voulues(choix, perimetre),
        )
        .offset(0)
    )
