"""Pre-registrations: what is read before asking, the days asked for, the thread, the documents. Frozen."""

from peewee import (
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)
from playhouse.migrate import migrate


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Compte(Table):
        pass

    class Demande(Table):
        pass

    class Preinscription(Table):
        pass

    class Seance(Table):
        pass

    class JourVoulu(Table):
        preinscription = ForeignKeyField(Preinscription, backref="+", index=False)
        seance = ForeignKeyField(Seance, backref="+")

        class Meta:
            indexes = ((("preinscription", "seance"), True),)

    class Message(Table):
        demande = ForeignKeyField(Demande, backref="+")
        auteur = ForeignKeyField(Compte, backref="+")
        de_la_mairie = BooleanField()
        texte = TextField()
        ecrit_le = DateTimeField()

    class Document(Table):
        demande = ForeignKeyField(Demande, null=True, backref="+")
        auteur = ForeignKeyField(Compte, backref="+")
        piece = CharField(max_length=120)
        nom = CharField(max_length=120)
        genre = CharField(max_length=10)
        taille = IntegerField()
        contenu = TextField()
        depose_le = DateTimeField()

        class Meta:
            constraints = [Check("genre IN ('pdf', 'jpeg')")]

    migrate(
        migrator.add_column("activite", "description", TextField(default="")),
        migrator.add_column("activite", "preinscription_du", DateField(null=True)),
        migrator.add_column("activite", "preinscription_au", DateField(null=True)),
        migrator.add_column("activite", "pieces", TextField(default="")),
        migrator.add_column("demande", "piece_attendue", TextField(default="")),
    )
    db.create_tables([JourVoulu, Message, Document])
