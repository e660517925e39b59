"""When what the portal does by itself was last done. Frozen."""

from peewee import CharField, DateTimeField, Model


def up(migrator, db):
    class Tache(Model):
        nom = CharField(max_length=30, unique=True)
        faite_le = DateTimeField()

        class Meta:
            database = db
            legacy_table_names = False

    db.create_tables([Tache])
