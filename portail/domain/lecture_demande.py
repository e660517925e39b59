"""One demande as an agent reads it before answering: its lines, where accepting leads, the family's history.

Two queries whatever the number of lines: the demande with its lines, then what the family asked before for
the same activities.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from peewee import JOIN, fn

import workflows as w
from models import (
    Abonnement,
    Activite,
    Compte,
    Demande,
    Enfant,
    Famille,
    Lieu,
    Ligne,
    Reservation,
    Seance,
    numero_de_demande,
)
from portail import clock, mots
from portail.domain.lecture_moderation import dire_la_liste, dire_les_creneaux
from portail.domain.refus import Introuvable

PRECEDENTES = 4
"""How many earlier demandes the history tells."""


@dataclass(frozen=True)
class LigneVue:
    """One line: which child, which séance, what would change."""

    id: int
    statut: str
    motif: str
    prenom: str
    nom: str
    age: str
    activite: str
    lieu: str
    jour: dt.date
    plage: str
    creneau: str
    """Present status of the créneau."""
    passee: bool
    """The séance has begun: a place can no longer be given there."""
    places: int
    prises: int
    en_liste: int
    """Children who wait already."""
    restantes: int
    """Places left for this line, those that the lines above it would take deducted."""

    @property
    def en_attente(self) -> bool:
        return self.statut == w.EN_ATTENTE

    @property
    def etat(self) -> w.Etat:
        return w.LIGNE.etats[self.statut]

    @property
    def etat_creneau(self) -> w.Etat:
        return w.CRENEAU.etats[self.creneau]

    @property
    def de(self) -> w.Etat:
        """What stood before the family asked: where a refusal leads back."""
        return w.CRENEAU.etats[self._fins(w.REFUSER)[0]]

    @property
    def vers(self) -> w.Etat:
        """Where accepting would lead now."""
        premier, *autres = self._fins(w.ACCEPTER)
        return w.CRENEAU.etats[autres[0] if autres and self.restantes <= 0 else premier]

    def _fins(self, acte: str) -> tuple[str, ...]:
        """Where an act may lead; where it stands, if something else has moved the créneau already."""
        if not w.CRENEAU.permet(self.creneau, acte, w.AGENT):
            return (self.creneau,)
        return w.CRENEAU.transition(self.creneau, acte, w.AGENT).vers

    @property
    def acceptable(self) -> bool:
        """Whether the answer may be yes: an absence always, a booking until the séance begins."""
        return self.en_attente and (self.creneau == w.ABSENCE_ATTENTE or not self.passee)

    @property
    def quoi(self) -> str:
        """What tells this line from the others for those who do not see the table."""
        return f"{self.prenom}, {self.activite}, {mots.jour_long(self.jour)}"

    @property
    def places_en_mots(self) -> str:
        """« 14 restantes sur 60 », « complet, 3 en liste d’attente »."""
        libres = self.places - self.prises
        liste = f", {self.en_liste} en liste d’attente" if self.en_liste else ""
        if libres <= 0:
            return f"complet{liste}"
        return f"{mots.pluriel(libres, 'restante')} sur {self.places}{liste}"


@dataclass(frozen=True)
class Fait:
    """One line of the family's history."""

    quand: dt.datetime
    phrase: str


@dataclass(frozen=True)
class DemandeVue:
    """A demande, open in front of an agent."""

    id: int
    numero: str
    nature: str
    statut: str
    deposee_le: dt.datetime
    a_traiter_avant: dt.datetime | None
    repondue_le: dt.datetime | None
    famille_id: int
    code_abonne: str
    auteur: str
    agent: str
    par_moi: bool
    """The last answer is this agent's own."""
    a_moi: bool
    """The agent is subscribed to this family: somebody else must answer."""
    lignes: list[LigneVue] = field(default_factory=list)
    historique: list[Fait] = field(default_factory=list)

    @property
    def etat(self) -> w.Etat:
        return w.DEMANDE.etats[self.statut]

    @property
    def titre(self) -> str:
        """« Réservation pour Léa et Noé Moreau »."""
        noms = {ligne.nom for ligne in self.lignes}
        if len(noms) == 1:
            qui = f"{mots.enumeration(_uniques(ligne.prenom for ligne in self.lignes))} {noms.pop()}"
        else:
            qui = mots.enumeration(_uniques(f"{ligne.prenom} {ligne.nom}" for ligne in self.lignes))
        return f"{w.NATURES[self.nature]} pour {qui}" if qui else w.NATURES[self.nature]

    @property
    def enfants(self) -> list[str]:
        """« Léa, 8 ans »."""
        return _uniques(f"{ligne.prenom}, {ligne.age}" for ligne in self.lignes)

    @property
    def activites(self) -> list[str]:
        """« Cantine, Groupe scolaire Jean-Zay »."""
        return _uniques(f"{ligne.activite}, {ligne.lieu}" for ligne in self.lignes)

    @property
    def attendues(self) -> list[LigneVue]:
        return [ligne for ligne in self.lignes if ligne.en_attente]

    @property
    def en_retard(self) -> bool:
        limite = self.a_traiter_avant
        return self.statut == w.EN_ATTENTE and limite is not None and limite <= clock.maintenant()

    @property
    def proposees(self) -> frozenset[int]:
        """The lines ticked at first: those that can be accepted, or all when none can."""
        acceptables = {ligne.id for ligne in self.attendues if ligne.acceptable}
        return frozenset(acceptables or {ligne.id for ligne in self.attendues})

    @property
    def actes(self) -> frozenset[str]:
        """What the agent may answer, to one line at least."""
        if self.a_moi:
            return frozenset()
        possibles = {t.acte for ligne in self.attendues for t in w.CRENEAU.actes(ligne.creneau, w.AGENT)}
        if not any(ligne.acceptable for ligne in self.attendues):
            possibles &= {w.REFUSER}
        return frozenset(possibles)

    @property
    def reponse(self) -> str:
        """Who answered, and when; empty as long as nobody did."""
        if self.repondue_le is None:
            return ""
        quand = mots.moment(self.repondue_le)
        if self.statut == w.ANNULEE:
            return f"Annulée par la famille, {quand}."
        if self.statut == w.EN_ATTENTE:
            return f"{self.agent} a répondu à une partie des lignes, {quand}."
        return f"{self.etat.libelle} par {self.agent or 'le portail'}, {quand}."

    @property
    def resume(self) -> str:
        """« Cantine, 4 jours, 14 – 18 déc. »."""
        return dire_les_creneaux([(ligne.activite, ligne.jour) for ligne in self.lignes])

    @property
    def compte_rendu(self) -> str:
        """What an answer has just made of it, in one sentence."""
        quoi = self.titre[0].lower() + self.titre[1:]
        if self.attendues:
            reste = mots.pluriel(len(self.attendues), "ligne")
            return f"Réponse enregistrée, {quoi} : il reste {reste} à traiter."
        liste = dire_la_liste(sum(ligne.creneau == w.LISTE_ATTENTE for ligne in self.lignes))
        return mots.phrase(f"Demande {self.etat.libelle.lower()} : {quoi}, {self.resume}{liste}")


def lire(demande_id: int, agent: Compte) -> DemandeVue:
    """The demande in its present state, for this agent. :class:`Introuvable` when there is none."""
    rangees = list(_requete(demande_id, agent))
    if not rangees:
        raise Introuvable("Cette demande n’existe pas.")
    ident, nature, statut, deposee, avant, repondue, famille_id, code, *noms, repondant, abonnements = (
        rangees[0][:14]
    )
    lignes = [rangee[14:] for rangee in rangees if rangee[14] is not None]
    return DemandeVue(
        id=ident,
        numero=numero_de_demande(ident, deposee),
        nature=nature,
        statut=statut,
        deposee_le=deposee,
        a_traiter_avant=avant,
        repondue_le=repondue,
        famille_id=famille_id,
        code_abonne=code,
        auteur=f"{noms[0]} {noms[1]}",
        agent=f"{noms[2]} {noms[3]}" if noms[2] else "",
        par_moi=repondant == agent.id,
        a_moi=abonnements > 0,
        lignes=_lignes(nature, lignes),
        historique=_historique(famille_id, ident, {ligne[6] for ligne in lignes}),
    )


def _requete(demande_id: int, agent: Compte) -> Iterable[tuple]:
    """The demande and who made and answered it, once a line; then the line itself."""
    auteur, repondant = Compte.alias(), Compte.alias()
    liste = Reservation.alias()
    en_liste = liste.select(fn.COUNT(liste.id)).where(
        liste.seance == Seance.id, liste.statut == w.LISTE_ATTENTE
    )
    a_eux = Abonnement.select(fn.COUNT(Abonnement.id)).where(
        Abonnement.famille == Demande.famille, Abonnement.compte == agent
    )
    return (
        Demande.select(
            Demande.id,
            Demande.nature,
            Demande.statut,
            Demande.deposee_le,
            Demande.a_traiter_avant,
            Demande.repondue_le,
            Demande.famille,
            Famille.code_abonne,
            auteur.prenom,
            auteur.nom,
            repondant.prenom,
            repondant.nom,
            repondant.id,
            a_eux,
            Ligne.id,
            Ligne.statut,
            Ligne.motif,
            Enfant.prenom,
            Enfant.nom,
            Enfant.naissance,
            Activite.id,
            Activite.nom,
            Lieu.nom,
            Seance.id,
            Seance.jour,
            Seance.debut,
            Seance.fin,
            Seance.places,
            Seance.prises,
            en_liste,
            Reservation.statut,
        )
        .join(Famille)
        .join_from(Demande, auteur, on=Demande.auteur == auteur.id)
        .join_from(Demande, repondant, JOIN.LEFT_OUTER, on=Demande.agent == repondant.id)
        .join_from(Demande, Ligne, JOIN.LEFT_OUTER)
        .join(Reservation, JOIN.LEFT_OUTER)
        .join(Enfant, JOIN.LEFT_OUTER)
        .join_from(Reservation, Seance, JOIN.LEFT_OUTER)
        .join(Activite, JOIN.LEFT_OUTER)
        .join(Lieu, JOIN.LEFT_OUTER)
        .where(Demande.id == demande_id)
        .order_by(Ligne.id)
        .tuples()
    )


def _lignes(nature: str, rangees: Iterable[tuple]) -> list[LigneVue]:
    """The lines by day. Places are dealt in the order in which an answer would take them."""
    maintenant, aujourdhui = clock.maintenant(), clock.aujourdhui()
    promises: Counter[int] = Counter()
    lignes = []
    for (
        ident, statut, motif, prenom, nom, naissance, _, activite, lieu,
        seance, jour, debut, fin, places, prises, en_liste, creneau,
    ) in rangees:  # fmt: skip
        ligne = LigneVue(
            id=ident,
            statut=statut,
            motif=motif,
            prenom=prenom,
            nom=nom,
            age=mots.age(naissance, aujourdhui),
            activite=activite,
            lieu=lieu,
            jour=jour,
            plage=mots.plage(debut, fin),
            creneau=creneau,
            passee=clock.instant(jour, debut) <= maintenant,
            places=places,
            prises=prises,
            en_liste=en_liste,
            restantes=places - prises - promises[seance],
        )
        promises[seance] += nature == w.NATURE_RESERVATION and ligne.acceptable
        lignes.append(ligne)
    return sorted(lignes, key=lambda ligne: (ligne.jour, ligne.plage, ligne.id))


def _historique(famille_id: int, demande_id: int, activites: Iterable[int]) -> list[Fait]:
    """What the family asked before for these activities, the last first, and what came of it."""
    repondant = Compte.alias()
    requete = (
        Demande.select(
            Demande.deposee_le,
            Demande.nature,
            Demande.statut,
            Compte.prenom,
            Compte.nom,
            repondant.prenom,
            repondant.nom,
            fn.COUNT(Ligne.id),
            fn.MIN(Seance.jour),
            fn.MAX(Seance.jour),
        )
        .join(Compte, on=Demande.auteur)
        .join_from(Demande, repondant, JOIN.LEFT_OUTER, on=Demande.agent == repondant.id)
        .join_from(Demande, Ligne)
        .join(Reservation)
        .join(Seance)
        .where(
            Demande.famille == famille_id,
            Demande.id != demande_id,
            Seance.activite.in_(sorted(activites) or [0]),
        )
        .group_by(Demande.id, Compte.prenom, Compte.nom, repondant.prenom, repondant.nom)
        .order_by(Demande.deposee_le.desc(), Demande.id.desc())
        .limit(PRECEDENTES)
        .tuples()
    )
    return [Fait(quand, _dire(*reste)) for quand, *reste in requete]


def _dire(nature, statut, prenom, nom, prenom_agent, nom_agent, nombre, premier, dernier) -> str:
    """« Claire Moreau demande 4 réservations, 14 – 18 déc. : acceptée par Marc Tessier »."""
    verbe = "déclare" if nature == w.NATURE_ABSENCE else "demande"
    objet = mots.pluriel(nombre, w.NATURES[nature].lower())
    issue = w.DEMANDE.etats[statut].libelle.lower()
    if statut == w.ANNULEE:
        issue += " par la famille"
    elif statut != w.EN_ATTENTE:
        issue += f" par {prenom_agent} {nom_agent}" if prenom_agent else " d’office"
    return f"{prenom} {nom} {verbe} {objet}, {mots.periode(premier, dernier)} : {issue}"


def _uniques(textes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(textes))
