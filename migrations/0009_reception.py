"""What each subscription receives by mail, and when it was last reminded. Frozen."""

from peewee import BooleanField, DateTimeField, ForeignKeyField, Model
from playhouse.migrate import migrate


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Abonnement(Table):
        pass

    class Activite(Table):
        pass

    class SansRappel(Table):
        abonnement = ForeignKeyField(Abonnement, backref="+", index=False)
        activite = ForeignKeyField(Activite, backref="+")

        class Meta:
            indexes = ((("abonnement", "activite"), True),)

    migrate(
        migrator.add_column("abonnement", "sans_rappels", BooleanField(default=False)),
        migrator.add_column("abonnement", "sans_accuses_des_autres", BooleanField(default=False)),
        migrator.add_column("abonnement", "rappele_le", DateTimeField(null=True)),
    )
    db.create_tables([SansRappel])
