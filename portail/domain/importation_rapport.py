"""What an import says of itself, line by line: what is wrong, what to look at, what it would write."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portail import mots
from portail.domain.importation_colonnes import TABLES, TITRES
from portail.domain.tableaux import sans_formule

ERREUR, AVERTISSEMENT, CREE, CHANGE, INCHANGE = GENRES = (
    *("erreur", "avertissement", "cree", "change", "inchange"),
)
MOTS = {
    ERREUR: ("erreur", "erreurs"),
    AVERTISSEMENT: ("avertissement", "avertissements"),
    CREE: ("création", "créations"),
    CHANGE: ("mise à jour", "mises à jour"),
    INCHANGE: ("inchangée", "inchangées"),
}
ERREURS_MAX = 2_000
"""Kept one by one; a file of the wrong town has as many as lines, and the first ones say enough."""


@dataclass(frozen=True, slots=True)
class Dit:
    """One sentence about one line."""

    genre: str
    ou: str
    """The file, the sheet."""
    ligne: int
    """0 when it is about the whole file."""
    colonne: str
    quoi: str

    @property
    def phrase(self) -> str:
        """« familles.csv, ligne 12, colonne naissance : cette date est dans le futur. »."""
        lieu = [self.ou]
        if self.ligne:
            lieu.append(f"ligne {self.ligne}")
        if self.colonne:
            lieu.append(f"colonne {self.colonne}")
        return f"{', '.join(lieu)} : {self.quoi}"


@dataclass
class Rapport:
    """All that is said, in the order of the files."""

    dits: list[Dit] = field(default_factory=list)
    comptes: dict[str, Counter[str]] = field(default_factory=lambda: {t: Counter() for t in TABLES})
    """By table: how many lines of each outcome; and how many sentences of the others."""
    tues: int = 0
    """How many errors are only counted."""

    def dire(self, genre: str, ou: str, ligne: int, colonne: str, quoi: str, table: str = "") -> None:
        if table:
            self.comptes[table][genre] += 1
        if genre == ERREUR and self.erreurs >= ERREURS_MAX:
            self.tues += 1
            return
        if genre == ERREUR:
            self._erreurs += 1
        self.dits.append(Dit(genre, ou, ligne, colonne, quoi))

    _erreurs: int = 0

    def copie(self) -> "Rapport":
        """The same, that goes on by itself."""
        return Rapport.lire(self.en_texte())

    @property
    def erreurs(self) -> int:
        return self._erreurs

    @property
    def sain(self) -> bool:
        """Whether it may be written."""
        return not self._erreurs

    @property
    def ecrit(self) -> bool:
        """Whether anything would change."""
        return any(compte[genre] for compte in self.comptes.values() for genre in (CREE, CHANGE))

    def total(self, genre: str) -> int:
        if genre == ERREUR:
            return self._erreurs + self.tues
        if genre == AVERTISSEMENT:
            return sum(dit.genre == AVERTISSEMENT for dit in self.dits)
        return sum(compte[genre] for compte in self.comptes.values())

    def de(self, genre: str) -> Sequence[Dit]:
        return [dit for dit in self.dits if dit.genre == genre]

    @property
    def marque(self) -> str:
        """A hash of all that is said: another one means that something else would be written."""
        return hashlib.sha256(self.en_texte().encode()).hexdigest()

    def en_texte(self) -> str:
        return json.dumps(
            {
                "dits": [[d.genre, d.ou, d.ligne, d.colonne, d.quoi] for d in self.dits],
                "comptes": {table: dict(compte) for table, compte in self.comptes.items()},
                "tues": self.tues,
            },
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )

    @classmethod
    def lire(cls, texte: str) -> "Rapport":
        lu = json.loads(texte)
        rapport = cls([Dit(*dit) for dit in lu["dits"]])
        rapport.comptes |= {table: Counter(compte) for table, compte in lu["comptes"].items()}
        rapport.tues = lu["tues"]
        rapport._erreurs = sum(dit.genre == ERREUR for dit in rapport.dits)
        return rapport

    def bilan(self) -> list[tuple[str, list[int]]]:
        """By table that the files hold: created, changed, unchanged."""
        return [
            (TITRES[table], [compte[genre] for genre in (CREE, CHANGE, INCHANGE)])
            for table, compte in self.comptes.items()
            if compte
        ]

    def resume(self) -> str:
        """« 2 erreurs, 1 avertissement, 80 créations »."""
        dits = [mots.pluriel(self.total(genre), *MOTS[genre]) for genre in GENRES if self.total(genre)]
        return ", ".join(dits) or "rien à importer"


def en_csv(dits: Iterable[Dit]) -> bytes:
    """The report as a file that spreadsheets open: none of its cells is a formula."""
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, delimiter=";")
    ecrivain.writerow(("fichier", "ligne", "colonne", "résultat", "détail"))
    for dit in dits:
        rangee = (dit.ou, str(dit.ligne or ""), dit.colonne, MOTS[dit.genre][0], dit.quoi)
        ecrivain.writerow(map(sans_formule, rangee))
    return sortie.getvalue().encode("utf-8-sig")
