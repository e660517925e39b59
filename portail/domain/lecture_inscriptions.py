"""What the children of a family are registered in, as an agent reads it: those that run first."""

import datetime as dt
from dataclasses import dataclass

import workflows as w
from models import Activite, Enfant, Lieu, Preinscription
from portail import clock, mots
from portail.domain.perimetre import Perimetre


@dataclass(frozen=True)
class InscriptionVue:
    """One child in one activity, for one period."""

    id: int
    enfant: str
    activite: str
    """« Cantine, Groupe scolaire Jean-Zay »."""
    debut: dt.date
    fin: dt.date
    etat: w.Etat

    @property
    def periode(self) -> str:
        return mots.du_au(self.debut, self.fin)

    @property
    def en_cours(self) -> bool:
        """It can still be ended, or answered."""
        return self.etat.code in (w.DEMANDE_EN_COURS, w.RESERVATION_POSSIBLE)

    @property
    def peut_finir(self) -> bool:
        return self.etat.code == w.RESERVATION_POSSIBLE

    @property
    def exemple(self) -> dt.date:
        """A day on which it could end, to show how one is typed."""
        return max(self.debut, clock.aujourdhui())

    @property
    def veille(self) -> dt.date:
        """The day before its first one: ended on that day, it is cancelled."""
        return self.debut - dt.timedelta(1)

    @property
    def quoi(self) -> str:
        """What tells this one from the others."""
        return f"{self.enfant}, {self.activite}, {self.periode}"


def de_la_famille(famille_id: int, vu: Perimetre) -> list[InscriptionVue]:
    """Those of all its children, in the places in sight, by child and activity, the last period first.

    One query.
    """
    requete = (
        Preinscription.select(Preinscription, Enfant, Activite, Lieu)
        .join(Enfant)
        .join_from(Preinscription, Activite)
        .join(Lieu)
        .where(Enfant.famille == famille_id, *vu.activites())
        .order_by(Enfant.rang, Enfant.id, Activite.rang, Activite.nom, Preinscription.debut.desc())
    )
    return [vue(inscription) for inscription in requete]


def vue(inscription: Preinscription) -> InscriptionVue:
    activite = inscription.activite
    return InscriptionVue(
        id=inscription.id,
        enfant=inscription.enfant.prenom,
        activite=f"{activite.nom}, {activite.lieu.nom}",
        debut=inscription.debut,
        fin=inscription.fin,
        etat=w.etat_preinscription(inscription.statut, inscription.fin, clock.aujourdhui()),
    )
