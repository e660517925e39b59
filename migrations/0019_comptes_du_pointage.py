"""Who pointed, by index: an account that goes is looked for in roll calls that grow each day. Frozen."""

ORDRES = (
    'CREATE INDEX "presence_pointe_par_id" ON "presence" ("pointe_par_id")',
    'CREATE INDEX "presence_parti_par_id" ON "presence" ("parti_par_id")',
    'CREATE INDEX "pointage_compte_id" ON "pointage" ("compte_id")',
)


def up(migrator, db):
    for ordre in ORDRES:
        db.execute_sql(ordre)
