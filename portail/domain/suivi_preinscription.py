"""One demande of pre-registration, as the family follows it: its lines, its days, its thread, its history.

Whoever may not read what a child does is told nothing of that child; nor reads a thread that may speak of it.
A constant number of queries.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from peewee import JOIN

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Evenement,
    Famille,
    Lieu,
    Ligne,
    Preinscription,
    numero_de_demande,
)
from portail import clock, mots
from portail.domain import documents, droits, echanges, fil
from portail.domain.cadre import MOIS, Cadre
from portail.domain.lecture_demandes import statut_des_lignes
from portail.domain.ligne_suivie import LigneSuivie, lire_la_ligne, lire_les_jours
from portail.domain.regles_preinscription import obstacle_ouverture

DU_FIL = (echanges.DEMANDER, echanges.REPONDRE)


@dataclass(frozen=True)
class Fait:
    quand: dt.datetime
    phrase: str


@dataclass(frozen=True)
class Suivi:
    """The demande."""

    id: int
    numero: str
    statut: str
    deposee_le: dt.datetime
    repondue_le: dt.datetime | None
    piece_attendue: str
    auteur: str
    activite_id: int
    activite: str
    lieu: str
    debut: dt.date
    fin: dt.date
    pieces: list[str]
    fermeture: str
    """Why the activity cannot be asked for again today; empty when it can."""
    decide: frozenset[int]
    """The children of the family for whom the account decides."""
    entiere: bool
    """Whether it follows every child of it: if not, the thread may speak of another and is not read."""
    lignes: list[LigneSuivie]
    messages: list[fil.MessageVu]
    documents: list[fil.DocumentVu]
    faits: list[Fait]

    @property
    def etat(self) -> w.Etat:
        return w.DEMANDE.etats[self.statut]

    @property
    def en_attente(self) -> bool:
        return self.statut == w.EN_ATTENTE

    @property
    def refusees(self) -> list[LigneSuivie]:
        """The children refused for whom the account may ask again."""
        return [li for li in self.lignes if li.statut == w.REFUSEE and li.enfant.id in self.decide]

    @property
    def decideur(self) -> bool:
        """Whether it decides for one of the children that wait: it may answer, and withdraw."""
        return any(li.statut == w.EN_ATTENTE and li.enfant.id in self.decide for li in self.lignes)

    @property
    def annulable(self) -> bool:
        return self.en_attente and self.decideur

    @property
    def completable(self) -> bool:
        """Whether the town has answered, and a document that is missing may still be sent."""
        inscrits = [li for li in self.lignes if li.acceptee and li.etat.code == w.RESERVATION_POSSIBLE]
        siens = any(ligne.enfant.id in self.decide for ligne in inscrits)
        return not self.en_attente and siens and bool(self.manquants)

    @property
    def recue(self) -> str:
        """« mardi 1er décembre 2026 à 10 h »: an acknowledgement is kept, it says the year."""
        local = clock.a_paris(self.deposee_le)
        jour = local.date()
        return f"{mots.jour_semaine(jour)} {mots.jour_annee(jour)} à {mots.heure(local.time())}"

    @property
    def planning(self) -> str:
        """What the planning has to show of it; empty as long as no child is registered."""
        inscrits = frozenset(ligne.enfant.id for ligne in self.lignes if ligne.acceptee)
        date = max(self.debut, clock.aujourdhui())
        return Cadre(MOIS, date, inscrits, frozenset({self.activite_id})).requete if inscrits else ""

    @property
    def prenoms(self) -> str:
        return mots.enumeration([ligne.enfant.prenom for ligne in self.lignes])

    @property
    def retirables(self) -> list[LigneSuivie]:
        return [ligne for ligne in self.lignes if ligne.retirable]

    def ligne(self, ident: int) -> LigneSuivie | None:
        return next((ligne for ligne in self.lignes if ligne.id == ident), None)

    @property
    def titre(self) -> str:
        """« Atelier théâtre : Léa et Noé »."""
        return f"{self.activite} : {self.prenoms}"

    @property
    def manquants(self) -> list[str]:
        """The documents that the activity asks for, of which none was sent."""
        if not self.entiere:
            return []
        return documents.manquants(self.pieces, (document.piece for document in self.documents))

    @property
    def suite(self) -> str:
        """Who acts next, in words."""
        if self.en_attente and self.piece_attendue:
            attendu = "La mairie attend un document, ou une précision"
            return f"{attendu}, de votre part." if self.decideur else f"{attendu}."
        if self.en_attente and self.repondue_le:
            phrase = "La mairie a répondu pour une partie des enfants. Elle doit répondre pour les autres."
            return f"{phrase}{self._manque}"
        if self.en_attente:
            return f"La mairie doit répondre.{self._manque or ' Vous n’avez rien à faire.'}"
        if self.statut == w.ANNULEE:
            return "Cette demande est annulée : rien n’a changé."
        if self.statut == w.REFUSEE:
            suite = self.fermeture or ("Vous pouvez demander de nouveau." if self.refusees else "")
            return f"La mairie a refusé cette demande. Lisez le motif. {suite}".strip()
        inscrits = [ligne.enfant.prenom for ligne in self.lignes if ligne.acceptee]
        planning = f"L’activité est sur le planning pour {mots.enumeration(inscrits)}."
        return f"La mairie a répondu. {planning}{self._manque if self.completable else ''}"

    @property
    def _manque(self) -> str:
        return f" Il manque encore : {mots.enumeration(self.manquants)}." if self.manquants else ""


def suivre(compte: Compte, famille: Famille, demande_id: int) -> Suivi | None:
    """This demande; None when the family has none such, or the account may read none of it."""
    regard = droits.regard(compte, famille)
    toutes = list(_requete(famille, demande_id))
    rangees = [rangee for rangee in toutes if rangee[-3] in regard.suit]
    if not rangees:
        return None
    entiere = len(rangees) == len(toutes)
    derniere, ouverte_du, ouverte_au, depot, repondue, piece, prenom, nom = rangees[0][:8]
    activite_id, activite, pieces, lieu, debut, fin = rangees[0][8:14]
    lignes = [lire_la_ligne(*rangee[12:]) for rangee in rangees]
    for ligne in lignes:
        ligne.retirable = ligne.statut == w.EN_ATTENTE and ligne.enfant.id in regard.decide
    fermeture = obstacle_ouverture(derniere, ouverte_du, ouverte_au, clock.aujourdhui())
    lire_les_jours(lignes)
    statut = statut_des_lignes(ligne.statut for ligne in lignes)
    return Suivi(
        demande_id,
        numero_de_demande(demande_id, depot),
        statut,
        depot,
        repondue if entiere or statut != w.EN_ATTENTE else None,
        piece if entiere else "",
        f"{prenom} {nom}",
        activite_id,
        activite,
        lieu,
        debut,
        fin,
        documents.pieces(pieces),
        fermeture.phrase if fermeture else "",
        regard.decide,
        entiere,
        lignes,
        fil.messages(demande_id) if entiere else [],
        fil.envoyes(demande_id, compte) if entiere else [],
        _faits(demande_id, lignes, DU_FIL if not entiere else ()),
    )


# ——— inside ———


def _requete(famille: Famille, demande_id: int):
    """The demande, once a line; the children in their order."""
    return (
        Ligne.select(
            Activite.fin,
            Activite.preinscription_du,
            Activite.preinscription_au,
            Demande.deposee_le,
            Demande.repondue_le,
            Demande.piece_attendue,
            Compte.prenom,
            Compte.nom,
            Activite.id,
            Activite.nom,
            Activite.pieces,
            Lieu.nom,
            Preinscription.debut,
            Preinscription.fin,
            Preinscription.statut,
            Preinscription.id,
            Ligne.id,
            Ligne.statut,
            Ligne.motif,
            Enfant.id,
            Enfant.prenom,
            Enfant.rang,
        )
        .join(Demande)
        .join(Compte, on=Demande.auteur)
        .join_from(Ligne, Preinscription)
        .join(Enfant)
        .join_from(Preinscription, Activite)
        .join(Lieu)
        .where(
            Demande.id == demande_id,
            Demande.famille == famille,
            Demande.nature == w.NATURE_PREINSCRIPTION,
        )
        .order_by(Enfant.rang, Ligne.id)
        .tuples()
    )


def _faits(demande_id: int, lignes: list[LigneSuivie], sans: Collection[str]) -> list[Fait]:
    """What happened, the oldest first, from the journal; `sans`: the acts that are not told."""
    prenoms = {ligne.inscription_id: ligne.enfant.prenom for ligne in lignes}
    requete = (
        Evenement.select(
            Evenement.quand, Evenement.acte, Evenement.objet, Evenement.objet_id, Compte.prenom, Compte.nom
        )
        .join(Compte, JOIN.LEFT_OUTER)
        .where(
            Evenement.demande == demande_id,
            Evenement.objet.in_(("demande", "preinscription")),
            Evenement.acte.not_in(sans),
        )
        .order_by(Evenement.id)
        .tuples()
    )
    faits = []
    for quand, acte, objet, objet_id, prenom, nom in requete:
        qui = f"{prenom} {nom}" if prenom else "le portail"
        if phrase := _dire(acte, prenoms.get(objet_id, "") if objet == "preinscription" else None, qui):
            faits.append(Fait(quand, phrase))
    return faits


def _dire(acte: str, prenom: str | None, qui: str) -> str:
    """One line of the history; empty for what another line tells. `prenom`: the child, of a line of one."""
    if prenom is None:
        return {
            "deposer": f"Demande déposée par {qui}.",
            echanges.DEMANDER: "La mairie a demandé un document, ou une précision.",
            echanges.REPONDRE: f"Réponse envoyée par {qui}.",
        }.get(acte, "")
    if not prenom:
        return ""
    return {
        w.ACCEPTER: f"{prenom} : acceptée par la mairie.",
        w.REFUSER: f"{prenom} : refusée par la mairie.",
        w.REVENIR: f"{prenom} : la mairie est revenue sur sa réponse.",
        w.ANNULER: f"{prenom} : annulée par {qui}.",
    }.get(acte, "")
