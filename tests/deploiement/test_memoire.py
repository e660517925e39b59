"""A process of the portal may die, and another answer in its place: what it keeps is known, and may go."""

import ast
from pathlib import Path

from tests.sources import RACINE, arbre, modules, nom

CACHES = {"cache", "lru_cache"}
GARDE = {
    "portail/clock.py": "the time, as a test stops it",
    "portail/domain/reglages.py": "the settings, read once",
    "portail/domain/ville.py": "the town's row: another process sees an edit of it within a minute",
    "portail/domain/textes_de_courriel.py": "the town's words: the same",
    "portail/domain/comptes.py": "the hash that no password opens",
    "portail/domain/mots_de_passe.py": "the list of the passwords that leak most",
    "portail/domain/importation_colonnes.py": "the columns of a file; phone numbers as they are written",
    "portail/domain/calcul_de_factures.py": "a price, by all that it depends on",
    "portail/domain/creneaux.py": "what a family may ask of a status, by the table of transitions",
    "portail/domain/preparees.py": "the text of a query, by the lengths of its lists; a date as it is stored",
    "portail/mots.py": "an instant in words",
    "portail/forms/dossier.py": "a form's class",
    "portail/forms/guichet.py": "a form's class",
    "portail/pdf.py": "whether this machine makes PDFs; how many it is making",
    "portail/domain/images.py": "how many pictures it is reading",
    "portail/payfip.py": "how many questions to PayFiP wait for their answer",
    "portail/domain/tours.py": "whose turn it is, for the three above",
    "portail/mesures.py": "what this machine has answered, told as such",
}
"""All that outlives a request, by file. A session, a draft, an attempt, a rate are none of it: all are rows.

Whoever adds a line here says what another process sees meanwhile."""
VERROUS = {"Lock", "RLock", "Semaphore", "BoundedSemaphore"}


def retient(chemin: Path) -> bool:
    for noeud in ast.walk(arbre(chemin)):
        if isinstance(noeud, ast.Global):
            return True
        if isinstance(noeud, (ast.Name, ast.Attribute)):
            mot = noeud.id if isinstance(noeud, ast.Name) else noeud.attr
            racine = ast.unparse(noeud).split(".")[0]
            if mot == "Tours":  # portail/domain/tours.py
                return True
            if mot in CACHES and racine in {*CACHES, "functools"} or mot in VERROUS and racine == "threading":
                return True
    return False


def test_what_a_process_keeps_is_listed_and_nothing_else_is_kept():
    chemins = [c for c in modules("portail") if not nom(c).startswith("portail/demo/")]
    assert {nom(chemin) for chemin in chemins if retient(chemin)} == set(GARDE)


def test_what_is_kept_is_seen_whichever_way_it_is_written(tmp_path):
    for texte, voulu in (
        ("def f():\n    global x\n    x = 1\n", True),
        ("from functools import cache\n\n@cache\ndef f(): ...\n", True),
        ("import functools\nf = functools.lru_cache(3)(len)\n", True),
        ("import threading\nv = threading.Lock()\n", True),
        (
            "from functools import cached_property\n\nclass A:\n    @cached_property\n    def f(self): ...\n",
            False,
        ),
        ("cache = 3\n", True),  # too much rather than too little
        ("x = {}\n", False),
    ):
        fichier = tmp_path / f"m{abs(hash(texte))}.py"
        fichier.write_text(texte)
        assert retient(fichier) is voulu, texte


def test_the_files_of_the_list_exist():
    assert all((RACINE / fichier).exists() for fichier in GARDE)
