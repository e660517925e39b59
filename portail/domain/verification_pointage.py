"""What `verifier` asks of the roll calls: they agree with the créneaux, and tell nothing of the future."""

import workflows as w
from portail import clock


def desaccords() -> str:
    """A créneau that followed the roll call says otherwise; or follows it, of a child without a booking."""
    return f"""
        SELECT p.id, p.etat, coalesce(r.statut, 'aucune')
        FROM presence p
        LEFT JOIN reservation r ON r.enfant_id = p.enfant_id AND r.seance_id = p.seance_id
        WHERE NOT p.sans_reservation AND NOT (
                p.etat = 'present' AND coalesce(r.statut, '') = '{w.PRESENT}'
                OR p.etat = 'absent' AND coalesce(r.statut, '') IN ('{w.ABSENT}', '{w.NON_RESERVE}'))
           OR p.sans_reservation AND coalesce(r.statut, '') = '{w.PRESENT}'"""


def a_venir() -> str:
    """Something was pointed on a séance that has not come."""
    return f"""
        SELECT p.id, s.id, s.jour FROM presence p JOIN seance s ON s.id = p.seance_id
        WHERE s.jour > '{clock.aujourdhui():%Y-%m-%d}'"""


def departs() -> str:
    """A child left before it was there."""
    return "SELECT p.id, p.parti_le, p.pointe_le FROM presence p WHERE p.parti_le < p.pointe_le"
