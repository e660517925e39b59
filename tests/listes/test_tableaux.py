"""The files: whatever was typed is text in any spreadsheet; dates are dates, numbers numbers."""

import csv
import datetime as dt
import io
import re
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portail.domain import tableaux
from portail.domain.tableaux import (
    CSV,
    DATE,
    DUREE,
    NOMBRE,
    POURCENT,
    TELEPHONE,
    XLSX,
    Colonne,
    Section,
    Tableau,
    au_net,
    composable,
    fichier,
    nom_de_fichier,
    sans_formule,
)

ATTAQUES = (
    "=1+1", "=HYPERLINK(\"http://evil.test\";\"clic\")", "@SUM(A1)", "+33 6 39 98 12 40", "-2+3", "\t=1+1",
    "\r=1", "\n=cmd|' /C calc'!A0", "  =1+1", "＝1+1", "\u202e=1", "_x003D_1+1", "_x000D_=1", "'=1", "http://a.test",
)  # fmt: skip
textes = (
    st.text(max_size=60)
    | st.sampled_from(ATTAQUES)
    | st.builds("{}{}".format, st.sampled_from("=+-@\t\r\n＝ "), st.text())
)


NOM, LIEU = Colonne("Nom"), Colonne("Lieu")


def un(valeurs, colonne=NOM) -> Tableau:
    rangees = [("Jean-Zay", [(valeur,) for valeur in valeurs])]
    sections = [Section("Jean-Zay", "", (lieu,), siennes) for lieu, siennes in rangees]
    return Tableau("Essai", "d’un jour", (LIEU,), (colonne,), sections)


def octets(tableau: Tableau, genre: str) -> bytes:
    flux = fichier([tableau], genre, "essai").flux
    try:
        return flux.read()
    finally:
        flux.close()


def lire_csv(contenu: bytes) -> list[list[str]]:
    assert contenu.startswith(b"\xef\xbb\xbf"), "a spreadsheet has to be told that it is UTF-8"
    return list(csv.reader(io.StringIO(contenu.decode("utf-8-sig"), newline=""), delimiter=";"))


def lire_xlsx(contenu: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(contenu)).get_sheet_by_index(0).to_python()


@settings(max_examples=150, deadline=None)
@given(st.lists(textes, min_size=1, max_size=8))
@example(list(ATTAQUES))
def test_no_cell_of_a_csv_begins_a_formula_whatever_was_typed(valeurs):
    (_, *rangees) = lire_csv(octets(un(valeurs), CSV))
    assert len(rangees) == len(valeurs), "no text makes a row, nor takes one away"
    for valeur, (_, lue) in zip(valeurs, rangees, strict=True):
        assert not lue.lstrip().startswith(tuple("=+-@＝＋－＠")) and not set(lue) & set("\t\r\n\0")
        assert lue.removeprefix("'") == au_net(valeur).removeprefix("'"), "nothing else is lost"


@settings(max_examples=100, deadline=None)
@given(st.lists(textes, min_size=1, max_size=8))
@example(list(ATTAQUES))
def test_every_cell_of_a_workbook_is_the_text_that_was_typed(valeurs):
    contenu = octets(un(valeurs), XLSX)
    lues = [rangee[1] for rangee in lire_xlsx(contenu)[1:]]
    assert all(isinstance(lue, str) for lue in lues)
    assert lues == [au_net(valeur) for valeur in valeurs]
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        feuilles = b"".join(archive.read(n) for n in archive.namelist() if "worksheets" in n)
    assert b"<f>" not in feuilles and b"<f " not in feuilles and b"hyperlink" not in feuilles


@pytest.mark.parametrize("en_memoire", [5_000, 0], ids=["in memory", "by a file"])
def test_both_ways_of_making_a_workbook_hold_the_same(monkeypatch, en_memoire):
    monkeypatch.setattr(tableaux, "EN_MEMOIRE", en_memoire)
    lues = [rangee[1] for rangee in lire_xlsx(octets(un(ATTAQUES), XLSX))[1:]]
    assert lues == [au_net(attaque) for attaque in ATTAQUES]


def test_dates_and_numbers_are_what_they_are():
    colonnes = (
        *(
            Colonne("Jour", DATE),
            Colonne("Places", NOMBRE),
            Colonne("Part", POURCENT),
            Colonne("Heures", DUREE),
        ),
        Colonne("Rien", NOMBRE),
    )
    rangee = (dt.date(2026, 12, 3), 1204, 0.835, 52.25, None)
    tableau = Tableau("Essai", "", (), colonnes, [Section("", "", (), [rangee])])
    lue = lire_xlsx(octets(tableau, XLSX))[1]
    assert lue[:4] == [dt.date(2026, 12, 3), 1204, 0.835, 52.25] and lue[4:] in ([""], [])
    assert lire_csv(octets(tableau, CSV))[1] == ["03/12/2026", "1204", "83,5", "52,2", ""]


def test_a_telephone_is_read_and_called_from_a_spreadsheet():
    numeros = ("+33 6 39 98 12 40", "06 39 98 12 40", "+32475123456")
    lus = [r[1] for r in lire_csv(octets(un(numeros, Colonne("Téléphone", TELEPHONE)), CSV))[1:]]
    assert lus == ["00 33 6 39 98 12 40", "06 39 98 12 40", "00 32475123456"]
    assert [r[1] for r in lire_xlsx(octets(un(numeros), XLSX))[1:]] == list(numeros)
    assert composable(" +33 1 ") == "00 33 1"


def test_a_very_long_text_is_cut_where_spreadsheets_would_break():
    assert len(sans_formule("é" * 100_000)) == tableaux.TEXTE_MAX
    assert sans_formule("é" * 100_000).endswith("…")


def test_a_file_is_called_by_plain_letters():
    assert nom_de_fichier("Liste du jour 2026-12-03") == "liste-du-jour-2026-12-03"
    assert nom_de_fichier('Élèves\r\nSet-Cookie: a=1; "../..') == "eleves-set-cookie-a-1"
    assert nom_de_fichier("…") == "liste"
    assert re.fullmatch(r"[a-z0-9-]{1,100}", nom_de_fichier("x" * 500))


def test_a_workbook_of_several_tables_names_its_sheets_apart():
    meme = "Réservations: [2026] / toutes les activités de la ville"
    deux = [Tableau(meme, "", (), (Colonne("A"),), [Section("", "", (), [("x",)])]) for _ in range(2)]
    flux = fichier(deux, XLSX, "essai").flux
    noms = CalamineWorkbook.from_filelike(io.BytesIO(flux.read())).sheet_names
    flux.close()
    assert len(set(noms)) == 2 and all(len(nom) <= 31 for nom in noms)
