"""Places that several activities share, besides each one's own: a room, the meals of a kitchen. The acts.

Locks: every coming séance of the activities that share it, before and after; then the capacity.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import workflows as w
from models import (
    Activite,
    Capacite,
    CapaciteActivite,
    Compte,
    Lieu,
    Reservation,
    Seance,
    normaliser,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import perimetre
from portail.domain.activites import CHANGE, RESERVE_A
from portail.domain.droits import exiger_la_gestion
from portail.domain.ecriture_de_seances import bouger
from portail.domain.liste_attente import pourvoir
from portail.domain.perimetre import Perimetre
from portail.domain.places import Partage, Places, lire_les_places, prevoir_les_places, verrouiller_les_places
from portail.domain.projet_d_activite import NOM_MAX, PLACES_MAX
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

CREEE, CHANGEE, SUPPRIMEE = "capacite_creee", "capacite_changee", "capacite_supprimee"
INTROUVABLE = "Ces places partagées n’existent pas, ou vous n’en avez pas la charge."


@dataclass(frozen=True)
class Voulue:
    """What a capacity is to be."""

    nom: str
    places: int
    simultanee: bool
    activites: frozenset[int]


@dataclass(frozen=True)
class Depassement:
    """A day, or a séance, of which more is taken than there would be."""

    jour: dt.date
    manque: int


@dataclass(frozen=True)
class EffetDuPartage:
    """What saving it would do."""

    seances: int
    """How many coming séances have other places left."""
    depassements: tuple[Depassement, ...]
    liberees: int
    """On how many of them a place more can be given."""
    attendent: bool
    empreinte: str


# ——— to show ———


@dataclass(frozen=True)
class CapaciteVue:
    id: int
    nom: str
    places: int
    simultanee: bool
    activites: list[str]


def lister(vues: Perimetre) -> list[CapaciteVue]:
    """Those of which every activity is in sight, by name. One query."""
    return [
        CapaciteVue(c.id, c.nom, c.places, c.simultanee, [f"{nom}, {lieu}" for _, nom, lieu, _ in siennes])
        for c, siennes in _lues()
        if _en_vue(vues, siennes)
    ]


def charger(agent: Compte, capacite_id: int) -> tuple[Capacite, frozenset[int]]:
    """This capacity and the ids of its activities, if all of them are in sight."""
    vues = perimetre.du_compte(agent)
    for capacite, siennes in _lues(capacite_id):
        if _en_vue(vues, siennes):
            return capacite, frozenset(ident for ident, *_ in siennes)
    raise Introuvable(INTROUVABLE)


def a_choisir(vues: Perimetre, deja: Collection[int] = ()) -> list[tuple[int, str]]:
    """The activities that may share places: not over, or sharing already; by place and name."""
    requete = Activite.select(Activite.id, Activite.nom, Lieu.nom, Activite.debut, Activite.fin).join(Lieu)
    garde = (Activite.fin >= clock.aujourdhui()) | Activite.id.in_(list(deja) or [0])
    lues = requete.where(garde, *vues.activites()).order_by(Activite.rang, Activite.nom).tuples()
    dits = [(ident, f"{lieu}, {nom} ({mots.du_au(debut, fin)})") for ident, nom, lieu, debut, fin in lues]
    return sorted(dits, key=lambda choix: normaliser(choix[1]))


def prevoir(agent: Compte, capacite_id: int | None, voulue: Voulue) -> EffetDuPartage:
    """What saving it would do; nothing is written. :class:`Refus` beside its field when it cannot be."""
    _verifier(agent, capacite_id, voulue)
    avant = charger(agent, capacite_id) if capacite_id else None
    return _prevoir(voulue, avant, _a_venir(voulue.activites | (avant[1] if avant else frozenset())))


# ——— the acts ———


def enregistrer(agent: Compte, capacite_id: int | None, voulue: Voulue, vu: str) -> Capacite:
    """Make, or change, a capacity. What it frees goes at once to who waits; the open plannings see it.

    :class:`Refus` where more is taken already than there would be; :class:`DejaChange` when that is no
    longer what was shown.
    """
    with write_transaction():
        avant = charger(agent, capacite_id) if capacite_id else None
        touchees = voulue.activites | (avant[1] if avant else frozenset())
        ids = _verrouiller(touchees)
        if capacite_id:
            verrouiller(Capacite, [capacite_id])
        effet = prevoir(agent, capacite_id, voulue)
        if effet.empreinte != vu:
            raise DejaChange(CHANGE)
        if effet.depassements:
            raise Refus(dire_un_depassement(effet.depassements[0]), champ="places")
        capacite = _ecrire(capacite_id, voulue, avant[1] if avant else frozenset())
        acte = CHANGEE if capacite_id else CREEE
        journaliser(capacite, acte, Acteur(agent, w.AGENT), detail=_raconter(voulue))
        bouger(ids)
        _pourvoir(ids)
        return capacite


def supprimer(agent: Compte, capacite_id: int) -> str:
    """Nothing is shared any more; gives its name. What it held back goes at once to who waits."""
    with write_transaction():
        exiger_la_gestion(agent, RESERVE_A)
        capacite, activites = charger(agent, capacite_id)
        ids = _verrouiller(activites)
        verrouiller(Capacite, [capacite_id])
        journaliser(capacite, SUPPRIMEE, Acteur(agent, w.AGENT), detail=capacite.nom)
        CapaciteActivite.delete().where(CapaciteActivite.capacite == capacite_id).execute()
        Capacite.delete().where(Capacite.id == capacite_id).execute()
        bouger(ids)
        _pourvoir(ids)
        return capacite.nom


def dire_un_depassement(d: Depassement) -> str:
    """« Le jeudi 10 décembre, il manquerait 2 places : … »."""
    manque = mots.pluriel(d.manque, "place")
    return f"Le {mots.jour_long(d.jour)}, il manquerait {manque} pour les enfants qui en ont déjà une."


# ——— inside ———


def _verifier(agent: Compte, capacite_id: int | None, voulue: Voulue) -> None:
    exiger_la_gestion(agent, RESERVE_A)
    if not 0 < len(voulue.nom) <= NOM_MAX:
        raise Refus(f"Donnez-leur un nom, de {NOM_MAX} caractères au plus.", champ="nom")
    if not 0 <= voulue.places <= PLACES_MAX:
        raise Refus(f"Le nombre de places va de 0 à {PLACES_MAX}.", champ="places")
    if not voulue.activites:
        raise Refus("Choisissez les activités qui se les partagent.", champ="activites")
    vues = perimetre.du_compte(agent).activites()
    connues = Activite.select().where(Activite.id.in_(sorted(voulue.activites)), *vues).count()
    if connues != len(voulue.activites):
        raise Refus("Choisissez les activités dans la liste.", champ="activites")
    autres = Capacite.select(Capacite.nom).where(Capacite.id != (capacite_id or 0)).tuples()
    if normaliser(voulue.nom) in {normaliser(nom) for (nom,) in autres}:
        raise Refus("D’autres places partagées portent déjà ce nom.", champ="nom")


def _a_venir(activites: Collection[int]) -> list[Seance]:
    requete = Seance.select().where(
        Seance.activite.in_(list(activites) or [0]), Seance.jour >= clock.aujourdhui()
    )
    return list(requete.order_by(Seance.jour, Seance.id))


def _verrouiller(activites: Collection[int]) -> set[int]:
    """Lock all that moves what the days of these activities take; gives the séances to come.

    Those that are past are pointed still; whoever makes séances holds the activity.
    """
    toutes = Seance.select(Seance.id, Seance.jour).where(Seance.activite.in_(list(activites) or [0])).tuples()
    jours, aujourdhui = dict(toutes), clock.aujourdhui()
    a_venir = {ident for ident, jour in jours.items() if jour >= aujourdhui}
    verrouiller_les_places(a_venir, aussi=jours)
    verrouiller(Activite, activites)
    return a_venir


def _prevoir(
    voulue: Voulue, avant: tuple[Capacite, frozenset[int]] | None, seances: Sequence[Seance]
) -> EffetDuPartage:
    partage = Partage(voulue.nom, voulue.places, voulue.simultanee, voulue.activites)
    comptees = Places(((s.activite_id, s) for s in seances if s.activite_id in voulue.activites), [partage])
    manques: dict[dt.date, int] = {}
    for s in seances:
        if s.activite_id in voulue.activites and (manque := comptees.manque(s.id)):
            manques[s.jour] = max(manques.get(s.jour, 0), manque)
    actuelles = lire_les_places((s.activite_id, s) for s in seances)
    liberees = sum(
        actuelles.restantes(s.id) <= 0 < comptees.restantes(s.id)
        for s in seances
        if s.activite_id in voulue.activites and s.prises < s.places
    )
    attendent = _attendent([s.id for s in seances])
    dit = repr(
        (
            avant and (avant[0].nom, avant[0].places, avant[0].simultanee, sorted(avant[1])),
            voulue.nom, voulue.places, voulue.simultanee, sorted(voulue.activites),
            [(s.id, s.prises) for s in seances],
        )
    )  # fmt: skip
    return EffetDuPartage(
        len(seances),
        tuple(Depassement(jour, manque) for jour, manque in sorted(manques.items())),
        liberees,
        attendent,
        hashlib.sha256(dit.encode()).hexdigest()[:16],
    )


def _attendent(seance_ids: Sequence[int]) -> bool:
    la = Reservation.seance.in_(list(seance_ids) or [0]) & (Reservation.statut == w.LISTE_ATTENTE)
    return Reservation.select().where(la).exists()


def _pourvoir(seance_ids: Collection[int]) -> None:
    """Give what is free now, counted again with what is shared now. The séances are locked already."""
    pourvoir(prevoir_les_places(seance_ids), seance_ids, tous=False)


def _ecrire(capacite_id: int | None, voulue: Voulue, avant: frozenset[int]) -> Capacite:
    valeurs = {"nom": voulue.nom, "places": voulue.places, "simultanee": voulue.simultanee}
    if capacite_id is None:
        capacite_id = Capacite.create(**valeurs).id
    else:
        Capacite.update(valeurs).where(Capacite.id == capacite_id).execute()
    parties, neuves = avant - voulue.activites, voulue.activites - avant
    CapaciteActivite.delete().where(
        CapaciteActivite.capacite == capacite_id, CapaciteActivite.activite.in_(sorted(parties) or [0])
    ).execute()
    if neuves:
        rangees = [{"capacite": capacite_id, "activite": ident} for ident in sorted(neuves)]
        CapaciteActivite.insert_many(rangees).execute()
    return Capacite.get_by_id(capacite_id)


def _raconter(voulue: Voulue) -> str:
    comment = "à la fois" if voulue.simultanee else "par jour"
    noms = (
        Activite.select(Activite.nom).where(Activite.id.in_(sorted(voulue.activites))).order_by(Activite.nom)
    )
    activites = ", ".join(nom for (nom,) in noms.tuples())
    return f"{voulue.nom} : {mots.pluriel(voulue.places, 'place')} {comment} ; {activites}"


Sienne = tuple[int, str, str, int]
"""An activity that shares: its id, its name, its place's name and id."""


def _lues(capacite_id: int | None = None) -> list[tuple[Capacite, list[Sienne]]]:
    """The capacities, by name, each with its activities. Two queries."""
    voulues = list(
        Capacite.select() if capacite_id is None else Capacite.select().where(Capacite.id == capacite_id)
    )
    par_id: dict[int, list[Sienne]] = {c.id: [] for c in voulues}
    siennes = (
        CapaciteActivite.select(CapaciteActivite.capacite, Activite.id, Activite.nom, Lieu.nom, Lieu.id)
        .join(Activite)
        .join(Lieu)
        .where(CapaciteActivite.capacite.in_(list(par_id) or [0]))
        .order_by(Lieu.nom, Activite.rang, Activite.id)
        .tuples()
    )
    for ident, *activite in siennes:
        par_id[ident].append(tuple(activite))
    return sorted(((c, par_id[c.id]) for c in voulues), key=lambda lue: normaliser(lue[0].nom))


def _en_vue(vues: Perimetre, siennes: Collection[Sienne]) -> bool:
    """Whether all of it is in sight: half a kitchen is nobody's to set."""
    return vues.entier or bool(siennes) and all(vues.voit_le_lieu(lieu_id) for *_, lieu_id in siennes)
