"""Billing: prices, invoices, money, direct debits; what an agent may answer about an invoice. Frozen."""

from peewee import (
    SQL,
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
)

AVANT = "nature IN ('preinscription', 'reservation', 'absence', 'dossier')"
APRES = "nature IN ('preinscription', 'reservation', 'absence', 'dossier', 'contestation')"

MOTIFS = (
    "L’enfant était présent : le pointage est confirmé",
    "L’absence a été déclarée après la date limite",
    "Le prix est celui de la délibération",
    "Justificatif manquant",
)
"""The reasons that agents are offered at first to refuse a contestation."""

AJOUT_SEUL = {
    "facture": ("famille_id", "payeur_id"),
    "ligne_de_facture": ("enfant_id",),
    "reglement": ("famille_id", "payeur_id"),
    "imputation": (),
}
"""The tables that a trigger holds, and what may still be written in them."""


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Activite(Table):
        pass

    class Compte(Table):
        pass

    class Enfant(Table):
        pass

    class Famille(Table):
        pass

    class Ligne(Table):
        pass

    class MotifRefus(Table):
        nature = CharField(max_length=20)
        texte = CharField(max_length=120)
        rang = SmallIntegerField()
        actif = BooleanField()

    class Responsable(Table):
        pass

    class Seance(Table):
        pass

    class Tarif(Table):
        activite = ForeignKeyField(Activite, backref="+", index=False)
        debut = DateField()
        fin = DateField()
        categorie = CharField(max_length=20)
        mode = CharField(max_length=20)
        unite = CharField(max_length=20)
        prix = IntegerField()
        taux = IntegerField()
        plancher = IntegerField()
        plafond = IntegerField()
        fratrie_2 = SmallIntegerField()
        fratrie_3 = SmallIntegerField()
        supplement_tardif = IntegerField()
        supplement_sans_reservation = IntegerField()
        absence_non_prevenue = BooleanField()
        garde = BooleanField()

        class Meta:
            indexes = ((("activite", "debut", "categorie"), True),)
            constraints = [
                Check("mode IN ('forfait', 'tranches', 'effort')"),
                Check("unite IN ('seance', 'demi_heure', 'mois')"),
                Check("categorie IN ('', 'commune', 'hors_commune')"),
                Check("debut <= fin"),
                Check("prix >= 0"),
                Check("taux >= 0"),
                Check("plancher >= 0"),
                Check("plancher <= plafond"),
                Check("fratrie_2 BETWEEN 0 AND 100"),
                Check("fratrie_3 BETWEEN 0 AND 100"),
                Check("supplement_tardif >= 0"),
                Check("supplement_sans_reservation >= 0"),
            ]

    class TrancheDeTarif(Table):
        tarif = ForeignKeyField(Tarif, backref="+", index=False, on_delete="CASCADE")
        a_partir_de = IntegerField()
        prix = IntegerField()

        class Meta:
            indexes = ((("tarif", "a_partir_de"), True),)
            constraints = [Check("a_partir_de >= 0"), Check("prix >= 0")]

    class PartDePayeur(Table):
        enfant = ForeignKeyField(Enfant, backref="+", index=False)
        responsable = ForeignKeyField(Responsable, backref="+")
        part = SmallIntegerField()

        class Meta:
            indexes = ((("enfant", "responsable"), True),)
            constraints = [Check("part BETWEEN 1 AND 100")]

    class ReglagesDeFacturation(Table):
        delai = SmallIntegerField()
        payer = TextField()
        payfip = CharField(max_length=6)
        payfip_saisie = CharField(max_length=1)
        creancier = CharField(max_length=70)
        ics = CharField(max_length=35)
        banque = TextField()

        class Meta:
            constraints = [
                Check("id = 1"),
                Check("delai BETWEEN 0 AND 120"),
                Check("payfip_saisie IN ('T', 'X', 'W')"),
            ]

    class Campagne(Table):
        mois = DateField(index=True)
        statut = CharField(max_length=20)
        echeance = DateField()
        lancee_par = ForeignKeyField(Compte, null=True, backref="+", index=False)
        lancee_le = DateTimeField()
        marque = CharField(max_length=64)
        annonce = IntegerField(null=True)
        total = IntegerField()
        faites = IntegerField()
        derniere = IntegerField()
        factures = IntegerField()
        montant = IntegerField()
        bail_jusqua = DateTimeField(null=True)
        finie_le = DateTimeField(null=True)

        class Meta:
            constraints = [Check("statut IN ('lancee', 'emise')")]

    Campagne.add_index(
        Campagne.index(Campagne.mois, unique=True, name="campagne_ouverte").where(SQL("statut = 'lancee'"))
    )

    class ApercuDeCampagne(Table):
        mois = DateField(unique=True)
        demande_par = ForeignKeyField(Compte, null=True, backref="+", index=False)
        demande_le = DateTimeField()
        total = IntegerField()
        faites = IntegerField()
        derniere = IntegerField()
        bail_jusqua = DateTimeField(null=True)
        fini_le = DateTimeField(null=True)
        resume = TextField()
        marque = CharField(max_length=64)

    class FamilleAFacturer(Table):
        apercu = ForeignKeyField(ApercuDeCampagne, backref="+", index=False, on_delete="CASCADE")
        famille = ForeignKeyField(Famille, backref="+")
        montant = IntegerField()
        lignes = IntegerField()
        anomalies = CharField(max_length=120)

        class Meta:
            indexes = ((("apercu", "famille"), True),)

    class Facture(Table):
        exercice = SmallIntegerField()
        rang = IntegerField()
        famille = ForeignKeyField(Famille, backref="+", index=False)
        payeur = ForeignKeyField(Responsable, backref="+")
        foyer = BooleanField()
        destinataire = TextField()
        campagne = ForeignKeyField(Campagne, null=True, backref="+")
        mois = DateField()
        emise_le = DateTimeField()
        echeance = DateField()
        total = IntegerField()
        origine = ForeignKeyField("self", null=True, backref="+")
        motif = TextField()
        emise_par = ForeignKeyField(Compte, null=True, backref="+")

        class Meta:
            indexes = (
                (("exercice", "rang"), True),
                (("famille", "emise_le"), False),
                (("emise_le", "id"), False),
                (("mois", "id"), False),
            )
            constraints = [
                Check("rang >= 1"),
                Check("(total < 0) = (origine_id IS NOT NULL)"),
                Check("(origine_id IS NULL) = (motif = '')"),
            ]

    class LigneDeFacture(Table):
        facture = ForeignKeyField(Facture, backref="+")
        rang = SmallIntegerField()
        cle = CharField(max_length=60, unique=True)
        genre = CharField(max_length=20)
        enfant = ForeignKeyField(Enfant, backref="+")
        activite = ForeignKeyField(Activite, backref="+", index=False)
        seance = ForeignKeyField(Seance, null=True, backref="+")
        jour = DateField()
        libelle = CharField(max_length=200)
        explication = TextField()
        montant = IntegerField()
        garde = BooleanField()
        origine = ForeignKeyField("self", null=True, backref="+", index=False)

        class Meta:
            indexes = ((("facture", "rang"), True), (("activite", "jour"), False))
            constraints = [
                Check("genre IN ('seance', 'absence', 'sans_reservation', 'mois', 'avoir')"),
                Check("(genre = 'avoir') = (origine_id IS NOT NULL)"),
                Check("(genre = 'avoir') = (montant < 0)"),
            ]

    LigneDeFacture.add_index(
        LigneDeFacture.index(LigneDeFacture.origine, name="ligne_reprise").where(
            SQL("origine_id IS NOT NULL")
        )
    )

    class Solde(Table):
        facture = ForeignKeyField(Facture, unique=True, backref="+")
        payeur = ForeignKeyField(Responsable, backref="+")
        echeance = DateField()
        reste = IntegerField()

        class Meta:
            constraints = [Check("reste >= 0")]

    Solde.add_index(Solde.index(Solde.payeur, Solde.echeance, name="solde_du").where(SQL("reste > 0")))

    Solde.add_index(Solde.index(Solde.echeance, Solde.id, name="solde_en_retard").where(SQL("reste > 0")))

    class Reglement(Table):
        famille = ForeignKeyField(Famille, backref="+", index=False)
        payeur = ForeignKeyField(Responsable, backref="+")
        moyen = CharField(max_length=20)
        montant = IntegerField()
        recu_le = DateField()
        cle = CharField(max_length=60, unique=True)
        reference = CharField(max_length=80)
        saisi_par = ForeignKeyField(Compte, null=True, backref="+")
        saisi_le = DateTimeField()
        contrepartie_de = ForeignKeyField("self", null=True, unique=True, backref="+")
        motif = TextField()

        class Meta:
            indexes = ((("famille", "recu_le"), False), (("recu_le", "id"), False))
            constraints = [
                Check("moyen IN ('payfip', 'prelevement', 'especes', 'cheque', 'cesu', 'carte', 'virement')"),
                Check("montant <> 0"),
                Check("(montant < 0) = (contrepartie_de_id IS NOT NULL)"),
                Check("contrepartie_de_id IS NULL OR motif <> ''"),
            ]

    class Imputation(Table):
        facture = ForeignKeyField(Facture, backref="+")
        reglement = ForeignKeyField(Reglement, null=True, backref="+")
        avoir = ForeignKeyField(Facture, null=True, backref="+")
        montant = IntegerField()
        quand = DateTimeField()

        class Meta:
            constraints = [Check("montant <> 0"), Check("(reglement_id IS NULL) <> (avoir_id IS NULL)")]

    class Paiement(Table):
        famille = ForeignKeyField(Famille, backref="+", index=False)
        payeur = ForeignKeyField(Responsable, backref="+")
        compte = ForeignKeyField(Compte, backref="+")
        refdet = CharField(max_length=30, unique=True)
        idop = CharField(max_length=36, null=True, unique=True)
        montant = IntegerField()
        statut = CharField(max_length=20)
        cree_le = DateTimeField()
        conclu_le = DateTimeField(null=True)
        verifie_le = DateTimeField(null=True)
        reponse = CharField(max_length=250)
        recu = IntegerField(null=True)
        autorisation = CharField(max_length=40)
        anomalie = TextField()
        traitee_le = DateTimeField(null=True)

        class Meta:
            indexes = ((("famille", "cree_le"), False), (("cree_le", "id"), False))
            constraints = [
                Check("statut IN ('ouvert', 'paye', 'refuse', 'abandonne', 'expire')"),
                Check("montant > 0"),
            ]

    Paiement.add_index(
        Paiement.index(Paiement.cree_le, name="paiement_ouvert").where(SQL("statut = 'ouvert'"))
    )

    Paiement.add_index(
        Paiement.index(Paiement.cree_le, name="paiement_a_verifier").where(
            SQL("anomalie <> '' AND traitee_le IS NULL")
        )
    )

    class FactureDuPaiement(Table):
        paiement = ForeignKeyField(Paiement, backref="+", index=False)
        facture = ForeignKeyField(Facture, backref="+")
        montant = IntegerField()
        ouverte = BooleanField()

        class Meta:
            indexes = ((("paiement", "facture"), True),)
            constraints = [Check("montant > 0")]

    FactureDuPaiement.add_index(
        FactureDuPaiement.index(FactureDuPaiement.facture, unique=True, name="facture_en_paiement").where(
            SQL("ouverte")
        )
    )

    class Mandat(Table):
        responsable = ForeignKeyField(Responsable, backref="+", index=False)
        rum = CharField(max_length=35, unique=True)
        signe_le = DateField()
        banque = TextField()
        statut = CharField(max_length=20)
        collecte_le = DateField(null=True)
        cree_le = DateTimeField()
        agent = ForeignKeyField(Compte, backref="+", index=False)

        class Meta:
            constraints = [Check("statut IN ('actif', 'revoque')")]

    Mandat.add_index(
        Mandat.index(Mandat.responsable, unique=True, name="mandat_actif").where(SQL("statut = 'actif'"))
    )

    class Remise(Table):
        jour = DateField()
        creee_le = DateTimeField()
        creee_par = ForeignKeyField(Compte, backref="+", index=False)
        emportee_le = DateTimeField(null=True)
        encaissee_le = DateTimeField(null=True)

    class Prelevement(Table):
        remise = ForeignKeyField(Remise, backref="+")
        mandat = ForeignKeyField(Mandat, backref="+")
        facture = ForeignKeyField(Facture, backref="+")
        montant = IntegerField()
        premier = BooleanField()
        statut = CharField(max_length=20)
        motif = TextField()

        class Meta:
            constraints = [
                Check("statut IN ('prevu', 'encaisse', 'rejete', 'annulee')"),
                Check("montant > 0"),
            ]

    Prelevement.add_index(
        Prelevement.index(Prelevement.facture, unique=True, name="prelevement_prevu").where(
            SQL("statut = 'prevu'")
        )
    )

    class Entente(Table):
        payeur = ForeignKeyField(Responsable, backref="+")
        texte = TextField()
        jusqu_au = DateField()
        agent = ForeignKeyField(Compte, backref="+", index=False)
        faite_le = DateTimeField()
        levee_le = DateTimeField(null=True)

        class Meta:
            constraints = [Check("texte <> ''")]

    class Relance(Table):
        facture = ForeignKeyField(Facture, backref="+", index=False)
        rang = SmallIntegerField()
        envoyee_le = DateTimeField(index=True)
        agent = ForeignKeyField(Compte, backref="+")

        class Meta:
            indexes = ((("facture", "rang"), True),)

    class Contestation(Table):
        ligne = ForeignKeyField(Ligne, unique=True, backref="+")
        facturee = ForeignKeyField(LigneDeFacture, backref="+")
        texte = TextField()
        rendue = ForeignKeyField(LigneDeFacture, null=True, unique=True, backref="+")

        class Meta:
            constraints = [Check("texte <> ''")]

    db.create_tables(
        [
            Tarif,
            TrancheDeTarif,
            PartDePayeur,
            ReglagesDeFacturation,
            Campagne,
            ApercuDeCampagne,
            FamilleAFacturer,
            Facture,
            LigneDeFacture,
            Solde,
            Reglement,
            Imputation,
            Paiement,
            FactureDuPaiement,
            Mandat,
            Remise,
            Prelevement,
            Entente,
            Relance,
            Contestation,
        ]
    )
    for table in (Facture, LigneDeFacture, Reglement, Imputation):
        for ordre in _ajout_seul(db, table):
            db.execute_sql(ordre)
    # two files that become one: what was tapped of a child follows it
    db.execute_sql('CREATE INDEX "pointage_enfant_id" ON "pointage" ("enfant_id")')
    for table in ("demande", "motif_refus"):
        _elargir(db, table)
    MotifRefus.insert_many(
        {"nature": "contestation", "texte": texte, "rang": rang, "actif": True}
        for rang, texte in enumerate(MOTIFS, start=1)
    ).execute()


def _ajout_seul(db, modele):
    table = modele._meta.table_name
    suivent = AJOUT_SEUL[table]
    colonnes = [c.column_name for c in modele._meta.sorted_fields if c.column_name not in suivent]
    quoi = f"UPDATE OF {', '.join(colonnes)}" if suivent else "UPDATE"
    phrase = f"{table} est en ajout seul"
    if not db.for_update:
        return [
            f"CREATE TRIGGER {table}_sans_{nom} BEFORE {acte} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{phrase}'); END"
            for nom, acte in (("update", quoi), ("delete", "DELETE"))
        ]
    return [
        f"CREATE FUNCTION {table}_ajout_seul() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{phrase}'; END $$",
        f"CREATE TRIGGER {table}_sans_update BEFORE {quoi} OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_ajout_seul()",
    ]


def _elargir(db, table):
    """One nature more. SQLite changes a CHECK by its text alone, as its documentation shows it."""
    if db.for_update:
        db.execute_sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_nature_check")
        db.execute_sql(f"ALTER TABLE {table} ADD CONSTRAINT {table}_nature_check CHECK ({APRES})")
        return
    version = db.execute_sql("PRAGMA schema_version").fetchone()[0]
    db.execute_sql("PRAGMA writable_schema = 1")
    db.execute_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (AVANT, APRES, table),
    )
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = 0")
