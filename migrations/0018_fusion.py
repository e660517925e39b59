"""Which family file another one was merged into. Frozen."""

from peewee import ForeignKeyField, Model
from playhouse.migrate import migrate


def up(migrator, db):
    class Famille(Model):
        class Meta:
            database = db
            legacy_table_names = False

    migrate(
        migrator.add_column(
            "famille",
            "fusionnee_dans_id",
            ForeignKeyField(Famille, field=Famille.id, null=True, backref="+"),
        )
    )
