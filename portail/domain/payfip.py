"""PayFiP, the payment service of the DGFiP: what may be said to it, and what its answers mean.

« PayFiP régie, web service » (guide de mise en œuvre of the DGFiP): the town opens an operation and is given
its number, the idOp, good for fifteen minutes; the person pays on PayFiP's own page; the town asks for the
result. What notifies it of a payment says nothing but that it is time to ask. Who carries all this over the
network: `portail/payfip.py`.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Protocol

from portail import clock

MONTANT_MIN, MONTANT_MAX = 1_00, 100_000_00
"""Cents: PayFiP takes no less and no more at once."""
VALIDITE = dt.timedelta(minutes=15)
"""How long its payment page opens for an operation."""
OUBLI = dt.timedelta(hours=2)
"""An operation unknown to PayFiP (P1) may not have reached it yet: before that, nothing is concluded."""
SAISIES = {"T": "essai", "X": "activation", "W": "réel"}
"""What each costs: nothing; one payment with which the DGFiP opens the service; what is due."""
PAR_CARTE, PAR_PRELEVEMENT = "P", "V"
PAYES = (PAR_CARTE, PAR_PRELEVEMENT)
REFUSES = ("R", "Z")
ABANDONNE = "A"
RESULTATS = (*PAYES, *REFUSES, ABANDONNE)

PAS_FINI, INCONNU = "P5", "P1"
PAS_DE_REPONSE = "PayFiP n’a pas répondu"
"""How the motive of every failure begins of which nothing is known."""
IDOP = re.compile(r"[A-Za-z0-9-]{8,36}")
REFDET = re.compile(r"[A-Za-z0-9]{6,30}")
MEL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")


class Echec(Exception):
    """PayFiP did not give what it was asked. `motif`: why, in words, without anybody's data."""

    def __init__(self, motif: str) -> None:
        super().__init__(motif)
        self.motif = motif


class Injoignable(Echec):
    """No answer, or none that can be read: nothing is known, it is to be asked again."""

    def __init__(self, motif: str) -> None:
        super().__init__(f"{PAS_DE_REPONSE} : {motif}")


class Refusee(Echec):
    """PayFiP does not want what it was sent: asking again would change nothing. `code`: theirs."""

    def __init__(self, code: str, libelle: str) -> None:
        super().__init__(f"{code} : {libelle}" if libelle else code)
        self.code = code


class PasFinie(Echec):
    """The person has not paid, or not yet (P5)."""


class Inconnue(Echec):
    """PayFiP knows no such operation (P1): not yet, or no more, since what nobody paid goes every night."""


@dataclass(frozen=True)
class Ordre:
    """A payment to open. Refuses to be made of what PayFiP would refuse."""

    numcli: str
    """Who the town is to PayFiP: six digits, given by the DGFiP with the agreement."""
    saisie: str
    exer: int
    refdet: str
    """Ours, once and for all: what the treasury finds the receipt by."""
    objet: str
    montant: int
    mel: str
    urlnotif: str
    urlredirect: str

    def __post_init__(self) -> None:
        tenu = (
            re.fullmatch(r"\d{6}", self.numcli, re.ASCII)
            and self.saisie in SAISIES
            and REFDET.fullmatch(self.refdet)
            and self.objet.isascii()
            and 0 < len(self.objet) <= 100
            and montant_possible(self.montant)
            and mel_possible(self.mel)
            and max(len(self.urlnotif), len(self.urlredirect)) <= 250
        )
        if not tenu:
            raise ValueError(f"PayFiP would refuse this payment: {self.refdet!r}, {self.montant}")


@dataclass(frozen=True)
class Resultat:
    """What became of an operation, as PayFiP says when it is asked."""

    idop: str
    numcli: str
    refdet: str
    montant: int
    resultrans: str
    numauto: str = ""
    """The number of the bank's authorisation."""
    dattrans: str = ""
    heurtrans: str = ""
    """« 19112026 » and « 1735 », as the clocks of Paris show it."""

    @property
    def paye(self) -> bool:
        return self.resultrans in PAYES

    @property
    def quand(self) -> dt.datetime | None:
        """When it was paid, if that can be read."""
        try:
            local = dt.datetime.strptime(self.dattrans + self.heurtrans, "%d%m%Y%H%M")  # noqa: DTZ007 - Paris
        except ValueError:
            return None
        return clock.instant(local.date(), local.time())


class Service(Protocol):
    """Whoever reaches PayFiP. Each call may take seconds: never inside a transaction."""

    def creer(self, ordre: Ordre) -> str:
        """Open this payment; gives its idOp."""

    def detail(self, idop: str) -> Resultat:
        """The result of this operation."""

    def page(self, idop: str) -> str:
        """The address at which the person pays."""


def montant_possible(montant: int) -> bool:
    return MONTANT_MIN <= montant <= MONTANT_MAX


def mel_possible(mel: str) -> bool:
    return mel.isascii() and 6 <= len(mel) <= 80 and MEL.fullmatch(mel) is not None


def en_objet(texte: str) -> str:
    """What is paid, as PayFiP lets it be said: a hundred letters, digits and spaces, without accents."""
    lettres = (c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^A-Za-z0-9 ]", " ", "".join(lettres)).split())[:100].strip()
