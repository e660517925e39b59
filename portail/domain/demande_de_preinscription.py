"""A demande of pre-registration as an agent reads it, child by child: who, from where, the days, the places.

A number of queries that grows neither with the children nor with the days.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import JOIN, fn

import workflows as w
from models import (
    Activite,
    Demande,
    Enfant,
    JourVoulu,
    LienParental,
    Lieu,
    Ligne,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
)
from portail import clock, mots
from portail.domain import documents
from portail.domain.demande_de_creneaux import historique
from portail.domain.demande_ouverte import Enveloppe, uniques
from portail.domain.jours_demandes import JoursDemandes, grouper
from portail.domain.parties_de_preinscription import EnfantVu, Fratrie, MessageVu, PieceVue
from portail.domain.perimetre import Perimetre
from portail.domain.places import Places, lire_les_places
from portail.domain.rangees import ATTEND_LA_FAMILLE, dire_la_liste, dire_le_suivi
from portail.domain.regles_preinscription import Autre, obstacle_acceptation
from portail.domain.repartition import Part, repartir


@dataclass(frozen=True)
class InscriptionsVues(Enveloppe[EnfantVu]):
    """A demande of pre-registration, open in front of an agent."""

    piece_attendue: str = ""
    jours: list[JoursDemandes] = field(default_factory=list)
    fratrie: list[Fratrie] = field(default_factory=list)
    messages: list[MessageVu] = field(default_factory=list)
    recues: list[PieceVue] = field(default_factory=list)
    manquantes: list[str] = field(default_factory=list)
    """The documents that the activity asks for and that have not come."""

    partie = "inscription"

    @property
    def titre(self) -> str:
        """« Pré-inscription pour Léa et Noé Moreau »."""
        nature, noms = w.NATURES[self.nature], {ligne.nom for ligne in self.lignes}
        if len(noms) == 1:
            return f"{nature} pour {mots.enumeration(uniques(e.prenom for e in self.lignes))} {noms.pop()}"
        qui = mots.enumeration(uniques(e.nom_complet for e in self.lignes))
        return f"{nature} pour {qui}" if qui else nature

    @property
    def enfants(self) -> list[str]:
        return uniques(e.prenom for e in self.lignes)

    @property
    def activites(self) -> list[str]:
        """« Accueil du soir, Groupe scolaire Jean-Zay »."""
        return uniques(f"{e.activite}, {e.lieu}" for e in self.lignes)

    @property
    def periodes(self) -> list[str]:
        return uniques(e.periode for e in self.lignes)

    @property
    def actes(self) -> frozenset[str]:
        if self.a_moi or not self.attendues:
            return frozenset()
        possibles = {t.acte for t in w.PREINSCRIPTION.actes(w.DEMANDE_EN_COURS, w.AGENT)}
        return frozenset(possibles if any(e.acceptable for e in self.attendues) else possibles & {w.REFUSER})

    @property
    def resume(self) -> str:
        """« Accueil du soir, du 4 janvier au 2 juillet 2027 »."""
        return ", ".join([*uniques(e.activite for e in self.lignes), *self.periodes])

    @property
    def precision(self) -> str:
        return dire_la_liste(sum(len(e.part.en_liste) for e in self.lignes if e.statut == w.ACCEPTEE))

    @property
    def issues(self) -> str:
        """« acceptée pour Léa, refusée pour Noé »."""
        if len({e.statut for e in self.lignes}) == 1:
            return ""
        siens = {statut: [e.prenom for e in self.lignes if e.statut == statut] for statut in w.LIGNE.codes}
        return ", ".join(
            f"{w.LIGNE.etats[statut].libelle.lower()} pour {mots.enumeration(prenoms)}"
            for statut, prenoms in siens.items()
            if prenoms and statut != w.EN_ATTENTE
        )

    @property
    def compte_rendu(self) -> str:
        dit = super().compte_rendu
        inscrit = any(e.statut == w.ACCEPTEE for e in self.lignes)
        return f"{dit} {self.a_demander}" if inscrit and self.a_demander else dit

    @property
    def suivi(self) -> str:
        """« Attend la famille », « La famille a répondu »."""
        return dire_le_suivi(self.statut, self.piece_attendue, any(m.de_la_mairie for m in self.messages))

    @property
    def attend_la_famille(self) -> bool:
        return self.suivi == ATTEND_LA_FAMILLE

    @property
    def a_demander(self) -> str:
        """What could be asked of the family: the documents that are missing."""
        return f"Il manque : {mots.enumeration(self.manquantes)}." if self.manquantes else ""


def lire(enveloppe: Mapping[str, Any], vu: Perimetre) -> InscriptionsVues:
    """The demande of which `enveloppe` is already read. `vu`: how far whoever reads it sees."""
    demande_id, famille_id = enveloppe["id"], enveloppe["famille_id"]
    lignes = list(_lignes(demande_id))
    inscriptions = [ligne.preinscription for ligne in lignes]
    ids = {inscription.activite_id for inscription in inscriptions}
    autres = list(_autres(famille_id, ids))
    voulus, seances = _jours(inscriptions)
    statuts, places = _statuts(inscriptions, seances), _compter(seances)
    obstacles = {ligne.id: _obstacle(ligne, autres) for ligne in lignes}
    siennes = {li.id for li in lignes if vu.voit_le_lieu(li.preinscription.activite.lieu_id)}
    promises = [
        li.preinscription
        for li in lignes
        if li.statut == w.EN_ATTENTE and not obstacles[li.id] and li.id in siennes
    ]
    parts = repartir(promises, voulus, places, statuts)
    communes = _communes(inscriptions)
    recues = documents.de_la_demande(demande_id)
    demandees = [p for i in inscriptions for p in documents.pieces(i.activite.pieces)]
    return InscriptionsVues(
        **enveloppe,
        lignes=[
            _vu(
                ligne,
                obstacles[ligne.id],
                parts.get(ligne.preinscription_id) or _present(ligne, voulus, seances, statuts),
                communes,
                ligne.id not in siennes,
            )
            for ligne in lignes
        ],
        historique=historique(famille_id, demande_id, ids),
        piece_attendue=lignes[0].demande.piece_attendue if lignes else "",
        jours=grouper(inscriptions, voulus, seances),
        fratrie=_fratrie(inscriptions, autres),
        messages=MessageVu.de_la_demande(demande_id),
        recues=[PieceVue.du(d) for d in recues],
        manquantes=documents.manquants(demandees, (d.piece for d in recues)),
    )


# ——— inside ———


def _lignes(demande_id: int) -> Iterable[Ligne]:
    """The lines with their child, its school, the activity and its place, the children in their order."""
    ecole = Lieu.alias()
    return (
        Ligne.select(Ligne, Demande.piece_attendue, Preinscription, Enfant, ecole, Activite, Lieu)
        .join(Demande)
        .join_from(Ligne, Preinscription)
        .join(Enfant)
        .join(ecole, JOIN.LEFT_OUTER, on=Enfant.ecole == ecole.id, attr="ecole")
        .join_from(Preinscription, Activite)
        .join(Lieu)
        .where(Ligne.demande == demande_id)
        .order_by(Enfant.rang, Ligne.id)
    )


def _vu(
    ligne: Ligne, obstacle: str, part: Part, communes: Mapping[int, list[str]], ailleurs: bool
) -> EnfantVu:
    inscription, enfant = ligne.preinscription, ligne.preinscription.enfant
    ecole = enfant.ecole.nom if enfant.ecole_id else ""
    return EnfantVu(
        id=ligne.id,
        statut=ligne.statut,
        motif=ligne.motif,
        prenom=enfant.prenom,
        nom=enfant.nom,
        age=mots.age(enfant.naissance, inscription.debut),
        commune=mots.enumeration(communes.get(enfant.id, [])),
        ecole=", ".join(filter(None, (ecole, enfant.classe))),
        activite=inscription.activite.nom,
        lieu=inscription.activite.lieu.nom,
        debut=inscription.debut,
        fin=inscription.fin,
        obstacle=obstacle,
        part=part,
        ailleurs=ailleurs,
    )


def _obstacle(ligne: Ligne, autres: Iterable[Preinscription]) -> str:
    """Why this child can only be refused: what the act would say."""
    if ligne.statut != w.EN_ATTENTE:
        return ""
    inscription = ligne.preinscription
    siennes = [
        Autre(a.debut, a.fin, a.statut)
        for a in autres
        if (a.enfant_id, a.activite_id) == (inscription.enfant_id, inscription.activite_id)
        and a.statut == w.RESERVATION_POSSIBLE
        and a.id != inscription.id
    ]
    obstacle = obstacle_acceptation(
        inscription.activite,
        inscription.enfant.naissance,
        inscription.debut,
        inscription.fin,
        siennes,
        clock.aujourdhui(),
    )
    return obstacle.phrase if obstacle else ""


def _jours(inscriptions: Sequence[Preinscription]) -> tuple[dict[int, list[int]], dict[int, Seance]]:
    """The séances that each asks for, in the order of time; and these, with how many wait there."""
    ids = [inscription.id for inscription in inscriptions] or [0]
    siens = JourVoulu.select(JourVoulu.seance).where(JourVoulu.preinscription.in_(ids))
    en_liste = (
        Reservation.select(fn.COUNT(Reservation.id))
        .where(Reservation.seance == Seance.id, Reservation.statut == w.LISTE_ATTENTE)
        .alias("en_liste")
    )
    requete = Seance.select(Seance, en_liste).where(Seance.id.in_(siens))
    seances = {seance.id: seance for seance in requete.order_by(Seance.jour, Seance.debut, Seance.id)}
    rangs = {ident: rang for rang, ident in enumerate(seances)}
    voulus: dict[int, list[int]] = {}
    couples = JourVoulu.select(JourVoulu.preinscription, JourVoulu.seance)
    for inscription_id, seance_id in couples.where(JourVoulu.preinscription.in_(ids)).tuples():
        voulus.setdefault(inscription_id, []).append(seance_id)
    return {ident: sorted(siennes, key=rangs.__getitem__) for ident, siennes in voulus.items()}, seances


def _compter(seances: Mapping[int, Seance]) -> Places:
    """The places of these séances; each is told how many are left before any is given: `restantes`."""
    places = lire_les_places((seance.activite_id, seance) for seance in seances.values())
    for ident, seance in seances.items():
        seance.restantes = places.restantes(ident)
    return places


def _statuts(inscriptions: Iterable[Preinscription], seances: Iterable[int]) -> dict[tuple[int, int], str]:
    """What these children have on these séances."""
    requete = Reservation.select(Reservation.enfant, Reservation.seance, Reservation.statut).where(
        Reservation.enfant.in_([i.enfant_id for i in inscriptions] or [0]),
        Reservation.seance.in_(list(seances) or [0]),
    )
    return {(enfant, seance): statut for enfant, seance, statut in requete.tuples()}


def _present(
    ligne: Ligne,
    voulus: Mapping[int, Sequence[int]],
    seances: Mapping[int, Seance],
    statuts: Mapping[tuple[int, int], str],
) -> Part:
    """What the days of a line that is answered, or that cannot be accepted, have become."""
    part, enfant_id = Part(), ligne.preinscription.enfant_id
    if ligne.statut != w.ACCEPTEE:
        return part
    for ident in voulus.get(ligne.preinscription_id, ()):
        statut = statuts.get((enfant_id, ident), w.NON_RESERVE)
        if statut in w.OCCUPENT_UNE_PLACE:
            part.reserves.append(seances[ident])
        elif statut == w.LISTE_ATTENTE:
            part.en_liste.append(seances[ident])
    return part


def _communes(inscriptions: Iterable[Preinscription]) -> dict[int, list[str]]:
    """By child, where those who have authority over it live."""
    requete = (
        LienParental.select(LienParental.enfant, Responsable.commune)
        .join(Responsable)
        .where(
            LienParental.enfant.in_([i.enfant_id for i in inscriptions] or [0]),
            LienParental.droit == "plein",
            Responsable.commune != "",
        )
        .order_by(Responsable.rang, Responsable.id)
    )
    communes: dict[int, list[str]] = {}
    for enfant_id, commune in requete.tuples():
        communes[enfant_id] = uniques([*communes.get(enfant_id, []), commune])
    return communes


def _autres(famille_id: int, activites: Iterable[int]) -> Iterable[Preinscription]:
    """What the children of the family have, or have asked for, in these activities."""
    return (
        Preinscription.select(Preinscription, Enfant)
        .join(Enfant)
        .where(
            Enfant.famille == famille_id,
            Preinscription.activite.in_(list(activites) or [0]),
            Preinscription.statut.in_((w.DEMANDE_EN_COURS, w.RESERVATION_POSSIBLE)),
        )
        .order_by(Enfant.rang, Preinscription.debut, Preinscription.id)
    )


def _fratrie(inscriptions: Sequence[Preinscription], autres: Iterable[Preinscription]) -> list[Fratrie]:
    """The others of the family who are there, or have asked to be, on some of these days."""
    siennes = {inscription.id for inscription in inscriptions}
    debut = min((i.debut for i in inscriptions), default=dt.date.max)
    fin = max((i.fin for i in inscriptions), default=dt.date.min)
    dits = {w.DEMANDE_EN_COURS: "demande en cours", w.RESERVATION_POSSIBLE: "inscription acceptée"}
    return [
        Fratrie(a.enfant.prenom, f"{dits[a.statut]}, {mots.du_au(a.debut, a.fin)}")
        for a in autres
        if a.id not in siennes and a.debut <= fin and a.fin >= debut
    ]
