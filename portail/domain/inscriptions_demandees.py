"""The pre-registrations of a demande among the others, as « Mes demandes » tells them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import workflows as w
from models import Activite, Enfant, Ligne, Preinscription
from portail import mots
from portail.domain.droits import Regard

CHAMPS = ("id", "enfant_id", "prenom", "activite", "debut", "fin", "statut", "motif")


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


def lire(regard: Regard, demandes: list[int]) -> Iterator[tuple[int, InscriptionVue]]:
    """The pre-registrations of these demandes. One query; none when there is no such demande."""
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
        .where(Ligne.demande.in_(demandes))
        .order_by(Enfant.rang, Ligne.id)
        .tuples()
    )
    for demande_id, *lue in requete if demandes else ():
        vue = dict(zip(CHAMPS, lue, strict=True))
        yield demande_id, InscriptionVue(**vue, retirable=vue["enfant_id"] in regard.decide)
