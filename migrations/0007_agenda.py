"""The calendar feeds: an address a family or a child, that can be taken away. Frozen."""

from peewee import SQL, CharField, Check, DateTimeField, ForeignKeyField, Model, TextField


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Compte(Table):
        pass

    class Famille(Table):
        pass

    class Enfant(Table):
        pass

    class Agenda(Table):
        compte = ForeignKeyField(Compte, backref="+")
        famille = ForeignKeyField(Famille, backref="+", index=False)
        enfant = ForeignKeyField(Enfant, null=True, backref="+", index=False)
        empreinte = CharField(max_length=64, unique=True)
        scelle = TextField()
        cree_le = DateTimeField()
        revoque_le = DateTimeField(null=True)

        class Meta:
            constraints = [Check("(revoque_le IS NULL) = (scelle <> '')")]

    Agenda.add_index(
        Agenda.index(Agenda.compte, Agenda.famille, unique=True, name="agenda_ouvert").where(
            SQL("revoque_le IS NULL AND enfant_id IS NULL")
        )
    )
    Agenda.add_index(
        Agenda.index(Agenda.compte, Agenda.enfant, unique=True, name="agenda_d_enfant_ouvert").where(
            SQL("revoque_le IS NULL AND enfant_id IS NOT NULL")
        )
    )
    db.create_tables([Agenda])
