"""The roll calls of the demonstration: the rows that its journal tells."""

import workflows as w
from models import db


def ecrire() -> None:
    """What each line of the journal that points a child says of it: one statement, whatever the town."""
    db.execute_sql(
        "INSERT INTO presence"
        " (seance_id, enfant_id, etat, sans_reservation, pointe_le, pointe_par_id, parti_avec, parti_motif)"
        " SELECT r.seance_id, r.enfant_id,"
        f" CASE e.acte WHEN '{w.POINTER_PRESENT}' THEN 'present' ELSE 'absent' END,"
        " FALSE, e.quand, e.auteur_id, '', ''"
        " FROM evenement e JOIN reservation r ON e.objet = 'reservation' AND r.id = e.objet_id"
        f" WHERE e.acte IN ('{w.POINTER_PRESENT}', '{w.POINTER_ABSENT}')"
    )
