"""The agents' queue as it is read: what waits, the oldest first, with all that an answer needs at a glance.

Five queries whatever the number of demandes: the counts of the tabs, the activities to choose from, one page
of demandes, their lines, the documents that have not come. The demande that is open beside them is read by
`lecture_demande.py`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any, Protocol

from peewee import JOIN, SQL, Case, Select, fn

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Famille,
    JourVoulu,
    Lieu,
    Ligne,
    Message,
    Modification,
    MotifAbsence,
    Preinscription,
    Reservation,
    Seance,
    db,
    normaliser,
)
from portail import clock, mots
from portail.domain.moderation import SELECTION_MAX, Bilan
from portail.domain.perimetre import LA_VILLE, Perimetre
from portail.domain.rangees import Partie, Rangee, dire_la_liste, incompletes, lire_les_parties, rangee

PAR_PAGE = 25

A_TRAITER, EN_RETARD, TRAITEES = "a-traiter", "en-retard", "traitees"
ETATS = {A_TRAITER: "À traiter", EN_RETARD: "En retard", TRAITEES: "Traitées"}
MOTS_CHERCHES = 5
"""How many words of a search are looked at; a single letter names nobody."""
ECARTEES_DITES = 5
"""How many demandes set aside from a selection are told one by one."""


@dataclass(frozen=True)
class Filtres:
    """What part of the queue is looked at: as the address says it."""

    etat: str = A_TRAITER
    nature: str = ""
    activite: int = 0
    q: str = ""
    page: int = 1

    @property
    def requete(self) -> dict[str, Any]:
        """The fields of the address: only those that say something."""
        defaut = Filtres()
        return {nom: valeur for nom, valeur in vars(self).items() if valeur != getattr(defaut, nom)}

    @property
    def resserre(self) -> bool:
        """Whether something other than the tab limits what is shown."""
        return bool(self.nature or self.activite or self.q)

    @property
    def tout(self) -> "Filtres":
        """The same tab, with nothing left out."""
        return Filtres(etat=self.etat)

    def sur(self, etat: str) -> "Filtres":
        """The same, on another tab, from its first page."""
        return replace(self, etat=etat, page=1)

    def a_la_page(self, page: int) -> "Filtres":
        return replace(self, page=page)


@dataclass(frozen=True)
class File:
    """One page of the queue, its tabs, and what it can be narrowed to."""

    filtres: Filtres
    comptes: dict[str, int]
    """How many demandes under each tab, with the same filters."""
    traitees_aujourdhui: int
    activites: list[tuple[int, str]]
    rangees: list[Rangee]
    pages: int
    erreurs: tuple[str, ...] = ()
    """What the filters ask for and does not exist, in words."""

    etats = ETATS
    natures = w.NATURES

    @property
    def premiere(self) -> int | None:
        """The demande that is open when none is chosen."""
        return self.rangees[0].id if self.rangees else None

    @property
    def etendue(self) -> str:
        """« 26 à 50 sur 112 »."""
        avant = (self.filtres.page - 1) * PAR_PAGE
        return f"{avant + 1} à {avant + len(self.rangees)} sur {mots.nombre(self.comptes[self.filtres.etat])}"


class Repondue(Protocol):
    """A demande, whole or as it is read."""

    @property
    def id(self) -> int: ...
    @property
    def statut(self) -> str: ...
    @property
    def deposee_le(self) -> dt.datetime: ...


def file(filtres: Filtres, vu: Perimetre = LA_VILLE) -> File:
    """The page of the queue that `filtres` asks for, of what is in sight; past the last one, the last one."""
    activites = _activites(vu)
    erreurs: tuple[str, ...] = ()
    if filtres.activite and not _meme_activite(activites, filtres.activite):
        filtres, erreurs = (
            replace(filtres, activite=0),
            ("Cette activité n’existe pas : toutes sont montrées.",),
        )
    restriction = _restriction(filtres, activites)
    comptes, aujourdhui = _compter(restriction, vu)
    pages = max(-(-comptes[filtres.etat] // PAR_PAGE), 1)
    filtres = filtres.a_la_page(min(filtres.page, pages))
    choix = [(min(ids), nom) for nom, ids in activites]
    return File(filtres, comptes, aujourdhui, choix, _rangees(restriction, filtres, vu), pages, erreurs)


def file_de(filtres: Filtres, restriction: Iterable = (), vu: Perimetre = LA_VILLE):
    """The ids of the demandes under the tab of `filtres`, in their order."""
    requete = Demande.select(Demande.id).where(_sous(filtres.etat, vu), *restriction)
    return requete.order_by(*_ordre(filtres.etat))


def suivante(filtres: Filtres, apres: Repondue, vu: Perimetre = LA_VILLE) -> int | None:
    """What to show once `apres` is answered: itself while it waits for whoever looks, else the one after it,
    else the first.
    """
    if filtres.etat == TRAITEES or (apres.statut == w.EN_ATTENTE and _attend(apres, vu)):
        return apres.id
    attendent = file_de(filtres, _restriction(filtres, _activites(vu)), vu).where(Demande.id != apres.id)
    plus_loin = (Demande.deposee_le > apres.deposee_le) | (
        (Demande.deposee_le == apres.deposee_le) & (Demande.id > apres.id)
    )
    return attendent.where(plus_loin).limit(1).scalar() or attendent.limit(1).scalar()


def a_repondre(filtres: Filtres, vu: Perimetre = LA_VILLE) -> list[int]:
    """What waits of all that the filters keep: the oldest, as many as one gesture answers."""
    if filtres.etat == TRAITEES:
        return []
    attendent = file_de(filtres, _restriction(filtres, _activites(vu)), vu).limit(SELECTION_MAX)
    return [ident for (ident,) in attendent.tuples()]


def raconter_le_retour(bilan: Bilan) -> dict[str, Any]:
    """What came of an answer taken back, in words; and what could not be, with why."""
    combien, ecartees = len(bilan.repondues), len(bilan.ecartees)
    phrase = mots.pluriel(combien, "réponse annulée", "réponses annulées")
    suite = (
        "la demande attend de nouveau, et la famille n’a rien reçu"
        if combien == 1
        else "les demandes attendent de nouveau, et les familles n’ont rien reçu"
    )
    reste = f" {mots.pluriel(ecartees, 'reste donnée', 'restent données')} :" if ecartees else ""
    return {"phrase": f"{phrase} : {suite}.{reste}", **_dire_les_ecartees(bilan)}


def raconter(bilan: Bilan, acte: str, prevu: int | None = None) -> dict[str, Any]:
    """What came of a selection, in words; and for each demande set aside, the sentence that tells why.

    `prevu`: how many créneaux the preview put on the waiting list; told when it was otherwise in the end.
    """
    fait = "refusée" if acte == w.REFUSER else "acceptée"
    combien = len(bilan.repondues)
    phrase = (
        mots.pluriel(combien, f"demande {fait}", f"demandes {fait}s") if combien else f"Aucune demande {fait}"
    )
    liste = _en_liste(bilan.repondues)
    autrement = ""
    if prevu is not None and acte == w.ACCEPTER and liste > prevu:
        autrement = " Des places ont été prises depuis l’aperçu."
    ecartees = len(bilan.ecartees)
    cote = f" {mots.pluriel(ecartees, 'laissée', 'laissées')} de côté :" if ecartees else ""
    return {
        "phrase": f"{phrase}{dire_la_liste(liste)}.{autrement}{_sans_piece(bilan.repondues)}{cote}",
        **_dire_les_ecartees(bilan),
    }


def _dire_les_ecartees(bilan: Bilan) -> dict[str, Any]:
    return {
        "ecartees": [
            (demande.id, demande.numero, phrase) for demande, phrase in bilan.ecartees[:ECARTEES_DITES]
        ],
        "autres": max(len(bilan.ecartees) - ECARTEES_DITES, 0),
    }


def _sans_piece(demandes: list[Demande]) -> str:
    """« Il manque encore une pièce à la demande n° 2026-00012. »: of those that were accepted."""
    sans = incompletes(d.id for d in demandes if d.nature == w.NATURE_PREINSCRIPTION)
    numeros = [f"n° {demande.numero}" for demande in demandes if demande.id in sans]
    if not numeros:
        return ""
    dits, autres = numeros[:ECARTEES_DITES], len(numeros) - ECARTEES_DITES
    dits += [mots.pluriel(autres, "autre")] if autres > 0 else []
    a_qui = "à la demande" if len(numeros) == 1 else "aux demandes"
    return f" Il manque encore une pièce {a_qui} {mots.enumeration(dits)}."


def _en_liste(demandes: list[Demande]) -> int:
    """How many créneaux of these demandes wait for a place. One query."""
    ids = [demande.id for demande in demandes] or [0]
    reservees = Ligne.select(Ligne.reservation).where(Ligne.demande.in_(ids))
    voulues = (
        JourVoulu.select(JourVoulu.id)
        .join(Preinscription)
        .join(Ligne)
        .where(
            Ligne.demande.in_(ids),
            Ligne.statut == w.ACCEPTEE,
            JourVoulu.seance == Reservation.seance,
            Preinscription.enfant == Reservation.enfant,
        )
    )
    en_liste = Reservation.select().where(
        Reservation.statut == w.LISTE_ATTENTE, Reservation.id.in_(reservees) | fn.EXISTS(voulues)
    )
    return en_liste.count()


# ——— conditions ———


def _sous(etat: str, vu: Perimetre):
    """The demandes of a tab that are in sight. The literals let both engines use the partial indexes."""
    attente = reduce(and_, vu.demandes_a_repondre(), Demande.statut == SQL(f"'{w.EN_ATTENTE}'"))
    if etat == A_TRAITER:
        return attente
    if etat == EN_RETARD:
        return attente & (Demande.a_traiter_avant <= clock.maintenant())
    parties = Demande.statut != SQL(f"'{w.EN_ATTENTE}'")
    parties &= Demande.agent.is_null(False) | (Demande.statut == SQL(f"'{w.ANNULEE}'"))
    return reduce(and_, vu.demandes(), parties)


def _attend(demande: Repondue, vu: Perimetre) -> bool:
    """Whether something of this demande, that waits, is left to whoever sees that far."""
    return vu.entier or file_de(Filtres(), vu=vu).where(Demande.id == demande.id).exists()


def _ordre(etat: str):
    """The oldest first; answered ones, the last answer first."""
    if etat == TRAITEES:
        return Demande.repondue_le.desc(), Demande.id.desc()
    return Demande.deposee_le, Demande.id


def _restriction(filtres: Filtres, activites: list[tuple[str, frozenset[int]]]) -> list:
    conditions = []
    if filtres.nature:
        conditions.append(Demande.nature == filtres.nature)
    if filtres.activite:
        ids = sorted(_meme_activite(activites, filtres.activite)) or [0]
        reservees = Ligne.select(Ligne.demande).join(Reservation).join(Seance).where(Seance.activite.in_(ids))
        inscriptions = Preinscription.select(Preinscription.id).where(Preinscription.activite.in_(ids))
        inscrites = Ligne.select(Ligne.demande).where(
            Ligne.preinscription.is_null(False),  # most lines have none: what is left is estimated better
            Ligne.preinscription.in_(inscriptions),
        )
        conditions.append(Demande.id.in_(reservees) | Demande.id.in_(inscrites))
    conditions += [_nomme(mot) for mot in mots_cherches(filtres.q)]
    return conditions


def mots_cherches(q: str) -> list[str]:
    """The words of a search, as names are compared."""
    return [mot for mot in normaliser(q).split() if len(mot) > 1][:MOTS_CHERCHES]


def _nomme(mot: str):
    """The demandes whose family, code abonné or child begins or goes on like `mot`.

    The families are narrowed first: lines are only read where it is not the family that is named.
    """
    familles = Famille.select(Famille.id).where(
        Famille.recherche.contains(mot) | Famille.code_abonne.startswith(mot)
    )
    parents = Enfant.select(Enfant.famille).where(Enfant.recherche.contains(mot))
    enfants = [
        Ligne.select(Ligne.id)
        .join(objet)
        .join(Enfant)
        .where(Ligne.demande == Demande.id, Enfant.recherche.contains(mot))
        for objet in (Reservation, Preinscription)
    ]
    fiches = (
        Modification.select(Modification.id)
        .join(Enfant, on=(Modification.objet == "enfant") & (Modification.objet_id == Enfant.id))
        .where(Modification.demande == Demande.id, Enfant.recherche.contains(mot))
    )
    par_un_enfant = fn.EXISTS(enfants[0]) | fn.EXISTS(enfants[1]) | fn.EXISTS(fiches)
    nommee = Demande.famille.in_(familles) | par_un_enfant
    return Demande.famille.in_(familles | parents) & nommee


def _activites(vu: Perimetre) -> list[tuple[str, frozenset[int]]]:
    """The activities to choose from, one for all the years of the same one in the same place."""
    groupes: dict[str, set[int]] = {}
    requete = Activite.select(Activite.id, Activite.nom, Lieu.nom).join(Lieu)
    requete = requete if vu.entier else requete.where(*vu.activites())
    for ident, nom, lieu in requete.order_by(Activite.rang, Activite.nom, Lieu.nom, Activite.id).tuples():
        groupes.setdefault(f"{nom}, {lieu}", set()).add(ident)
    return [(nom, frozenset(ids)) for nom, ids in groupes.items()]


def _meme_activite(activites: list[tuple[str, frozenset[int]]], ident: int) -> frozenset[int]:
    return next((ids for _, ids in activites if ident in ids), frozenset())


# ——— reading ———


def _compter(restriction: list, vu: Perimetre) -> tuple[dict[str, int], int]:
    """How many under each tab, and how many were answered today whatever the filters. One query."""
    minuit = clock.instant(clock.aujourdhui(), dt.time())
    du_jour = (Demande.repondue_le >= minuit) & Demande.agent.is_null(False)
    ce_jour = _combien().where(_sous(TRAITEES, vu), du_jour)
    if restriction:  # the filters are gone through once, for all the tabs
        comptes = [fn.COUNT(Case(None, [(_sous(etat, vu), 1)])) for etat in ETATS]
        requete = Demande.select(*comptes, ce_jour).where(*restriction)
    else:  # each tab has an index of its own
        requete = Select(columns=[*(_combien().where(_sous(etat, vu)) for etat in ETATS), ce_jour]).bind(db)
    *par_etat, aujourdhui = requete.tuples().execute()[0]
    return dict(zip(ETATS, par_etat, strict=True)), aujourdhui


def _combien():
    return Demande.select(fn.COUNT(Demande.id))


def _rangees(restriction: list, filtres: Filtres, vu: Perimetre) -> list[Rangee]:
    """One page of demandes, with what their lines say. Three queries."""
    page = file_de(filtres, restriction, vu).paginate(filtres.page, PAR_PAGE)
    # counted: of an EXISTS, PostgreSQL would read the whole table
    demandee = Message.select(fn.COUNT(Message.id)).where(Message.demande == Demande.id, Message.de_la_mairie)
    demandes = list(
        Demande.select(
            Demande.id,
            Demande.nature,
            Demande.statut,
            Demande.deposee_le,
            Demande.a_traiter_avant,
            Demande.repondue_le,
            Famille.nom,
            Compte.prenom,
            Compte.nom,
            Demande.piece_attendue,
            demandee,
            MotifAbsence.nom,
        )
        .join(Famille)
        .switch(Demande)
        .join(Compte, JOIN.LEFT_OUTER, on=Demande.agent)
        .join_from(Demande, MotifAbsence, JOIN.LEFT_OUTER)
        .where(Demande.id.in_(page))
        .order_by(*_ordre(filtres.etat))
        .tuples()
    )
    parties: dict[int, list[Partie]] = {ident: [] for ident, *_ in demandes}
    for partie in lire_les_parties(list(parties)):
        parties[partie.demande].append(partie)
    sans_piece = incompletes(ident for ident, nature, *_ in demandes if nature == w.NATURE_PREINSCRIPTION)
    return [rangee(demande, parties[demande[0]], demande[0] in sans_piece) for demande in demandes]
