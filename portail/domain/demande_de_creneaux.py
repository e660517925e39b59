"""A demande about séances as an agent reads it: its lines, where accepting leads, the family's history."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import JOIN, fn

import workflows as w
from models import Compte, Demande, Ligne, Preinscription, Reservation, Seance
from portail import clock, mots
from portail.domain.demande_ouverte import PRECEDENTES, Enveloppe, Fait, dire_l_issue, uniques
from portail.domain.rangees import dire_la_liste, dire_les_creneaux


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
class CreneauxVus(Enveloppe[LigneVue]):
    """A demande about séances, open in front of an agent."""

    @property
    def titre(self) -> str:
        """« Réservation pour Léa et Noé Moreau »."""
        noms = {ligne.nom for ligne in self.lignes}
        if len(noms) == 1:
            qui = f"{mots.enumeration(uniques(ligne.prenom for ligne in self.lignes))} {noms.pop()}"
        else:
            qui = mots.enumeration(uniques(f"{ligne.prenom} {ligne.nom}" for ligne in self.lignes))
        return f"{w.NATURES[self.nature]} pour {qui}" if qui else w.NATURES[self.nature]

    @property
    def enfants(self) -> list[str]:
        """« Léa, 8 ans »."""
        return uniques(f"{ligne.prenom}, {ligne.age}" for ligne in self.lignes)

    @property
    def activites(self) -> list[str]:
        """« Cantine, Groupe scolaire Jean-Zay »."""
        return uniques(f"{ligne.activite}, {ligne.lieu}" for ligne in self.lignes)

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
    def resume(self) -> str:
        """« Cantine, 4 jours, 14 – 18 déc. »."""
        return dire_les_creneaux([(ligne.activite, ligne.jour) for ligne in self.lignes])

    @property
    def precision(self) -> str:
        return dire_la_liste(sum(ligne.creneau == w.LISTE_ATTENTE for ligne in self.lignes))


def lire_les_lignes(nature: str, rangees: Iterable[tuple]) -> list[LigneVue]:
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


def historique(famille_id: int, demande_id: int, activites: Iterable[int]) -> list[Fait]:
    """What the family asked before for these activities, the last first, and what came of it."""
    repondant, ids = Compte.alias(), sorted(activites) or [0]
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
            fn.MIN(fn.COALESCE(Seance.jour, Preinscription.debut)).converter(Seance.jour.python_value),
            fn.MAX(fn.COALESCE(Seance.jour, Preinscription.fin)).converter(Seance.jour.python_value),
        )
        .join(Compte, on=Demande.auteur)
        .join_from(Demande, repondant, JOIN.LEFT_OUTER, on=Demande.agent == repondant.id)
        .join_from(Demande, Ligne)
        .join(Reservation, JOIN.LEFT_OUTER)
        .join(Seance, JOIN.LEFT_OUTER)
        .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
        .where(
            Demande.famille == famille_id,
            Demande.id != demande_id,
            Seance.activite.in_(ids) | Preinscription.activite.in_(ids),
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
    issue = dire_l_issue(statut, prenom_agent, nom_agent)
    return f"{prenom} {nom} {verbe} {objet}, {mots.periode(premier, dernier)} : {issue}"
