"""The small world put back as it was founded, in the same database: far cheaper than another database.

For tests that play hundreds of stories, on both engines. What no act of theirs changes, the people and the
places, is left alone.
"""

import models
from models import (
    Activite,
    Calendrier,
    Capacite,
    CapaciteActivite,
    Courriel,
    Demande,
    Document,
    Evenement,
    JourVoulu,
    Ligne,
    Message,
    Modele,
    MotifAbsence,
    Preinscription,
    Reservation,
    Seance,
    db,
)
from tests.monde import Monde

REFAITES = (
    Capacite, CapaciteActivite, MotifAbsence, Calendrier, Seance, Demande, Preinscription, Reservation, Ligne,
    JourVoulu, Message, Document, Evenement, Courriel,
)  # fmt: skip


class Origine:
    """What the database holds when this is made; :meth:`remettre` brings it back."""

    def __init__(self) -> None:
        if models.moteur() == "sqlite":
            db.obj.pragma("synchronous", 0)  # thousands of commits, that no power cut can take from us
        _laisser_effacer_le_journal()
        self._lignes = {table: _lire(table) for table in REFAITES}
        self._activites = list(Activite.select())

    def remettre(self) -> Monde:
        with db.atomic():
            for table in reversed(REFAITES):
                db.execute_sql(f'DELETE FROM "{table._meta.table_name}"')
            for activite in self._activites:
                activite.save()
            for table, lignes in self._lignes.items():
                if lignes:
                    table.insert_many(lignes).execute()
        return Monde()


def _lire(table: type[Modele]) -> list[dict]:
    return [
        {table._meta.fields[nom]: valeur for nom, valeur in ligne.items()} for ligne in table.select().dicts()
    ]


def _laisser_effacer_le_journal() -> None:
    """Its lines can be removed from this database; they still cannot be changed."""
    if models.moteur() == "sqlite":
        db.execute_sql("DROP TRIGGER IF EXISTS evenement_sans_delete")
        return
    db.execute_sql("DROP TRIGGER IF EXISTS evenement_sans_update ON evenement")
    db.execute_sql(
        "CREATE TRIGGER evenement_sans_update BEFORE UPDATE ON evenement"
        " FOR EACH ROW EXECUTE FUNCTION evenement_ajout_seul()"
    )
