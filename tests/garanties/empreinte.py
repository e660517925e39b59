"""The whole database, to compare before and after: every row of every table."""

import functools
from collections.abc import Iterable

from models import (
    TABLES,
    Agenda,
    CodeAbonne,
    CodeDeSecours,
    Compte,
    Courriel,
    Document,
    EchecConnexion,
    Evenement,
    Famille,
    Jeton,
    Mandat,
    Modele,
    Modification,
    Paiement,
    Pointage,
    ReglagesDeFacturation,
    Reponse,
    SessionOuverte,
    db,
    moteur,
)

TIREES_AU_SORT = {
    Agenda: ("empreinte", "scelle"),
    CodeAbonne: ("empreinte", "scelle"),
    CodeDeSecours: ("empreinte",),
    Compte: ("mot_de_passe", "code_donne"),
    Courriel: ("cle", "message_id", "scelle"),
    Document: ("contenu",),
    Famille: ("code_abonne",),
    Jeton: ("empreinte", "mot_de_passe"),
    Modification: ("avant", "apres"),  # sealed, some of them: never the same text twice
    Mandat: ("rum", "banque"),
    Paiement: ("refdet", "idop"),
    Pointage: ("cle",),
    ReglagesDeFacturation: ("banque",),
    Reponse: ("lot", "scelle"),
    SessionOuverte: ("jeton",),
}
"""Drawn at random: never twice the same."""

REFUS_JOURNALISES = ("connexion_refusee", "confirmation_refusee", "code_refuse", "second_facteur_refuse")
"""The acts that are written though they were refused: a password or a code that was not the right one."""

Contenu = dict[str, list[tuple]]


def contenu(sauf: Iterable[type[Modele]] = (SessionOuverte,), hasard: bool = True) -> Contenu:
    """The rows of every table but those. Without `hasard`, what is drawn at random is left out."""
    ecartees = tuple(sauf)
    return {
        table.__name__: db.execute_sql(_lecture(table, hasard, moteur())).fetchall()
        for table in TABLES
        if table not in ecartees
    }


def difference(avant: Contenu, apres: Contenu) -> str:
    """What changed, a line a row; empty when nothing did."""
    lignes = []
    for table, rangees in avant.items():
        perdues, neuves = set(rangees) - set(apres[table]), set(apres[table]) - set(rangees)
        lignes += [f"- {table} {rangee}" for rangee in perdues] + [f"+ {table} {rangee}" for rangee in neuves]
    return "\n".join(lignes)


def sans_les_essais(donnees: Contenu) -> Contenu:
    """Without what a refused password or code leaves on purpose: a count, a line of the journal. Nor when
    PayFiP was last asked: written before the question, so that nobody else asks meanwhile.
    """
    journal = [rangee for rangee in donnees[Evenement.__name__] if not set(REFUS_JOURNALISES) & set(rangee)]
    rang = list(Paiement._meta.fields).index("verifie_le")
    paiements = [(*rangee[:rang], *rangee[rang + 1 :]) for rangee in donnees[Paiement.__name__]]
    return donnees | {EchecConnexion.__name__: [], Evenement.__name__: journal, Paiement.__name__: paiements}


@functools.cache
def _lecture(table: type[Modele], hasard: bool, _moteur: str) -> str:
    """The query, as this engine takes it: asked a thousand times, and its rows are only compared."""
    ecartees = () if hasard else TIREES_AU_SORT.get(table, ())
    colonnes = [champ for nom, champ in table._meta.fields.items() if nom not in ecartees]
    return table.select(*colonnes).sql()[0]
