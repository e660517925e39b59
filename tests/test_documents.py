"""What is written for people stays true: links lead somewhere, and what is named exists."""

import re
from pathlib import Path

import pytest
from click import Command

from portail import cli
from tests.sources import RACINE

DOCUMENTS = [
    *(RACINE / nom for nom in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md")),
    *sorted((RACINE / "docs").glob("*.md")),
]
README = (RACINE / "README.md").read_text(encoding="utf-8")
CONFIG = (RACINE / "portail" / "config.py").read_text(encoding="utf-8")
MAKEFILE = (RACINE / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda chemin: chemin.name)
def test_links_pictures_and_files_named_in_a_document_exist(document: Path):
    texte = document.read_text(encoding="utf-8")
    liens = [lien.partition("#")[0] for lien in re.findall(r"\]\(([^)\s]+)\)", texte) if "://" not in lien]
    perdus = [lien for lien in liens if not (document.parent / lien).exists()]
    haut = r"`((?:portail|tests|e2e|bench|docs|deploy|outils|migrations)/[\w./-]+)`"
    perdus += [chemin for chemin in re.findall(haut, texte) if not (RACINE / chemin).exists()]
    assert perdus == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda chemin: chemin.name)
def test_what_is_asked_of_make_and_of_the_commands_exists(document: Path):
    texte = document.read_text(encoding="utf-8")
    cibles = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)(?=[`\n ]*(?:$|`|#))", texte, re.MULTILINE))
    assert {cible for cible in cibles if not re.search(rf"^{cible}:", MAKEFILE, re.MULTILINE)} == set()
    commandes = set(re.findall(r"flask --app portail ([a-z]+(?:-[a-z]+)*)", texte))
    assert commandes <= _commandes()


def test_the_readme_tells_every_command_and_every_variable():
    assert {nom for nom in _commandes() if f"| `{nom}" not in README} == set()
    lues = set(re.findall(r"\bPORTAIL_[A-Z_]+\b", CONFIG))
    assert set(re.findall(r"^\| `(PORTAIL_[A-Z_]+)`", README, re.MULTILINE)) == lues


def test_what_is_ready_to_deploy_names_variables_that_are_read():
    exemple = (RACINE / "deploy" / "portail.env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(PORTAIL_[A-Z_]+)=", exemple, re.MULTILINE)) <= set(
        re.findall(r"\bPORTAIL_[A-Z_]+\b", CONFIG)
    )


def _commandes() -> set[str]:
    return {chose.name for chose in vars(cli).values() if isinstance(chose, Command)}
