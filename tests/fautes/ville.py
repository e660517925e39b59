"""A town to book in while things break: families who are signed in, and séances of the days to come.

At the real time, for the processes of the portal read their own clock.
"""

import datetime as dt
from dataclasses import dataclass

import models
from models import Activite, Calendrier, Compte, Delai, Evenement, Lieu, Seance, SessionOuverte, db
from portail import clock
from portail.domain.ecriture import suivre_les_ids
from portail.domain.transitions import MACHINES
from portail.domain.ville import oublier_la_ville
from tests.bases_vides import comme_initialisee
from tests.conftest import BON_MARCHE, config_de_test, fermer
from tests.courses.coureurs import peupler
from tests.formulaires import entrer
from tests.monde import MOT_DE_PASSE
from tests.repetitions import FAUTES

FOYERS = 60
"""Many, for each may only ask for so much in a minute (`portail/domain/rythme.py`)."""
JOURS = 250 if FAUTES else 25
PLACES = 45
"""Fewer than the children: the last ones of each séance are on its waiting list."""


@dataclass(frozen=True)
class Parent:
    """A signed-in browser of one family with one child."""

    enfant: int
    temoin: str
    jeton: str


@dataclass(frozen=True)
class Voeu:
    """A booking that this parent will ask for: once, and again until it is answered."""

    parent: Parent
    seance: int


def fonder(url: str, app) -> list[Voeu]:
    """Write the town into this database, that holds the small world; all that may be booked in it."""
    app.extensions["portail"] = config_de_test(url)
    db.initialize(models.ouvrir(url))
    oublier_la_ville()
    with db.connection_context():
        seances = _seances()
        foyers = peupler(seances[0].activite, FOYERS)
        Compte.update(mot_de_passe=BON_MARCHE.hash(MOT_DE_PASSE)).where(Compte.mot_de_passe == "-").execute()
        models.Abonnement.update(sans_rappels=True).execute()
        _tout_journaliser()
        suivre_les_ids(modele for modele in models.TABLES if modele is not models.Ville)
        comme_initialisee()
    parents = [_entrer(app, foyer.compte.email, foyer.enfant.id) for foyer in foyers]
    fermer()
    return [Voeu(parent, seance.id) for seance in seances for parent in parents]


def rester_connectes() -> None:
    """Founded once for all the tests, its families would be signed out when those before take long."""
    with db.connection_context():
        SessionOuverte.update(vue_le=clock.maintenant()).execute()
    fermer()


def _seances() -> list[Seance]:
    demain = clock.aujourdhui() + dt.timedelta(2)
    Calendrier.delete().execute()
    etude = Activite.create(
        nom="Étude",
        lieu=Lieu.get(),
        automatique=True,
        debut=demain - dt.timedelta(60),
        fin=demain + dt.timedelta(JOURS),
        delai_reservation=Delai("jours", 1, dt.time(12)),
        delai_absence=Delai("jours", 1, dt.time(12)),
        rang=9,
    )
    for jour in (demain + dt.timedelta(n) for n in range(JOURS)):
        limite = clock.instant(jour - dt.timedelta(1), dt.time(12))
        horaire = {"debut": dt.time(16, 30), "fin": dt.time(18), "places": PLACES}
        limites = {"limite_reservation": limite, "limite_absence": limite}
        Seance.create(activite=etude, jour=jour, **horaire, **limites)
    return list(Seance.select().where(Seance.activite == etude).order_by(Seance.id))


def _tout_journaliser() -> None:
    """As an import would have written it, so that `verifier` has nothing to say of this town."""
    lignes = [
        {
            "quand": clock.maintenant(),
            "acte": "reprendre",
            "objet": modele._meta.table_name,
            "objet_id": objet.id,
            "vers": objet.statut,
        }
        for modele, machine in MACHINES.items()
        for objet in modele.select().where(modele.statut != machine.initial)
    ]
    Evenement.insert_many(lignes).execute()


def _entrer(app, email: str, enfant: int) -> Parent:
    navigateur = app.test_client()
    entrer(navigateur, email)
    temoin, jeton = navigateur.jeton_des_formulaires
    return Parent(enfant, temoin, jeton)
