"""The créneaux as they are stored: one row a child and a séance, made when it is first needed."""

from collections.abc import Sequence

from models import Reservation
from portail.domain.preparees import objets, preparee
from portail.domain.transitions import en_lots


def stocker(couples: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Reservation]:
    """The créneau of each child on each séance, as stored; those that were not there yet are made."""
    enfants, seances = sorted({e for e, _ in couples}), sorted({s for _, s in couples})
    for lot in en_lots(couples):
        nouveaux = [{"enfant": enfant, "seance": seance} for enfant, seance in lot]
        Reservation.insert_many(nouveaux).on_conflict_ignore().execute()
    trouves = (objets(rangee, Reservation)[0] for rangee in _stockes(enfants or [0], seances or [0]))
    return {(creneau.enfant_id, creneau.seance_id): creneau for creneau in trouves}


@preparee
def _stockes(enfants, seances):
    return Reservation.select().where(Reservation.enfant.in_(enfants), Reservation.seance.in_(seances))
