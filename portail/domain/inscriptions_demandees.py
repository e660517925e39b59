"""The pre-registrations of a demande among the others, as « Mes demandes » tells them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import workflows as w
from models import Activite, Compte, Enfant, Famille, Ligne, Preinscription
from portail import mots
from portail.domain import droits


@dataclass(frozen=True)
class InscriptionVue:
    """One child of a demande of pre-registration, as the family reads it."""

    id: int
    enfant_id: int
    prenom: str
    activite: str
    debut: dt.date
    fin: dt.date
    statut: str
    motif: str
    retirable: bool

    en_liste = False

    @property
    def etat(self) -> w.Etat:
        return w.LIGNE.etats[self.statut]

    @property
    def texte(self) -> str:
        """« Léa, Atelier théâtre, du 4 janvier au 2 juillet 2027 »."""
        return f"{self.prenom}, {self.activite}, {mots.du_au(self.debut, self.fin)}"


def lire(compte: Compte, famille: Famille, demandes: list[int]) -> Iterator[tuple[int, InscriptionVue]]:
    """The pre-registrations of these demandes, without those of a child of whom the account reads nothing.

    Two queries; none when there is no such demande.
    """
    if not demandes:
        return
    regard = droits.regard(compte, famille)
    requete = (
        Ligne.select(
            Ligne.demande,
            Ligne.id,
            Enfant.id,
            Enfant.prenom,
            Activite.nom,
            Preinscription.debut,
            Preinscription.fin,
            Ligne.statut,
            Ligne.motif,
        )
        .join(Preinscription)
        .join(Enfant)
        .switch(Preinscription)
        .join(Activite)
        .where(Ligne.demande.in_(demandes), Preinscription.enfant.in_(list(regard.suit) or [0]))
        .order_by(Enfant.rang, Ligne.id)
        .tuples()
    )
    for demande_id, ident, enfant, prenom, activite, debut, fin, statut, motif in requete:
        decide = enfant in regard.decide
        yield (
            demande_id,
            InscriptionVue(ident, enfant, prenom, activite, debut, fin, statut, motif, decide),
        )
