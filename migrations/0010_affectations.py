"""The places that an account of the staff is limited to. Frozen."""

from peewee import ForeignKeyField, Model


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Compte(Table):
        pass

    class Lieu(Table):
        pass

    class Affectation(Table):
        compte = ForeignKeyField(Compte, backref="+", index=False, on_delete="CASCADE")
        lieu = ForeignKeyField(Lieu, backref="+")

        class Meta:
            indexes = ((("compte", "lieu"), True),)

    db.create_tables([Affectation])
