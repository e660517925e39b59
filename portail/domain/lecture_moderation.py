"""The agents' queue as it is read: what waits, the oldest first, with all that an answer needs at a glance.

As many queries whatever the number of demandes: the counts (`comptes_moderation.py`), the activities to
choose from, one page of demandes, their lines, the documents that have not come; when similar ones are put
together (`groupes_moderation.py`), what each is about. The demande that is open beside them is read by
`lecture_demande.py`.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from peewee import JOIN, fn

import workflows as w
from models import (
    Compte,
    Demande,
    Famille,
    JourVoulu,
    Ligne,
    Message,
    MotifAbsence,
    NoteInterne,
    Preinscription,
    PriseEnCharge,
    Reservation,
)
from portail import mots
from portail.domain import groupes_moderation
from portail.domain.comptes_moderation import Comptes, compter
from portail.domain.filtres_moderation import (
    ETATS,
    GROUPES,
    TRAITEES,
    Filtres,
    du_fond,
    lire_les_activites,
    meme_activite,
    ordre,
    restriction,
    sous,
)
from portail.domain.groupes_moderation import Groupe
from portail.domain.moderation import SELECTION_MAX, Bilan
from portail.domain.parties_de_rangees import Partie, lire_les_parties
from portail.domain.perimetre import LA_VILLE, Perimetre
from portail.domain.rangees import Rangee, dire_la_liste, incompletes, rangee

PAR_PAGE = groupes_moderation.PAR_PAGE
ECARTEES_DITES = 5
"""How many demandes set aside from a selection are told one by one."""


@dataclass(frozen=True)
class Lot:
    """Rows that are shown together, under a title when similar ones are."""

    rangees: list[Rangee]
    titre: str = ""
    sur: int = 0
    """How many the whole group has."""

    @property
    def ids(self) -> str:
        """What one tick selects: « 12 15 18 », as `forms.moderation.lire_ids` reads it."""
        return " ".join(str(rangee.id) for rangee in self.rangees)

    @property
    def combien(self) -> str:
        """« 12 demandes », « 50 sur 120 »."""
        ici = len(self.rangees)
        return mots.pluriel(ici, "demande") if ici == self.sur else f"{ici} sur {self.sur}"


@dataclass(frozen=True)
class File:
    """One page of the queue, its tabs, and what it can be narrowed to."""

    filtres: Filtres
    compte: Comptes
    activites: list[tuple[int, str]]
    lots: list[Lot]
    pages: int
    avant: int
    """How many demandes the pages before hold."""
    erreurs: tuple[str, ...] = ()
    """What the filters ask for and does not exist, in words."""

    etats = ETATS
    groupes = GROUPES

    @property
    def comptes(self) -> dict[str, int]:
        """How many demandes under each tab, with the same filters."""
        return self.compte.par_etat

    @property
    def traitees_aujourdhui(self) -> int:
        return self.compte.traitees_aujourdhui

    @property
    def rangees(self) -> list[Rangee]:
        return [rangee for lot in self.lots for rangee in lot.rangees]

    @property
    def premiere(self) -> int | None:
        """The demande that is open when none is chosen."""
        return self.rangees[0].id if self.rangees else None

    @property
    def etendue(self) -> str:
        """« 26 à 50 sur 112 »."""
        total = mots.nombre(self.comptes[self.filtres.etat])
        return f"{self.avant + 1} à {self.avant + len(self.rangees)} sur {total}"


class Repondue(Protocol):
    """A demande, whole or as it is read."""

    @property
    def id(self) -> int: ...
    @property
    def statut(self) -> str: ...
    @property
    def deposee_le(self) -> dt.datetime: ...


def file(filtres: Filtres, vu: Perimetre = LA_VILLE, agent: Compte | None = None) -> File:
    """The page of the queue that `filtres` asks for, of what is in sight; past the last one, the last one.

    `agent`: whose demandes are « les miennes ».
    """
    activites = lire_les_activites(vu)
    erreurs: tuple[str, ...] = ()
    if filtres.activite and not meme_activite(activites, filtres.activite):
        filtres, erreurs = (
            replace(filtres, activite=0),
            ("Cette activité n’existe pas : toutes sont montrées.",),
        )
    comptes = compter(filtres, du_fond(filtres, activites), vu, agent)
    conditions = restriction(filtres, activites, agent)
    choix = [(min(ids), nom) for nom, ids in activites]
    if filtres.groupees:
        pages = groupes_moderation.pages(groupes_moderation.grouper(filtres, conditions, activites, vu)) or [
            []
        ]
        page = min(filtres.page, len(pages))
        lots = _lots(pages[page - 1], filtres.etat, agent)
        avant = sum(len(g.ids) for groupes in pages[: page - 1] for g in groupes)
        return File(filtres.a_la_page(page), comptes, choix, lots, len(pages), avant, erreurs)
    combien = max(-(-comptes.par_etat[filtres.etat] // PAR_PAGE), 1)
    filtres = filtres.a_la_page(min(filtres.page, combien))
    ids = file_de(filtres, conditions, vu).paginate(filtres.page, PAR_PAGE)
    rangees = lire_les_rangees(ids, filtres.etat, agent)
    lots = [Lot(rangees)] if rangees else []
    return File(filtres, comptes, choix, lots, combien, (filtres.page - 1) * PAR_PAGE, erreurs)


def file_de(filtres: Filtres, conditions: Iterable = (), vu: Perimetre = LA_VILLE):
    """The ids of the demandes under the tab of `filtres`, in their order."""
    requete = Demande.select(Demande.id).where(sous(filtres.etat, vu), *conditions)
    return requete.order_by(*ordre(filtres.etat))


def suivante(
    filtres: Filtres, apres: Repondue, vu: Perimetre = LA_VILLE, agent: Compte | None = None
) -> int | None:
    """What to show once `apres` is answered: itself while it waits for whoever looks, else the one after it,
    else the first.
    """
    if filtres.etat == TRAITEES or (apres.statut == w.EN_ATTENTE and _attend(apres, vu)):
        return apres.id
    activites = lire_les_activites(vu)
    conditions = restriction(filtres, activites, agent)
    if filtres.groupees:
        groupes = groupes_moderation.grouper(filtres, conditions, activites, vu, en_plus=apres.id)
        return groupes_moderation.suivante(groupes, apres.id)
    attendent = file_de(filtres, conditions, vu).where(Demande.id != apres.id)
    plus_loin = (Demande.deposee_le > apres.deposee_le) | (
        (Demande.deposee_le == apres.deposee_le) & (Demande.id > apres.id)
    )
    return attendent.where(plus_loin).limit(1).scalar() or attendent.limit(1).scalar()


def a_repondre(filtres: Filtres, agent: Compte, vu: Perimetre = LA_VILLE) -> list[int]:
    """What waits of all that the filters keep: the oldest, as many as one gesture answers."""
    if filtres.etat == TRAITEES:
        return []
    conditions = restriction(filtres, lire_les_activites(vu), agent)
    return [ident for (ident,) in file_de(filtres, conditions, vu).limit(SELECTION_MAX).tuples()]


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
    contestations = sum(d.nature == w.NATURE_CONTESTATION for d in bilan.repondues)
    avoirs = ""
    if contestations and acte == w.ACCEPTER:
        avoirs = f" {mots.pluriel(contestations, 'avoir émis', 'avoirs émis')}."
    ecartees = len(bilan.ecartees)
    cote = f" {mots.pluriel(ecartees, 'laissée', 'laissées')} de côté :" if ecartees else ""
    return {
        "phrase": f"{phrase}{dire_la_liste(liste)}.{avoirs}{autrement}{_sans_piece(bilan.repondues)}{cote}",
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


# ——— reading ———


def _attend(demande: Repondue, vu: Perimetre) -> bool:
    """Whether something of this demande, that waits, is left to whoever sees that far."""
    return vu.entier or file_de(Filtres(), vu=vu).where(Demande.id == demande.id).exists()


def _lots(groupes: list[Groupe], etat: str, agent: Compte | None) -> list[Lot]:
    """The rows of these groups, each in its place."""
    ids = [ident for groupe in groupes for ident in groupe.ids]
    lues = {rangee.id: rangee for rangee in lire_les_rangees(ids or [0], etat, agent)}
    return [Lot([lues[i] for i in g.ids if i in lues], g.titre, g.sur) for g in groupes]


def lire_les_rangees(ids: Collection[int], etat: str, agent: Compte | None = None) -> list[Rangee]:
    """These demandes (a list, or the query of a page), with what their lines say. Three queries."""
    # counted: of an EXISTS, PostgreSQL would read the whole table
    demandee = Message.select(fn.COUNT(Message.id)).where(Message.demande == Demande.id, Message.de_la_mairie)
    notes = NoteInterne.select(fn.COUNT(NoteInterne.id)).where(NoteInterne.demande == Demande.id)
    chargee = Compte.alias()
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
            chargee.id,
            chargee.prenom,
            chargee.nom,
            notes,
        )
        .join(Famille)
        .switch(Demande)
        .join(Compte, JOIN.LEFT_OUTER, on=Demande.agent)
        .join_from(Demande, MotifAbsence, JOIN.LEFT_OUTER)
        .join_from(Demande, PriseEnCharge, JOIN.LEFT_OUTER)
        .join(chargee, JOIN.LEFT_OUTER, on=PriseEnCharge.agent == chargee.id)
        .where(Demande.id.in_(ids))
        .order_by(*ordre(etat))
        .tuples()
    )
    parties: dict[int, list[Partie]] = {ident: [] for ident, *_ in demandes}
    for partie in lire_les_parties(list(parties)):
        parties[partie.demande].append(partie)
    sans_piece = incompletes(ident for ident, nature, *_ in demandes if nature == w.NATURE_PREINSCRIPTION)
    moi = agent.id if agent else 0
    return [rangee(demande, parties[demande[0]], demande[0] in sans_piece, moi) for demande in demandes]
