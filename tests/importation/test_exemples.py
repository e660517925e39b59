"""The sample files: what is shipped is what the generator makes, and it imports, twice, to the same town."""

import pytest

from models import Enfant, Evenement, Famille, LienParental, Preinscription, Reservation, Responsable
from outils.exemples_import import en_classeur, fichiers, ville
from portail.domain.verification import verifier
from tests.importation.conftest import importer, rapport
from tests.sources import RACINE

DOSSIER = RACINE / "docs/import"


def combien() -> list[int]:
    return [
        modele.select().count()
        for modele in (Famille, Responsable, Enfant, LienParental, Preinscription, Reservation)
    ]


def test_what_is_shipped_is_what_the_generator_makes():
    tables = ville(40)
    for nom, octets in fichiers(tables):
        if nom.endswith(".csv"):
            assert (DOSSIER / nom).read_bytes() == octets, f"{nom}: run outils/exemples_import.py"
    assert (DOSSIER / "reprise.xlsx").stat().st_size == pytest.approx(len(en_classeur(tables)), rel=0.05)


def test_the_five_csv_and_the_workbook_import_the_same_town(monde, ecoles):
    avant, ruptures = combien(), list(verifier(1_000))
    csv = {chemin.name: chemin.read_bytes() for chemin in sorted(DOSSIER.glob("*.csv"))}
    faite = importer(monde.gestionnaire, csv)
    tables = ville(40)
    apres = combien()
    assert [a - b for a, b in zip(apres, avant, strict=True)] == [
        *(len(tables["familles"]), len(tables["adultes"]), len(tables["enfants"])),
        sum(
            [a["code_abonne"] for a in tables["adultes"]].count(enfant["code_abonne"])
            for enfant in tables["enfants"]
        ),
        *(len(tables["inscriptions"]), len(tables["reservations"])),
    ]
    assert rapport(faite).total("cree") == sum(map(len, tables.values()))
    assert (faite.fichiers, list(verifier(1_000))) == (None, ruptures)

    lignes = Evenement.select().count()
    encore = importer(monde.gestionnaire, {"reprise.xlsx": (DOSSIER / "reprise.xlsx").read_bytes()})
    assert not rapport(encore).ecrit
    assert rapport(encore).total("inchange") == sum(map(len, tables.values()))
    assert combien() == apres
    assert Evenement.select().where(Evenement.objet != "importation").count() == lignes - 4
    assert list(verifier(1_000)) == ruptures
