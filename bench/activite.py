"""What changing an activity costs: a year of it at other hours, its bookings kept, its families told.

The floor is the same séances read and locked, without writing anything. What must hold is the number of
statements: dozens, whatever the number of bookings, lots aside.
"""

import datetime as dt
from dataclasses import replace

from peewee import fn

import models
from bench.commun import JOUR, moteurs, tableau
from bench.fermeture import chronometrer
from models import Activite, Compte, Delai, Reservation, Seance, db, write_transaction
from portail import clock
from portail.domain import activites
from portail.domain.effet_d_activite import a_venir
from portail.domain.places import verrouiller_les_places
from portail.domain.projet_d_activite import Projet

TAILLES = (200, 2_000)


def la_plus_pleine() -> tuple[int, int, int]:
    """Of the activities, the one with the most bookings to come: its id, its séances, its bookings."""
    requete = (
        Reservation.select(Seance.activite, fn.COUNT(Seance.id.distinct()), fn.COUNT(Reservation.id))
        .join(Seance)
        .where(Seance.jour > JOUR.date())
        .group_by(Seance.activite)
        .order_by(fn.COUNT(Reservation.id).desc())
    )
    return requete.tuples().first()


def mesurer(moteur: str, familles: int, url: str) -> list[object]:
    models.db.initialize(models.ouvrir(url))
    with db.connection_context():
        agent = Compte.get(Compte.role == "gestionnaire")
        ident, seances, creneaux = la_plus_pleine()
        plancher, _ = chronometrer(lambda: _plancher(ident))
        projet = Projet.de(Activite.get_by_id(ident), activites.horaires_de(ident))
        plus_tard = dt.timedelta(minutes=15)
        plages = tuple(
            replace(
                plage,
                debut=(dt.datetime.combine(JOUR.date(), plage.debut) + plus_tard).time(),
                fin=(dt.datetime.combine(JOUR.date(), plage.fin) + plus_tard).time(),
                places=plage.places + 2,
            )
            for plage in projet.plages
        )
        voulu = replace(projet, plages=plages, delai_reservation=Delai("jours", 3, dt.time(9)))
        apercu, n_apercu = chronometrer(lambda: activites.prevoir(agent, ident, voulu))
        vu = activites.prevoir(agent, ident, voulu).empreinte
        acte, n_acte = chronometrer(lambda: activites.modifier(agent, ident, voulu, vu))
    return [
        *(moteur, familles, seances, creneaux, f"{plancher * 1000:.0f}"),
        *(f"{apercu * 1000:.0f}", n_apercu, f"{acte * 1000:.0f}", n_acte),
    ]


def _plancher(ident: int) -> None:
    with write_transaction():
        verrouiller_les_places([seance.id for seance in a_venir(ident)])


def main() -> None:
    entetes = (
        *("moteur", "familles", "séances", "réservations", "verrous, ms"),
        *("aperçu, ms", "requêtes", "enregistrer, ms", "requêtes"),
    )
    with moteurs() as tous, clock.figer(JOUR):
        rangees = [mesurer(nom, n, moteur.ville(n)) for nom, moteur in tous.items() for n in TAILLES]
    tableau("Changer une activité : une année à d’autres heures, dite aux familles", entetes, rangees)


if __name__ == "__main__":
    main()
