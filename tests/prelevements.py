"""Makers for the tests of direct debits: a town that may debit, an adult who signed."""

import datetime as dt

from models import (
    Abonnement,
    Mandat,
    ReglagesDeFacturation,
    Remise,
    Responsable,
    SessionOuverte,
    write_transaction,
)
from portail.domain import champs, mandats, preparation_de_remise, remises
from tests.actes import session_de
from tests.factures import regler
from tests.monde import HIER

IBAN, AUTRE_IBAN = "FR7630006000011234567890189", "FR7612345987650123456789014"
ICS = "FR72ZZZ123456"


def creancier() -> None:
    """The town is a creditor: its name, its ICS, its account."""
    regler()
    banque = champs.fermer({"iban": AUTRE_IBAN, "bic": "BDFEFRPP"})
    ReglagesDeFacturation.update(creancier="Ville de Saint-Alban-sur-Loire", ics=ICS, banque=banque).execute()


def compte_bancaire(adulte: Responsable, iban: str = IBAN, titulaire: str = "") -> None:
    """What is on the sheet of this adult."""
    banque = champs.fermer({"titulaire": titulaire, "iban": iban, "bic": "AGRIFRPP"})
    Responsable.update(banque=banque).where(Responsable.id == adulte.id).execute()


def rattacher(monde) -> None:
    """Claire's account is known to be the adult Claire."""
    Abonnement.update(responsable=monde.adulte_claire).where(Abonnement.compte == monde.claire).execute()


def signer(monde, adulte: Responsable | None = None, signe_le: dt.date = HIER, **champs_de_session) -> Mandat:
    """A mandate that Sophie wrote down."""
    adulte = adulte or monde.adulte_claire
    creancier()
    compte_bancaire(adulte)
    return mandats.signer(session(monde, **champs_de_session), adulte.famille_id, adulte.id, signe_le)


def session(monde, **valeurs) -> SessionOuverte:
    return session_de(monde.sophie, **valeurs)


JOUR = dt.date(2026, 12, 15)
"""Fourteen days after the world’s « now », a Tuesday."""


def remettre(monde, jour: dt.date = JOUR) -> Remise:
    """A remise of all that may be debited on that day."""
    return remises.creer(monde.gestionnaire, jour, preparation_de_remise.preparer(jour).marque)


def donner_a_la_banque(monde, remise: Remise) -> None:
    """As if its file had been taken away now, without making it."""
    with write_transaction():
        remises._arreter(monde.gestionnaire, Remise.get_by_id(remise.id))
