"""What wapiti has read, once each: it would attack the same form on every day of every child.

A form, a link is kept when it carries a field that no other sends to the same place. The pages themselves are
kept too, one a route: that is where what was stored would show.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.securite.balayage.ville import Adresse

Lieu = Callable[[str, str], str]
"""`lieu(methode, url)`: where this leads to; empty for what is not to be attacked."""


def trier(session: Path, lieu: Lieu) -> tuple[int, int]:
    """How many addresses are left in what wapiti has stored, and how many fields of theirs it will attack."""
    (base,) = session.glob("*.db")
    with closing(sqlite3.connect(base)) as lue:
        champs: dict[int, set[tuple[str, str]]] = {}
        for ident, genre, nom in lue.execute("SELECT path_id, type, name FROM params"):
            champs.setdefault(ident, set()).add((genre, nom))
        chemins = lue.execute("SELECT path_id, method, path FROM paths WHERE NOT evil ORDER BY path_id")
        riches_d_abord = sorted(chemins.fetchall(), key=lambda ligne: -len(champs.get(ligne[0], ())))
        connus: set[tuple] = set()
        redites, gardes, attaques = [], 0, 0
        for ident, methode, url in riches_d_abord:
            ou, siens = lieu(methode, url), champs.get(ident, set()) - {("POST", "csrf_token")}
            apportes = {(ou, methode, *champ) for champ in siens or {("", "")}}
            if not ou or apportes <= connus:
                redites.append((ident,))
                continue
            connus |= apportes
            gardes, attaques = gardes + 1, attaques + len(siens)
        for table in ("params", "paths"):
            lue.executemany(f"DELETE FROM {table} WHERE path_id = ?", redites)
        lue.commit()
    return gardes, attaques


def une_fois_par_salle(adresses: Iterable[Adresse]) -> Iterator[Adresse]:
    """Those that carry most fields first; of each, the fields that none before it carried in this room."""
    connus: set[tuple[str, str]] = set()
    for adresse in sorted(adresses, key=lambda adresse: -len(adresse.champs)):
        salle = adresse.endpoint.partition(".")[0]
        if neufs := tuple(champ for champ in adresse.champs if (salle, champ) not in connus):
            connus |= {(salle, champ) for champ in neufs}
            yield replace(adresse, champs=neufs)
