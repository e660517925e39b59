"""The town as a creditor: its name, its SEPA identifier, the account that direct debits come to."""

from dataclasses import dataclass

from portail.domain import reglages_de_facturation
from portail.domain.refus import Refus

SANS_CREANCIER = (
    "La ville n’a pas encore dit son nom de créancier, son identifiant SEPA et son IBAN :"
    " un gestionnaire les saisit dans les réglages de la facturation."
)


@dataclass(frozen=True)
class Creancier:
    nom: str
    ics: str
    """Identifiant créancier SEPA."""
    iban: str
    bic: str


def lire() -> Creancier | None:
    """The creditor; None as long as something of it is missing: nobody is debited."""
    reglages, banque = reglages_de_facturation.lire(), reglages_de_facturation.banque()
    if reglages is None or not (reglages.creancier and reglages.ics and banque.iban and banque.bic):
        return None
    return Creancier(reglages.creancier, reglages.ics, banque.iban, banque.bic)


def exiger() -> Creancier:
    """The creditor, or a :class:`Refus` that says who completes it, and where."""
    creancier = lire()
    if creancier is None:
        raise Refus(SANS_CREANCIER)
    return creancier
