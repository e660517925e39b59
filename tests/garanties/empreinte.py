"""The whole database, to compare before and after: every row of every table."""

from collections.abc import Iterable
from typing import Any

from models import (
    TABLES,
    CodeAbonne,
    CodeDeSecours,
    Compte,
    Courriel,
    Document,
    EchecConnexion,
    Evenement,
    Jeton,
    Modele,
    Modification,
    SessionOuverte,
)

TIREES_AU_SORT = {
    CodeAbonne: ("empreinte", "scelle"),
    CodeDeSecours: ("empreinte",),
    Compte: ("mot_de_passe", "code_donne"),
    Courriel: ("cle", "message_id", "scelle"),
    Document: ("contenu",),
    Jeton: ("empreinte", "mot_de_passe"),
    Modification: ("avant", "apres"),  # sealed, some of them: never the same text twice
    SessionOuverte: ("jeton",),
}
"""Drawn at random: never twice the same."""

REFUS_JOURNALISES = ("connexion_refusee", "confirmation_refusee", "code_refuse", "second_facteur_refuse")
"""The acts that are written though they were refused: a password or a code that was not the right one."""

Contenu = dict[str, list[tuple]]


def contenu(sauf: Iterable[type[Modele]] = (SessionOuverte,), hasard: bool = True) -> Contenu:
    """The rows of every table but those, in order. Without `hasard`, what is drawn at random is left out."""
    return {
        table.__name__: sorted(table.select(*_colonnes(table, hasard)).tuples(), key=_cle)
        for table in TABLES
        if table not in tuple(sauf)
    }


def difference(avant: Contenu, apres: Contenu) -> str:
    """What changed, a line a row; empty when nothing did."""
    lignes = []
    for table, rangees in avant.items():
        perdues, neuves = set(rangees) - set(apres[table]), set(apres[table]) - set(rangees)
        lignes += [f"- {table} {rangee}" for rangee in perdues] + [f"+ {table} {rangee}" for rangee in neuves]
    return "\n".join(lignes)


def sans_les_essais(donnees: Contenu) -> Contenu:
    """Without what a refused password or code leaves on purpose: a count, a line of the journal."""
    journal = [rangee for rangee in donnees[Evenement.__name__] if not set(REFUS_JOURNALISES) & set(rangee)]
    return donnees | {EchecConnexion.__name__: [], Evenement.__name__: journal}


def _colonnes(table: type[Modele], hasard: bool) -> list[Any]:
    ecartees = () if hasard else TIREES_AU_SORT.get(table, ())
    return [champ for nom, champ in table._meta.fields.items() if nom not in ecartees]


def _cle(rangee: tuple) -> list[tuple[str, str]]:
    return [(type(valeur).__name__, str(valeur)) for valeur in rangee]
