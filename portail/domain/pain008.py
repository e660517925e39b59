"""The file of direct debits that a bank takes: SEPA Core, `pain.008.001.02`, by sepaxml.

The library draws the names of messages at random and reads the clock by itself. Both are put right here: the
same remise always gives the same file, so that a bank refuses the second of two.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from portail import clock
from portail.domain.creancier import Creancier

SCHEMA = "pain.008.001.02"
ESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
PREMIER, SUIVANT = "FRST", "RCUR"
PERMIS = r"[^A-Za-z0-9/\-?:().,'+ ]"
"""What is not of the characters that every bank takes (EPC217-08)."""
NOM_MAX, LIBELLE_MAX = 70, 140


@dataclass(frozen=True)
class Debit:
    """One account to be debited."""

    id: int
    titulaire: str
    iban: str
    bic: str
    rum: str
    signe_le: dt.date
    montant: int
    premier: bool
    libelle: str
    """What the account statement says: « Facture 2026-000123 »."""


def composer(
    ville: Creancier, remise_id: int, jour: dt.date, faite_le: dt.datetime, debits: Sequence[Debit]
) -> bytes:
    """The file of this remise.

    Tests hold it to its schema: to check it here takes seven times as long as to make it.
    """
    from sepaxml import SepaDD  # it weighs, and only a remise needs it

    config = {
        "name": en_sepa(ville.nom, NOM_MAX),
        "IBAN": ville.iban,
        "BIC": ville.bic,
        "batch": True,
        "creditor_id": ville.ics,
        "currency": "EUR",
        "instrument": "CORE",
    }
    sepa = SepaDD(config, schema=SCHEMA, clean=False)
    for debit in debits:
        sepa.add_payment(_paiement(debit, jour))
    return _nommer(sepa.export(validate=False), f"REMISE-{remise_id}-{jour:%Y%m%d}", faite_le)


def en_sepa(texte: str, longueur: int) -> str:
    """The text in the characters that every bank takes: « Hélène Lefèvre » is « Helene Lefevre »."""
    decompose = unicodedata.normalize("NFKD", texte.replace("’", "'").replace("œ", "oe").replace("Œ", "OE"))
    sans_accent = "".join(c for c in decompose if not unicodedata.combining(c))
    return " ".join(re.sub(PERMIS, " ", sans_accent).split())[:longueur].strip() or "-"


# ——— inside ———


def _paiement(debit: Debit, jour: dt.date) -> dict:
    return {
        "name": en_sepa(debit.titulaire, NOM_MAX),
        "IBAN": debit.iban,
        **({"BIC": debit.bic} if debit.bic else {}),
        "amount": debit.montant,
        "type": PREMIER if debit.premier else SUIVANT,
        "collection_date": jour,
        "mandate_id": debit.rum,
        "mandate_date": debit.signe_le,
        "description": en_sepa(debit.libelle, LIBELLE_MAX),
        "endtoend_id": f"PRELEVEMENT-{debit.id}",
    }


def _nommer(brut: bytes, message: str, faite_le: dt.datetime) -> bytes:
    """The same file, by names and at an instant that are the remise’s own."""
    ElementTree.register_namespace("", ESPACE)
    racine = ElementTree.fromstring(brut)
    noms = {"x": ESPACE}
    racine.find(".//x:GrpHdr/x:MsgId", noms).text = message  # type: ignore[union-attr]
    quand = clock.a_paris(faite_le).strftime("%Y-%m-%dT%H:%M:%S")
    racine.find(".//x:GrpHdr/x:CreDtTm", noms).text = quand  # type: ignore[union-attr]
    for lot in racine.iterfind(".//x:PmtInf", noms):
        sequence = lot.find("x:PmtTpInf/x:SeqTp", noms).text  # type: ignore[union-attr]
        lot.find("x:PmtInfId", noms).text = f"{message}-{sequence}"  # type: ignore[union-attr]
    return ElementTree.tostring(racine, encoding="utf-8", xml_declaration=True)
