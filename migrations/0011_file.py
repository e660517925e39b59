"""The agents' queue: saved filters, who looks after a demande, notes, the reasons of refusal. Frozen."""

from peewee import (
    SQL,
    BooleanField,
    CharField,
    Check,
    DateTimeField,
    ForeignKeyField,
    Model,
    SmallIntegerField,
    TextField,
)

NATURES = ("preinscription", "reservation", "absence", "dossier")
DE_CRENEAUX = (
    "Délai dépassé",
    "Activité complète",
    "Pièce manquante au dossier",
    "Enfant non inscrit à cette activité",
    "Absence non recevable pour ce jour",
)
MOTIFS = {
    "preinscription": (
        "Activité complète",
        "Hors du secteur de l’école",
        "Pièce manquante au dossier",
        "Impayés à régler au Guichet Familles",
    ),
    "reservation": DE_CRENEAUX,
    "absence": DE_CRENEAUX,
    "dossier": ("Justificatif manquant", "Information illisible ou incomplète", "À voir au guichet"),
}
"""What every town offered until then."""


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Compte(Table):
        pass

    class MotifAbsence(Table):
        pass

    class Demande(Table):
        motif_absence = ForeignKeyField(MotifAbsence, null=True, index=False, backref="+")

    class FiltreGarde(Table):
        compte = ForeignKeyField(Compte, backref="+", index=False, on_delete="CASCADE")
        nom = CharField(max_length=40)
        requete = TextField()

        class Meta:
            indexes = ((("compte", "nom"), True),)

    class MotifRefus(Table):
        nature = CharField(max_length=20)
        texte = CharField(max_length=120)
        rang = SmallIntegerField(default=1)
        actif = BooleanField(default=True)

        class Meta:
            indexes = ((("nature", "texte"), True),)
            constraints = [
                Check("nature IN ({})".format(", ".join(f"'{nature}'" for nature in NATURES))),
                Check("texte <> ''"),
            ]

    class PriseEnCharge(Table):
        demande = ForeignKeyField(Demande, backref="+", unique=True)
        agent = ForeignKeyField(Compte, backref="+")
        depuis = DateTimeField()

    class NoteInterne(Table):
        demande = ForeignKeyField(Demande, backref="+")
        auteur = ForeignKeyField(Compte, backref="+")
        texte = TextField()
        ecrite_le = DateTimeField()

        class Meta:
            constraints = [Check("texte <> ''")]

    db.create_tables([FiltreGarde, MotifRefus, PriseEnCharge, NoteInterne])
    db.execute(
        Demande.index(Demande.motif_absence, name="demande_motif_absence").where(
            SQL("motif_absence_id IS NOT NULL")
        )
    )
    MotifRefus.insert_many(
        {"nature": nature, "texte": texte, "rang": rang}
        for nature, textes in MOTIFS.items()
        for rang, texte in enumerate(textes, start=1)
    ).execute()
