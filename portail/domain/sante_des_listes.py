"""What a list says of health, once an act asked: the diet, and that there is something to know. No text.

The reason of a diet is nobody's (CNIL, NS-058), what a child is allergic to and what the PAI says are read on
the child's sheet. What is opened here is told to the families by the journal (`listes.py`).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from models import Abonnement, Compte, Enfant
from portail.domain import champs
from portail.domain.tableaux import Colonne
from portail.domain.transitions import en_lots

DE_SANTE = (Colonne("Régime"), Colonne("Alertes"))
SANS_RESTRICTION, SANS_PORC, SANS_VIANDE = (code for code, _ in champs.REGIMES)
D_UN_PROCHE = ("voir avec un collègue", "")
"""Said of the agent's own family: another one reads it."""


@dataclass(frozen=True)
class Sante:
    """What of a child's sealed sheet a list needs."""

    regime: str
    allergie: bool
    pai: bool
    """Whether there is one, good on the day of the list."""

    @property
    def alertee(self) -> bool:
        return self.allergie or self.pai

    @property
    def en_mots(self) -> tuple[str, str]:
        """« Sans porc », « PAI, allergie »; nothing is said of what is usual."""
        alertes = [mot for mot, vrai in (("PAI", self.pai), ("allergie", self.allergie)) if vrai]
        regime = dict(champs.REGIMES)[self.regime] if self.regime else ""
        return regime, ", ".join(alertes)


def lire(enfants: Iterable[int], jour: dt.date) -> dict[int, Sante]:
    """By child, what is sealed, as it is on this day."""
    return {ident: du_jour(boite, jour) for ident, boite in ouvrir(enfants).items()}


def ouvrir(enfants: Iterable[int]) -> dict[int, dict[str, str]]:
    """By child, the sealed part of its sheet. A query for each lot, each child opened once."""
    boites: dict[int, dict[str, str]] = {}
    for lot in en_lots(sorted(set(enfants))):
        requete = Enfant.select(Enfant.id, Enfant.sante).where(Enfant.id.in_(lot)).tuples()
        boites |= {ident: champs.ouvrir(scellee) for ident, scellee in requete}
    return boites


def du_jour(boite: dict[str, str], jour: dt.date) -> Sante:
    """What the list of this day says of it."""
    regime = boite.get("regime", "")
    debut, fin = boite.get("pai_debut", ""), boite.get("pai_fin", "")
    return Sante(
        regime if regime in dict(champs.REGIMES) else SANS_RESTRICTION,
        bool(boite.get("allergies", "").strip()),
        bool(debut or fin) and debut <= jour.isoformat() <= (fin or "9999"),
    )


def familles_de_l_agent(agent: Compte) -> set[int]:
    """The families that this account is, or was, subscribed to."""
    requete = Abonnement.select(Abonnement.famille).where(Abonnement.compte == agent)
    return {famille for (famille,) in requete.tuples()}
