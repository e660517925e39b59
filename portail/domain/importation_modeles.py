"""The templates to fill in: a file a table with its headers; a workbook with them all, and how to use it."""

import csv
import io

import xlsxwriter

from portail.domain.importation_colonnes import COLONNES, TABLES, TITRES

NOTICE = "Mode d’emploi"
"""A sheet of this name is never read back."""


def en_csv(table: str) -> bytes:
    """The headers of a table, as spreadsheets open them in France."""
    sortie = io.StringIO(newline="")
    csv.writer(sortie, delimiter=";").writerow(colonne.nom for colonne in COLONNES[table])
    return sortie.getvalue().encode("utf-8-sig")


def en_classeur() -> bytes:
    """A sheet a table, the needed columns in bold; first, what each column holds."""
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True, "strings_to_formulas": False}) as classeur:
        gras, texte = classeur.add_format({"bold": True}), classeur.add_format({"num_format": "@"})
        notice = classeur.add_worksheet(NOTICE)
        notice.set_column(0, 1, 22)
        notice.set_column(2, 2, 12)
        notice.set_column(3, 3, 90)
        notice.write_row(0, 0, ("Feuille", "Colonne", "Nécessaire", "Ce qu’elle contient"), gras)
        numero = 1
        for table in TABLES:
            feuille = classeur.add_worksheet(TITRES[table])
            feuille.freeze_panes(1, 0)
            feuille.set_column(0, len(COLONNES[table]) - 1, 18, texte)  # « 01000 » keeps its zero
            for rang, colonne in enumerate(COLONNES[table]):
                feuille.write_string(0, rang, colonne.nom, gras if colonne.requise else None)
                requise = "oui" if colonne.requise else ""
                notice.write_row(numero, 0, (TITRES[table], colonne.nom, requise, colonne.aide))
                numero += 1
    return sortie.getvalue()
