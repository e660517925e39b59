"""The créneaux as they are stored: one row a child and a séance, made when it is first needed."""

from collections.abc import Sequence

from models import Reservation
from portail.domain.transitions import en_lots


def stocker(couples: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Reservation]:
    """The créneau of each child on each séance, as stored; those that were not there yet are made."""
    enfants, seances = sorted({e for e, _ in couples}), sorted({s for _, s in couples})
    for lot in en_lots(couples):
        nouveaux = [{"enfant": enfant, "seance": seance} for enfant, seance in lot]
        Reservation.insert_many(nouveaux).on_conflict_ignore().execute()
    trouves = Reservation.select().where(
        Reservation.enfant.in_(enfants or [0]), Reservation.seance.in_(seances or [0])
    )
    return {(creneau.enfant_id, creneau.seance_id): creneau for creneau in trouves}
