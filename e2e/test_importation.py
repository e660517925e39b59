"""Importing in a browser: the whole way without a script, the progress that comes by itself, how it looks."""

import pytest

from portail.domain import importation

PAGE = "/agents/mise-en-place/import"
FAMILLES = {
    "name": "familles.csv",
    "mimeType": "text/csv",
    "buffer": "code;nom\n900001;Léger\n".encode("cp1252"),
}
FAUX = {"name": "familles.csv", "mimeType": "text/csv", "buffer": b"code;nom\n1;=A1\n"}


def envoyer(page, fichier) -> None:
    page.goto(PAGE)
    page.get_by_label("Fichiers", exact=True).set_input_files(fichier)
    page.get_by_role("button", name="Contrôler les fichiers").click()
    page.get_by_role("heading", name="Import du").wait_for()


def test_the_whole_way_without_a_script(entrer, monde):
    page = entrer(monde.gestionnaire.email, javascript=False)
    envoyer(page, FAMILLES)
    page.get_by_role("button", name="Importer").click()
    page.get_by_text("C’est importé").wait_for()
    page.get_by_role("link", name="Imprimer les lettres aux familles").click()
    page.get_by_role("heading", name="Lettres aux familles").wait_for()


def test_the_progress_ends_by_itself_in_the_report(entrer, monde, monkeypatch):
    monkeypatch.setattr(importation, "AUSSITOT", 0)  # as if the files were long
    page = entrer(monde.gestionnaire.email)
    envoyer(page, FAMILLES)
    page.get_by_text("En attente de son tour").wait_for()
    assert importation.servir()
    page.get_by_text("Rien n’est encore enregistré").wait_for()


@pytest.mark.parametrize(("taille", "theme"), [("large", "light"), ("etroit", "dark")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(entrer, monde, axe, sans_defilement, taille, theme):
    page = entrer(monde.gestionnaire.email, taille=taille, theme=theme)
    for fichier in (FAUX, FAMILLES):
        envoyer(page, fichier)
        assert axe(page) == []
        sans_defilement(page)
    for adresse in (PAGE, "/agents/mise-en-place/lettres"):
        page.goto(adresse)
        assert axe(page) == [], page.url
        sans_defilement(page)
