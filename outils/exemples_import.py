"""What a town's former software would export: invented families of two schools, as files to import.

Run as a script, writes the samples of `docs/import/`. The tests and the measures make theirs with it.
"""

import csv
import datetime as dt
import io
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter

RACINE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(RACINE))

from portail.demo import noms  # noqa: E402
from portail.domain.importation_colonnes import COLONNES, TABLES, TITRES  # noqa: E402

ECOLES = ("École Jean-Moulin", "École Marie-Curie")
CANTINE, MATIN, SOIR = "Cantine", "Accueil du matin", "Accueil du soir"
CLASSES = ("PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2")
JOURS = tuple(
    jour
    for jour in (dt.date(2027, 1, 4) + dt.timedelta(n) for n in range(12))
    if jour.weekday() in (0, 1, 3, 4)
)
"""The days booked: two weeks of school, in every zone."""
RENTREE = 2026

Rangee = dict[str, str]
Ville = dict[str, list[Rangee]]


def ville(familles: int, graine: int = 1, jours: Sequence[dt.date] = JOURS) -> Ville:
    """So many families, by table; the same for the same seed."""
    alea = random.Random(graine)
    tables: Ville = {table: [] for table in TABLES}
    for numero in range(familles):
        _une_famille(tables, alea, str(100_001 + numero), numero, jours)
    return tables


def _une_famille(
    tables: Ville, alea: random.Random, code: str, numero: int, jours: Sequence[dt.date]
) -> None:
    nom = alea.choice(noms.NOMS)
    tables["familles"].append({"code_abonne": code, "nom": nom})
    adresse = {
        "voie": f"{alea.randrange(1, 120)} {alea.choice(noms.RUES)}",
        "code_postal": "49320",
        "commune": "Saint-Alban-sur-Loire",
    }
    for rang, prenom in enumerate(alea.sample(noms.PRENOMS_ADULTES, alea.choice((1, 2, 2, 2)))):
        tables["adultes"].append(
            {
                "identifiant": f"A{numero}-{rang}",
                "code_abonne": code,
                "nom": nom,
                "prenom": prenom,
                "email": f"parent{numero}.{rang}@example.org",
                "telephone": f"06 39 98 {alea.randrange(100):02} {alea.randrange(100):02}",
                "profession": alea.choice(noms.METIERS),
                **adresse,
                "quotient": f"{alea.randrange(300, 2000)},{alea.randrange(100):02}",
                "fiscal_le": "01/09/2026",
            }
        )
    ecole = alea.choice(ECOLES)
    for rang, prenom in enumerate(alea.sample(noms.PRENOMS_ENFANTS, alea.choice((1, 1, 2, 2, 3)))):
        _un_enfant(tables, alea, code, nom, prenom, f"E{numero}-{rang}", ecole, jours)


def _un_enfant(
    tables: Ville,
    alea: random.Random,
    code: str,
    nom: str,
    prenom: str,
    identifiant: str,
    ecole: str,
    jours: Sequence[dt.date],
) -> None:
    niveau = alea.randrange(len(CLASSES))
    naissance = dt.date(RENTREE - 3 - niveau, 1, 1) + dt.timedelta(alea.randrange(365))
    tables["enfants"].append(
        {
            "identifiant": identifiant,
            "code_abonne": code,
            "nom": nom,
            "prenom": prenom,
            "naissance": f"{naissance:%d/%m/%Y}",
            "ecole": ecole,
            "classe": CLASSES[niveau],
            "image": alea.choice(("oui", "non", "")),
            "soins_urgence": "oui",
            "regime": alea.choice(("", "", "", "sans porc", "sans viande")),
            "allergies": alea.choice(("", "", "", "", "Arachide")),
            "medecin": alea.choice(noms.MEDECINS),
        }
    )
    qui = {"code_abonne": code, "nom": nom, "prenom": prenom, "naissance": f"{naissance:%d/%m/%Y}"}
    for activite in (CANTINE, *alea.choice(((), (MATIN,), (SOIR,), (MATIN, SOIR)))):
        tables["inscriptions"].append({**qui, "activite": activite, "lieu": ecole})
        habitude = alea.sample((0, 1, 3, 4), alea.randrange(2, 5))
        tables["reservations"] += [
            {**qui, "activite": activite, "lieu": ecole, "jour": f"{jour:%d/%m/%Y}"}
            for jour in jours
            if jour.weekday() in habitude
        ]


# ——— as files ———


def colonnes(rangees: Sequence[Rangee], table: str) -> list[str]:
    """The columns that these rows use, in the order of the template."""
    servies = {nom for rangee in rangees for nom in rangee}
    return [colonne.nom for colonne in COLONNES[table] if colonne.nom in servies]


def en_csv(
    rangees: Sequence[Rangee], entetes: Sequence[str], separateur: str = ";", encodage: str = "utf-8-sig"
) -> bytes:
    """These rows, as a spreadsheet saves them."""
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, delimiter=separateur)
    ecrivain.writerow(entetes)
    ecrivain.writerows([[rangee.get(nom, "") for nom in entetes] for rangee in rangees])
    return sortie.getvalue().encode(encodage, "replace")


def en_classeur(tables: Ville) -> bytes:
    """One workbook, a sheet a table."""
    sortie = io.BytesIO()
    reglages = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(sortie, reglages) as classeur:
        classeur.set_properties(
            {"created": dt.datetime(2026, 9, 1, tzinfo=dt.UTC)}
        )  # the same bytes each time
        gras = classeur.add_format({"bold": True})
        for table, rangees in tables.items():
            feuille, entetes = classeur.add_worksheet(TITRES[table]), colonnes(rangees, table)
            feuille.freeze_panes(1, 0)
            feuille.set_column(0, max(len(entetes) - 1, 0), 16)
            feuille.write_row(0, 0, entetes, gras)
            for numero, rangee in enumerate(rangees, start=1):
                for rang, nom in enumerate(entetes):
                    feuille.write_string(numero, rang, rangee.get(nom, ""))
    return sortie.getvalue()


def fichiers(tables: Ville) -> Iterator[tuple[str, bytes]]:
    """The samples: a CSV a table, and the workbook."""
    for table, rangees in tables.items():
        yield f"{table}.csv", en_csv(rangees, colonnes(rangees, table))
    yield "reprise.xlsx", en_classeur(tables)


def main() -> None:
    dossier = RACINE / "docs/import"
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, octets in fichiers(ville(40)):
        (dossier / nom).write_bytes(octets)
        print(f"{nom} : {len(octets)} octets")


if __name__ == "__main__":
    main()
