"""Reads a workbook in a process of its own, bounded in memory and time: run as a script.

A workbook is compressed, and says itself how large it is: a few bytes may unfold into all the memory there
is. Whatever it does, it does it here. Standard input: the workbook. Standard output: JSON, the sheets with
their rows as text; or why not.
"""

import datetime as dt
import json
import resource
import sys

MEMOIRE = 1_500_000_000
"""Bytes of address space."""
SECONDES = 60
LIGNES, COLONNES = 60_000, 200
"""Of one sheet: beyond, what follows is not even looked at, and it is said."""


def en_texte(cellule: object) -> str:
    """A cell as somebody would have typed it: « 2018-03-14 », « 08:30 », « 12 », « oui »."""
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    if isinstance(cellule, dt.datetime):
        return cellule.date().isoformat() if cellule.time() == dt.time() else cellule.isoformat(" ")
    if isinstance(cellule, dt.time):
        return f"{cellule:%H:%M}"
    if isinstance(cellule, dt.timedelta):
        minutes = int(cellule.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(cellule, float):
        return str(int(cellule)) if cellule.is_integer() and abs(cellule) < 1e15 else f"{cellule:.10g}"
    return str(cellule)


def lire(contenu: bytes) -> list[dict]:
    import io

    from python_calamine import CalamineWorkbook

    feuilles = []
    with CalamineWorkbook.from_filelike(io.BytesIO(contenu)) as classeur:
        for nom in classeur.sheet_names:
            feuille = classeur.get_sheet_by_name(nom)
            if feuille.total_height > LIGNES or feuille.total_width > COLONNES:
                feuilles.append({"nom": nom, "trop": [feuille.total_height, feuille.total_width]})
                continue
            rangees = feuille.to_python(skip_empty_area=False)
            feuilles.append({"nom": nom, "lignes": [[en_texte(c) for c in rangee] for rangee in rangees]})
    return feuilles


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE, MEMOIRE))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDES, SECONDES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    contenu = sys.stdin.buffer.read()
    try:
        reponse: dict = {"feuilles": lire(contenu)}
    except Exception as erreur:  # whatever the library says of it, the workbook cannot be read
        reponse = {"erreur": type(erreur).__name__}
    json.dump(reponse, sys.stdout)


if __name__ == "__main__":
    main()
