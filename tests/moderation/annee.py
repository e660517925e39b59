"""A school year of séances, and a demande that asks for it all: what the tests of the long demandes share."""

import datetime as dt

from models import Activite, Demande, Enfant, Preinscription, Seance
from portail import clock
from portail.domain import planning
from tests.monde import Monde

PREMIER = dt.date(2027, 1, 4)


def ouvrir(activite: Activite, semaines: int, places: int = 500) -> list[Seance]:
    """So many weeks of this activity, four days a week, from January; its hours are those that it has."""
    modele = Seance.select().where(Seance.activite == activite).first()
    jours = [
        PREMIER + dt.timedelta(7 * semaine + jour) for semaine in range(semaines) for jour in (0, 1, 3, 4)
    ]
    limite = clock.instant(PREMIER - dt.timedelta(4), dt.time(12))
    for lot in (jours[i : i + 200] for i in range(0, len(jours), 200)):
        Seance.insert_many(
            {
                "activite": activite,
                "jour": jour,
                "debut": modele.debut,
                "fin": modele.fin,
                "places": places,
                "limite_reservation": limite + (jour - PREMIER),
                "limite_absence": limite + (jour - PREMIER),
            }
            for jour in lot
        ).execute()
    Activite.update(fin=dt.date(2027, 12, 31)).where(Activite.id == activite.id).execute()
    Preinscription.update(fin=dt.date(2027, 12, 31)).where(Preinscription.activite == activite).execute()
    return list(
        Seance.select().where(Seance.activite == activite, Seance.jour >= PREMIER).order_by(Seance.jour)
    )


def tout_demander(
    monde: Monde, enfants: list[Enfant], seances: list[Seance], ensemble: bool = False
) -> Demande:
    """Claire asks for each of these children on each of these séances, in one demande."""
    voeux = [(enfant.id, seance.id) for enfant in enfants for seance in seances]
    depot = planning.demander_reservation(monde.claire, monde.moreau, voeux, ensemble=ensemble)
    assert depot.demande and not depot.refuses
    return Demande.get_by_id(depot.demande.id)
