"""What the rows of the agents' queue are made of: lines and changes of demandes, added up in one query."""

import datetime as dt
from typing import NamedTuple

from peewee import JOIN, SQL, Case, Value, fn

import workflows as w
from models import (
    Activite,
    Contestation,
    Demande,
    Enfant,
    JourVoulu,
    Lieu,
    Ligne,
    LigneDeFacture,
    Modification,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
)
from portail.domain.fiches import joindre_les_fiches
from portail.domain.places_en_base import partagees_de
from portail.domain.preparees import preparee


class Partie(NamedTuple):
    """What a row tells of the créneaux of one child in one activity, of a line, of a change of the file."""

    demande: int
    id: int
    rang: int
    qui: int
    """Id of the child, or of the adult whose sheet is to change."""
    prenom: str
    nom: str
    naissance: dt.date | None
    """None: an adult."""
    activite: str
    jour: dt.date | None
    """Of the first séance; the first of a pre-registration."""
    fin: dt.date | None
    """Of the last one; the last of a pre-registration."""
    jours: int
    """How many days are asked for, at once with a pre-registration; how many lines are contested."""
    complets: int
    """On how many of them no place is left."""
    libres: int | None
    """Places left, on the tightest of these days; None when none is asked for."""
    creneaux: int
    """How many bookings, or absences; zero for anything else."""
    objet: str
    """Of a change: table and name of what changes."""
    champ: str
    montant: int
    """Of contested lines of invoices: what they add up to, in cents."""


PAS_DE_JOUR = SQL("CAST(NULL AS DATE)")


def lire_les_parties(demandes: list[int]) -> list[Partie]:
    """What still waits, or all of it once the demande is answered: of the créneaux, one part a child and
    activity, however many they are. One query.
    """
    lues = (Partie(*ligne) for ligne in _parties(demandes or [0]))
    return sorted(lues, key=lambda p: (p.rang, p.qui, str(p.jour), p.id))


@preparee
def _parties(ids):
    return _creneaux(ids) + _inscriptions(ids) + _modifications(ids) + _contestations(ids)


def _a_dire():
    """The lines that a row tells: those that wait, all of them once it is answered."""
    return (Ligne.statut == w.EN_ATTENTE) | (Demande.statut != w.EN_ATTENTE)


def _creneaux(demandes: list[int]):
    """The bookings and absences, added up by child and activity, with what is left on the tightest séance."""
    en_jeu = (
        Reservation.select(Reservation.seance)
        .join(Ligne)
        .where(Ligne.demande.in_(demandes), Ligne.statut == w.EN_ATTENTE)
    )
    partagees = partagees_de(en_jeu).alias("partagees")
    libres = _libres(partagees)
    return (
        Ligne.select(
            Ligne.demande.alias("demande"),
            fn.MIN(Ligne.id).alias("id"),
            Enfant.rang,
            Enfant.id.alias("qui"),
            Enfant.prenom,
            Enfant.nom,
            Enfant.naissance,
            Activite.nom.alias("activite"),
            fn.MIN(Seance.jour).alias("jour"),
            fn.MAX(Seance.jour).alias("fin"),
            fn.COUNT(Seance.jour.distinct()).alias("jours"),
            fn.COUNT(Case(None, [(libres <= 0, 1)])).alias("complets"),
            fn.MIN(libres).alias("libres"),
            fn.COUNT(Ligne.id).alias("creneaux"),
            Value("").alias("objet"),
            Value("").alias("champ"),
            Value(0).alias("montant"),
        )
        .join(Demande)
        .join_from(Ligne, Reservation)
        .join(Enfant)
        .join_from(Reservation, Seance)
        .join(Activite)
        .join_from(Seance, partagees, JOIN.LEFT_OUTER, on=partagees.c.seance == Seance.id)
        .where(Ligne.demande.in_(demandes), _a_dire())
        .group_by(Ligne.demande, Enfant.id, Activite.id)
    )


def _libres(partagees):
    """The places left on a séance: its own, or those of what it shares, if there are fewer."""
    propres = Seance.places - Seance.prises
    return Case(None, [(partagees.c.libres < propres, partagees.c.libres)], propres)


def _nom_entier():
    """The name of the activity, with its place where the town has another of that name elsewhere."""
    autre = Activite.alias()
    ailleurs = autre.select(autre.nom).group_by(autre.nom).having(fn.COUNT(autre.lieu.distinct()) > 1)
    return Case(
        None, [(Activite.nom.in_(ailleurs), Activite.nom.concat(", ").concat(Lieu.nom))], Activite.nom
    )


def _inscriptions(demandes: list[int]):
    """The same of the pre-registrations, one a child, with what is left on the days that each asks for."""
    en_jeu = (
        JourVoulu.select(JourVoulu.seance)
        .join(Ligne, on=Ligne.preinscription == JourVoulu.preinscription)
        .where(Ligne.demande.in_(demandes), Ligne.statut == w.EN_ATTENTE)
    )
    partagees = partagees_de(en_jeu).alias("partagees")
    libres = _libres(partagees)
    return (
        Ligne.select(
            Ligne.demande,
            Ligne.id,
            Enfant.rang,
            Enfant.id,
            Enfant.prenom,
            Enfant.nom,
            Enfant.naissance,
            _nom_entier(),
            Preinscription.debut,
            Preinscription.fin,
            fn.COUNT(JourVoulu.id),
            fn.COUNT(Case(None, [(libres <= 0, 1)])),
            fn.MIN(libres),
            Value(0),
            Value(""),
            Value(""),
            Value(0),
        )
        .join(Demande)
        .join_from(Ligne, Preinscription)
        .join(Enfant)
        .join_from(Preinscription, Activite)
        .join(Lieu)
        .join_from(Preinscription, JourVoulu, JOIN.LEFT_OUTER)
        .join(Seance, JOIN.LEFT_OUTER)
        .join(partagees, JOIN.LEFT_OUTER, on=partagees.c.seance == Seance.id)
        .where(Ligne.demande.in_(demandes), _a_dire())
        .group_by(Ligne.id, Enfant.id, Preinscription.id, Activite.id, Lieu.id)
    )


def _modifications(demandes: list[int]):
    """The same of the changes of the file, with the sheet that each is about."""
    petit = Enfant.alias()
    requete = Modification.select(
        Modification.demande,
        Modification.id,
        fn.COALESCE(petit.rang, 0),
        fn.COALESCE(petit.id, Responsable.id),
        fn.COALESCE(petit.prenom, Responsable.prenom),
        fn.COALESCE(petit.nom, Responsable.nom),
        petit.naissance,
        Value(""),
        PAS_DE_JOUR,
        PAS_DE_JOUR,
        Value(0),
        Value(0),
        Value(0),
        Value(0),
        Modification.objet,
        Modification.champ,
        Value(0),
    ).join(Demande)
    return joindre_les_fiches(requete, petit).where(
        Modification.demande.in_(demandes),
        (Modification.statut == w.EN_ATTENTE) | (Demande.statut != w.EN_ATTENTE),
    )


def _contestations(demandes: list[int]):
    """The same of the contested lines of invoices, added up by child and activity."""
    return (
        Ligne.select(
            Ligne.demande,
            fn.MIN(Ligne.id),
            Enfant.rang,
            Enfant.id,
            Enfant.prenom,
            Enfant.nom,
            Enfant.naissance,
            Activite.nom,
            fn.MIN(LigneDeFacture.jour),
            fn.MAX(LigneDeFacture.jour),
            fn.COUNT(Ligne.id),
            Value(0),
            SQL("CAST(NULL AS INTEGER)"),
            Value(0),
            Value(""),
            Value(""),
            fn.SUM(LigneDeFacture.montant),
        )
        .join(Demande)
        .join_from(Ligne, Contestation)
        .join(LigneDeFacture, on=Contestation.facturee)
        .join(Enfant)
        .join_from(LigneDeFacture, Activite)
        .where(Ligne.demande.in_(demandes), _a_dire())
        .group_by(Ligne.demande, Enfant.id, Activite.id)
    )
