"""Lists and figures as tables, and the files made of them: CSV and XLSX, no formula in them ever.

A cell is text, a number or a date, and says which: what a family typed is text in any spreadsheet that opens
the file (OWASP « CSV Injection »: a cell that begins with = + - @ or a control character may be run).
"""

import csv
import datetime as dt
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models import normaliser
from portail import clock

TEXTE, TELEPHONE, NOMBRE, POURCENT, DUREE, DATE, EUROS = (
    *("texte", "telephone", "nombre", "pourcent", "duree", "date", "euros"),
)
"""Of what kind the values of a column are: str, str, int, float between 0 and 1, float in hours, date, int
in cents."""

CSV, XLSX = "csv", "xlsx"
GENRES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The kinds of file that can be made, and how each says itself."""

RANGEES_MAX = {CSV: 50_000, XLSX: 20_000}
"""How many rows a file holds at most: a workbook takes three seconds then, that others wait for."""
EN_MEMOIRE = 5_000
"""Up to so many rows a file is made in memory; a longer one goes by the disk, under no name."""
TEXTE_MAX = 32_000
"""Characters of a cell: spreadsheets hold 32 767."""
COMMENCENT_UNE_FORMULE = "=+-@＝＋－＠"
LARGEURS = {TEXTE: 18, TELEPHONE: 18, NOMBRE: 11, POURCENT: 11, DUREE: 11, DATE: 12, EUROS: 12}
LARGEUR_MAX = 48

Valeur = str | int | float | dt.date | None


@dataclass(frozen=True)
class Colonne:
    nom: str
    genre: str = TEXTE

    @property
    def chiffree(self) -> bool:
        """Whether it is aligned on the right."""
        return self.genre in (NOMBRE, POURCENT, DUREE, EUROS)


@dataclass(frozen=True)
class Section:
    """A part of a list under a title of its own: one séance, one activity, one day. On paper, one page."""

    titre: str
    precision: str
    cle: tuple[Valeur, ...]
    """What the title says, as the first columns of the file."""
    rangees: list[tuple[Valeur, ...]]
    total: tuple[Valeur, ...] = ()
    """The last row of the screen and of the paper; a file has none, spreadsheets add up by themselves."""


@dataclass(frozen=True)
class Tableau:
    """A list, as the screen, the paper and the files have it."""

    titre: str
    portee: str
    """What it is about: « jeudi 3 décembre 2026, Groupe scolaire Jean-Zay »."""
    cles: tuple[Colonne, ...]
    """The columns that the sections give to the file."""
    colonnes: tuple[Colonne, ...]
    sections: list[Section] = field(default_factory=list)
    coupee: bool = False
    """There are more rows than were asked for."""

    @property
    def combien(self) -> int:
        return sum(len(section.rangees) for section in self.sections)

    def a_plat(self) -> Iterator[tuple[Valeur, ...]]:
        """Each row with what its section says."""
        for section in self.sections:
            yield from (section.cle + rangee for rangee in section.rangees)


@dataclass(frozen=True)
class Fichier:
    """A file to be sent once. `flux` is at its beginning; closing it leaves nothing."""

    nom: str
    genre: str
    flux: BinaryIO


def fichier(tableaux: Sequence[Tableau], genre: str, nom: str) -> Fichier:
    """These tables in one file; a CSV holds one table only. `nom` is made plain: « Liste du jour » too."""
    petit = sum(tableau.combien for tableau in tableaux) <= EN_MEMOIRE
    flux: BinaryIO = io.BytesIO() if petit else tempfile.TemporaryFile()  # noqa: SIM115 - who sends it closes it
    if genre == CSV:
        (seul,) = tableaux
        en_csv(seul, flux)
    else:
        en_xlsx(tableaux, flux)
    flux.seek(0)
    return Fichier(f"{nom_de_fichier(nom)}.{genre}", GENRES[genre], flux)


def nom_de_fichier(nom: str) -> str:
    """« liste-du-jour-2026-12-03 »: plain letters, digits and hyphens, that any system keeps."""
    return re.sub(r"[^a-z0-9]+", "-", normaliser(nom))[:100].strip("-") or "liste"


# ——— CSV ———


def en_csv(tableau: Tableau, sortie: BinaryIO) -> None:
    """As French spreadsheets open it: UTF-8 that says so, semicolons, comma as the decimal mark."""
    colonnes = (*tableau.cles, *tableau.colonnes)
    texte = io.TextIOWrapper(sortie, encoding="utf-8-sig", newline="", write_through=True)
    plume = csv.writer(texte, delimiter=";", lineterminator="\r\n")
    plume.writerow([sans_formule(colonne.nom) for colonne in colonnes])
    for rangee in tableau.a_plat():
        plume.writerow([_en_case(c, v) for c, v in zip(colonnes, rangee, strict=True)])
    texte.detach()


def sans_formule(texte: str) -> str:
    """The text, that no spreadsheet runs: an apostrophe before what could begin a formula."""
    net = au_net(texte)
    return f"'{net}" if net.startswith(tuple(COMMENCENT_UNE_FORMULE)) else net


def au_net(texte: str) -> str:
    """One line, of visible characters: a tab or a line feed begins another cell in some readers."""
    if not texte.isprintable():
        texte = "".join(" " if unicodedata.category(c).startswith("C") else c for c in texte)
    net = " ".join(texte.split())
    return net if len(net) <= TEXTE_MAX else f"{net[: TEXTE_MAX - 1]}…"


def _en_case(colonne: Colonne, valeur: Valeur) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, str):
        return sans_formule(composable(valeur) if colonne.genre == TELEPHONE else valeur)
    if isinstance(valeur, dt.date):
        return f"{valeur:%d/%m/%Y}"
    if colonne.genre == EUROS:
        return f"{'-' if valeur < 0 else ''}{abs(int(valeur)) // 100},{abs(int(valeur)) % 100:02}"
    if colonne.genre == POURCENT:
        return f"{100 * valeur:.1f}".replace(".", ",")
    return str(valeur) if isinstance(valeur, int) else f"{valeur:.1f}".replace(".", ",")


def composable(telephone: str) -> str:
    """« 00 33 6 39 98 12 40 » for « +33 6 39 98 12 40 »: the same number, without what begins a formula."""
    net = telephone.strip()
    return f"00 {net[1:].strip()}" if net.startswith("+") else net


# ——— XLSX ———


def en_xlsx(tableaux: Sequence[Tableau], sortie: BinaryIO) -> None:
    """A workbook, one sheet a table: text is text, dates are dates, numbers are numbers."""
    combien = sum(tableau.combien for tableau in tableaux)
    options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False}
    options["in_memory" if combien <= EN_MEMOIRE else "constant_memory"] = True
    with xlsxwriter.Workbook(sortie, options) as classeur:
        classeur.set_properties({"title": tableaux[0].titre, "created": clock.maintenant()})
        formats: dict[str | None, Format] = {
            None: classeur.add_format({"valign": "top"}),
            DATE: classeur.add_format({"num_format": "dd/mm/yyyy", "align": "left", "valign": "top"}),
            NOMBRE: classeur.add_format({"num_format": "#,##0", "valign": "top"}),
            DUREE: classeur.add_format({"num_format": "0.0", "valign": "top"}),
            EUROS: classeur.add_format({"num_format": "#,##0.00", "valign": "top"}),
            POURCENT: classeur.add_format({"num_format": "0.0%", "valign": "top"}),
            "entete": classeur.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        }
        noms: set[str] = set()
        for tableau in tableaux:
            feuille = classeur.add_worksheet(_nom_de_feuille(tableau.titre, noms))
            _mettre_en_page(feuille, tableau)
            _remplir(feuille, tableau, formats)


def _remplir(feuille: Worksheet, tableau: Tableau, formats: dict[str | None, Format]) -> None:
    colonnes = (*tableau.cles, *tableau.colonnes)
    for rang, colonne in enumerate(colonnes):
        feuille.write_string(0, rang, au_net(colonne.nom), formats["entete"])
    for ligne, rangee in enumerate(tableau.a_plat(), start=1):
        for rang, (colonne, valeur) in enumerate(zip(colonnes, rangee, strict=True)):
            if valeur is None or valeur == "":
                continue
            if isinstance(valeur, str):
                feuille.write_string(ligne, rang, au_net(valeur), formats[None])
            elif isinstance(valeur, dt.date):
                feuille.write_datetime(ligne, rang, dt.datetime.combine(valeur, dt.time()), formats[DATE])
            else:
                nombre = valeur / 100 if colonne.genre == EUROS else valeur
                feuille.write_number(ligne, rang, nombre, formats[colonne.genre])


def _mettre_en_page(feuille: Worksheet, tableau: Tableau) -> None:
    """Frozen headings and filters on the screen; on paper one page wide, headings and numbers on each."""
    colonnes = (*tableau.cles, *tableau.colonnes)
    for rang, largeur in enumerate(_largeurs(tableau, colonnes)):
        feuille.set_column(rang, rang, largeur)
    feuille.freeze_panes(1, 0)
    feuille.autofilter(0, 0, max(tableau.combien, 1), len(colonnes) - 1)
    feuille.repeat_rows(0)
    feuille.set_paper(9)  # A4
    feuille.set_landscape()
    feuille.fit_to_pages(1, 0)
    entete = au_net(f"{tableau.titre} – {tableau.portee}")[:200].replace("&", "&&")
    feuille.set_header(f"&L{entete}")
    feuille.set_footer("&R&P / &N")


def _largeurs(tableau: Tableau, colonnes: Sequence[Colonne]) -> list[int]:
    """By what the first rows hold: a column shows what it says, without taking all the sheet."""
    largeurs = [max(LARGEURS[c.genre] // 2, len(c.nom) + 3) for c in colonnes]
    for _, rangee in zip(range(200), tableau.a_plat(), strict=False):
        for rang, valeur in enumerate(rangee):
            longueur = 11 if isinstance(valeur, dt.date) else len(str(valeur or ""))
            largeurs[rang] = min(max(largeurs[rang], longueur + 2), LARGEUR_MAX)
    return largeurs


def _nom_de_feuille(titre: str, pris: set[str]) -> str:
    """Thirty-one characters at most, none of those that a sheet may not have, and no two the same."""
    net = re.sub(r"[\[\]:*?/\\']", " ", au_net(titre))[:27].strip() or "Liste"
    nom, numero = net, 1
    while nom.casefold() in pris:
        numero += 1
        nom = f"{net} {numero}"
    pris.add(nom.casefold())
    return nom
