"""The town in which the sequences are played: few places, some shared, deadlines at the changes of hour."""

import datetime as dt

import workflows as w
from models import Abonnement, Activite, Compte, MotifAbsence, Preinscription, Seance
from portail import clock
from tests.actes import abonner, partager
from tests.monde import Monde
from tests.preinscriptions.souhaits import atelier

DEPART = dt.datetime(2026, 10, 23, 10, tzinfo=clock.PARIS)
LUNDI, JEUDI, VENDREDI = dt.date(2026, 12, 7), dt.date(2026, 12, 10), dt.date(2026, 12, 11)
AUTOMNE, PRINTEMPS = dt.date(2026, 10, 26), dt.date(2027, 3, 29)
"""The days after the changes of the clock."""
SEANCES = (
    ("matin", LUNDI), ("cantine", LUNDI), ("soir", LUNDI), ("cantine", JEUDI), ("soir", VENDREDI),
    ("theatre", VENDREDI), ("soir", AUTOMNE), ("soir", PRINTEMPS),
)  # fmt: skip
DOUBLEE, SAUTEE = dt.time(2, 30), dt.time(2, 15)
"""Hours that come twice in autumn, and not at all in spring."""


def fonder() -> None:
    """Once, before the world is remembered: two accounts in one family, all older than the story."""
    monde, avant = Monde(), DEPART - dt.timedelta(30)
    julien = abonner(monde.moreau, "julien@example.org")
    Compte.update(prenom="Julien", nom="Moreau").where(Compte.id == julien.id).execute()
    for table in (Compte, Abonnement, Preinscription):
        table.update(cree_le=avant).execute()
    theatre = atelier(monde, places=1, age_min=0, age_max=99)
    Seance.delete().where(Seance.activite == theatre, Seance.jour != VENDREDI).execute()
    modele = monde.seance(monde.soir, LUNDI)
    for jour, veille, heure in (
        (AUTOMNE, dt.date(2026, 10, 25), DOUBLEE),
        (PRINTEMPS, dt.date(2027, 3, 28), SAUTEE),
    ):
        limite = clock.instant(veille, heure)
        valeurs = {k: v for k, v in modele.__data__.items() if k != "id"}
        Seance.create(**valeurs | {"jour": jour, "limite_reservation": limite, "limite_absence": limite})
    gardees = [
        Seance.get(Seance.activite == activite_de(monde, nom), Seance.jour == jour).id
        for nom, jour in SEANCES
    ]
    Seance.delete().where(Seance.id.not_in(gardees)).execute()
    Seance.update(places=1).execute()
    Seance.update(places=3).where(Seance.activite.in_([monde.matin.id, monde.soir.id])).execute()
    Activite.update(absence_tardive=True, absence_automatique=True).where(
        Activite.id == monde.soir.id
    ).execute()
    Activite.update(absence_automatique=False).where(Activite.id == monde.matin.id).execute()
    partager(3, monde.matin, monde.cantine, nom="Repas")
    partager(2, monde.soir, monde.matin, theatre, simultanee=True, nom="Salle")
    MotifAbsence.create(nom="Maladie", facturation="jamais", justificatif="Certificat médical")
    MotifAbsence.create(nom="Voyage", facturation="toujours")


def activite_de(monde: Monde, nom: str) -> Activite:
    return Activite.get(nom="Atelier théâtre") if nom == "theatre" else getattr(monde, nom)


def couvert(enfant_id: int, seance: Seance) -> bool:
    """Whether the child is registered there."""
    return (
        Preinscription.select()
        .where(
            Preinscription.enfant == enfant_id,
            Preinscription.activite == seance.activite_id,
            Preinscription.statut == w.RESERVATION_POSSIBLE,
            Preinscription.debut <= seance.jour,
            Preinscription.fin >= seance.jour,
        )
        .exists()
    )
