"""How far a member of the staff sees: every place of the town, or those that the account is limited to.

What is out of sight does not exist for that account (404). A demande is seen whole as soon as one of its
lines is in sight, but only the lines in sight are answered; what is about the family file is seen by whoever
sees the family.
"""

from collections.abc import Collection
from dataclasses import dataclass

from peewee import Expression, ModelSelect, fn

import workflows as w
from models import (
    ROLES_GESTION,
    Activite,
    Affectation,
    Compte,
    Demande,
    Enfant,
    Famille,
    Ligne,
    Preinscription,
    Reservation,
    Seance,
)
from portail.domain.refus import Interdit, Introuvable

INTROUVABLE = "Cette page n’existe pas, ou vous n’en avez pas la charge."


@dataclass(frozen=True)
class Perimetre:
    """The places in sight: all of the town when `lieux` is None. Each method gives a condition of a query."""

    lieux: frozenset[int] | None = None

    @property
    def entier(self) -> bool:
        """Whether nothing is out of sight."""
        return self.lieux is None

    def voit_le_lieu(self, lieu_id: int | None) -> bool:
        """Whether this place is in sight; what has none is the whole town's."""
        return self.lieux is None or lieu_id in self.lieux

    def activites(self) -> list[Expression]:
        """Conditions on `Activite`."""
        return [] if self.lieux is None else [Activite.lieu.in_(self._ids)]

    def seances(self) -> list[Expression]:
        """Conditions on `Seance`."""
        return [] if self.lieux is None else [Seance.activite.in_(self._activites())]

    def enfants(self) -> list[Expression]:
        """Conditions on `Enfant`: at a school in sight, or registered, or to be, in what is done there."""
        if self.lieux is None:
            return []
        inscrit = Preinscription.select(Preinscription.id).where(
            Preinscription.enfant == Enfant.id,
            Preinscription.statut.not_in((w.REFUSEE, w.ANNULEE)),
            Preinscription.activite.in_(self._activites()),
        )
        return [Enfant.ecole.in_(self._ids) | fn.EXISTS(inscrit)]

    def familles(self) -> list[Expression]:
        """Conditions on `Famille`: one of its children is in sight, or it has none yet."""
        if self.lieux is None:
            return []
        sien = Enfant.select(Enfant.id).where(Enfant.famille == Famille.id)
        return [fn.EXISTS(sien.where(*self.enfants())) | ~fn.EXISTS(sien)]

    def lignes(self) -> list[Expression]:
        """Conditions on `Ligne`: about an activity in sight."""
        if self.lieux is None:
            return []
        creneau = (
            Reservation.select(Reservation.id)
            .join(Seance)
            .where(Reservation.id == Ligne.reservation, *self.seances())
        )
        inscription = Preinscription.select(Preinscription.id).where(
            Preinscription.id == Ligne.preinscription, Preinscription.activite.in_(self._activites())
        )
        return [fn.EXISTS(creneau) | fn.EXISTS(inscription)]  # line by line: none reads all of a place

    def demandes(self) -> list[Expression]:
        """Conditions on `Demande`: one of its lines is in sight, or the family of what changes the file."""
        return self._demandes()

    def demandes_a_repondre(self) -> list[Expression]:
        """The same, of demandes that wait: what is left to answer in them is in sight."""
        return self._demandes(Ligne.statut == w.EN_ATTENTE)

    def _demandes(self, *de_lignes: Expression) -> list[Expression]:
        if self.lieux is None:
            return []
        sienne = Ligne.select(Ligne.id).where(Ligne.demande == Demande.id, *de_lignes, *self.lignes())
        visible = Famille.select(Famille.id).where(Famille.id == Demande.famille, *self.familles())
        du_dossier = (Demande.nature == w.NATURE_DOSSIER) & fn.EXISTS(visible)
        return [du_dossier | fn.EXISTS(sienne)]

    @property
    def _ids(self) -> list[int]:
        return sorted(self.lieux or [0])

    def _activites(self) -> ModelSelect:
        return Activite.select(Activite.id).where(Activite.lieu.in_(self._ids))


LA_VILLE = Perimetre()
"""Every place."""


def du_compte(compte: Compte) -> Perimetre:
    """How far this account sees. One query."""
    lieux = [lieu for (lieu,) in _lieux(compte).tuples()]
    return Perimetre(frozenset(lieux)) if lieux else LA_VILLE


def exiger_la_famille(compte: Compte, famille_id: int) -> None:
    """Unless the family is in sight, :class:`Introuvable`. In the transaction of an act, or before a page."""
    _exiger(Famille.select(Famille.id).where(Famille.id == famille_id, *du_compte(compte).familles()))


def exiger_l_enfant(compte: Compte, enfant_id: int) -> None:
    """:class:`Introuvable` unless the family of the child is in sight."""
    la_sienne = Enfant.select(Enfant.famille).where(Enfant.id == enfant_id)
    _exiger(Famille.select(Famille.id).where(Famille.id.in_(la_sienne), *du_compte(compte).familles()))


def exiger_la_seance(compte: Compte, seance_id: int) -> None:
    """:class:`Introuvable` unless the séance is in sight."""
    _exiger(Seance.select(Seance.id).where(Seance.id == seance_id, *du_compte(compte).seances()))


def exiger_les_seances(compte: Compte, seances: Collection[int]) -> None:
    """:class:`Introuvable` unless all these séances are in sight."""
    vu = du_compte(compte)
    requete = Seance.select(Seance.id).where(Seance.id.in_(list(seances) or [0]), *vu.seances())
    if not vu.entier and requete.count() < len(set(seances)):
        raise Introuvable(INTROUVABLE)


def exiger_l_activite(compte: Compte, activite_id: int) -> None:
    """:class:`Introuvable` unless the activity is in sight."""
    _exiger(Activite.select(Activite.id).where(Activite.id == activite_id, *du_compte(compte).activites()))


def exiger_la_demande(compte: Compte, demande_id: int) -> None:
    """:class:`Introuvable` unless the demande is in sight."""
    _exiger(Demande.select(Demande.id).where(Demande.id == demande_id, *du_compte(compte).demandes()))


def exiger_toute_la_ville(compte: Compte) -> None:
    """Who sets the town up: :class:`Interdit` for the others, 404 for whoever is limited to places."""
    if compte.role not in ROLES_GESTION:
        raise Interdit("Seuls les gestionnaires règlent le portail.")
    exiger_tous_les_lieux(compte)


def exiger_tous_les_lieux(compte: Compte) -> None:
    """What is of no place, as money is: it does not exist for whoever is limited to some."""
    if not du_compte(compte).entier:
        raise Introuvable(INTROUVABLE)


def _lieux(compte: Compte) -> ModelSelect:
    return Affectation.select(Affectation.lieu).where(Affectation.compte == compte)


def _exiger(requete: ModelSelect) -> None:
    if not requete.exists():
        raise Introuvable(INTROUVABLE)


def lieux_de(comptes: Collection[int]) -> dict[int, list[int]]:
    """The places that each of these accounts is limited to. One query."""
    trouves: dict[int, list[int]] = {ident: [] for ident in comptes}
    requete = Affectation.select(Affectation.compte, Affectation.lieu).where(
        Affectation.compte.in_(list(comptes) or [0])
    )
    for compte_id, lieu_id in requete.order_by(Affectation.lieu).tuples():
        trouves[compte_id].append(lieu_id)
    return trouves
