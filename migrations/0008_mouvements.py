"""What an open planning compares: how often, and when, the places of a séance moved. Frozen."""

from peewee import DateTimeField, IntegerField
from playhouse.migrate import migrate


def up(migrator, db):
    migrate(
        migrator.add_column("seance", "mouvements", IntegerField(default=0)),
        migrator.add_column("seance", "bouge_le", DateTimeField(null=True)),
    )
