"""The first schema. Frozen: it does not follow models.py, which goes on changing."""

from peewee import (
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
    TimeField,
)

PARTIELS = (
    'CREATE INDEX "demande_file" ON "demande" ("deposee_le", "id") WHERE statut = \'en_attente\'',
    'CREATE INDEX "demande_traitees" ON "demande" ("repondue_le", "id", "nature") WHERE '
    "statut <> 'en_attente' AND (agent_id IS NOT NULL OR statut = 'annulee')",
    'CREATE INDEX "reservation_liste" ON "reservation" ("seance_id", "ordre") WHERE '
    "statut = 'liste_attente'",
    'CREATE INDEX "courriel_file" ON "courriel" ("prochain_essai") WHERE statut = \'a_envoyer\'',
)

JOURNAL_EN_AJOUT_SEUL = {
    "sqlite": (
        "CREATE TRIGGER evenement_sans_update BEFORE UPDATE ON evenement BEGIN SELECT "
        "RAISE(ABORT, 'le journal est en ajout seul'); END",
        "CREATE TRIGGER evenement_sans_delete BEFORE DELETE ON evenement BEGIN SELECT "
        "RAISE(ABORT, 'le journal est en ajout seul'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION evenement_ajout_seul() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'le journal est en ajout seul'; END $$",
        "CREATE TRIGGER evenement_sans_update BEFORE UPDATE OR DELETE ON evenement FOR "
        "EACH ROW EXECUTE FUNCTION evenement_ajout_seul()",
    ),
}


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Ville(Table):
        nom = CharField(max_length=100)
        zone = CharField(max_length=1)
        teinte = SmallIntegerField()
        guichet = CharField(max_length=100)
        adresse = CharField(max_length=200)
        horaires = CharField(max_length=200)
        telephone = CharField(max_length=30)
        courriel = CharField(max_length=254)

        class Meta:
            constraints = [
                Check("id = 1"),
                Check("zone IN ('A', 'B', 'C')"),
                Check("teinte BETWEEN 0 AND 360"),
            ]

    class Compte(Table):
        email = CharField(max_length=254, unique=True)
        mot_de_passe = CharField(max_length=200)
        prenom = CharField(max_length=80)
        nom = CharField(max_length=80)
        role = CharField(max_length=20)
        service = CharField(max_length=80)
        actif = BooleanField()
        cree_le = DateTimeField()

        class Meta:
            constraints = [
                Check("role IN ('famille', 'agent', 'animateur', 'gestionnaire', 'administrateur')")
            ]

    class Famille(Table):
        code_abonne = CharField(max_length=20, unique=True)
        nom = CharField(max_length=80)
        recherche = CharField(max_length=80, index=True)
        cree_le = DateTimeField()

    class Abonnement(Table):
        compte = ForeignKeyField(Compte, backref="+")
        famille = ForeignKeyField(Famille, backref="+")
        statut = CharField(max_length=20)
        cree_le = DateTimeField()

        class Meta:
            indexes = ((("compte", "famille"), True),)
            constraints = [Check("statut IN ('attente_reconnexion', 'actif', 'resilie')")]

    class SessionOuverte(Table):
        compte = ForeignKeyField(Compte, backref="+", on_delete="CASCADE")
        jeton = CharField(max_length=64, unique=True)
        famille = ForeignKeyField(Famille, backref="+", null=True)
        appareil = CharField(max_length=200)
        ouverte_le = DateTimeField()
        vue_le = DateTimeField()
        fermee_le = DateTimeField(null=True)

    class EchecConnexion(Table):
        cle = CharField(max_length=64, unique=True)
        nombre = IntegerField()
        premier_le = DateTimeField()
        bloque_jusqua = DateTimeField(null=True)

    class Responsable(Table):
        famille = ForeignKeyField(Famille, backref="+")
        prenom = CharField(max_length=80)
        nom = CharField(max_length=80)
        email = CharField(max_length=254)
        telephone = CharField(max_length=30)
        rang = SmallIntegerField()

    class Lieu(Table):
        nom = CharField(max_length=100, unique=True)
        adresse = CharField(max_length=200)

    class Enfant(Table):
        famille = ForeignKeyField(Famille, backref="+")
        prenom = CharField(max_length=80)
        nom = CharField(max_length=80)
        naissance = DateField()
        ecole = ForeignKeyField(Lieu, backref="+", null=True)
        classe = CharField(max_length=30)
        rang = SmallIntegerField()
        recherche = CharField(max_length=170, index=True)

    class Activite(Table):
        nom = CharField(max_length=100)
        lieu = ForeignKeyField(Lieu, backref="+")
        debut = DateField()
        fin = DateField()
        age_min = SmallIntegerField()
        age_max = SmallIntegerField()
        reservable = BooleanField()
        automatique = BooleanField()
        delai_reservation = CharField(max_length=20)
        delai_absence = CharField(max_length=20)
        rang = SmallIntegerField()

        class Meta:
            constraints = [Check("debut <= fin"), Check("age_min <= age_max")]

    class Horaire(Table):
        activite = ForeignKeyField(Activite, backref="+")
        jour = SmallIntegerField()
        debut = TimeField()
        fin = TimeField()
        places = IntegerField()
        periode = CharField(max_length=10)

        class Meta:
            constraints = [
                Check("periode IN ('scolaire', 'vacances', 'toujours')"),
                Check("jour BETWEEN 0 AND 6"),
                Check("places >= 0"),
            ]

    class Calendrier(Table):
        genre = CharField(max_length=10)
        nom = CharField(max_length=100)
        debut = DateField()
        fin = DateField()
        zone = CharField(max_length=1, null=True)
        activite = ForeignKeyField(Activite, backref="+", null=True)
        lieu = ForeignKeyField(Lieu, backref="+", null=True)
        confirme = BooleanField()

        class Meta:
            indexes = ((("fin", "debut"), False),)
            constraints = [Check("genre IN ('vacances', 'ferie', 'fermeture')"), Check("debut <= fin")]

    class Seance(Table):
        activite = ForeignKeyField(Activite, backref="+", index=False)
        jour = DateField(index=True)
        debut = TimeField()
        fin = TimeField()
        places = IntegerField()
        prises = IntegerField()
        limite_reservation = DateTimeField()
        limite_absence = DateTimeField()

        class Meta:
            indexes = ((("activite", "jour", "debut"), True),)
            constraints = [Check("places >= 0"), Check("prises >= 0"), Check("prises <= places")]

    class Demande(Table):
        famille = ForeignKeyField(Famille, backref="+", index=False)
        auteur = ForeignKeyField(Compte, backref="+")
        nature = CharField(max_length=20)
        statut = CharField(max_length=20)
        deposee_le = DateTimeField()
        a_traiter_avant = DateTimeField(null=True)
        repondue_le = DateTimeField(null=True)
        agent = ForeignKeyField(Compte, backref="+", null=True)

        class Meta:
            indexes = ((("famille", "deposee_le"), False),)
            constraints = [
                Check("nature IN ('preinscription', 'reservation', 'absence', 'dossier')"),
                Check("statut IN ('en_attente', 'acceptee', 'acceptee_en_partie', 'refusee', 'annulee')"),
            ]

    class Preinscription(Table):
        enfant = ForeignKeyField(Enfant, backref="+", index=False)
        activite = ForeignKeyField(Activite, backref="+")
        debut = DateField()
        fin = DateField()
        statut = CharField(max_length=20)
        cree_le = DateTimeField()

        class Meta:
            indexes = ((("enfant", "activite"), False),)
            constraints = [
                Check("statut IN ('demande_en_cours', 'reservation_possible', 'refusee', 'annulee')"),
                Check("debut <= fin"),
            ]

    class Reservation(Table):
        enfant = ForeignKeyField(Enfant, backref="+", index=False)
        seance = ForeignKeyField(Seance, backref="+")
        statut = CharField(max_length=20)
        ordre = IntegerField(null=True)

        class Meta:
            indexes = ((("enfant", "seance"), True),)
            constraints = [
                Check(
                    "statut IN ('non_reserve', 'reservation_attente', 'reserve', 'liste_attente', "
                    "'absence_attente', 'absent', 'present')"
                ),
                Check("(statut = 'liste_attente') = (ordre IS NOT NULL)"),
            ]

    class Ligne(Table):
        demande = ForeignKeyField(Demande, backref="+")
        reservation = ForeignKeyField(Reservation, backref="+", null=True)
        preinscription = ForeignKeyField(Preinscription, backref="+", null=True)
        statut = CharField(max_length=20)
        motif = TextField()

        class Meta:
            constraints = [
                Check("statut IN ('en_attente', 'acceptee', 'refusee', 'annulee')"),
                Check("reservation_id IS NULL OR preinscription_id IS NULL"),
                Check("statut <> 'refusee' OR motif <> ''"),
            ]

    class Evenement(Table):
        quand = DateTimeField()
        auteur = ForeignKeyField(Compte, backref="+", null=True)
        acte = CharField(max_length=30)
        objet = CharField(max_length=20)
        objet_id = IntegerField()
        de = CharField(max_length=20)
        vers = CharField(max_length=20)
        famille = ForeignKeyField(Famille, backref="+", index=False, null=True)
        demande = ForeignKeyField(Demande, backref="+", null=True)
        detail = TextField()

        class Meta:
            indexes = (
                (("famille", "id"), False),
                (("objet", "objet_id", "id"), False),
            )

    class Courriel(Table):
        cle = CharField(max_length=80, unique=True)
        destinataire = CharField(max_length=254)
        sujet = CharField(max_length=200)
        corps = TextField()
        famille = ForeignKeyField(Famille, backref="+", null=True)
        demande = ForeignKeyField(Demande, backref="+", null=True)
        message_id = CharField(max_length=120, unique=True)
        statut = CharField(max_length=10)
        cree_le = DateTimeField()
        prochain_essai = DateTimeField()
        essais = IntegerField()
        bail_jusqua = DateTimeField(null=True)
        envoye_le = DateTimeField(null=True)
        erreur = TextField()

        class Meta:
            constraints = [Check("statut IN ('a_envoyer', 'envoye', 'echec')")]

    db.create_tables(
        [
            Ville,
            Compte,
            Famille,
            Abonnement,
            SessionOuverte,
            EchecConnexion,
            Responsable,
            Lieu,
            Enfant,
            Activite,
            Horaire,
            Calendrier,
            Seance,
            Demande,
            Preinscription,
            Reservation,
            Ligne,
            Evenement,
            Courriel,
        ]
    )
    moteur = "postgresql" if db.for_update else "sqlite"
    for ordre in (*PARTIELS, *JOURNAL_EN_AJOUT_SEUL[moteur]):
        db.execute_sql(ordre)
