"""`restaurer`: what was copied is there again, to the last row, in an empty base; else nothing is touched."""

import pytest

from models import Famille, Tache, db
from portail import sauvegarde
from tests.garanties.empreinte import contenu
from tests.schema.test_migrations import schema

CE_QUI_SUIT = (Tache,)
"""That it was copied is noted after the copy."""
pytestmark = pytest.mark.usefixtures("outils")


@pytest.fixture
def copie(a_jour, commande, tmp_path):
    fait = commande("sauvegarder", tmp_path / "copie")
    assert fait.exit_code == 0, fait.output
    return tmp_path / "copie"


def test_everything_is_there_again_and_it_is_verified(copie, ailleurs):
    avant, tables = contenu(CE_QUI_SUIT), noms()
    fait = ailleurs("restaurer", copie)
    assert "Sauvegarde restaurée." in fait.output
    assert contenu(CE_QUI_SUIT) == avant
    assert noms() == tables


def noms() -> set[tuple]:
    """Every table, column, constraint, index, trigger. PostgreSQL words again what it is given back."""
    return {ligne[:3] for ligne in schema()}


def test_a_base_that_holds_anything_is_left_alone(copie, commande):
    avant = contenu(())
    fait = commande("restaurer", copie)
    assert (fait.exit_code, "restaurez dans une base vide" in fait.output) == (1, True), fait.output
    assert contenu(()) == avant


@pytest.mark.parametrize("octets", [b"", b"rien", b"PGDMP" + b"\0" * 500, b"SQLite format 3\0" + b"\0" * 900])
def test_what_is_no_copy_is_refused_and_the_base_stays_empty(a_jour, ailleurs, tmp_path, octets):
    (tmp_path / "autre").write_bytes(octets)
    fait = ailleurs("restaurer", tmp_path / "autre")
    assert fait.exit_code == 1 and "Traceback" not in fait.output, fait.output
    assert isinstance(fait.exception, SystemExit)
    assert db.get_tables() == []


def test_a_copy_that_is_cut_short_is_refused_whole(copie, ailleurs):
    octets = copie.read_bytes()
    copie.write_bytes(octets[: len(octets) * 2 // 3])
    fait = ailleurs("restaurer", copie)
    assert (fait.exit_code, "restaurée" in fait.output) == (1, False), fait.output
    assert db.get_tables() == []


def test_what_does_not_hold_is_shown(a_jour, commande, ailleurs, tmp_path):
    Famille.update(fusionnee_dans=Famille.get(nom="Moreau").id).where(Famille.nom == "Moreau").execute()
    commande("sauvegarder", tmp_path / "copie")
    fait = ailleurs("restaurer", tmp_path / "copie")
    assert fait.exit_code == 1
    assert " – " in fait.output.splitlines()[-1]


@pytest.mark.parametrize(
    ("ordre", "phrase", "code"),
    [
        (
            "INSERT INTO schema_migration (name, applied) VALUES ('0999_demain', '2030-01-01')",
            "version plus récente du portail (migration 0999_demain)",
            1,
        ),
        (
            "DELETE FROM schema_migration WHERE name = (SELECT max(name) FROM schema_migration)",
            "version plus ancienne : lancez « flask --app portail initialiser »",
            0,
        ),
    ],
)
def test_a_copy_of_another_version_says_what_to_do(
    a_jour, url_de_base, ailleurs, tmp_path, ordre, phrase, code
):
    db.execute_sql(ordre)
    sauvegarde.sauvegarder(url_de_base, tmp_path / "copie")
    fait = ailleurs("restaurer", tmp_path / "copie")
    assert (phrase in fait.output, fait.exit_code) == (True, code), fait.output
