"""What an import is, its report and its progress; what the town's other software calls people. Frozen."""

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
from playhouse.migrate import migrate

STATUTS = ("a_controler", "prete", "a_corriger", "lancee", "importee", "abandonnee")


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Compte(Table):
        pass

    class Importation(Table):
        auteur = ForeignKeyField(Compte, null=True, backref="+", index=False)
        statut = CharField(max_length=20, default="a_controler")
        cree_le = DateTimeField()
        noms = TextField()
        fichiers = TextField(null=True)
        ecraser = BooleanField(default=False)
        rapport = TextField(null=True)
        marque = CharField(max_length=64, default="")
        etape = CharField(max_length=20, default="")
        faites = IntegerField(default=0)
        total = IntegerField(default=0)
        bail_jusqua = DateTimeField(null=True)
        essais = IntegerField(default=0)
        finie_le = DateTimeField(null=True)

        class Meta:
            constraints = [Check("statut IN ({})".format(", ".join(f"'{statut}'" for statut in STATUTS)))]

    db.create_tables([Importation])
    for table in ("responsable", "enfant"):
        migrate(migrator.add_column(table, "identifiant", CharField(max_length=60, null=True)))
        migrate(migrator.add_index(table, ("identifiant",), True))
