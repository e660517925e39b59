"""A second place, the Centre Prévert, with a family of its own; and those of the staff who are limited to it.

Everything else of this world is at the Groupe scolaire Jean-Zay: out of their sight.
"""

import datetime as dt

import workflows as w
from models import (
    Activite,
    Affectation,
    Compte,
    Delai,
    Enfant,
    Famille,
    Lieu,
    Preinscription,
    Responsable,
    normaliser,
)
from tests.monde import MAINTENANT

ILS = {"ismael": "agent", "gaelle": "gestionnaire", "theo": "animateur"}
"""Who has the Centre Prévert alone, and with which role."""
ANNEE = {"debut": dt.date(2026, 9, 1), "fin": dt.date(2027, 7, 2)}


def ouvrir_un_autre_lieu(mot_de_passe: str) -> None:
    """The place, what takes place there, a family that it has, and three of the staff."""
    lieu = Lieu.create(nom="Centre Prévert")
    delai = Delai("jours", 1, dt.time(12))
    activite = Activite.create(
        nom="Ludothèque", lieu=lieu, delai_reservation=delai, delai_absence=delai, rang=7, **ANNEE
    )
    famille = Famille.create(nom="Nguyen", code_abonne="104593", recherche="nguyen", cree_le=MAINTENANT)
    Responsable.create(famille=famille, prenom="Mai", nom="Nguyen", email="mai@example.org")
    enfant = Enfant.create(
        famille=famille,
        prenom="Linh",
        nom="Nguyen",
        naissance=dt.date(2019, 5, 3),
        ecole=lieu,
        recherche=normaliser("Linh Nguyen"),
    )
    Preinscription.create(
        enfant=enfant, activite=activite, statut=w.RESERVATION_POSSIBLE, cree_le=MAINTENANT, **ANNEE
    )
    for prenom, role in ILS.items():
        compte = Compte.create(
            email=f"{prenom}@example.org",
            prenom=prenom.capitalize(),
            nom="Prévert",
            role=role,
            mot_de_passe=mot_de_passe,
            cree_le=MAINTENANT,
            active_le=MAINTENANT,
        )
        Affectation.create(compte=compte, lieu=lieu)
