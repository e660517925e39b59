"""Places: which are schools, which serve no more. Activities: their colour. Frozen."""

from peewee import BooleanField, Check, DateTimeField, SmallIntegerField
from playhouse.migrate import migrate


def up(migrator, db):
    migrate(
        migrator.add_column("lieu", "ecole", BooleanField(default=False)),
        migrator.add_column("lieu", "retire_le", DateTimeField(null=True)),
        migrator.add_column(
            "activite",
            "couleur",
            SmallIntegerField(null=True, constraints=[Check("couleur BETWEEN 1 AND 8")]),
        ),
    )
    vrai = "1" if type(db).__name__.startswith("Sqlite") else "true"
    db.execute_sql(
        f"UPDATE lieu SET ecole = {vrai} WHERE id IN (SELECT ecole_id FROM enfant WHERE ecole_id IS NOT NULL)"
    )
