"""What the figures of the town are counted by: indexes. Frozen."""

ORDRES = (
    'CREATE INDEX "demande_depot" ON "demande" ("deposee_le", "nature")',
    'CREATE INDEX "reservation_absente" ON "reservation" ("seance_id") WHERE statut = \'absent\'',
    'CREATE INDEX "ligne_refusee" ON "ligne" ("demande_id") WHERE statut = \'refusee\'',
)


def up(migrator, db):
    for ordre in ORDRES:
        db.execute_sql(ordre)
