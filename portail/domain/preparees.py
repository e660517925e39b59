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

from peewee import Context, Field, FieldAlias, Function, Node, SelectBase, Update

from models import Modele, conversions, convertir, db, moteur, objet

FORMES = 64
"""How many lengths of lists one reading keeps the SQL of."""


def preparee(ecrire: Callable[..., SelectBase]) -> Callable[..., list[tuple]]:
    """The rows of the query that `ecrire` writes."""

    @lru_cache(FORMES)
    def ecrite(moteur: str, *longueurs: int | None) -> _Lecture:
        return _Lecture(ecrire(*_places(longueurs)))

    @wraps(ecrire)
    def lire(*valeurs: Any) -> list[tuple]:
        return ecrite(moteur(), *_longueurs(valeurs)).lire(valeurs)

    return lire


def modification_preparee(ecrire: Callable[..., Update]) -> Callable[..., int]:
    """How many rows the `UPDATE` that `ecrire` writes has changed."""

    @lru_cache(FORMES)
    def ecrite(moteur: str, *longueurs: int | None) -> _Ecrite:
        requete = ecrire(*_places(longueurs))
        valeurs = requete._update.items()
        requete._update = {champ: v.de(champ) if isinstance(v, _Place) else v for champ, v in valeurs}
        return _Ecrite(requete)

    @wraps(ecrire)
    def modifier(*valeurs: Any) -> int:
        return ecrite(moteur(), *_longueurs(valeurs)).executer(valeurs).rowcount

    return modifier


def objets(rangee: Sequence, *modeles: type[Modele]) -> tuple:
    """All the columns of these tables, as `select(*modeles)` gives them: a row of each, None where there is
    none (its id, the first column, is null); then what follows them.
    """
    lus: list[Modele | None] = []
    for modele in modeles:
        combien = len(modele._meta.sorted_fields)
        siennes, rangee = rangee[:combien], rangee[combien:]
        lus.append(None if siennes[0] is None else objet(modele, siennes))
    return *lus, rangee


class _Place(Node):
    """Where a value goes in the query."""

    def __init__(self, *ou: int, champ: Field | None = None) -> None:
        self.ou, self.champ = ou, champ

    def de(self, champ: Field) -> "_Place":
        """The same, of a value that this field stores: where the query does not say it by itself."""
        return _Place(*self.ou, champ=champ)

    def __sql__(self, ctx: Context) -> Context:
        convertir = self.champ.db_value if self.champ else ctx.state.converter
        return ctx.value(_Parametre(self.ou, convertir), converter=False)


class _Parametre:
    """A value that is not known yet, and how its field stores it."""

    def __init__(self, ou: tuple[int, ...], convertir: Callable[[Any], Any] | None) -> None:
        self.ou, self.convertir = ou, convertir

    def prendre(self, valeurs: Any) -> Any:
        for rang in self.ou:
            valeurs = valeurs[rang]
        return self.convertir(valeurs) if self.convertir else valeurs


class _Ecrite:
    def __init__(self, requete: SelectBase | Update) -> None:
        self.sql, self.parametres = requete.sql()

    def executer(self, valeurs: tuple) -> Any:
        """The driver's cursor."""
        parametres = [p.prendre(valeurs) if isinstance(p, _Parametre) else p for p in self.parametres]
        return db.execute_sql(self.sql, parametres)


class _Lecture(_Ecrite):
    def __init__(self, requete: SelectBase) -> None:
        super().__init__(requete)
        self.conversions = conversions(map(_champ, requete._returning))

    def lire(self, valeurs: tuple) -> list[tuple]:
        return [convertir(rangee, self.conversions) for rangee in self.executer(valeurs).fetchall()]


def _champ(colonne: Node) -> Node:
    """What a column is converted as: the least and the greatest value of a field, as the field."""
    nue = colonne.unwrap()
    if isinstance(nue, Function) and nue.name in ("MIN", "MAX"):
        nue = nue.arguments[0]
    return nue.field if isinstance(nue, FieldAlias) else nue


def _longueurs(valeurs: tuple) -> Iterator[int | None]:
    return (len(valeur) if isinstance(valeur, list) else None for valeur in valeurs)


def _places(longueurs: tuple[int | None, ...]) -> Iterator[_Place | list[_Place]]:
    for rang, longueur in enumerate(longueurs):
        yield _Place(rang) if longueur is None else [_Place(rang, sous) for sous in range(longueur)]
