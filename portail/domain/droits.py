"""Who of a family may read and change what of its file: the adult that an account is, the child, the part."""

from collections.abc import Iterable, Mapping

from peewee import JOIN

import workflows as w
from models import (
    DROITS_PARENTAUX,
    Abonnement,
    Compte,
    ContactHabilite,
    Enfant,
    Famille,
    LienParental,
    Responsable,
)
from portail.domain import champs

Droits = Mapping[str, frozenset[str]]
"""Part of a sheet → what may be done there: `champs.LIRE`, `champs.MODIFIER`."""


def responsable_de(compte: Compte, famille: Famille) -> Responsable | None:
    """Which adult of the family this account is: as its code said, or by the address that it proved."""
    lie = (
        (Abonnement.responsable == Responsable.id)
        & (Abonnement.compte == compte)
        & (Abonnement.famille == famille)
        & (Abonnement.statut == w.ACTIF)
    )
    siens = list(
        Responsable.select(Responsable, Abonnement.id.alias("lien"))
        .join(Abonnement, JOIN.LEFT_OUTER, on=lie)
        .where(
            Responsable.famille == famille, Abonnement.id.is_null(False) | (Responsable.email == compte.email)
        )
        .objects()
    )
    lies = [adulte for adulte in siens if adulte.lien]
    return lies[0] if lies else siens[0] if len(siens) == 1 else None


def retenir(compte: Compte, adulte: Responsable) -> None:
    """This account is that adult: by the address that it proved, even if the sheet has another one day."""
    Abonnement.update(responsable=adulte).where(
        Abonnement.compte == compte,
        Abonnement.famille == adulte.famille_id,
        Abonnement.responsable.is_null(),
    ).execute()


def fiches(compte: Compte, famille: Famille) -> dict[tuple[str, int], frozenset[str]]:
    """What this account may do of each sheet, and of each contact, by table and id. A few queries."""
    moi = responsable_de(compte, famille)
    permis = sur_les_enfants(moi, Enfant.select().where(Enfant.famille == famille))
    contacts = ContactHabilite.select(ContactHabilite.id, ContactHabilite.enfant).where(
        ContactHabilite.enfant.in_(list(permis) or [0])
    )
    siennes = {("enfant", ident): droits[champs.GENERAL] for ident, droits in permis.items()}
    siennes |= {("contact_habilite", c.id): permis[c.enfant_id][champs.CONTACTS] for c in contacts}
    return siennes | ({("responsable", moi.id): champs.DROITS_SUR_SOI[champs.BASE]} if moi else {})


def sur_un_responsable(moi: Responsable | None, autre: Responsable) -> Droits:
    """What `moi` may do of the sheet of an adult: all of one's own, nothing of another's."""
    return champs.DROITS_SUR_SOI if moi is not None and moi.id == autre.id else champs.DROITS_SUR_L_AUTRE


def sur_un_enfant(moi: Responsable | None, enfant: Enfant) -> Droits:
    """What `moi` may do of the sheet of a child."""
    return sur_les_enfants(moi, [enfant])[enfant.id]


def sur_les_enfants(moi: Responsable | None, enfants: Iterable[Enfant]) -> dict[int, Droits]:
    """The same for each of these children, by id. One query.

    An account that the town has not yet tied to an adult has the weakest of the rights that the adults have.
    """
    ids = [enfant.id for enfant in enfants]
    liens: dict[int, dict[int, str]] = {ident: {} for ident in ids}
    for lien in LienParental.select().where(LienParental.enfant.in_(ids or [0])):
        liens[lien.enfant_id][lien.responsable_id] = lien.droit
    return {ident: _le_plus_faible(moi, siens) for ident, siens in liens.items()}


def _le_plus_faible(moi: Responsable | None, liens: Mapping[int, str]) -> Droits:
    droits = liens.values() if moi is None else [liens.get(moi.id, "aucun")]
    return champs.DROITS_SUR_L_ENFANT[max(droits, key=DROITS_PARENTAUX.index, default="aucun")]
