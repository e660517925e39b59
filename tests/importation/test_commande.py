"""`flask --app portail importer`: looked at, written when it is asked and sound; its code says which."""

import pytest

from models import Evenement, Famille, Importation
from portail.domain import importation
from portail.domain.importation_fichiers import Fichier
from tests.importation.test_importer import FAMILLES, TOUT


@pytest.fixture
def lancer(app, tmp_path):
    def lancer(fichiers: dict[str, str], *options: str):
        for nom, texte in fichiers.items():
            (tmp_path / nom).write_text(texte, encoding="utf-8")
        chemins = [str(tmp_path / nom) for nom in fichiers]
        return app.test_cli_runner().invoke(args=["importer", *chemins, *options])

    return lancer


def test_it_only_looks_unless_told_to_write_then_writes_as_nobody(monde, lancer, tmp_path):
    vu = lancer(TOUT)
    assert (vu.exit_code, "3 créations." in vu.output) == (0, True), vu.output
    assert "Rien n’a été écrit : relancez avec --ecrire" in vu.output
    assert not Famille.select().where(Famille.code_abonne == "200").exists()
    assert Importation.get().fichiers is None, "what was only looked at is not kept"

    ecrit = lancer(TOUT, "--ecrire", "--rapport", str(tmp_path / "rapport.csv"))
    assert (ecrit.exit_code, ecrit.output.splitlines()[-1]) == (0, "Importé.")
    assert Famille.get(Famille.code_abonne == "200").responsables.count() == 1
    assert {e.auteur for e in Evenement.select().where(Evenement.objet == "importation")} == {None}
    assert "famille Léger, code 200" in (tmp_path / "rapport.csv").read_text(encoding="utf-8-sig")


def test_what_is_wrong_is_shown_and_it_ends_with_one(monde, lancer):
    faux = lancer({"familles.csv": FAMILLES + "200;Roux\n"}, "--ecrire")
    assert faux.exit_code == 1
    assert "familles.csv, ligne 3, colonne code_abonne : le code 200 est déjà à la ligne 2." in faux.output
    assert "Rien n’a été écrit." in faux.output
    assert not Famille.select().where(Famille.code_abonne == "200").exists()


def test_it_waits_for_another_import_to_end(monde, lancer, monkeypatch):
    autre = importation.deposer(None, [Fichier("familles.csv", b"code;nom\n300;Roux\n")])
    prise = importation.prendre_un_tour(autre.id)
    monkeypatch.setattr("portail.cli_importation.time.sleep", lambda _: importation.traiter(prise))
    sortie = lancer(TOUT, "--ecrire")
    assert "Un autre import est en cours" in sortie.output and sortie.output.splitlines()[-1] == "Importé."


def test_the_rounds_of_mail_do_what_waits(monde, app):
    deposee = importation.deposer(monde.gestionnaire, [Fichier("familles.csv", FAMILLES.encode())])
    assert app.test_cli_runner().invoke(args=["courriels"]).exit_code == 0
    assert Importation.get_by_id(deposee.id).statut == "prete"
