"""What the guarantees add of billing: two tariffs; an activity of next year that could take one over."""

import datetime as dt

from models import Activite, Tarif
from tests import factures

COMMENCE = dt.date(2027, 9, 1)


def peupler(ville) -> None:
    """Add it to the world."""
    factures.tarif(ville.matin, tranches={0: 60, 80_000: 90}, unite="demi_heure")
    ludotheque = Activite.get(Activite.nom == "Ludothèque")
    factures.tarif(ludotheque)
    delais = {nom: getattr(ludotheque, nom) for nom in ("delai_reservation", "delai_absence")}
    Activite.create(
        nom="Ludothèque", lieu=ludotheque.lieu, debut=COMMENCE, fin=COMMENCE + dt.timedelta(60), **delais
    )


def tarif_a_copier() -> str:
    """The one that the activity of next year could take over."""
    return str(Tarif.get(Tarif.unite == "seance").id)
