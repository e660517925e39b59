"""The addresses of the calendar feeds: a token drawn at random opens one feed, until it is put out."""

import hashlib
import secrets

from peewee import Expression

from models import Agenda, db
from portail import clock
from portail.domain import coffre, reglages


def emettre(compte_id: int, famille_id: int, enfant_id: int | None) -> Agenda:
    """A new feed, inside the transaction of the act that opens it; whole family when no child is said.

    The hash opens it, the sealed token lets the page show the address again.
    """
    if not db.in_transaction():
        raise RuntimeError("a token is made inside the transaction of the act that shows it")
    jeton = secrets.token_urlsafe(32)
    return Agenda.create(
        compte=compte_id,
        famille=famille_id,
        enfant=enfant_id,
        empreinte=empreinte(jeton),
        scelle=coffre.sceller(jeton),
        cree_le=clock.maintenant(),
    )


def eteindre(*lesquels: Expression) -> int:
    """The feeds that stand among these open nothing any more, inside the transaction of the act.

    Gives how many they were. A subscription that begins again later does not light them again.
    """
    debout = Agenda.revoque_le.is_null()
    return Agenda.update(revoque_le=clock.maintenant(), scelle="").where(debout, *lesquels).execute()


def empreinte(jeton: str) -> str:
    """What is stored of a token: a copy of the table opens nothing."""
    return hashlib.sha256(jeton.encode()).hexdigest()


def adresse(agenda: Agenda) -> str:
    """Where the feed is read, on the configured host; empty when no key of the installation unseals it."""
    try:
        return f"{reglages.lire().base_url}/agenda/{coffre.desceller(agenda.scelle)}.ics"
    except coffre.Illisible:
        return ""
