"""Reading the files: what a town may send, well or badly made. Each fault is a line that says where and what.

Nothing here touches a database.
"""

import csv
import io
import tracemalloc
import zipfile

import pytest
import xlsxwriter

from portail.domain import importation_fichiers, importation_modeles
from portail.domain.importation_colonnes import TABLES, lire_date, lire_droits, lire_heure
from portail.domain.importation_fichiers import Fichier
from portail.domain.importation_lecture import lire
from portail.domain.importation_rapport import ERREUR, Dit, en_csv

FAMILLES = "code_abonne;nom\n101;Léger\n102;Noël\n"


def lues(nom: str, contenu: str | bytes) -> tuple[dict, list[str]]:
    """The lines of this file, by table; and what is said of it."""
    octets = contenu if isinstance(contenu, bytes) else contenu.encode()
    lecture = lire([Fichier(nom, octets)])
    rangees = {table: [r.textes for r in siennes] for table, siennes in lecture.rangees.items() if siennes}
    return rangees, [f"{dit.genre} {dit.phrase}" for dit in lecture.rapport.dits]


def classeur(feuilles: dict[str, list[list]]) -> bytes:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True, "strings_to_formulas": False}) as livre:
        jour = livre.add_format({"num_format": "dd/mm/yyyy"})
        for nom, rangees in feuilles.items():
            feuille = livre.add_worksheet(nom)
            for numero, rangee in enumerate(rangees):
                for rang, valeur in enumerate(rangee):
                    if hasattr(valeur, "year"):
                        feuille.write_datetime(numero, rang, valeur, jour)
                    else:
                        feuille.write(numero, rang, valeur)
    return sortie.getvalue()


# ——— as software writes it ———


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_any_usual_encoding_and_separator_is_read_alike(encodage, separateur):
    contenu = FAMILLES.replace(";", separateur).replace("\n", "\r\n").encode(encodage)
    rangees, dits = lues("familles.csv", contenu)
    assert rangees == {
        "familles": [{"code_abonne": "101", "nom": "Léger"}, {"code_abonne": "102", "nom": "Noël"}]
    }
    assert dits == []


@pytest.mark.parametrize(
    "entetes", ["CODE ABONNÉ;Nom", "Code;NOM", " n° dossier ; nom_famille", "code-abonné *;nom"]
)
def test_headers_are_read_whatever_their_case_their_accents_their_other_names(entetes):
    rangees, dits = lues("export.csv", f"\n{entetes}\n101;Léger\n;;\n")
    assert rangees == {"familles": [{"code_abonne": "101", "nom": "Léger"}]}
    assert dits == []


def test_a_cell_of_several_lines_keeps_them_and_the_lines_after_keep_their_numbers():
    texte = 'code;nom;prenom;naissance;allergies\n1;A;B;14/03/2018;"arachide\nlait"\n2;A;C;31/02/2018;\n'
    rangees, dits = lues("enfants.csv", texte)
    assert rangees["enfants"][0]["allergies"] == "arachide\nlait"
    assert dits == [
        "erreur enfants.csv, ligne 4, colonne naissance : le 31/02/2018 n’existe pas :"
        " vérifiez le jour et le mois."
    ]


def test_a_workbook_gives_its_sheets_dates_numbers_and_hours_as_one_would_type_them():
    import datetime as dt

    rangees, dits = lues(
        "reprise.xlsx",
        classeur(
            {
                "Mode d’emploi": [["Feuille", "Colonne"], ["Familles", "nom"]],
                "Familles": [["code_abonne", "nom"], [101, "Léger"]],
                "Enfants": [
                    ["code_abonne", "nom", "prenom", "naissance", "image"],
                    [101, "Léger", "Zoé", dt.datetime(2018, 3, 14), True],
                ],
                "Adultes": [["code_abonne", "nom", "prenom", "code_postal"], [101, "Léger", "Ana", 1000]],
                "Feuil4": [],
            }
        ),
    )
    assert dits == []
    assert rangees["enfants"] == [
        {"code_abonne": "101", "nom": "Léger", "prenom": "Zoé", "naissance": "2018-03-14", "image": "oui"}
    ]
    assert rangees["adultes"][0]["code_postal"] == "01000"


@pytest.mark.parametrize("table", TABLES)
def test_the_templates_are_read_back_and_lack_only_lines(table):
    rangees, dits = lues(f"{table}.csv", importation_modeles.en_csv(table))
    assert rangees == {}
    assert dits == [
        f"erreur {table}.csv, ligne 1 : il n’y a que la ligne des noms de colonnes : rien à importer."
    ]
    assert len(lues("modele.xlsx", importation_modeles.en_classeur())[1]) == len(TABLES)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14/03/2018", "2018-03-14"),
        ("2018-03-14", "2018-03-14"),
        ("4.3.2018", "2018-03-04"),
        ("14-03-2018", "2018-03-14"),
    ],
)
def test_dates_as_people_write_them(typed, read):
    assert lire_date(typed) == read


def test_hours_and_rights_as_people_write_them():
    assert [lire_heure(h) for h in ("8:30", "8h30", "08 h", "16:30:00")] == [
        "08:30",
        "08:30",
        "08:00",
        "16:30",
    ]
    assert lire_droits("Ana  Léger : Plein|Luc Léger: retrait") == "Ana Léger:plein|Luc Léger:retrait"


# ——— badly made, or meant to harm ———

ENTETE = "code_abonne;nom\n"
MAUVAIS = {
    "empty": (b"", "le fichier est vide."),
    "spaces": (b"  \r\n ", "le fichier est vide."),
    "headers only": (ENTETE, "ligne 1 : il n’y a que la ligne des noms de colonnes : rien à importer."),
    "missing column": ("code_abonne;x\n1;2\n", "ligne 1, colonne nom : cette colonne est nécessaire"),
    "the same column twice": (
        "code;nom;code_abonne\n1;A;1\n",
        "ligne 1, colonne code_abonne : deux colonnes disent la même chose, « code » aussi : gardez-en une.",
    ),
    "200 columns": (
        ";".join(f"c{n}" for n in range(200)) + "\n" + ";" * 199 + "1\n",
        "200 colonnes : c’est trop.",
    ),
    "cell of a megabyte": (ENTETE + "1;" + "a" * 1_000_000, "ligne 2 : une cellule dépasse 2000 caractères"),
    "long cell": (ENTETE + "1;" + "a" * 5_000, "ligne 2, colonne nom : 5000 caractères : 2000 au plus."),
    "long name": (ENTETE + "1;" + "a" * 81, "ligne 2, colonne nom : 81 caractères : 80 au plus."),
    "quote never closed": (ENTETE + '1;Ok\n2;"Léger\n3;A\n', "ligne 3 : un guillemet est ouvert"),
    "quote in the middle": (ENTETE + '1;"Lé"ger\n', "ligne 2 : un guillemet est mal placé"),
    "a cell too many": (ENTETE + "1;A;B\n", "ligne 2 : 3 cellules pour 2 colonnes"),
    "NUL": (ENTETE + "1;Lé\0ger\n", "ligne 2, colonne nom : la cellule contient un caractère"),
    "control character": (
        ENTETE + "1;Lé\x1bger\n",
        "ligne 2, colonne nom : la cellule contient un caractère",
    ),
    "formula": (ENTETE + '1;=HYPERLINK(""http://x"")\n', "ligne 2, colonne nom : « =HYPERLINK"),
    "command": (ENTETE + "1;@SUM(A1)\n", "ligne 2, colonne nom : « @SUM(A1) » ressemble à une formule"),
    "markup": (ENTETE + "1;<b>A\n", "ligne 2, colonne nom : écrivez-le avec des lettres seulement"),
    "code of letters": (
        ENTETE + "A1;A\n",
        "ligne 2, colonne code_abonne : un code abonné n’a que des chiffres",
    ),
    "nothing in a needed cell": (ENTETE + "1;\n", "ligne 2, colonne nom : à remplir."),
    "PDF": (b"%PDF-1.7 ...", "ce n’est ni un fichier CSV, ni un classeur .xlsx."),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "c’est un classeur d’un ancien format (.xls)"),
    "workbook with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1" + "EncryptedPackage".encode("utf-16-le"),
        "protégé par un mot de passe",
    ),
    "broken workbook": (b"PK\x03\x04 not a zip", "ce classeur est abîmé"),
}


@pytest.mark.parametrize("quoi", MAUVAIS)
def test_what_is_wrong_is_a_line_that_says_where_and_what(quoi):
    contenu, phrase = MAUVAIS[quoi]
    rangees, dits = lues("familles.csv", contenu)
    assert any(dit.startswith("erreur familles.csv") and phrase in dit for dit in dits), dits
    assert "\0" not in "".join(dits) and len("".join(dits)) < 2_000


CHAMPS = {
    "telephone": ("12", "il manque"),
    "email": ("leger@", "écrivez l’adresse en entier"),
    "iban": ("FR7630006000011234567890188", "erreur de frappe"),
    "code_postal": ("ABCDE", "un code postal a 5 chiffres"),
    "quotient": ("beaucoup", "écrivez un nombre"),
    "fiscal_le": ("1/9/26", "écrivez l’année en entier"),
    "identifiant": ("é à", "un identifiant a des lettres sans accent"),
}


@pytest.mark.parametrize("colonne", CHAMPS)
def test_each_field_of_an_adult_is_read_as_the_forms_read_it(colonne):
    saisie, phrase = CHAMPS[colonne]
    _, dits = lues("adultes.csv", f"code_abonne;nom;prenom;{colonne}\n1;A;B;{saisie}\n")
    assert [phrase in dit and f"ligne 2, colonne {colonne}" in dit for dit in dits] == [True]


def test_a_diet_is_one_of_those_that_may_be_kept_and_birth_is_not_to_come():
    _, dits = lues("enfants.csv", "code;nom;prenom;naissance;regime\n1;A;B;1/1/2099;\n1;A;C;1/1/2018;halal\n")
    assert "ligne 2, colonne naissance : cette date est dans le futur" in dits[0]
    assert "ligne 3, colonne regime : écrivez « sans restriction », « sans porc », « sans viande »" in dits[1]


def test_free_text_that_looks_like_a_formula_is_kept_and_told_and_the_report_runs_nothing():
    rangees, dits = lues("adultes.csv", "code;nom;prenom;voie\n1;A;B;=1+1\n")
    assert rangees["adultes"][0]["voie"] == "=1+1"
    assert dits == [
        "avertissement adultes.csv, ligne 2, colonne voie : commence par « = », comme une formule :"
        " gardé tel quel, comme du texte."
    ]
    assert "'=cmd" in en_csv([Dit(ERREUR, "=cmd", 1, "", "@x")]).decode("utf-8-sig")
    for texte in ("@x", "  =x", "＝x", "\n=x"):
        (_, rangee) = csv.reader(
            en_csv([Dit(ERREUR, "=cmd", 1, "", texte)]).decode("utf-8-sig").splitlines(), delimiter=";"
        )
        assert rangee[4] == f"'{texte.strip()}"


def test_a_file_that_nobody_knows_is_told_how_to_be_named():
    _, dits = lues("export.csv", "a;b\n1;2\n")
    assert "on ne sait pas ce que c’est" in dits[0]


def test_too_many_lines_are_told_before_any_is_looked_at(monkeypatch):
    monkeypatch.setattr(importation_fichiers, "LIGNES_MAX", 1)
    rangees, dits = lues("familles.csv", FAMILLES)
    assert rangees == {} and "2 lignes en tout : 1 au plus à la fois" in dits[0]


def _archive(feuille: bytes) -> bytes:
    """A workbook made by hand, around this sheet."""
    modele = zipfile.ZipFile(io.BytesIO(classeur({"Familles": [["code_abonne", "nom"], [1, "A"]]})))
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for membre in modele.namelist():
            contenu = feuille if membre == "xl/worksheets/sheet1.xml" else modele.read(membre)
            archive.writestr(membre, contenu)
    return sortie.getvalue()


XML = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>%s</sheetData></worksheet>'
)


def test_a_workbook_that_unfolds_into_gigabytes_falls_alone():
    bombe = _archive(XML % (b" " * 400_000_000))
    assert len(bombe) < 1_000_000
    assert "une fois déplié, est beaucoup trop grand" in lues("reprise.xlsx", bombe)[1][0]


def test_a_workbook_that_lies_about_its_size_or_has_a_cell_at_the_end_of_the_world_falls_alone():
    loin = _archive(XML % b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    (dit,) = lues("reprise.xlsx", loin)[1]
    assert "trop" in dit, dit
    menteur = bytearray(_archive(XML % (b" " * 200_000_000)))
    # the central directory says 10 bytes
    debut = menteur.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert menteur[debut : debut + 4] == b"PK\x01\x02"
    menteur[debut + 24 : debut + 28] = (10).to_bytes(4, "little")
    _, dits = lues("reprise.xlsx", bytes(menteur))
    assert dits and all(dit.startswith("erreur") for dit in dits)


def test_one_long_text_in_every_cell_is_not_handed_over_as_many_times():
    """A workbook says it once, in a few kilobytes: it was held five gigabytes long."""
    assert lues("reprise.xlsx", classeur({"Familles": [["code_abonne", "nom"], [1, "é" * 30_000]]}))[1] == [
        "erreur reprise.xlsx, feuille Familles, ligne 2, colonne nom : 20000 caractères : 2000 au plus."
    ]
    plein = classeur({"Familles": [["code_abonne", "nom"], *([n, "é" * 20_000] for n in range(1_600))]})
    assert len(plein) < 40_000
    assert "beaucoup trop grand" in lues("reprise.xlsx", plein)[1][0]


def test_a_file_of_endless_short_lines_is_not_held_whole():
    """Twenty megabytes of « 1 » took two gigabytes, before they were refused."""
    tracemalloc.start()
    _, dits = lues("familles.csv", "code_abonne;nom\n" + "1;A\n" * 400_000)
    pic = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "50000 lignes au plus à la fois" in dits[0] and pic < 80_000_000


def test_a_broken_workbook_is_a_line():
    bon = classeur({"Familles": [["code_abonne", "nom"], [1, "A"]]})
    for octets in (bon[: len(bon) // 2], _archive(b"<worksheet"), bon.replace(b"xl/", b"yl/")):
        assert lues("reprise.xlsx", octets)[1][0].startswith("erreur reprise.xlsx : ")
