"""Rows by the hundred thousand, straight to the driver: `executemany` on SQLite, `COPY` on PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from peewee import (
    BooleanField,
    CharField,
    Field,
    ForeignKeyField,
    IntegerField,
    SmallIntegerField,
    TextField,
    fn,
)
from peewee import __exception_wrapper__ as en_mots_de_peewee  # the driver's own errors, as peewee names them

from models import DelaiField, Modele, db, moteur

LOT = 20_000
"""Rows sent at once: a statement on PostgreSQL has 15 s."""

_TELS_QUELS = (BooleanField, CharField, ForeignKeyField, IntegerField, SmallIntegerField, TextField)


def inserer(modele: type[Modele], champs: tuple[str, ...], lignes: Iterable[tuple]) -> None:
    """Write `lignes`, whose values are those of `champs`; the other fields take their default."""
    choisis = [modele._meta.fields[nom] for nom in champs]
    omis = [c for c in modele._meta.sorted_fields if c.default is not None and c.name not in champs]
    constantes = tuple(c.db_value(c.default) for c in omis)
    colonnes = ", ".join(f'"{c.column_name}"' for c in choisis + omis)
    table = modele._meta.table_name
    pretes = (ligne + constantes for ligne in _converties(choisis, lignes))
    curseur = db.connection().cursor()
    with en_mots_de_peewee:
        while lot := list(islice(pretes, LOT)):
            if moteur() == "sqlite":
                trous = ", ".join("?" * len(choisis + omis))
                curseur.executemany(f'INSERT INTO "{table}" ({colonnes}) VALUES ({trous})', lot)
            else:
                with curseur.copy(f'COPY "{table}" ({colonnes}) FROM STDIN') as copie:
                    for ligne in lot:
                        copie.write_row(ligne)


def modifier(modele: type[Modele], champs: tuple[str, ...], lignes: Iterable[tuple]) -> None:
    """Write these fields of rows that are there: each of `lignes` has their values, then the id."""
    choisis = [modele._meta.fields[nom] for nom in champs]
    trou = "?" if moteur() == "sqlite" else "%s"
    valeurs = ", ".join(f'"{c.column_name}" = {trou}' for c in choisis)
    pretes = _converties([*choisis, modele._meta.fields["id"]], lignes)
    curseur = db.connection().cursor()
    while lot := list(islice(pretes, LOT)):
        with en_mots_de_peewee:
            curseur.executemany(f'UPDATE "{modele._meta.table_name}" SET {valeurs} WHERE id = {trou}', lot)


def reserver_les_ids(modele: type[Modele], combien: int) -> Sequence[int]:
    """So many ids that nobody else will be given, in a transaction: for rows that bring their own."""
    if moteur() == "sqlite":  # the transaction is the only writer
        dernier = modele.select(fn.MAX(modele.id)).scalar() or 0
        return range(dernier + 1, dernier + 1 + combien)
    sequence = f"pg_get_serial_sequence('{modele._meta.table_name}', 'id')"
    tires = db.execute_sql(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", (combien,))
    return [ident for (ident,) in tires.fetchall()]


def _converties(champs: list[Field], lignes: Iterable[tuple]) -> Iterator[tuple]:
    """Each value as the field stores it; SQLite keeps dates and hours as text."""
    texte = str if moteur() == "sqlite" else lambda valeur: valeur
    a_convertir = [
        (rang, champ)
        for rang, champ in enumerate(champs)
        if type(champ) not in _TELS_QUELS and champ.name != "id"
    ]
    if not a_convertir:
        yield from lignes
        return
    for ligne in lignes:
        valeurs = list(ligne)
        for rang, champ in a_convertir:
            if valeurs[rang] is not None:
                valeur = champ.db_value(valeurs[rang])
                valeurs[rang] = valeur if isinstance(champ, DelaiField) else texte(valeur)
        yield tuple(valeurs)


def suivre_les_ids(modeles: Iterable[type[Modele]]) -> None:
    """After rows that bring their own ids: PostgreSQL's sequences go on after them."""
    if moteur() == "postgresql":
        for modele in modeles:
            table = modele._meta.table_name
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            db.execute_sql(f'SELECT setval({sequence}, max(id)) FROM "{table}" HAVING max(id) > 0')
