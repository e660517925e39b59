"""What whoever acts for the town may do: answer families, and never the one that is theirs."""

from models import Abonnement, Compte
from portail.domain.refus import Interdit, Refus


def exiger_un_agent(compte: Compte, phrase: str) -> None:
    """:class:`Interdit`, with this sentence, unless the account is of the staff that answers."""
    if not compte.est_agent:
        raise Interdit(phrase)


def exiger_une_autre_famille(agent: Compte, famille_id: int, phrase: str) -> None:
    """:class:`Refus`, with this sentence, for an agent who is, or was, subscribed to this family."""
    a_eux = (Abonnement.compte == agent) & (Abonnement.famille == famille_id)
    if Abonnement.select().where(a_eux).exists():
        raise Refus(phrase)
