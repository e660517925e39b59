"""What the welcome page says to everybody: the town's next dates."""

import datetime as dt
from collections.abc import Sequence

from models import Calendrier
from portail.domain.ville import la_ville


def prochaines_dates(jour: dt.date, nombre: int = 3) -> Sequence[Calendrier]:
    """The holidays, bank holidays and closures of the whole town that are not over on the day `jour`."""
    return list(
        Calendrier.select()
        .where(
            Calendrier.fin >= jour,
            Calendrier.activite.is_null(),
            Calendrier.lieu.is_null(),
            Calendrier.zone.is_null() | (Calendrier.zone == la_ville().zone),
        )
        .order_by(Calendrier.debut, Calendrier.id)
        .limit(nombre)
    )
