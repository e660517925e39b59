"""What is in the files that a town sends: tables of text, whatever the encoding, the separator, the software.

Nothing here knows what a family is. A file that cannot be read is a sentence, never an error.
"""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portail.domain import lecteur_xlsx

OCTETS_MAX = 20_000_000
"""Of all the files together."""
LIGNES_MAX = 50_000
"""Of all the tables together."""
CELLULE_MAX = 2_000
"""Characters of one cell."""
COLONNES_MAX = 100
DEPLIE_MAX = 150_000_000
"""Bytes of a workbook, once unfolded, as it says itself."""
FICHIERS_MAX = 12

LECTEUR = Path(lecteur_xlsx.__file__)
SEPARATEURS = ";,\t"
MOT_DE_PASSE = "ce classeur est protégé par un mot de passe : retirez-le."
CHIFFRE = "EncryptedPackage".encode("utf-16-le")
"""What an .xlsx with a password holds; it looks like a workbook of the former format."""
TROP_GRAND = "ce classeur, une fois déplié, est beaucoup trop grand."
FEUILLES_IGNOREES = ("mode d'emploi", "notice", "lisez moi", "lisez-moi")


@dataclass(frozen=True)
class Fichier:
    """A file as it was sent."""

    nom: str
    octets: bytes


@dataclass(frozen=True)
class Faute:
    """Why something cannot be read: where, and the sentence."""

    ou: str
    ligne: int
    phrase: str


@dataclass
class Tableau:
    """One table: a CSV file, a sheet of a workbook. The first row that is not empty is its headers."""

    ou: str
    """« familles.csv », « reprise.xlsx, feuille Familles »."""
    titre: str
    """What says which table it is: the name of the file, or of the sheet."""
    entetes: list[str] = field(default_factory=list)
    lignes: list[tuple[int, list[str]]] = field(default_factory=list)
    """The number of each row in the file, and its cells; without the empty ones."""


class Illisible(ValueError):
    """The file is not what it should be. The sentence says so; `ligne` is where, 0 when it is nowhere."""

    def __init__(self, phrase: str, ligne: int = 0) -> None:
        super().__init__(phrase)
        self.phrase, self.ligne = phrase, ligne


def lire(fichiers: Sequence[Fichier]) -> tuple[list[Tableau], list[Faute]]:
    """The tables of these files, and what could not be read of them."""
    tableaux: list[Tableau] = []
    fautes: list[Faute] = []
    for fichier in fichiers:
        try:
            for tableau in _tableaux(fichier):
                tableaux.append(tableau)
                fautes += _examiner(tableau)
        except Illisible as faute:
            fautes.append(Faute(fichier.nom, faute.ligne, faute.phrase))
    combien = sum(len(tableau.lignes) for tableau in tableaux)
    if combien > LIGNES_MAX:
        noms = ", ".join(fichier.nom for fichier in fichiers)
        phrase = f"{combien} lignes en tout : {LIGNES_MAX} au plus à la fois. Importez en plusieurs fois."
        fautes.append(Faute(noms, 0, phrase))
    return tableaux, fautes


def _tableaux(fichier: Fichier) -> Iterator[Tableau]:
    if not fichier.octets.strip():
        raise Illisible("le fichier est vide.")
    if fichier.octets.startswith(b"PK"):
        yield from _feuilles(fichier)
    elif fichier.octets.startswith(b"\xd0\xcf\x11\xe0") and CHIFFRE in fichier.octets:
        raise Illisible(MOT_DE_PASSE)
    elif fichier.octets.startswith(b"\xd0\xcf\x11\xe0"):
        raise Illisible("c’est un classeur d’un ancien format (.xls) : enregistrez-le en .xlsx, ou en CSV.")
    elif fichier.octets.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")):
        raise Illisible("ce n’est ni un fichier CSV, ni un classeur .xlsx.")
    else:
        yield _du_csv(fichier)


def _examiner(tableau: Tableau) -> Iterator[Faute]:
    """What no table may be, whatever it holds."""
    if not tableau.entetes:
        yield Faute(tableau.ou, 0, "le tableau est vide : la première ligne porte le nom des colonnes.")
    elif len(tableau.entetes) > COLONNES_MAX:
        yield Faute(
            tableau.ou, 1, f"{len(tableau.entetes)} colonnes : c’est trop. Gardez celles qui sont demandées."
        )
    elif not tableau.lignes:
        yield Faute(tableau.ou, 1, "il n’y a que la ligne des noms de colonnes : rien à importer.")


# ——— CSV ———


def _du_csv(fichier: Fichier) -> Tableau:
    texte = _decoder(fichier.octets)
    tableau = Tableau(fichier.nom, Path(fichier.nom).stem)
    for numero, cellules in _rangees(texte):
        _ajouter(tableau, numero, cellules)
        if len(tableau.lignes) > 2 * LIGNES_MAX:  # not worth the memory of the rest
            raise Illisible(f"{LIGNES_MAX} lignes au plus à la fois. Importez en plusieurs fois.", numero)
    return tableau


def _decoder(octets: bytes) -> str:
    """UTF-8, with its mark or without, UTF-16 with it; else what Windows writes in France."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return octets.decode("utf-16")
        except UnicodeDecodeError as faute:
            raise Illisible("le texte est abîmé : enregistrez-le de nouveau, en UTF-8.") from faute
    for encodage in ("utf-8-sig", "cp1252"):
        try:
            return octets.decode(encodage)
        except UnicodeDecodeError:
            continue
    return octets.decode("latin-1")


def _rangees(texte: str) -> Iterator[tuple[int, list[str]]]:
    """The rows, each with the number of the line where it begins."""
    csv.field_size_limit(131_072)
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=_separateur(texte), strict=True)
    debut = 1
    try:
        for cellules in lecteur:
            yield debut, cellules
            debut = lecteur.line_num + 1
    except csv.Error as erreur:
        raise Illisible(_dire(str(erreur)), debut) from erreur


def _dire(erreur: str) -> str:
    if "field larger" in erreur:
        return (
            f"une cellule dépasse {CELLULE_MAX} caractères, ou un guillemet ouvert sur cette ligne"
            " n’est jamais fermé."
        )
    if "unexpected end of data" in erreur:
        return "un guillemet est ouvert sur cette ligne, et n’est jamais fermé."
    if "expected after" in erreur:
        return "un guillemet est mal placé : dans une cellule entre guillemets, il s’écrit deux fois."
    return "cette ligne ne se lit pas comme du CSV."


def _separateur(texte: str) -> str:
    """What parts the cells of the first line that is not empty."""
    premiere = next((ligne for ligne in texte.splitlines() if ligne.strip()), "")
    hors_guillemets = re.sub(r'"[^"]*"', "", premiere[:20_000])
    return max(SEPARATEURS, key=hors_guillemets.count)


# ——— workbooks ———


def _feuilles(fichier: Fichier) -> Iterator[Tableau]:
    _peser(fichier.octets)
    for feuille in _deplier(fichier.octets):
        nom = str(feuille["nom"])
        if nom.strip().casefold().replace("’", "'") in FEUILLES_IGNOREES:
            continue
        ou = f"{fichier.nom}, feuille {nom}"
        if "trop" in feuille:
            hauteur, largeur = feuille["trop"]
            raise Illisible(
                f"la feuille {nom} a {hauteur} lignes et {largeur} colonnes : c’est trop."
                " Effacez ce qui est loin du tableau, ou enregistrez-la en CSV."
            )
        tableau = Tableau(ou, nom)
        for numero, cellules in enumerate(feuille["lignes"], start=1):
            _ajouter(tableau, numero, cellules)
        if tableau.entetes:  # the two empty sheets of a new workbook are no fault
            yield tableau


def _peser(octets: bytes) -> None:
    """As the workbook says itself; should it lie, the process that unfolds it is bounded."""
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            membres = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as faute:
        raise Illisible("ce classeur est abîmé : enregistrez-le de nouveau.") from faute
    if not any(membre.filename.startswith("xl/") for membre in membres):
        raise Illisible("c’est une archive, et non un classeur .xlsx.")
    if sum(membre.file_size for membre in membres) > DEPLIE_MAX or len(membres) > 2_000:
        raise Illisible(TROP_GRAND)


def _deplier(octets: bytes) -> list[dict]:
    """Read by another process, that may fall without taking us with it."""
    ordre = [sys.executable, "-I", str(LECTEUR)]
    try:
        fait = subprocess.run(
            ordre, input=octets, capture_output=True, timeout=lecteur_xlsx.SECONDES + 30, check=False
        )
    except subprocess.TimeoutExpired as trop:
        raise Illisible("ce classeur est trop long à lire.") from trop
    try:
        reponse = json.loads(fait.stdout)
    except ValueError as rien:
        raise Illisible("ce classeur est trop grand pour être lu, ou abîmé.") from rien
    if reponse.get("erreur") == "PasswordError":
        raise Illisible(MOT_DE_PASSE)
    if reponse.get("erreur") == "TropGrand":
        raise Illisible(TROP_GRAND)
    if "erreur" in reponse:
        raise Illisible("ce classeur est abîmé : enregistrez-le de nouveau.")
    return reponse["feuilles"]


# ——— rows ———


def _ajouter(tableau: Tableau, numero: int, cellules: list[str]) -> None:
    if not any(map(str.strip, cellules)):
        return
    if not tableau.entetes:
        while cellules and not cellules[-1].strip():
            cellules = cellules[:-1]
        tableau.entetes = [cellule.strip() for cellule in cellules]
    else:
        tableau.lignes.append((numero, cellules))
