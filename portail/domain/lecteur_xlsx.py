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
CELLULE = 20_000
"""Characters of one cell that are handed over: more than any may have, so that it is said to be too long."""
TEXTE = 30_000_000
"""Characters of all the cells together, each counted as one more: a text written once in the workbook may
stand in every cell of it, and whoever called us holds them all."""


class TropGrand(Exception):
    """What it unfolds into is not to be handed over."""


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

    feuilles, reste = [], TEXTE
    with CalamineWorkbook.from_filelike(io.BytesIO(contenu)) as classeur:
        for nom in classeur.sheet_names:
            feuille = classeur.get_sheet_by_name(nom)
            if feuille.total_height > LIGNES or feuille.total_width > COLONNES:
                feuilles.append({"nom": nom, "trop": [feuille.total_height, feuille.total_width]})
                continue
            reste -= feuille.total_height * feuille.total_width
            if reste < 0:
                raise TropGrand
            lignes = []
            for rangee in feuille.to_python(skip_empty_area=False):
                lignes.append([en_texte(cellule)[:CELLULE] for cellule in rangee])
                reste -= sum(map(len, lignes[-1]))
                if reste < 0:
                    raise TropGrand
            feuilles.append({"nom": nom, "lignes": lignes})
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
    sys.stdout.buffer.write(json.dumps(reponse, ensure_ascii=False).encode(errors="replace"))


if __name__ == "__main__":
    main()
