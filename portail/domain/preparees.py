"""Readings whose SQL is written once. peewee takes longer to write a large query than the base to answer it.

    @preparee
    def _creneaux(enfants, debut, fin):
        return Reservation.select(…).where(Reservation.enfant.in_(enfants), Seance.jour.between(debut, fin))

    _creneaux([12, 13], lundi, dimanche)      # the rows, as `.tuples()` gives them

What is decorated gets places instead of values, and may do nothing with them but put them into the query; a
list comes as a list of places, and each length has its own SQL. The columns are converted as their fields do,
the same text once: a month repeats its hours and its days.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, wraps
from typing import Any

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    Context,
    DateField,
    DateTimeField,
    Field,
    FieldAlias,
    ForeignKeyField,
    IntegerField,
    Node,
    Select,
    SmallIntegerField,
    TextField,
    TimeField,
)

from models import Modele, db, moteur

FORMES = 64
"""How many lengths of lists one reading keeps the SQL of."""
TELS_QUELS = (AutoField, CharField, ForeignKeyField, IntegerField, SmallIntegerField, TextField)
"""Fields whose values both engines give as Python has them."""
RETENUS = (BooleanField, DateField, DateTimeField, TimeField)
"""Fields of which a value, once read, is remembered; never what is kept sealed."""
_retenir = lru_cache(1024)


def preparee(ecrire: Callable[..., Select]) -> Callable[..., list[tuple]]:
    """The rows of the query that `ecrire` writes."""

    @lru_cache(FORMES)
    def ecrite(moteur: str, *longueurs: int | None) -> _Ecrite:
        return _Ecrite(ecrire(*_places(longueurs)))

    @wraps(ecrire)
    def lire(*valeurs: Any) -> list[tuple]:
        longueurs = (len(valeur) if isinstance(valeur, list) else None for valeur in valeurs)
        return ecrite(moteur(), *longueurs).lire(valeurs)

    return lire


def objets(rangee: Sequence, *modeles: type[Modele]) -> tuple:
    """All the columns of these tables, as `select(*modeles)` gives them: a row of each, None where there is
    none (its id, the first column, is null); then what follows them.
    """
    lus: list[Modele | None] = []
    for modele in modeles:
        noms = modele._meta.sorted_field_names
        siennes, rangee = rangee[: len(noms)], rangee[len(noms) :]
        lus.append(None if siennes[0] is None else _objet(modele, dict(zip(noms, siennes, strict=True))))
    return *lus, rangee


def _objet(modele: type[Modele], valeurs: dict) -> Modele:
    lu = modele(__no_default__=1, **valeurs)
    lu._dirty.clear()
    return lu


class _Place(Node):
    """Where a value goes in the query."""

    def __init__(self, *ou: int) -> None:
        self.ou = ou

    def __sql__(self, ctx: Context) -> Context:
        return ctx.value(_Parametre(self.ou, ctx.state.converter), converter=False)


class _Parametre:
    """A value that is not known yet, and how its field stores it."""

    def __init__(self, ou: tuple[int, ...], convertir: Callable[[Any], Any] | None) -> None:
        self.ou, self.convertir = ou, convertir

    def prendre(self, valeurs: Any) -> Any:
        for rang in self.ou:
            valeurs = valeurs[rang]
        return self.convertir(valeurs) if self.convertir else valeurs


class _Ecrite:
    def __init__(self, requete: Select) -> None:
        self.sql, self.parametres = requete.sql()
        self.conversions = [
            (rang, _retenir(champ.python_value) if isinstance(champ, RETENUS) else champ.python_value)
            for rang, champ in enumerate(map(_champ, requete.selected_columns))
            if isinstance(champ, Field) and type(champ) not in TELS_QUELS
        ]

    def lire(self, valeurs: tuple) -> list[tuple]:
        parametres = [p.prendre(valeurs) if isinstance(p, _Parametre) else p for p in self.parametres]
        return [self._convertir(rangee) for rangee in db.execute_sql(self.sql, parametres).fetchall()]

    def _convertir(self, rangee: tuple) -> tuple:
        lue = list(rangee)
        for rang, convertir in self.conversions:
            lue[rang] = convertir(lue[rang])
        return tuple(lue)


def _champ(colonne: Node) -> Node:
    nue = colonne.unwrap()
    return nue.field if isinstance(nue, FieldAlias) else nue


def _places(longueurs: tuple[int | None, ...]) -> Iterator[_Place | list[_Place]]:
    for rang, longueur in enumerate(longueurs):
        yield _Place(rang) if longueur is None else [_Place(rang, sous) for sous in range(longueur)]
