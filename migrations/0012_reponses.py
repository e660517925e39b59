"""The answers that may still be taken back, and the rules by which the town answers by itself. Frozen."""

from peewee import (
    BooleanField,
    CharField,
    Check,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Compte(Table):
        pass

    class Demande(Table):
        pass

    class Activite(Table):
        pass

    class Reponse(Table):
        demande = ForeignKeyField(Demande, backref="+", on_delete="CASCADE")
        agent = ForeignKeyField(Compte, backref="+", index=False)
        lot = CharField(max_length=32, index=True)
        donnee_le = DateTimeField(index=True)
        premier = IntegerField()
        dernier = IntegerField()
        avant = TextField(default="")
        scelle = TextField(null=True)

        class Meta:
            constraints = [Check("premier <= dernier")]

    class RegleDeReponse(Table):
        activite = ForeignKeyField(Activite, backref="+", index=False)
        nature = CharField(max_length=20)
        places_min = IntegerField(default=1)
        dossier = CharField(max_length=200, default="")
        dans_les_delais = BooleanField(default=True)
        active = BooleanField(default=False)
        agent = ForeignKeyField(Compte, backref="+", index=False)
        changee_le = DateTimeField()

        class Meta:
            indexes = ((("activite", "nature"), True),)
            constraints = [
                Check("nature IN ('reservation', 'preinscription', 'absence')"),
                Check("places_min >= 1"),
            ]

    db.create_tables([Reponse, RegleDeReponse])
