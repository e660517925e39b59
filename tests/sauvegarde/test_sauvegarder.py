"""`sauvegarder`: a whole copy, that its owner alone reads, put in place at once; or a sentence, no more."""

import os
import sqlite3
import stat

import pytest

from models import db
from portail import clock, sauvegarde
from portail.domain import taches

pytestmark = pytest.mark.usefixtures("a_jour", "outils")
POSTGRES = pytest.mark.parametrize("url_de_base", ["postgresql"], indirect=True)
SQLITE = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)


def test_a_copy_is_written_whole_and_only_its_owner_reads_it(commande, tmp_path):
    fichier = tmp_path / "copie"
    fait = commande("sauvegarder", fichier)
    assert (fait.exit_code, f"Sauvegarde écrite : {fichier}" in fait.output) == (0, True), fait.output
    assert stat.S_IMODE(fichier.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.partiel*"))
    assert fichier.read_bytes()[:5] in (b"SQLit", b"PGDMP")
    assert taches.derniere_fois(taches.SAUVEGARDE) == clock.maintenant()


def test_a_copy_that_stands_is_replaced_only_if_it_is_asked(commande, tmp_path):
    fichier = tmp_path / "copie"
    fichier.write_text("la veille")
    refuse = commande("sauvegarder", fichier)
    assert (refuse.exit_code, "existe déjà" in refuse.output) == (1, True)
    assert fichier.read_text() == "la veille"
    assert commande("sauvegarder", fichier, "--remplacer").exit_code == 0
    assert fichier.read_bytes()[:5] in (b"SQLit", b"PGDMP")


def test_what_a_cut_run_left_does_not_stop_the_next_one(commande, tmp_path):
    (tmp_path / "copie.partiel").write_bytes(b"x" * 10_000)
    assert commande("sauvegarder", tmp_path / "copie").exit_code == 0
    assert [chemin.name for chemin in tmp_path.glob("copie*")] == ["copie"]


def test_a_base_that_waits_for_its_migrations_is_copied_before_them(commande, tmp_path):
    db.execute_sql("DELETE FROM schema_migration WHERE name = (SELECT max(name) FROM schema_migration)")
    assert commande("sauvegarder", tmp_path / "copie").exit_code == 0


def test_a_folder_that_is_not_there_is_said(commande, tmp_path):
    fait = commande("sauvegarder", tmp_path / "absent" / "copie")
    assert (fait.exit_code, "Impossible d’écrire" in fait.output) == (1, True), fait.output
    assert taches.derniere_fois(taches.SAUVEGARDE) is None


@SQLITE
def test_without_room_the_copy_of_the_day_before_stands(commande, tmp_path, monkeypatch):
    fichier = tmp_path / "copie"
    fichier.write_text("la veille")

    def a_moitie(_url, partiel):
        partiel.write_bytes(b"SQLite format 3")
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(sauvegarde, "_copier_sqlite", a_moitie)
    fait = commande("sauvegarder", fichier, "--remplacer")
    assert (fait.exit_code, "No space left" in fait.output) == (1, True), fait.output
    assert (fichier.read_text(), list(tmp_path.glob("*.partiel"))) == ("la veille", [])


@SQLITE
def test_a_copy_that_cannot_be_read_again_is_not_given_for_good(commande, tmp_path, monkeypatch):
    def abimer(_url, partiel):
        partiel.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
        with sauvegarde._lire(partiel):
            pass

    monkeypatch.setattr(sauvegarde, "_copier_sqlite", abimer)
    fait = commande("sauvegarder", tmp_path / "copie")
    assert (fait.exit_code, "abîmée" in fait.output) == (1, True), fait.output
    assert not (tmp_path / "copie").exists()


@SQLITE
def test_the_copy_stands_alone(commande, tmp_path):
    """No log beside it to be forgotten: one file to carry away."""
    commande("sauvegarder", tmp_path / "copie")
    with sqlite3.connect(tmp_path / "copie") as copie:
        assert copie.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    copie.close()


@POSTGRES
def test_where_the_tool_is_not_installed_it_says_which(commande, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    fait = commande("sauvegarder", tmp_path / "copie")
    assert (fait.exit_code, "pg_dump manque sur cette machine" in fait.output) == (1, True)
    assert "apt install postgresql-client" in fait.output
    assert not (tmp_path / "copie").exists()


@POSTGRES
def test_the_password_is_never_on_a_command_line(tmp_path, monkeypatch):
    outil = tmp_path / "pg_dump"
    outil.write_text(
        '#!/bin/sh\necho "$@" >"$0.vu"\ncat "$(echo "$@" | sed "s/.*passfile=//; s/ .*//")" >>"$0.vu"\n'
    )
    outil.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    sauvegarde.sauvegarder("postgresql://portail:s%3Aecret@machine/portail", tmp_path / "copie")
    mots, secret = (tmp_path / "pg_dump.vu").read_text().splitlines()
    assert "s:ecret" not in mots and "ecret" not in mots
    assert "host=machine" in mots and "user=portail" in mots
    assert secret == "*:*:*:*:s\\:ecret"


@POSTGRES
def test_what_the_tool_complains_of_is_told(tmp_path, url_de_base):
    ailleurs = url_de_base.replace(url_de_base.split("/")[3].split("?")[0], "absente")
    with pytest.raises(sauvegarde.Impossible, match="pg_dump n’a pas abouti : .*absente"):
        sauvegarde.sauvegarder(ailleurs, tmp_path / "copie")
    assert not (tmp_path / "copie").exists()
