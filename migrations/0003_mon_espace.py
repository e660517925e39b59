"""Codes that subscribe, the second factor, the change of address. Frozen."""

from peewee import SQL, CharField, Check, DateTimeField, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import migrate


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Compte(Table):
        pass

    class Famille(Table):
        pass

    class Responsable(Table):
        pass

    class Abonnement(Table):
        compte = ForeignKeyField(Compte, backref="+", index=False)
        famille = ForeignKeyField(Famille, backref="+")
        statut = CharField(max_length=20)
        cree_le = DateTimeField()
        responsable = ForeignKeyField(Responsable, backref="+", null=True, index=False)

        class Meta:
            indexes = ((("compte", "statut"), False),)
            constraints = [Check("statut IN ('attente_reconnexion', 'actif', 'resilie')")]

    Abonnement.add_index(
        Abonnement.index(Abonnement.compte, Abonnement.famille, unique=True, name="abonnement_ouvert").where(
            SQL("statut <> 'resilie'")
        )
    )

    class CodeAbonne(Table):
        famille = ForeignKeyField(Famille, backref="+")
        responsable = ForeignKeyField(Responsable, backref="+", null=True, index=False)
        empreinte = CharField(max_length=64, unique=True)
        scelle = TextField()
        cree_le = DateTimeField()
        expire_le = DateTimeField()
        agent = ForeignKeyField(Compte, backref="+", null=True, index=False)
        abonnement = ForeignKeyField(Abonnement, backref="+", null=True, index=False)
        remplace_le = DateTimeField(null=True)

    class SecondFacteur(Table):
        compte = ForeignKeyField(Compte, backref="+", unique=True, on_delete="CASCADE")
        scelle = TextField()
        actif_depuis = DateTimeField(null=True)
        dernier_pas = IntegerField()

    class CodeDeSecours(Table):
        compte = ForeignKeyField(Compte, backref="+", on_delete="CASCADE")
        empreinte = CharField(max_length=64, unique=True)
        utilise_le = DateTimeField(null=True)

    class Jeton(Table):
        compte = ForeignKeyField(Compte, backref="+", on_delete="CASCADE")
        usage = CharField(max_length=20)
        empreinte = CharField(max_length=64, unique=True)
        mot_de_passe = CharField(max_length=64)
        expire_le = DateTimeField()
        utilise_le = DateTimeField(null=True)
        email = CharField(max_length=254)

        class Meta:
            constraints = [Check("usage IN ('activation', 'mot_de_passe', 'adresse')")]

    migrate(
        migrator.add_column("compte", "code_donne", TextField(null=True)),
        migrator.add_column("session_ouverte", "confirmee_le", DateTimeField(null=True)),
        migrator.add_column("session_ouverte", "second_facteur_le", DateTimeField(null=True)),
    )
    _refaire(db, Abonnement, {"responsable_id": "NULL"})
    _refaire(db, Jeton, {"email": "''"})
    db.create_tables([CodeAbonne, SecondFacteur, CodeDeSecours])


def _refaire(db, table, neuves):
    """Make the table anew with its rows: SQLite changes neither a constraint nor a reference in place."""
    nom = table._meta.table_name
    colonnes = [champ.column_name for champ in table._meta.sorted_fields]
    anciennes = [colonne for colonne in colonnes if colonne not in neuves]
    lignes = db.execute_sql(
        f"SELECT {', '.join(anciennes)}, {', '.join(neuves.values())} FROM {nom}"
    ).fetchall()
    db.execute_sql(f"DROP TABLE {nom}")
    db.create_tables([table])
    places = ", ".join([db.param] * len(colonnes))
    ordre = f"INSERT INTO {nom} ({', '.join([*anciennes, *neuves])}) VALUES ({places})"
    for ligne in lignes:
        db.execute_sql(ordre, ligne)
    if db.sequences:
        db.execute_sql(f"SELECT setval('{nom}_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM {nom}), false)")
