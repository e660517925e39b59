"""What the guarantees add of billing: three tariffs; an activity of next year that could take one over."""

import datetime as dt

from models import Activite, Tarif
from tests import factures

COMMENCE = dt.date(2027, 9, 1)


def peupler(ville) -> None:
    """Add it to the world."""
    factures.tarif(ville.matin, tranches={0: 60, 80_000: 90}, unite="demi_heure")
    factures.tarif(Activite.get(Activite.nom == "Stage de poterie"), unite="mois")
    ludotheque = Activite.get(Activite.nom == "Ludothèque")
    factures.tarif(ludotheque)
    delais = {nom: getattr(ludotheque, nom) for nom in ("delai_reservation", "delai_absence")}
    Activite.create(
        nom="Ludothèque", lieu=ludotheque.lieu, debut=COMMENCE, fin=COMMENCE + dt.timedelta(60), **delais
    )


def jamais_facture() -> int:
    """The one by which nothing was billed yet: it may still be changed, and go."""
    return Tarif.get(Tarif.unite == "mois").id


def tarif_a_copier() -> str:
    """The one that the activity of next year could take over. By no name: some tests change them all."""
    return str(Tarif.select().where(Tarif.unite == "seance").order_by(Tarif.id)[0].id)
