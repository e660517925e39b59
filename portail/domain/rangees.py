"""One row of the agents' queue, from the lines and the changes of a demande."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from peewee import JOIN, SQL, Case, Value, fn

import workflows as w
from models import (
    Activite,
    Demande,
    Document,
    Enfant,
    JourVoulu,
    Lieu,
    Ligne,
    Modification,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
    numero_de_demande,
)
from portail import clock, mots
from portail.domain import changements, documents
from portail.domain.fiches import joindre_les_fiches

ATTEND_LA_FAMILLE, A_REPONDU = "Attend la famille", "La famille a répondu"


@dataclass(frozen=True)
class Rangee:
    """One demande of the queue, in the words of its row."""

    id: int
    numero: str
    famille: str
    personnes: list[str]
    """« Léa, 8 ans »; an adult, « Claire Moreau », whose sheet is to change."""
    sujet: str
    """« Réservation : Cantine, 4 jours, 14 – 18 déc. »."""
    etat: w.Etat
    deposee_le: dt.datetime
    a_traiter_avant: dt.datetime | None
    repondue_le: dt.datetime | None
    agent: str
    places: int | None
    """Left on the tightest of the séances that it asks for; None when no place is at stake."""
    complets: int = 0
    """On how many of the days asked for with a pre-registration no place is left."""
    incomplete: bool = False
    """Whether a document that an activity asks for has not come."""
    suivi: str = ""
    """Where the thread stands, if the town has asked for something: `ATTEND_LA_FAMILLE`, `A_REPONDU`."""

    @property
    def en_attente(self) -> bool:
        return self.etat.code == w.EN_ATTENTE

    @property
    def en_retard(self) -> bool:
        limite = self.a_traiter_avant
        return self.en_attente and limite is not None and limite <= clock.maintenant()

    @property
    def nom(self) -> str:
        """« Moreau, Léa »: how the demande is named in a sentence."""
        return ", ".join([self.famille, *(qui.split(",")[0] for qui in self.personnes)])

    @property
    def reste(self) -> str:
        """The places left, in words."""
        if self.places is None:
            return ""
        if self.complets:
            return mots.pluriel(self.complets, "jour complet", "jours complets")
        return mots.pluriel(self.places, "place") if self.places > 0 else "complet"


class Partie(NamedTuple):
    """What a row tells of one line, or of one change of the file."""

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
    """Of the séance; the first of a pre-registration."""
    fin: dt.date | None
    """The same day; the last of a pre-registration."""
    jours: int
    """How many days a pre-registration asks for at once."""
    complets: int
    """On how many of them no place is left."""
    libres: int | None
    """Places left, on the tightest of these days; None when none is asked for."""
    objet: str
    """Of a change: table and name of what changes."""
    champ: str


PAS_DE_JOUR = SQL("CAST(NULL AS DATE)")


def lire_les_parties(demandes: list[int]) -> list[Partie]:
    """Those that still wait, or all of them once the demande is answered. One query."""
    ids = demandes or [0]
    lignes = (
        Ligne.select(
            Ligne.demande.alias("demande"),
            Ligne.id,
            Enfant.rang,
            Enfant.id.alias("qui"),
            Enfant.prenom,
            Enfant.nom,
            Enfant.naissance,
            Activite.nom.alias("activite"),
            Seance.jour,
            Seance.jour.alias("fin"),
            Value(0).alias("jours"),
            Value(0).alias("complets"),
            (Seance.places - Seance.prises).alias("libres"),
            Value("").alias("objet"),
            Value("").alias("champ"),
        )
        .join(Demande)
        .switch(Ligne)
        .join(Reservation)
        .join(Enfant)
        .switch(Reservation)
        .join(Seance)
        .join(Activite)
        .where(Ligne.demande.in_(ids), (Ligne.statut == w.EN_ATTENTE) | (Demande.statut != w.EN_ATTENTE))
    )
    requete = lignes + _inscriptions(ids) + _modifications(ids)
    return sorted(
        (Partie(*ligne) for ligne in requete.tuples()), key=lambda p: (p.rang, p.qui, str(p.jour), p.id)
    )


def _nom_entier():
    """The name of the activity, with its place where the town has another of that name elsewhere."""
    autre = Activite.alias()
    ailleurs = autre.select(autre.nom).group_by(autre.nom).having(fn.COUNT(autre.lieu.distinct()) > 1)
    return Case(
        None, [(Activite.nom.in_(ailleurs), Activite.nom.concat(", ").concat(Lieu.nom))], Activite.nom
    )


def _inscriptions(demandes: list[int]):
    """The same of the pre-registrations, one a child, with what is left on the days that each asks for."""
    libres = Seance.places - Seance.prises
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
            Value(""),
            Value(""),
        )
        .join(Demande)
        .join_from(Ligne, Preinscription)
        .join(Enfant)
        .join_from(Preinscription, Activite)
        .join(Lieu)
        .join_from(Preinscription, JourVoulu, JOIN.LEFT_OUTER)
        .join(Seance, JOIN.LEFT_OUTER)
        .where(
            Ligne.demande.in_(demandes),
            (Ligne.statut == w.EN_ATTENTE) | (Demande.statut != w.EN_ATTENTE),
        )
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
        Modification.objet,
        Modification.champ,
    ).join(Demande)
    return joindre_les_fiches(requete, petit).where(
        Modification.demande.in_(demandes),
        (Modification.statut == w.EN_ATTENTE) | (Demande.statut != w.EN_ATTENTE),
    )


def incompletes(demandes: Iterable[int]) -> set[int]:
    """Those of these demandes for which a document that the activity asks for has not come.

    One query; none when there is no demande of pre-registration among those looked at.
    """
    if not (demandees := list(demandes)):
        return set()
    requete = (
        Ligne.select(Ligne.demande, Activite.pieces, fn.COALESCE(Document.piece, ""))
        .join(Preinscription)
        .join(Activite)
        .join_from(Ligne, Document, JOIN.LEFT_OUTER, on=Document.demande == Ligne.demande)
        .where(
            Ligne.demande.in_(demandees),
            Ligne.statut.in_((w.EN_ATTENTE, w.ACCEPTEE)),
            Activite.pieces != "",
        )
    )
    attendues: dict[int, set[str]] = {}
    recues: dict[int, set[str]] = {}
    for demande_id, pieces, recue in requete.tuples():
        attendues.setdefault(demande_id, set()).update(documents.pieces(pieces))
        recues.setdefault(demande_id, set()).add(recue)
    return {ident for ident, pieces in attendues.items() if documents.manquants(pieces, recues[ident])}


def rangee(demande: tuple, parties: list[Partie], incomplete: bool = False) -> Rangee:
    ident, nature, statut, deposee_le, avant, repondue_le, famille, prenom, nom, attendue, demandee = demande
    prennent = (w.NATURE_RESERVATION, w.NATURE_PREINSCRIPTION)
    en_jeu = statut == w.EN_ATTENTE and nature in prennent
    libres = [partie.libres for partie in parties if en_jeu and partie.libres is not None]
    return Rangee(
        id=ident,
        numero=numero_de_demande(ident, deposee_le),
        famille=famille,
        personnes=list(dict.fromkeys(_nommer(partie) for partie in parties)),
        sujet=dire_le_sujet(nature, parties),
        etat=w.DEMANDE.etats[statut],
        deposee_le=deposee_le,
        a_traiter_avant=avant,
        repondue_le=repondue_le,
        agent=f"{prenom} {nom}" if prenom else "",
        places=max(min(libres), 0) if libres else None,
        complets=max((partie.complets for partie in parties), default=0) if libres else 0,
        incomplete=incomplete and statut == w.EN_ATTENTE,
        suivi=dire_le_suivi(statut, attendue, demandee),
    )


def dire_le_suivi(statut: str, attendue: str, demandee: bool) -> str:
    """Where the thread of a demande stands: `attendue` is what the family owes, `demandee` that it did."""
    if statut != w.EN_ATTENTE or not (attendue or demandee):
        return ""
    return ATTEND_LA_FAMILLE if attendue else A_REPONDU


def _nommer(partie: Partie) -> str:
    """« Léa, 8 ans »; « Claire Moreau » for an adult."""
    if partie.naissance is None:
        return f"{partie.prenom} {partie.nom}"
    return f"{partie.prenom}, {mots.age(partie.naissance, clock.aujourdhui())}"


def dire_le_sujet(nature: str, parties: list[Partie]) -> str:
    """« Réservation : Cantine, 4 jours, 14 – 18 déc. », « Dossier : Léa Moreau, classe et adresse »."""
    if nature == w.NATURE_DOSSIER:
        quoi = changements.resumer_par_fiche((f"{p.prenom} {p.nom}", p.objet, p.champ) for p in parties)
    elif nature == w.NATURE_PREINSCRIPTION:
        quoi = dire_les_inscriptions(parties)
    else:
        quoi = dire_les_creneaux([(p.activite, p.jour) for p in parties if p.jour])
    return " : ".join(filter(None, (w.NATURES[nature], quoi)))


def dire_les_creneaux(creneaux: list[tuple[str, dt.date]]) -> str:
    """« Cantine, 4 jours, 14 – 18 déc. »."""
    if not creneaux:
        return ""
    activites = list(dict.fromkeys(activite for activite, _ in creneaux))
    quoi = mots.enumeration(activites) if len(activites) < 3 else f"{len(activites)} activités"
    jours = sorted({jour for _, jour in creneaux})
    combien = f"{len(jours)} jours, " if len(jours) > 1 else ""
    return f"{quoi}, {combien}{mots.periode(jours[0], jours[-1])}"


def dire_les_inscriptions(parties: list[Partie]) -> str:
    """« Accueil du soir, 4 janv. – 2 juil., 2 enfants, 42 jours »."""
    dits = []
    for activite in dict.fromkeys(p.activite for p in parties):
        siennes = [p for p in parties if p.activite == activite]
        bornes = [jour for p in siennes for jour in (p.jour, p.fin) if jour]
        enfants, jours = len({p.qui for p in siennes}), max(p.jours for p in siennes)
        dits += [activite, mots.periode(min(bornes), max(bornes))] if bornes else [activite]
        dits += [mots.pluriel(enfants, "enfant")] if enfants > 1 else []
        dits += [mots.pluriel(jours, "jour")] if jours else []
    return ", ".join(dits)


def dire_la_liste(combien: int) -> str:
    """« , dont 2 créneaux en liste d’attente »."""
    return f", dont {mots.pluriel(combien, 'créneau', 'créneaux')} en liste d’attente" if combien else ""
