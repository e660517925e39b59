"""From tables of text to rows whose every cell is known to be sound: the database is not asked yet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from portail.domain import importation_colonnes as colonnes
from portail.domain import importation_fichiers as fichiers
from portail.domain.importation_colonnes import Colonne
from portail.domain.importation_fichiers import CELLULE_MAX, Fichier, Tableau
from portail.domain.importation_rapport import AVERTISSEMENT, ERREUR, Rapport
from portail.domain.textes import au_net

Avancer = Callable[[int, int], object]
"""Told how many lines are done, of how many."""
PAS = 500
"""Lines between two tellings."""


@dataclass(slots=True)
class Rangee:
    """One line of a table, its cells checked; the empty ones are not there."""

    table: str
    ou: str
    ligne: int
    textes: dict[str, str]


@dataclass(frozen=True)
class Lecture:
    """What was read: the sound lines, by table; what is wrong is in the report."""

    rangees: dict[str, list[Rangee]]
    rapport: Rapport


def lire(envoyes: Sequence[Fichier], avancer: Avancer = lambda faites, total: None) -> Lecture:
    """Read these files, whole: whatever is wrong is said, and the rest is read all the same."""
    tableaux, fautes = fichiers.lire(envoyes)
    rapport = Rapport()
    for faute in fautes:
        rapport.dire(ERREUR, faute.ou, faute.ligne, "", faute.phrase)
    lecture = Lecture({table: [] for table in colonnes.TABLES}, rapport)
    total, faites = sum(len(tableau.lignes) for tableau in tableaux), 0
    if total > fichiers.LIGNES_MAX:
        return lecture
    for tableau in tableaux:
        table = _reconnaitre(tableau, rapport)
        siennes = _entetes(tableau, table, rapport) if table else None
        if table and siennes is not None:
            for numero, cellules in tableau.lignes:
                if rangee := _rangee(tableau, table, siennes, numero, cellules, rapport):
                    lecture.rangees[table].append(rangee)
                faites += 1
                if faites % PAS == 0:
                    avancer(faites, total)
    avancer(total, total)
    return lecture


def modele(table: str) -> list[str]:
    """The headers of the template of a table."""
    return [colonne.nom for colonne in colonnes.COLONNES[table]]


# ——— which table, which columns ———


def _reconnaitre(tableau: Tableau, rapport: Rapport) -> str:
    """By its name; else by its headers. Empty, and said, when neither tells."""
    nom = colonnes.cle(tableau.titre)
    # « inscriptions des enfants » is about registrations: the last tables first
    for table in reversed(colonnes.TABLES):
        if any(mot in nom for mot in colonnes.RECONNUS[table]):
            return table
    cles = {colonnes.cle(entete) for entete in tableau.entetes[: fichiers.COLONNES_MAX]}
    notes = {table: _note(table, cles) for table in colonnes.TABLES}
    meilleure = max(notes, key=lambda table: notes[table])
    if notes[meilleure] and list(notes.values()).count(notes[meilleure]) == 1:
        return meilleure
    rapport.dire(
        *(ERREUR, tableau.ou, 0, ""),
        "on ne sait pas ce que c’est : nommez le fichier, ou la feuille, "
        "familles, adultes, enfants, inscriptions ou reservations.",
    )
    return ""


def _note(table: str, cles: set[str]) -> int:
    """How many of these headers are of that table, when it has all that it needs; else 0."""
    connues = colonnes.par_cle(table)
    trouvees = {connues[cle].nom for cle in cles if cle in connues}
    requises = {colonne.nom for colonne in colonnes.COLONNES[table] if colonne.requise}
    return 0 if requises - trouvees else 2 * len(trouvees) - len(cles)


def _entetes(tableau: Tableau, table: str, rapport: Rapport) -> list[Colonne | None] | None:
    """The column of each cell, None for one that is left aside; None altogether when some are missing."""
    if not tableau.entetes or len(tableau.entetes) > fichiers.COLONNES_MAX:
        return None  # said already
    connues = colonnes.par_cle(table)
    prises: dict[str, str] = {}
    siennes: list[Colonne | None] = []
    for rang, entete in enumerate(tableau.entetes):
        colonne = connues.get(colonnes.cle(entete))
        if colonne and colonne.nom in prises:
            rapport.dire(
                *(ERREUR, tableau.ou, 1, entete[:60]),
                f"deux colonnes disent la même chose, « {prises[colonne.nom]} » aussi : gardez-en une.",
            )
        elif colonne:
            prises[colonne.nom] = entete
        elif entete:
            rapport.dire(
                AVERTISSEMENT, tableau.ou, 1, au_net(entete)[:60], "colonne inconnue : laissée de côté."
            )
        elif any(rang < len(cellules) and cellules[rang].strip() for _, cellules in tableau.lignes):
            rapport.dire(
                AVERTISSEMENT, tableau.ou, 1, "", f"la colonne {rang + 1} n’a pas de nom : laissée de côté."
            )
        siennes.append(colonne)
    manquantes = [c.nom for c in colonnes.COLONNES[table] if c.requise and c.nom not in prises]
    for nom in manquantes:
        rapport.dire(
            ERREUR, tableau.ou, 1, nom, "cette colonne est nécessaire, et n’est pas dans le fichier."
        )
    return None if manquantes else siennes


# ——— one line ———


def _rangee(
    tableau: Tableau,
    table: str,
    siennes: list[Colonne | None],
    numero: int,
    cellules: list[str],
    rapport: Rapport,
) -> Rangee | None:
    """The line, or None when one of its cells is wrong: each is said."""
    textes: dict[str, str] = {}
    saine = True
    for colonne, texte, faute in _lues(siennes, cellules):
        if faute:
            rapport.dire(ERREUR, tableau.ou, numero, colonne.nom if colonne else "", faute)
            saine = False
        elif colonne and texte:
            textes[colonne.nom] = texte
            if texte[0] in "=@" and colonne.champ:
                rapport.dire(
                    *(AVERTISSEMENT, tableau.ou, numero, colonne.nom),
                    f"commence par « {texte[0]} », comme une formule : gardé tel quel, comme du texte.",
                )
    for colonne in colonnes.COLONNES[table]:
        if colonne.requise and saine and colonne.nom not in textes:
            rapport.dire(ERREUR, tableau.ou, numero, colonne.nom, "à remplir.")
            saine = False
    return Rangee(table, tableau.ou, numero, textes) if saine else None


def _lues(siennes: list[Colonne | None], cellules: list[str]) -> Iterator[tuple[Colonne | None, str, str]]:
    """Each cell: its column, what is kept of it, what is wrong with it."""
    if any(map(str.strip, cellules[len(siennes) :])):
        yield (
            None,
            "",
            (
                f"{len(cellules)} cellules pour {len(siennes)} colonnes :"
                " un séparateur de trop, ou un guillemet oublié ?"
            ),
        )
    for colonne, brut in zip(siennes, cellules, strict=False):
        if colonne is not None and brut:
            yield colonne, *_lue(colonne, brut)


def _lue(colonne: Colonne, brut: str) -> tuple[str, str]:
    if len(brut) > CELLULE_MAX:
        return "", f"{len(brut)} caractères : {CELLULE_MAX} au plus."
    try:
        texte = colonnes.net(colonne, brut)
        if texte:
            texte = colonne.lire(texte)
    except ValueError as faute:
        phrase = str(faute)
        return "", phrase[:1].lower() + phrase[1:]
    maximum = colonne.champ.longueur if colonne.champ else colonne.longueur
    if len(texte) > maximum:
        return "", f"{len(texte)} caractères : {maximum} au plus."
    return texte, ""
