"""A demande as long as a school year, written at once: what a long period will ask."""

import datetime as dt

from peewee import CursorWrapper

import workflows as w
from models import Demande, Ligne, Reservation, Seance
from tests.monde import JEUDI, MAINTENANT, Monde

SEPTEMBRE = dt.date(2027, 1, 4)
"""The first day of it, after the séances of the small world."""


def grande_demande(monde: Monde, jours: int = 167, statut: str = w.EN_ATTENTE) -> Demande:
    """Three children × two activities × so many days: 1,002 lines when nothing is said."""
    demande = Demande.create(
        famille=monde.moreau, auteur=monde.claire, nature=w.NATURE_RESERVATION, deposee_le=MAINTENANT
    )
    dates, jour = [], SEPTEMBRE
    while len(dates) < jours:
        dates += [jour] if jour.weekday() < 5 else []
        jour += dt.timedelta(1)
    for activite in (monde.cantine, monde.soir):
        modele = dict(monde.seance(activite, JEUDI).__data__, prises=0)
        del modele["id"]
        _ecrire(Seance, [modele | {"jour": date} for date in dates])
    ids = [
        ident
        for (ident,) in Seance.select(Seance.id)
        .where(Seance.jour >= SEPTEMBRE, Seance.activite.in_([monde.cantine, monde.soir]))
        .order_by(Seance.jour, Seance.id)
        .tuples()
    ]
    enfants = (monde.lea, monde.noe, monde.ines)
    creneau = w.RESERVATION_ATTENTE if statut == w.EN_ATTENTE else w.NON_RESERVE
    _ecrire(Reservation, [{"enfant": e.id, "seance": s, "statut": creneau} for s in ids for e in enfants])
    posees = Reservation.select(Reservation.id).where(Reservation.seance.in_(ids)).order_by(Reservation.id)
    _ecrire(Ligne, [{"demande": demande.id, "reservation": r, "statut": statut} for (r,) in posees.tuples()])
    return demande


def _ecrire(table, rangees: list[dict]) -> None:
    for debut in range(0, len(rangees), 50):
        table.insert_many(rangees[debut : debut + 50]).execute()


class RangeesLues:
    """How many rows the database gave, of all the queries made meanwhile."""

    def __init__(self, monkeypatch) -> None:
        self.nombre = 0
        iterer = CursorWrapper.iterate

        def compter(curseur, *mots, **options):
            rangee = iterer(curseur, *mots, **options)
            self.nombre += 1
            return rangee

        monkeypatch.setattr(CursorWrapper, "iterate", compter)
