"""Which demandes of the family are looked at: those that the account may read, then its filters."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from peewee import JOIN, Case, Expression, fn

import workflows as w
from models import (
    ContactHabilite,
    Contestation,
    Demande,
    Enfant,
    Facture,
    Ligne,
    LigneDeFacture,
    Modification,
    Preinscription,
    Reservation,
)
from portail import clock, mots
from portail.domain import droits, payeurs
from portail.domain.droits import Regard

A_VOUS = "a_vous"
"""Not a status: what waits, and for which the town waits for a document from whoever reads."""
ETATS = {
    A_VOUS: "À vous d’agir",
    w.EN_ATTENTE: "En attente",
    w.ACCEPTEE: "Acceptées",
    w.ACCEPTEE_EN_PARTIE: "Acceptées en partie",
    w.REFUSEE: "Refusées",
    w.ANNULEE: "Annulées",
}
TOUTES = 0
"""The number of the page that holds them all: what is printed."""


@dataclass(frozen=True)
class Filtres:
    """What the address asks for; empty: all of it. `du` and `au`: first and last day of deposit, in Paris."""

    etat: str = ""
    nature: str = ""
    enfants: frozenset[int] = frozenset()
    du: dt.date | None = None
    au: dt.date | None = None
    page: int = 1

    @property
    def resserre(self) -> bool:
        return replace(self, page=1) != Filtres()

    @property
    def requete(self) -> dict[str, Any]:
        """The parameters of the address that asks for this."""
        page = "toutes" if self.page == TOUTES else self.page if self.page > 1 else None
        dits = {
            "etat": self.etat or None,
            "nature": self.nature or None,
            "enfant": sorted(self.enfants) or None,
            "du": self.du,
            "au": self.au,
            "page": page,
        }
        return {nom: valeur for nom, valeur in dits.items() if valeur is not None}

    def a_la_page(self, page: int) -> "Filtres":
        return replace(self, page=page)

    def dire(self, prenoms: Mapping[int, str]) -> str:
        """« Refusées, Réservation, Léa, déposées depuis le 1er décembre 2026 »; empty when all are shown."""
        choses = [ETATS.get(self.etat, ""), w.NATURES.get(self.nature, "")]
        choses.append(
            mots.enumeration([prenom for ident, prenom in prenoms.items() if ident in self.enfants])
        )
        if self.du and self.au:
            choses.append(f"déposées {mots.du_au(self.du, self.au)}")
        elif self.du:
            choses.append(f"déposées depuis le {mots.jour_annee(self.du)}")
        elif self.au:
            choses.append(f"déposées jusqu’au {mots.jour_annee(self.au)}")
        return ", ".join(filter(None, choses))


def lisibles(regard: Regard) -> Expression:
    """A condition: the family's demandes, without those that are only of what this account may not read.

    A demande about the bank of the other parent is not even counted: of another adult one is shown a name.
    Nor is one about a child whose activities are not to be read, nor what contests another's invoice.
    """
    modifications = Modification.select(Modification.id).where(
        Modification.demande == Demande.id, droits.modifications_lisibles(regard)
    )
    lues = (
        (_du_dossier() & fn.EXISTS(modifications))
        | _conteste(payeurs.lisibles(regard))
        | (~_du_dossier() & _une_ligne(_suivie(regard)))
    )
    return (Demande.famille == regard.famille) & lues


def choisies(regard: Regard, filtres: Filtres) -> Expression:
    """A condition: what may be read, that these filters keep, whatever its state."""
    condition = lisibles(regard)
    if filtres.nature:
        condition &= Demande.nature == filtres.nature
    if filtres.enfants:
        condition &= _au_sujet_de(regard, filtres.enfants & regard.suit)
    if filtres.du:
        condition &= Demande.deposee_le >= clock.instant(filtres.du, dt.time.min)
    if filtres.au:
        condition &= Demande.deposee_le < clock.instant(filtres.au + dt.timedelta(1), dt.time.min)
    return condition


def dans_l_etat(regard: Regard, etat: str) -> Expression:
    """A condition: of what may be read, what is in this state (a key of `ETATS`)."""
    return a_vous(regard) if etat == A_VOUS else statut_lu(regard) == etat


def compter(regard: Regard, filtres: Filtres) -> dict[str, int]:
    """How many there are in each state (a key of `ETATS`), and in all (""): one query."""
    a_elle = Case(None, [(a_vous(regard), 1)], 0)
    lues = Demande.select(statut_lu(regard).alias("statut"), a_elle.alias("a_elle")).where(
        choisies(regard, filtres)
    )
    comptes = dict.fromkeys(["", *ETATS], 0)
    groupes = lues.select_from(lues.c.statut, lues.c.a_elle, fn.COUNT(lues.c.statut))
    for statut, a_elle, nombre in groupes.group_by(lues.c.statut, lues.c.a_elle).tuples():
        for etat in ("", statut, *([A_VOUS] if a_elle else [])):
            comptes[etat] += nombre
    return comptes


def statut_lu(regard: Regard):
    """The state of a demande as it is told: by the lines that may be read, when some may not.

    Its own would tell what became of the others. The same as `lecture_demandes.statut_des_lignes`.
    """
    suivie = _suivie(regard)
    reste = {s: _une_ligne(suivie & (Ligne.statut == s)) for s in (w.EN_ATTENTE, w.ACCEPTEE, w.REFUSEE)}
    des_lignes = Case(
        None,
        [
            (reste[w.EN_ATTENTE], w.EN_ATTENTE),
            (reste[w.ACCEPTEE] & reste[w.REFUSEE], w.ACCEPTEE_EN_PARTIE),
            (reste[w.ACCEPTEE], w.ACCEPTEE),
            (reste[w.REFUSEE], w.REFUSEE),
        ],
        w.ANNULEE,
    )
    return Case(None, [(_tronquee(regard), des_lignes)], Demande.statut)


def a_vous(regard: Regard) -> Expression:
    """A condition: the town waits for a document, and whoever reads decides for a child that waits."""
    decidee = _enfant().in_(list(regard.decide) or [0])
    return (
        (Demande.statut == w.EN_ATTENTE)
        & (Demande.piece_attendue != "")
        & _une_ligne(decidee & (Ligne.statut == w.EN_ATTENTE))
        & ~_tronquee(regard)
    )


# ——— inside ———


def _du_dossier() -> Expression:
    return Demande.nature == w.NATURE_DOSSIER


def _enfant():
    """The child of a line, whatever the line asks for."""
    return fn.COALESCE(Reservation.enfant, Preinscription.enfant)


def _suivie(regard: Regard) -> Expression:
    return _enfant().in_(list(regard.suit) or [0])


def _une_ligne(condition: Expression) -> Expression:
    """A condition: the demande has such a line. Read as far as the first one.

    Not EXISTS: PostgreSQL would read every line of the town.
    """
    premiere = (
        Ligne.select(Ligne.id)
        .join(Reservation, JOIN.LEFT_OUTER)
        .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
        .where(Ligne.demande == Demande.id, condition)
        .limit(1)
    )
    return fn.COALESCE(premiere, 0) > 0


def _conteste(*conditions: Expression) -> Expression:
    """A condition: it contests lines of invoices, one of them such. Read as far as the first one."""
    premiere = (
        Ligne.select(Ligne.id)
        .join(Contestation)
        .join(LigneDeFacture, on=Contestation.facturee)
        .join(Facture)
        .where(Ligne.demande == Demande.id, *conditions)
        .limit(1)
    )
    return (Demande.nature == w.NATURE_CONTESTATION) & (fn.COALESCE(premiere, 0) > 0)


def _tronquee(regard: Regard) -> Expression:
    """A condition: some of its lines may not be read. Looked at only where a child is not followed."""
    suivis = list(regard.suit) or [0]
    autres = Enfant.select(Enfant.id).where(Enfant.famille == regard.famille, Enfant.id.not_in(suivis))
    return ~_du_dossier() & fn.EXISTS(autres) & _une_ligne(_enfant().not_in(suivis))


def _au_sujet_de(regard: Regard, enfants: frozenset[int]) -> Expression:
    """A condition: what may be read of it is about one of these children, whom the account follows."""
    ids = list(enfants) or [0]
    contacts = ContactHabilite.select(ContactHabilite.id).where(ContactHabilite.enfant.in_(ids))
    d_eux = ((Modification.objet == "enfant") & Modification.objet_id.in_(ids)) | (
        (Modification.objet == "contact_habilite") & Modification.objet_id.in_(contacts)
    )
    modifications = Modification.select(Modification.id).where(
        Modification.demande == Demande.id, droits.modifications_lisibles(regard), d_eux
    )
    return (
        (_du_dossier() & fn.EXISTS(modifications))
        | _conteste(LigneDeFacture.enfant.in_(ids))
        | (~_du_dossier() & _une_ligne(_enfant().in_(ids)))
    )
