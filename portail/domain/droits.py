"""Who may read and change what of a family file: by the adult that an account is, the child, the part."""

from collections.abc import Mapping

import workflows as w
from models import DROITS_PARENTAUX, Abonnement, Compte, Enfant, Famille, LienParental, Responsable
from portail.domain import champs
from portail.domain.refus import Interdit, Refus

Droits = Mapping[str, frozenset[str]]
"""Part of a sheet → what may be done there: `champs.LIRE`, `champs.MODIFIER`."""


def responsable_de(compte: Compte, famille: Famille) -> Responsable | None:
    """Which adult of the family this account is: as its code said, or by the address that it proved."""
    lie = (
        Responsable.select()
        .join(Abonnement, on=Abonnement.responsable == Responsable.id)
        .where(Abonnement.compte == compte, Abonnement.famille == famille, Abonnement.statut == w.ACTIF)
        .first()
    )
    if lie is not None:
        return lie
    memes = list(
        Responsable.select().where(Responsable.famille == famille, Responsable.email == compte.email)
    )
    return memes[0] if len(memes) == 1 else None


def sur_un_responsable(moi: Responsable | None, autre: Responsable) -> Droits:
    """What `moi` may do of the sheet of an adult: all of one's own, nothing of another's."""
    return champs.DROITS_SUR_SOI if moi is not None and moi.id == autre.id else champs.DROITS_SUR_L_AUTRE


def sur_un_enfant(moi: Responsable | None, enfant: Enfant) -> Droits:
    """What `moi` may do of the sheet of a child.

    An account that the town has not yet tied to an adult has the weakest of the rights that the adults have.
    """
    liens = {
        lien.responsable_id: lien.droit for lien in LienParental.select().where(LienParental.enfant == enfant)
    }
    droits = liens.values() if moi is None else [liens.get(moi.id, "aucun")]
    return champs.DROITS_SUR_L_ENFANT[max(droits, key=DROITS_PARENTAUX.index, default="aucun")]


# ——— whoever acts for the town ———


def exiger_un_agent(compte: Compte, phrase: str) -> None:
    """:class:`Interdit`, with this sentence, unless the account is of the staff that answers."""
    if not compte.est_agent:
        raise Interdit(phrase)


def exiger_une_autre_famille(agent: Compte, famille_id: int, phrase: str) -> None:
    """:class:`Refus`, with this sentence, for an agent who is, or was, subscribed to this family."""
    a_eux = (Abonnement.compte == agent) & (Abonnement.famille == famille_id)
    if Abonnement.select().where(a_eux).exists():
        raise Refus(phrase)
