"""The family file: what it says of adults and children, contacts, photos, changes asked for. Frozen."""

from peewee import (
    SQL,
    BlobField,
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

    class Responsable(Table):
        pass

    class Enfant(Table):
        pass

    class Demande(Table):
        pass

    class LienParental(Table):
        responsable = ForeignKeyField(Responsable, backref="+", index=False)
        enfant = ForeignKeyField(Enfant, backref="+")
        droit = CharField(max_length=20)

        class Meta:
            indexes = ((("responsable", "enfant"), True),)
            constraints = [Check("droit IN ('plein', 'information', 'retrait', 'aucun')")]

    class ContactHabilite(Table):
        enfant = ForeignKeyField(Enfant, backref="+")
        prenom = CharField(max_length=80)
        nom = CharField(max_length=80)
        lien = CharField(max_length=60)
        telephone = CharField(max_length=30)
        appeler = BooleanField()
        chercher = BooleanField()
        piece_identite = BooleanField()
        retire_le = DateTimeField(null=True)

    class Photo(Table):
        enfant = ForeignKeyField(Enfant, backref="+")
        contenu = BlobField()
        deposee_le = DateTimeField()
        validee_le = DateTimeField(null=True)

    class Modification(Table):
        demande = ForeignKeyField(Demande, backref="+")
        objet = CharField(max_length=20)
        objet_id = IntegerField()
        champ = CharField(max_length=30)
        avant = TextField()
        apres = TextField()
        statut = CharField(max_length=20)
        motif = TextField()

        class Meta:
            indexes = ((("objet", "objet_id", "statut"), False),)
            constraints = [
                Check("statut IN ('en_attente', 'appliquee', 'refusee', 'annulee')"),
                Check("objet IN ('responsable', 'enfant', 'contact_habilite')"),
                Check("statut <> 'refusee' OR motif <> ''"),
            ]

    Modification.add_index(
        Modification.index(
            Modification.objet,
            Modification.objet_id,
            Modification.champ,
            unique=True,
            name="modification_attente",
        ).where(SQL("statut = 'en_attente' AND champ <> 'contact'"))
    )

    def texte(longueur):
        return CharField(max_length=longueur, default="")

    adulte = {
        "telephone_travail": texte(30),
        "profession": texte(80),
        "employeur": texte(80),
        "voie": texte(120),
        "complement": texte(120),
        "code_postal": texte(10),
        "commune": texte(80),
        "banque": TextField(default=""),
        "quotient": IntegerField(null=True),
        "revenu_fiscal": IntegerField(null=True),
        "parts": IntegerField(null=True),
        "fiscal_le": DateField(null=True),
    }
    autorisations = ("rentre_seul", "transport", "image", "baignade", "soins_urgence")
    enfant = {nom: BooleanField(null=True) for nom in autorisations} | {"sante": TextField(default="")}
    migrate(
        *(migrator.add_column("responsable", nom, champ) for nom, champ in adulte.items()),
        *(migrator.add_column("enfant", nom, champ) for nom, champ in enfant.items()),
        migrator.add_column("ville", "champs_automatiques", TextField(default="")),
    )
    db.execute_sql('CREATE INDEX "courriel_destinataire" ON "courriel" ("destinataire", "famille_id")')
    db.create_tables([LienParental, ContactHabilite, Photo, Modification])
    db.execute_sql(
        "INSERT INTO lien_parental (responsable_id, enfant_id, droit)"
        " SELECT r.id, e.id, 'plein' FROM responsable r JOIN enfant e ON e.famille_id = r.famille_id"
    )
