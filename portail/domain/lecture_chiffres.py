"""What the figures are made of: grouped queries on both engines, each by an index."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from peewee import JOIN, SQL, Case, Expression, fn

import workflows as w
from models import (
    Abonnement,
    Activite,
    Contestation,
    Demande,
    Enfant,
    Evenement,
    Famille,
    Lieu,
    Ligne,
    LigneDeFacture,
    Modification,
    Preinscription,
    Presence,
    Reservation,
    Seance,
    moteur,
)
from portail.domain.filtres_moderation import conteste_une_ligne
from portail.domain.periode import Periode


@dataclass(frozen=True)
class Semaine:
    """The places of the séances of one week."""

    prises: int = 0
    places: int = 0


@dataclass(frozen=True)
class DActivite:
    """The places of one activity over the whole period."""

    nom: str
    lieu: str
    prises: int
    places: int


@dataclass(frozen=True)
class Delai:
    """How long answers took, in hours: half of them less than `mediane`, nine out of ten `neuf_sur_dix`."""

    combien: int = 0
    mediane: float = 0.0
    neuf_sur_dix: float = 0.0


@dataclass(frozen=True)
class Delais:
    """Of one nature: the whole period, then week by week."""

    tout: Delai
    semaines: list[Delai]


@dataclass(frozen=True)
class Familles:
    actives: int
    """With a child registered during the period."""
    abonnees: int
    """Of these, with an account that sees the file."""
    dossiers: int | None
    """All the files; None when only a part of the town is counted."""


def _seances(quand: Periode) -> list[Expression]:
    voulues = [Seance.jour >= quand.du, Seance.jour <= quand.au, Seance.annulee == ""]
    return voulues if quand.entier else [*voulues, Seance.activite.in_(quand.ids)]


# ——— the places ———


def par_semaine(quand: Periode) -> list[Semaine]:
    """The places of each week. One query."""
    rang = quand.rang_du_jour(Seance.jour).alias("rang")
    requete = (
        Seance.select(rang, fn.SUM(Seance.prises), fn.SUM(Seance.places))
        .where(*_seances(quand))
        .group_by(SQL("rang"))
    )
    lues = {n: Semaine(int(prises), int(places)) for n, prises, places in requete.tuples()}
    return [lues.get(n, Semaine()) for n in range(len(quand.lundis))]


def par_activite(quand: Periode) -> list[DActivite]:
    """The places of each activity that has séances. One query."""
    requete = (
        Seance.select(Activite.nom, Lieu.nom, fn.SUM(Seance.prises), fn.SUM(Seance.places))
        .join(Activite)
        .join(Lieu)
        .where(*_seances(quand))
        .group_by(Activite.id, Activite.rang, Activite.nom, Lieu.nom)
        .order_by(Activite.rang, Activite.nom, Lieu.nom, Activite.id)
    )
    return [DActivite(nom, lieu, int(prises), int(places)) for nom, lieu, prises, places in requete.tuples()]


def absences(quand: Periode) -> tuple[list[int], list[int]]:
    """Week by week, the absences that families told, then the children booked who did not come. One query.

    The roll call tells them apart by a row of its own; what was taken over from before has its journal only.
    """
    pointe = Presence.select(Presence.id).where(
        Presence.seance == Reservation.seance,
        Presence.enfant == Reservation.enfant,
        Presence.etat == w.ABSENT,
    )
    constatee = Case(None, [(fn.EXISTS(pointe), 1), (_dit_par_le_journal(), 1)], 0)
    rang = quand.rang_du_jour(Seance.jour).alias("rang")
    requete = (
        Seance.select(rang, fn.COUNT(Reservation.id), fn.SUM(constatee))
        .join(Reservation)
        # literal: its partial index is used
        .where(*_seances(quand), Reservation.statut == SQL(f"'{w.ABSENT}'"))
        .group_by(SQL("rang"))
    )
    lues = {n: (combien, int(pas_venus)) for n, combien, pas_venus in requete.tuples()}
    rangs = [lues.get(n, (0, 0)) for n in range(len(quand.lundis))]
    return [combien - pas_venus for combien, pas_venus in rangs], [pas_venus for _, pas_venus in rangs]


def _dit_par_le_journal() -> Expression:
    """Pointed absent, and the roll call never took it back."""
    lignes = Evenement.select(Evenement.id).where(
        Evenement.objet == "reservation", Evenement.objet_id == Reservation.id
    )
    pointe = fn.EXISTS(lignes.where(Evenement.acte == w.POINTER_ABSENT))
    return pointe & ~fn.EXISTS(lignes.where(Evenement.acte == w.EFFACER_POINTAGE))


def en_attente(quand: Periode) -> list[int]:
    """How many wait now for a place, by week of the séance. One query."""
    rang = quand.rang_du_jour(Seance.jour).alias("rang")
    requete = (
        Reservation.select(rang, fn.COUNT(Reservation.id))
        .join(Seance)
        .where(*_seances(quand), Reservation.statut == SQL(f"'{w.LISTE_ATTENTE}'"))
        .group_by(SQL("rang"))
    )
    lues = dict(requete.tuples())
    return [lues.get(n, 0) for n in range(len(quand.lundis))]


# ——— the demandes ———


def _d_ici(quand: Periode) -> list[Expression]:
    """Conditions on `Demande`: one of its lines is about what is counted.

    Asked of each demande of the period: the offset keeps PostgreSQL from reading all the lines at once.
    """
    if quand.entier:
        return []
    creneau = (
        Ligne.select(Ligne.id)
        .join(Reservation)
        .join(Seance)
        .where(Ligne.demande == Demande.id, Seance.activite.in_(quand.ids))
        .offset(0)
    )
    inscription = (
        Ligne.select(Ligne.id)
        .join(Preinscription)
        .where(Ligne.demande == Demande.id, Preinscription.activite.in_(quand.ids))
        .offset(0)
    )
    return [
        fn.EXISTS(creneau)
        | fn.EXISTS(inscription)
        | conteste_une_ligne(LigneDeFacture.activite.in_(quand.ids))
    ]


def demandes(quand: Periode) -> dict[str, list[int]]:
    """How many were sent, by nature then by week. One query."""
    rang = quand.rang_de_l_instant(Demande.deposee_le).alias("rang")
    requete = (
        Demande.select(Demande.nature, rang, fn.COUNT(Demande.id))
        .where(Demande.deposee_le >= quand.debut, Demande.deposee_le < quand.fin, *_d_ici(quand))
        .group_by(Demande.nature, SQL("rang"))
    )
    lues = {(nature, n): combien for nature, n, combien in requete.tuples()}
    return {nature: [lues.get((nature, n), 0) for n in range(len(quand.lundis))] for nature in w.NATURES}


def delais(quand: Periode) -> dict[str, Delais]:
    """How long agents took to answer, by nature then by week of the answer. One query.

    The database gives one number an answer; ranked here, it is faster than by its window functions
    (`bench/chiffres.py`), and a week and the whole period come from the same reading.
    """
    rang = quand.rang_de_l_instant(Demande.repondue_le)
    requete = Demande.select(Demande.nature, rang, _heures()).where(*_repondues(quand), *_d_ici(quand))
    tous: dict[str, list[float]] = defaultdict(list)
    par_semaine: dict[tuple[str, int], list[float]] = defaultdict(list)
    for nature, n, heures in requete.tuples():
        tous[nature].append(heures)
        par_semaine[nature, n].append(heures)
    return {
        nature: Delais(
            _delai(tous[nature]), [_delai(par_semaine[nature, n]) for n in range(len(quand.lundis))]
        )
        for nature in w.NATURES
    }


def _repondues(quand: Periode) -> list[Expression]:
    """Answered by an agent during the period; the words of the index `demande_traitees`."""
    return [
        Demande.repondue_le >= quand.debut,
        Demande.repondue_le < quand.fin,
        SQL(f"statut <> '{w.EN_ATTENTE}' AND (agent_id IS NOT NULL OR statut = '{w.ANNULEE}')"),
        Demande.agent.is_null(False),
    ]


def _heures():
    """From the sending to the answer, in hours: the one thing that the engines do not say alike."""
    if moteur() == "sqlite":
        return (fn.JULIANDAY(Demande.repondue_le) - fn.JULIANDAY(Demande.deposee_le)) * 24.0
    ecart = fn.EXTRACT(SQL("EPOCH FROM (repondue_le - deposee_le)"))
    return ecart.cast("double precision") / 3600.0


def _delai(heures: list[float]) -> Delai:
    """By rank: the time under which half, then nine out of ten, of the answers came."""
    if not heures:
        return Delai()
    rangees = sorted(heures)
    return Delai(len(rangees), _quantile(rangees, 50), _quantile(rangees, 90))


def _quantile(rangees: Sequence[float], part: int) -> float:
    """`part` percent of these are at most that; the mean of the two in the middle for an even half."""
    combien = len(rangees)
    if part == 50 and combien % 2 == 0:
        return (rangees[combien // 2 - 1] + rangees[combien // 2]) / 2
    return rangees[-(-combien * part // 100) - 1]


def refus(quand: Periode) -> dict[tuple[str, str], int]:
    """How many lines were refused, by nature and reason. Two queries: the changes of files are lines too."""
    refusee = Ligne.statut == SQL(f"'{w.REFUSEE}'")
    requete = (
        Demande.select(Demande.nature, Ligne.motif, fn.COUNT(Ligne.id))
        .join(Ligne)
        .where(*_repondues_a_la_place(quand), refusee)
    )
    if not quand.entier:
        requete = (
            requete.join_from(Ligne, Reservation, JOIN.LEFT_OUTER)
            .join(Seance, JOIN.LEFT_OUTER)
            .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
            .join_from(Ligne, Contestation, JOIN.LEFT_OUTER)
            .join(LigneDeFacture, JOIN.LEFT_OUTER, on=Contestation.facturee)
            .where(
                Seance.activite.in_(quand.ids)
                | Preinscription.activite.in_(quand.ids)
                | LigneDeFacture.activite.in_(quand.ids)
            )
        )
    nombres = {(n, m): combien for n, m, combien in requete.group_by(Demande.nature, Ligne.motif).tuples()}
    if quand.entier:
        nombres |= _refus_du_dossier(quand)
    return nombres


def _repondues_a_la_place(quand: Periode) -> list[Expression]:
    """The same as :func:`_repondues`, where another table has a status too."""
    return [
        Demande.repondue_le >= quand.debut,
        Demande.repondue_le < quand.fin,
        Demande.statut != SQL(f"'{w.EN_ATTENTE}'"),
        Demande.agent.is_null(False),
    ]


def _refus_du_dossier(quand: Periode) -> dict[tuple[str, str], int]:
    requete = (
        Demande.select(Demande.nature, Modification.motif, fn.COUNT(Modification.id))
        .join(Modification)
        .where(*_repondues_a_la_place(quand), Modification.statut == w.REFUSEE)
        .group_by(Demande.nature, Modification.motif)
    )
    return {(nature, motif): combien for nature, motif, combien in requete.tuples()}


# ——— the families ———


def familles(quand: Periode) -> Familles:
    """Those with a child registered during the period, and how many of them see their file. Three queries."""
    en_cours = [Activite.debut <= quand.au, Activite.fin >= quand.du]
    if not quand.entier:
        en_cours.append(Activite.id.in_(quand.ids))
    activites = [ident for (ident,) in Activite.select(Activite.id).where(*en_cours).tuples()]
    inscrites = (
        Preinscription.select(Enfant.famille)
        .join(Enfant)
        .where(
            Preinscription.activite.in_(activites or [0]),
            Preinscription.debut <= quand.au,
            Preinscription.fin >= quand.du,
            Preinscription.statut == w.RESERVATION_POSSIBLE,
        )
    )
    ouvert = Abonnement.select(Abonnement.id).where(
        Abonnement.famille == Famille.id, Abonnement.statut != w.RESILIE
    )
    requete = Famille.select(
        fn.COUNT(Famille.id), fn.COALESCE(fn.SUM(Case(None, [(fn.EXISTS(ouvert), 1)], 0)), 0)
    ).where(Famille.id.in_(inscrites))
    ((actives, abonnees),) = requete.tuples()
    return Familles(actives, int(abonnees), Famille.select().count() if quand.entier else None)
