"""The roll call: what was pointed of each child, and each tap as a device sent it. Frozen."""

from peewee import BooleanField, CharField, Check, DateTimeField, ForeignKeyField, Model, TextField


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Compte(Table):
        pass

    class Enfant(Table):
        pass

    class Seance(Table):
        pass

    class Presence(Table):
        seance = ForeignKeyField(Seance, backref="+", index=False)
        enfant = ForeignKeyField(Enfant, backref="+")
        etat = CharField(max_length=10)
        sans_reservation = BooleanField(default=False)
        pointe_le = DateTimeField()
        pointe_par = ForeignKeyField(Compte, backref="+", index=False)
        parti_le = DateTimeField(null=True)
        parti_avec = CharField(max_length=200, default="")
        parti_par = ForeignKeyField(Compte, null=True, backref="+", index=False)
        parti_motif = TextField(default="")

        class Meta:
            indexes = ((("seance", "enfant"), True),)
            constraints = [
                Check("etat IN ('present', 'absent')"),
                Check("(parti_le IS NULL) = (parti_avec = '')"),
                Check("(parti_le IS NULL) = (parti_par_id IS NULL)"),
                Check("parti_le IS NULL OR etat = 'present'"),
            ]

    class Pointage(Table):
        cle = CharField(max_length=36, unique=True)
        seance = ForeignKeyField(Seance, backref="+", index=False)
        enfant = ForeignKeyField(Enfant, backref="+", index=False)
        geste = CharField(max_length=10)
        avec = CharField(max_length=200, default="")
        compte = ForeignKeyField(Compte, backref="+", index=False)
        tape_le = DateTimeField(null=True)
        recu_le = DateTimeField()
        issue = CharField(max_length=10)

        class Meta:
            indexes = ((("seance", "id"), False),)
            constraints = [
                Check("geste IN ('present', 'absent', 'efface', 'parti', 'revenu')"),
                Check("issue IN ('suivi', 'conflit', 'tranche')"),
            ]

    db.create_tables([Presence, Pointage])
