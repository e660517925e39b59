"""The wishes of these tests: an activity in which nobody is registered yet, and who asks for it."""

import datetime as dt

from models import Activite, Delai, Horaire, Preinscription, Seance
from portail.domain.calendrier import creer_seances
from portail.domain.examen import Souhait

DU, AU = dt.date(2026, 12, 2), dt.date(2026, 12, 18)
"""The days asked for unless a test says otherwise."""


def atelier(monde, places: int = 12, **plus) -> Activite:
    """An activity of Wednesdays and Fridays, from now to July; nobody is registered there."""
    valeurs = {
        "nom": "Atelier théâtre",
        "lieu": monde.cantine.lieu_id,
        "debut": dt.date(2026, 11, 1),
        "fin": dt.date(2027, 7, 2),
        "age_min": 4,
        "age_max": 11,
        "delai_reservation": Delai("jours", 1, dt.time(12)),
        "delai_absence": Delai("jours", 1, dt.time(12)),
        "rang": 9,
    } | plus
    activite = Activite.create(**valeurs)
    for jour in (2, 4):
        Horaire.create(
            activite=activite,
            jour=jour,
            debut=dt.time(17),
            fin=dt.time(18, 30),
            places=places,
            periode="scolaire",
        )
    creer_seances(activite, activite.debut, activite.fin)
    return activite


def souhait(activite: Activite, *enfants, debut=DU, fin=AU, jours=(), **plus) -> Souhait:
    """Registering these children in this activity."""
    return Souhait(activite.id, tuple(e.id for e in enfants), debut, fin, frozenset(jours), **plus)


def jours_de(activite: Activite, debut=DU, fin=AU) -> list[dt.date]:
    """The days on which it takes place."""
    requete = Seance.select(Seance.jour).where(Seance.activite == activite, Seance.jour.between(debut, fin))
    return [jour for (jour,) in requete.order_by(Seance.jour).tuples()]


def statuts(activite: Activite) -> dict[str, str]:
    """The status of the pre-registrations in it, by first name."""
    return {
        p.enfant.prenom: p.statut for p in Preinscription.select().where(Preinscription.activite == activite)
    }
