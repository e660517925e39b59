"""The planning's rules: shared capacities, reasons of absence, children who wait together. Frozen."""

from peewee import (
    SQL,
    BooleanField,
    CharField,
    Check,
    ForeignKeyField,
    IntegerField,
    Model,
    SmallIntegerField,
)
from playhouse.migrate import migrate


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Lieu(Table):
        pass

    class Activite(Table):
        pass

    class Capacite(Table):
        nom = CharField(max_length=100)
        lieu = ForeignKeyField(Lieu, null=True, index=False, backref="+")
        places = IntegerField()
        simultanee = BooleanField()

        class Meta:
            constraints = [Check("places >= 0")]

    class CapaciteActivite(Table):
        capacite = ForeignKeyField(Capacite, index=False, on_delete="CASCADE", backref="+")
        activite = ForeignKeyField(Activite, backref="+")

        class Meta:
            indexes = ((("capacite", "activite"), True),)

    class MotifAbsence(Table):
        nom = CharField(max_length=80, unique=True)
        facturation = CharField(max_length=20)
        justificatif = CharField(max_length=120)
        actif = BooleanField()
        rang = SmallIntegerField()

        class Meta:
            constraints = [Check("facturation IN ('jamais', 'hors_delai', 'toujours')")]

    class Reservation(Table):
        fratrie = IntegerField(null=True)

    db.create_tables([Capacite, CapaciteActivite, MotifAbsence])
    motif = ForeignKeyField(MotifAbsence, null=True, index=False, backref="+", field=MotifAbsence.id)
    migrate(
        migrator.add_column("ville", "places_en_niveau", BooleanField(default=False)),
        migrator.add_column("activite", "absence_automatique", BooleanField(null=True)),
        migrator.add_column("activite", "absence_tardive", BooleanField(default=False)),
        migrator.add_column("demande", "motif_absence_id", motif),
        migrator.add_column("reservation", "fratrie", IntegerField(null=True)),
        migrator.add_column("ligne", "facturee", BooleanField(null=True)),
    )
    index = Reservation.index(Reservation.fratrie, name="reservation_fratrie").where(
        SQL("fratrie IS NOT NULL")
    )
    db.execute(index)
