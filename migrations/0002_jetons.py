"""Links sent by mail: tokens, when an account was activated, the sealed part of a mail. Frozen."""

from peewee import CharField, Check, DateTimeField, ForeignKeyField, Model, TextField
from playhouse.migrate import migrate


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Compte(Table):
        cree_le = DateTimeField()
        active_le = DateTimeField(null=True)

    class Jeton(Table):
        compte = ForeignKeyField(Compte, backref="+", on_delete="CASCADE")
        usage = CharField(max_length=20)
        empreinte = CharField(max_length=64, unique=True)
        mot_de_passe = CharField(max_length=64)
        expire_le = DateTimeField()
        utilise_le = DateTimeField(null=True)

        class Meta:
            constraints = [Check("usage IN ('activation', 'mot_de_passe')")]

    migrate(
        migrator.add_column("compte", "active_le", Compte.active_le),
        migrator.add_column("courriel", "scelle", TextField(null=True)),
    )
    Compte.update(active_le=Compte.cree_le).execute()
    db.create_tables([Jeton])
