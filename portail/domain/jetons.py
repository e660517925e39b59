"""The links sent by mail: a token opens one act of one account, once, for a while."""

import datetime as dt
import secrets

from models import Compte, Jeton, db, verrouiller
from portail import clock
from portail.domain.comptes import empreinte
from portail.domain.refus import Introuvable

ACTIVATION = "activation"
MOT_DE_PASSE = "mot_de_passe"
ADRESSE = "adresse"
DUREES = {
    ACTIVATION: dt.timedelta(hours=24),
    MOT_DE_PASSE: dt.timedelta(minutes=30),
    ADRESSE: dt.timedelta(hours=24),
}


class LienPerime(Introuvable):
    """Unknown, used, too old, or of a password that has changed since: the four are never told apart."""

    def __init__(self) -> None:
        super().__init__("Ce lien ne sert plus")


def emettre(compte: Compte, usage: str, email: str = "") -> str:
    """A new token, inside the transaction of the act that mails it. Only its hash is kept.

    `email` is the address that the link is sent to, when it is not yet that of the account.
    """
    if not db.in_transaction():
        raise RuntimeError("a token is made inside the transaction of the act that mails it")
    jeton = secrets.token_urlsafe(32)
    Jeton.create(
        compte=compte,
        usage=usage,
        empreinte=empreinte(jeton),
        mot_de_passe=empreinte(compte.mot_de_passe),
        expire_le=clock.maintenant() + DUREES[usage],
        email=email,
    )
    return jeton


def lire(jeton: str, usage: str) -> Jeton:
    """The token, with its account, if it opens `usage` now; else :class:`LienPerime`. Uses nothing up."""
    trouve = (
        Jeton.select(Jeton, Compte)
        .join(Compte)
        .where(
            Jeton.empreinte == empreinte(jeton),
            Jeton.usage == usage,
            Jeton.utilise_le.is_null(),
            Jeton.expire_le > clock.maintenant(),
            Compte.actif,
        )
        .first()
    )
    if trouve is None or trouve.mot_de_passe != empreinte(trouve.compte.mot_de_passe):
        raise LienPerime
    return trouve


def utiliser(jeton: str, usage: str) -> Compte:
    """Use the token up, inside the transaction of its act. Gives its account, locked."""
    compte = verrouiller(Compte, [lire(jeton, usage).compte_id]).popitem()[1]
    encore = lire(jeton, usage)  # read again under the lock
    Jeton.update(utilise_le=clock.maintenant()).where(Jeton.id == encore.id).execute()
    return compte


def eteindre(compte: Compte, *usages: str) -> None:
    """The links of the account that still wait serve no more, inside the transaction of the act.

    All of them when no usage is said: after a change of address, what was mailed to the old one is dead.
    """
    attendent = (Jeton.compte == compte) & Jeton.utilise_le.is_null()
    if usages:
        attendent &= Jeton.usage.in_(usages)
    Jeton.update(utilise_le=clock.maintenant()).where(attendent).execute()
