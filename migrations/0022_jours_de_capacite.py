"""What is taken of a shared capacity on a day, in one row, kept by triggers. Frozen."""

from peewee import DateField, ForeignKeyField, IntegerField, Model

AJOUTER_AU_JOUR = """INSERT INTO jour_de_capacite (capacite_id, jour, prises, mouvements) {} \
ON CONFLICT (capacite_id, jour) DO UPDATE SET prises = jour_de_capacite.prises + excluded.prises, \
mouvements = jour_de_capacite.mouvements + excluded.mouvements"""
LES_SIENNES = "capacite_id IN (SELECT capacite_id FROM capacite_activite WHERE activite_id = OLD.activite_id)"
JOURS_DE_CAPACITE = {
    ("seance", "INSERT", "NEW.prises <> 0"): AJOUTER_AU_JOUR.format(
        "SELECT capacite_id, NEW.jour, NEW.prises, NEW.mouvements + 1 FROM capacite_activite "
        "WHERE activite_id = NEW.activite_id"
    ),
    ("seance", "UPDATE OF prises, mouvements", "TRUE"): AJOUTER_AU_JOUR.format(
        "SELECT capacite_id, NEW.jour, NEW.prises - OLD.prises, NEW.mouvements - OLD.mouvements "
        "FROM capacite_activite WHERE activite_id = NEW.activite_id"
    ),
    ("seance", "DELETE", "OLD.prises <> 0"): (
        "UPDATE jour_de_capacite SET prises = prises - OLD.prises, mouvements = mouvements + 1 "
        f"WHERE jour = OLD.jour AND {LES_SIENNES}"
    ),
    ("capacite_activite", "INSERT", "TRUE"): AJOUTER_AU_JOUR.format(
        "SELECT NEW.capacite_id, jour, SUM(prises), SUM(mouvements + 1) FROM seance "
        "WHERE activite_id = NEW.activite_id GROUP BY jour HAVING SUM(prises) <> 0 ORDER BY jour"
    ),
    ("capacite_activite", "DELETE", "TRUE"): (
        "UPDATE jour_de_capacite SET mouvements = mouvements + 1, prises = prises - (SELECT SUM(s.prises) "
        "FROM seance s WHERE s.activite_id = OLD.activite_id AND s.jour = jour_de_capacite.jour) "
        "WHERE capacite_id = OLD.capacite_id AND jour IN "
        "(SELECT s.jour FROM seance s WHERE s.activite_id = OLD.activite_id AND s.prises <> 0)"
    ),
}


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Capacite(Table):
        pass

    class JourDeCapacite(Table):
        capacite = ForeignKeyField(Capacite, backref="+", index=False, on_delete="CASCADE")
        jour = DateField()
        prises = IntegerField()
        mouvements = IntegerField()

        class Meta:
            indexes = ((("capacite", "jour"), True),)

    db.create_tables([JourDeCapacite])
    db.execute_sql(
        "INSERT INTO jour_de_capacite (capacite_id, jour, prises, mouvements) "
        "SELECT a.capacite_id, s.jour, SUM(s.prises), SUM(s.mouvements + 1) FROM capacite_activite a "
        "JOIN seance s ON s.activite_id = a.activite_id GROUP BY a.capacite_id, s.jour"
    )
    for (table, quand, quelles), ordre in JOURS_DE_CAPACITE.items():
        nom = f"{table}_du_jour_{quand.split()[0].lower()}"
        quand = f"CREATE TRIGGER {nom} AFTER {quand} ON {table} FOR EACH ROW WHEN ({quelles})"
        if db.for_update:
            corps = f"BEGIN {ordre}; RETURN NULL; END"
            db.execute_sql(f"CREATE FUNCTION {nom}() RETURNS trigger LANGUAGE plpgsql AS $$ {corps} $$")
            db.execute_sql(f"{quand} EXECUTE FUNCTION {nom}()")
        else:
            db.execute_sql(f"{quand} BEGIN {ordre}; END")
