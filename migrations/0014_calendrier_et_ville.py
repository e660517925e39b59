"""Days open out of the rule, cancelled séances; the town's logo, pages, words in its mails. Frozen."""

from peewee import (
    BlobField,
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    Model,
    SmallIntegerField,
    TextField,
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

    class Calendrier(Table):
        genre = CharField(max_length=10)
        nom = CharField(max_length=100)
        debut = DateField()
        fin = DateField()
        zone = CharField(max_length=1, null=True)
        activite = ForeignKeyField(Activite, null=True, backref="+")
        lieu = ForeignKeyField(Lieu, null=True, backref="+")
        confirme = BooleanField()
        comme = SmallIntegerField(null=True)
        periode = CharField(max_length=10)

        class Meta:
            indexes = ((("fin", "debut"), False),)
            constraints = [
                Check("genre IN ('vacances', 'ferie', 'fermeture', 'ouverture')"),
                Check("debut <= fin"),
                Check("(genre = 'ouverture') = (comme IS NOT NULL)"),
                Check("comme IS NULL OR comme BETWEEN 0 AND 6"),
                Check("periode IN ('', 'scolaire', 'vacances')"),
            ]

    class LogoDeVille(Table):
        contenu = BlobField()

        class Meta:
            constraints = [Check("id = 1")]

    class PageDeLaVille(Table):
        cle = CharField(max_length=30, unique=True)
        texte = TextField()
        modifiee_le = DateTimeField()

    class TexteDeCourriel(Table):
        genre = CharField(max_length=20, unique=True)
        ouverture = TextField()
        cloture = TextField()
        modifie_le = DateTimeField()

    # A CHECK of SQLite cannot be changed: the table is made anew. Nothing points to its rows.
    anciennes = list(
        Calendrier.select(
            Calendrier.genre,
            Calendrier.nom,
            Calendrier.debut,
            Calendrier.fin,
            Calendrier.zone,
            Calendrier.activite,
            Calendrier.lieu,
            Calendrier.confirme,
        )
        .order_by(Calendrier.id)
        .dicts()
    )
    db.drop_tables([Calendrier])
    db.create_tables([Calendrier, LogoDeVille, PageDeLaVille, TexteDeCourriel])
    for rang in range(0, len(anciennes), 500):
        Calendrier.insert_many([{**ligne, "periode": ""} for ligne in anciennes[rang : rang + 500]]).execute()
    migrate(
        migrator.add_column("seance", "annulee", CharField(max_length=200, default="")),
        migrator.add_column("seance", "annulee_par_calendrier", BooleanField(default=False)),
        migrator.add_column("ville", "logo", CharField(max_length=64, default="")),
        migrator.add_column("ville", "signature", TextField(default="")),
    )
