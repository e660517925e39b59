"""Sealing anew: everything sealed comes to be so with the first key of the installation, the others can go.

Safe while the portal runs: small transactions, and a value that somebody else changed meanwhile is left to
them. Restartable: what is already so is left as it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from peewee import Expression, Field

from models import (
    Agenda,
    CodeAbonne,
    Compte,
    Courriel,
    Document,
    Enfant,
    Importation,
    Mandat,
    Modele,
    Modification,
    ReglagesDeFacturation,
    Reponse,
    Responsable,
    SecondFacteur,
    write_transaction,
)
from portail.domain import champs, coffre

LOT = 200
"""Rows of one transaction: nobody waits for it."""
LOT_DE_DOCUMENTS = 5
"""Each takes up to 9 MB once sealed."""


@dataclass(frozen=True)
class Scelle:
    """One column that holds what is sealed, and the rows where it does."""

    modele: type[Modele]
    champ: Field
    ou: Callable[[], Expression | None] = lambda: None
    lot: int = LOT
    """How many are read at once: few, of what may be heavy."""

    @property
    def nom(self) -> str:
        return f"{self.modele._meta.table_name}.{self.champ.name}"


def _des_champs_scelles() -> Expression:
    """The changes of a sealed field: only those are sealed."""
    condition: Expression | None = None
    for objet, (_, siens) in champs.FICHES.items():
        noms = [champ.nom for champ in siens if champ.scelle]
        ceux_ci = (Modification.objet == objet) & Modification.champ.in_(noms)
        condition = ceux_ci if condition is None else condition | ceux_ci
    assert condition is not None
    return condition


SCELLES = (
    Scelle(Responsable, Responsable.banque),
    Scelle(Mandat, Mandat.banque),
    Scelle(ReglagesDeFacturation, ReglagesDeFacturation.banque),
    Scelle(Enfant, Enfant.sante),
    Scelle(Modification, Modification.avant, _des_champs_scelles),
    Scelle(Modification, Modification.apres, _des_champs_scelles),
    Scelle(Document, Document.contenu, lot=LOT_DE_DOCUMENTS),
    Scelle(Courriel, Courriel.scelle),
    Scelle(CodeAbonne, CodeAbonne.scelle),
    Scelle(SecondFacteur, SecondFacteur.scelle),
    Scelle(Agenda, Agenda.scelle),
    Scelle(Reponse, Reponse.scelle),
    Scelle(Compte, Compte.code_donne),
    Scelle(Importation, Importation.fichiers, lot=LOT_DE_DOCUMENTS),
    Scelle(Importation, Importation.rapport, lot=LOT_DE_DOCUMENTS),
)
"""Everything that the database keeps sealed."""


@dataclass
class Bilan:
    """What came of it."""

    rescelles: int = 0
    illisibles: int = 0
    """Sealed with a key that the installation has no more: left as they are."""


def resceller(lot: int = LOT) -> Bilan:
    """Seal anew whatever is not sealed with the first key."""
    bilan = Bilan()
    for scelle in SCELLES:
        dernier = 0
        while lignes := _lot(scelle, dernier, min(lot, scelle.lot)):
            dernier = lignes[-1][0]
            neufs = [(ident, texte) for ident, texte in lignes if not coffre.est_a_jour(texte)]
            if neufs:
                with write_transaction():
                    for ident, texte in neufs:
                        _resceller(scelle, ident, texte, bilan)
    return bilan


def illisibles() -> Iterator[tuple[str, int]]:
    """What none of the present keys opens: table and column, row."""
    for scelle in SCELLES:
        dernier = 0
        while lignes := _lot(scelle, dernier, scelle.lot):
            for dernier, texte in lignes:
                try:
                    coffre.desceller(texte)
                except coffre.Illisible:
                    yield scelle.nom, dernier


def _lot(scelle: Scelle, apres: int, combien: int) -> list[tuple[int, str]]:
    requete = scelle.modele.select(scelle.modele.id, scelle.champ).where(
        scelle.modele.id > apres, scelle.champ.is_null(False), scelle.champ != ""
    )
    if (ou := scelle.ou()) is not None:
        requete = requete.where(ou)
    return list(requete.order_by(scelle.modele.id).limit(combien).tuples())


def _resceller(scelle: Scelle, ident: int, texte: str, bilan: Bilan) -> None:
    try:
        neuf = coffre.resceller(texte)
    except coffre.Illisible:
        bilan.illisibles += 1
        return
    bilan.rescelles += (
        scelle.modele.update({scelle.champ: neuf})
        .where(scelle.modele.id == ident, scelle.champ == texte)
        .execute()
    )
