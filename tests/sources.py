"""The project's own sources, read by the architecture tests."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

RACINE = Path(__file__).parent.parent


@cache
def arbre(chemin: Path) -> ast.Module:
    return ast.parse(chemin.read_text(encoding="utf-8"), str(chemin))


def modules(*dossiers: str) -> list[Path]:
    """The Python files under these folders, or these files, of the project."""
    trouves: list[Path] = []
    for dossier in dossiers:
        chemin = RACINE / dossier
        trouves += [chemin] if chemin.is_file() else sorted(chemin.rglob("*.py"))
    return trouves


def nom(chemin: Path) -> str:
    """`portail/domain/planning.py`."""
    return chemin.relative_to(RACINE).as_posix()


def imports(chemin: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, `from a import b` telling both `a` and `a.b`."""
    for noeud in ast.walk(arbre(chemin)):
        if isinstance(noeud, ast.Import):
            yield from (alias.name for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom):
            module = noeud.module or ""
            if noeud.level:
                paquet = chemin.parent.relative_to(RACINE).parts
                module = ".".join([*paquet[: len(paquet) - noeud.level + 1], *filter(None, [module])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in noeud.names)
