"""A demande that contests lines of an invoice, as an agent reads it: the price and why, and what happened.

Ten queries, however many lines there are.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, fn

import workflows as w
from models import (
    Activite,
    Compte,
    Contestation,
    Demande,
    Enfant,
    Evenement,
    Facture,
    Lieu,
    Ligne,
    LigneDeFacture,
    Presence,
    Reservation,
    Seance,
)
from portail import clock, mots
from portail.domain import avoirs, pointage
from portail.domain.contestations import quand
from portail.domain.demande_ouverte import PRECEDENTES, Enveloppe, Fait, dire_l_issue, uniques
from portail.domain.rangees import dire_les_contestees
from portail.domain.reponse_contestation import champ_du_montant

Couple = tuple[int, int]
"""A child, a séance."""


@dataclass(frozen=True)
class LigneSemblable:
    """Another line of the same invoice, of the same child in the same activity."""

    quand: str
    montant: int
    explication: str


@dataclass(frozen=True)
class LigneContestee:
    """One line: what was billed, why, and what is known of that day."""

    id: int
    statut: str
    motif: str
    prenom: str
    nom: str
    age: str
    activite: str
    lieu: str
    jour: dt.date
    quand: str
    plage: str
    """« 11 h 30 – 13 h 30 »; empty for a month."""
    annulee: str
    """Why the séance did not take place; empty: it did."""
    libelle: str
    montant: int
    explication: str
    """The sentence that explains the price, as the family reads it."""
    reste: int
    """What no avoir has taken back of it."""
    pointage: str
    """What the roll call says, in a sentence; empty for a month."""
    histoire: Sequence[Fait]
    """The steps of the booking."""
    semblables: Sequence[LigneSemblable]
    avoir: str
    """The number of the avoir that gives it back; empty: none does."""
    rendu: int

    ailleurs = False
    """Money has no place: whoever sees the demande answers all of it."""

    @property
    def en_attente(self) -> bool:
        return self.statut == w.EN_ATTENTE

    @property
    def etat(self) -> w.Etat:
        return w.LIGNE.etats[self.statut]

    @property
    def acceptable(self) -> bool:
        return self.en_attente and self.reste > 0

    @property
    def repris(self) -> int:
        """What avoirs took back of it before this demande is answered."""
        return self.montant - self.reste - self.rendu

    @property
    def propose(self) -> str:
        """« 3,45 »: what is left, as it is offered in the field of the amount."""
        return f"{self.reste // 100},{self.reste % 100:02}"

    @property
    def champ(self) -> str:
        """The field of the amount that is given back."""
        return champ_du_montant(self.id)

    @property
    def quoi(self) -> str:
        return f"{self.libelle}, {self.quand}"


@dataclass(frozen=True)
class ContestationsVues(Enveloppe[LigneContestee]):
    """A demande that contests an invoice, open in front of an agent."""

    facture: str = ""
    """Its number."""
    facture_id: int = 0
    dit: str = ""
    """What the family says, once for all the lines."""

    @property
    def titre(self) -> str:
        """« Contestation de la facture n° 2026-000123 »."""
        return f"{w.NATURES[self.nature]} de la facture n° {self.facture}"

    @property
    def enfants(self) -> list[str]:
        return uniques(f"{ligne.prenom}, {ligne.age}" for ligne in self.lignes)

    @property
    def activites(self) -> list[str]:
        return uniques(f"{ligne.activite}, {ligne.lieu}" for ligne in self.lignes)

    @property
    def resume(self) -> str:
        """« Cantine, 3 lignes, 9 – 13 nov., 10,35 € »."""
        total = sum(ligne.montant for ligne in self.lignes)
        jours = (ligne.jour for ligne in self.lignes)
        return dire_les_contestees((li.activite for li in self.lignes), jours, len(self.lignes), total)

    @property
    def actes(self) -> frozenset[str]:
        if self.a_moi or not self.attendues:
            return frozenset()
        possibles = {t.acte for t in w.LIGNE.actes(w.EN_ATTENTE, w.AGENT)}
        return frozenset(
            possibles if any(li.acceptable for li in self.attendues) else possibles & {w.REFUSER}
        )

    @property
    def rendu(self) -> int:
        """What its avoirs give back, in cents."""
        return sum(ligne.rendu for ligne in self.lignes)

    @property
    def precision(self) -> str:
        """« , avoir n° 2026-000124 de 10,35 € »."""
        numeros = uniques(ligne.avoir for ligne in self.lignes if ligne.avoir)
        if not numeros:
            return ""
        return f", {'avoir' if len(numeros) == 1 else 'avoirs'} n° {mots.enumeration(numeros)}" + (
            f" de {mots.euros(self.rendu)}"
        )


def lire(enveloppe: Mapping[str, Any]) -> ContestationsVues:
    """The rest of such a demande, once its envelope is read."""
    contestations = _contestations(enveloppe["id"])
    facturees = [contestation.facturee for contestation in contestations]
    seances = _seances(facturees)
    couples = {(li.enfant_id, li.seance_id) for li in facturees if li.seance_id}
    pointages, histoires = _pointages(couples), _histoires(couples)
    prises = avoirs.deja_reprises(li.id for li in facturees)
    semblables = _semblables(facturees)
    return ContestationsVues(
        **enveloppe,
        lignes=[
            _vue(
                contestation,
                seances.get(contestation.facturee.seance_id),
                contestation.facturee.montant - prises.get(contestation.facturee_id, (0, 0))[0],
                pointages,
                histoires,
                semblables,
            )
            for contestation in contestations
        ],
        historique=historique(enveloppe["famille_id"], enveloppe["id"]),
        facture=facturees[0].facture.numero,
        facture_id=facturees[0].facture_id,
        dit=contestations[0].texte,
    )


def historique(famille_id: int, demande_id: int) -> list[Fait]:
    """What the family contested before, the last first, and what came of it. One query."""
    repondant = Compte.alias()
    requete = (
        Demande.select(
            Demande.deposee_le,
            Demande.statut,
            Compte.prenom,
            Compte.nom,
            repondant.prenom,
            repondant.nom,
            Facture.exercice,
            Facture.rang,
            fn.COUNT(LigneDeFacture.id),
            fn.SUM(LigneDeFacture.montant),
        )
        .join(Compte, on=Demande.auteur)
        .join_from(Demande, repondant, JOIN.LEFT_OUTER, on=Demande.agent == repondant.id)
        .join_from(Demande, Ligne)
        .join(Contestation)
        .join(LigneDeFacture, on=Contestation.facturee)
        .join(Facture)
        .where(
            Demande.famille == famille_id,
            Demande.id != demande_id,
            Demande.nature == w.NATURE_CONTESTATION,
        )
        .group_by(Demande.id, Compte.prenom, Compte.nom, repondant.prenom, repondant.nom, Facture.id)
        .order_by(Demande.deposee_le.desc(), Demande.id.desc())
        .limit(PRECEDENTES)
        .tuples()
    )
    return [Fait(quand, _dire(*reste)) for quand, *reste in requete]


# ——— inside ———


def _dire(statut, prenom, nom, prenom_agent, nom_agent, exercice, rang, lignes, montant) -> str:
    """« Claire Moreau conteste 2 lignes, 6,90 €, facture n° 2026-000118 : refusée par Marc Tessier »."""
    numero = Facture(exercice=exercice, rang=rang).numero
    issue = dire_l_issue(statut, prenom_agent, nom_agent)
    quoi = f"{mots.pluriel(lignes, 'ligne')}, {mots.euros(int(montant))}, facture n° {numero}"
    return f"{prenom} {nom} conteste {quoi} : {issue}"


def _contestations(demande_id: int) -> list[Contestation]:
    """Each with its line, what was billed and to whom, what it was given back. One query."""
    rendue, avoir = LigneDeFacture.alias(), Facture.alias()
    requete = (
        Contestation.select(
            Contestation, Ligne, LigneDeFacture, Facture, Enfant, Activite, Lieu, rendue, avoir
        )
        .join(Ligne)
        .join_from(Contestation, LigneDeFacture, on=Contestation.facturee, attr="facturee")
        .join(Facture)
        .join_from(LigneDeFacture, Enfant)
        .join_from(LigneDeFacture, Activite)
        .join(Lieu)
        .join_from(Contestation, rendue, JOIN.LEFT_OUTER, on=Contestation.rendue == rendue.id, attr="rendue")
        .join(avoir, JOIN.LEFT_OUTER, on=rendue.facture == avoir.id, attr="facture")
        .where(Ligne.demande == demande_id)
        .order_by(LigneDeFacture.rang, Contestation.id)
    )
    return list(requete)


def _seances(facturees: Iterable[LigneDeFacture]) -> dict[int, Seance]:
    ids = [li.seance_id for li in facturees if li.seance_id]
    return {seance.id: seance for seance in Seance.select().where(Seance.id.in_(ids or [0]))}


def _pointages(couples: Iterable[Couple]) -> dict[Couple, str]:
    """What the roll call says of each child on each séance, in a sentence. One query."""
    enfants, seances = {enfant for enfant, _ in couples}, {seance for _, seance in couples}
    requete = (
        Presence.select(Presence, Compte)
        .join(Compte, on=Presence.pointe_par, attr="pointe_par")
        .where(Presence.seance.in_(seances or [0]), Presence.enfant.in_(enfants or [0]))
    )
    dits = {}
    for lu in requete:
        mot = "Présent" if lu.etat == pointage.PRESENT else "Absent"
        sans = ", sans réservation" if lu.sans_reservation else ""
        dit = f"{mot}{sans}, pointé par {lu.pointe_par.nom_complet} le {mots.moment(lu.pointe_le)}"
        dits[lu.enfant_id, lu.seance_id] = mots.phrase(dit)
    return dits


def _histoires(couples: Iterable[Couple]) -> dict[Couple, list[Fait]]:
    """The steps of each booking, the first first. Two queries."""
    enfants, seances = {enfant for enfant, _ in couples}, {seance for _, seance in couples}
    siennes = Reservation.select(Reservation.id, Reservation.enfant, Reservation.seance).where(
        Reservation.enfant.in_(enfants or [0]), Reservation.seance.in_(seances or [0])
    )
    reservations = {ident: (enfant, seance) for ident, enfant, seance in siennes.tuples()}
    requete = (
        Evenement.select(Evenement, Compte)
        .join(Compte, JOIN.LEFT_OUTER)
        .where(
            Evenement.objet == "reservation",
            Evenement.objet_id.in_(list(reservations) or [0]),
            Evenement.vers != "",
        )
        .order_by(Evenement.id)
    )
    histoires: dict[Couple, list[Fait]] = defaultdict(list)
    for fait in requete:
        histoires[reservations[fait.objet_id]].append(Fait(fait.quand, _dire_le_pas(fait)))
    return histoires


def _dire_le_pas(fait: Evenement) -> str:
    """« Claire Moreau demande la réservation : réservé »."""
    vers = w.CRENEAU.etats[fait.vers].libelle.lower()
    pas = w.CRENEAU.transitions.get((fait.de, fait.acte))
    if pas is None:
        return f"Repris à l’ouverture du portail : {vers}"
    return f"{fait.auteur.nom_complet if fait.auteur else 'Le portail'} {pas.libelle} : {vers}"


def _semblables(facturees: Sequence[LigneDeFacture]) -> dict[tuple[int, int], list[LigneSemblable]]:
    """By child and activity, what else is billed of them on that invoice. One query."""
    autres = LigneDeFacture.select().where(
        LigneDeFacture.facture.in_({li.facture_id for li in facturees}),
        LigneDeFacture.id.not_in([li.id for li in facturees]),
    )
    trouvees: dict[tuple[int, int], list[LigneSemblable]] = defaultdict(list)
    for li in autres.order_by(LigneDeFacture.jour, LigneDeFacture.rang):
        trouvees[li.enfant_id, li.activite_id].append(LigneSemblable(quand(li), li.montant, li.explication))
    return trouvees


def _vue(
    contestation: Contestation,
    seance: Seance | None,
    reste: int,
    pointages: Mapping[Couple, str],
    histoires: Mapping[Couple, Sequence[Fait]],
    semblables: Mapping[tuple[int, int], Sequence[LigneSemblable]],
) -> LigneContestee:
    ligne, li, rendue = contestation.ligne, contestation.facturee, contestation.rendue
    couple = (li.enfant_id, li.seance_id or 0)
    return LigneContestee(
        id=ligne.id,
        statut=ligne.statut,
        motif=ligne.motif,
        prenom=li.enfant.prenom,
        nom=li.enfant.nom,
        age=mots.age(li.enfant.naissance, clock.aujourdhui()),
        activite=li.activite.nom,
        lieu=li.activite.lieu.nom,
        jour=li.jour,
        quand=quand(li),
        plage=mots.plage(seance.debut, seance.fin) if seance else "",
        annulee=seance.annulee if seance else "",
        libelle=li.libelle,
        montant=li.montant,
        explication=li.explication,
        reste=reste,
        pointage=pointages.get(couple, "Personne n’a pointé cet enfant ce jour-là.") if seance else "",
        histoire=histoires.get(couple, ()),
        semblables=semblables.get((li.enfant_id, li.activite_id), ()),
        avoir=rendue.facture.numero if rendue else "",
        rendu=-rendue.montant if rendue else 0,
    )
