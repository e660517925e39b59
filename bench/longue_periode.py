"""A long demande: three children, two activities, every day of a school year, in one go, step by step.

The floor is a transaction that inserts as many créneaux, lines and journal lines, and nothing else. Both
activities validate by themselves, so that the act does all that it can: places given, told by mail.
"""

import datetime as dt
from collections.abc import Iterator

import workflows as w
from bench.commun import JOUR, moteurs, tableau
from bench.preinscriptions import Chronometre, plancher
from models import (
    Abonnement,
    Activite,
    Compte,
    Delai,
    Enfant,
    Famille,
    Horaire,
    Preinscription,
)
from portail import clock
from portail.domain import demandes, droits, longue_periode
from portail.domain.calendrier import creer_seances
from portail.domain.jours_voulus import TOUTES, Habitude
from portail.domain.souhait_long import SouhaitLong
from portail.domain.suite_longue import lire_la_suite

FAMILLES, ENFANTS = 200, 3
DEMAIN = JOUR.date() + dt.timedelta(1)
FIN = DEMAIN + dt.timedelta(300)
"""So many days that some thousand créneaux are asked for."""
JOURS = frozenset(Habitude(jour, TOUTES) for jour in (0, 1, 3, 4))


def famille() -> tuple[Compte, Famille, list[Enfant]]:
    """A family of the town with three children."""
    abonnement = Abonnement.select().where(Abonnement.famille == 1).order_by(Abonnement.id).first()
    enfants = list(Enfant.select().where(Enfant.famille == 1).order_by(Enfant.rang).limit(ENFANTS))
    assert len(enfants) == ENFANTS
    return abonnement.compte, abonnement.famille, enfants


def activite(nom: str, enfants: list[Enfant], debut: int) -> Activite:
    """One of every day from tomorrow, in which these children are registered."""
    delai = Delai("jours", 0, dt.time(7))
    ouverte = Activite.create(
        nom=nom, lieu=1, debut=DEMAIN, fin=FIN, delai_reservation=delai, delai_absence=delai, automatique=True
    )
    for jour in range(7):
        Horaire.create(
            activite=ouverte,
            jour=jour,
            debut=dt.time(debut),
            fin=dt.time(debut + 1),
            places=60,
            periode="toujours",
        )
    creer_seances(ouverte, DEMAIN, FIN)
    for enfant in enfants:
        Preinscription.create(
            enfant=enfant,
            activite=ouverte,
            debut=DEMAIN,
            fin=FIN,
            statut=w.RESERVATION_POSSIBLE,
            cree_le=clock.maintenant(),
        )
    return ouverte


def mesurer(nom: str, chronometre: Chronometre) -> Iterator[tuple[object, ...]]:
    compte, foyer, enfants = famille()
    deux = [activite("Avant la classe", enfants, 7), activite("Après la classe", enfants, 17)]
    vide = activite("Plancher", [], 20)
    voulu = SouhaitLong(
        w.NATURE_RESERVATION,
        frozenset(e.id for e in enfants),
        frozenset(a.id for a in deux),
        DEMAIN,
        FIN,
        JOURS,
    )
    _, sol, ordres = chronometre(lambda: plancher(enfants, vide))

    def dire(acte: str, secondes: float, ordres: int) -> tuple[object, ...]:
        return nom, acte, f"{secondes * 1000:.0f}", ordres, f"× {secondes / sol:.1f}"

    yield dire("plancher", sol, ordres)
    regard = droits.regard(compte, foyer)
    apercu, *mesure = chronometre(lambda: longue_periode.apercevoir(compte, foyer, voulu, regard=regard))
    yield dire(f"aperçu de {apercu.retenues} créneaux", *mesure)
    depot, *mesure = chronometre(lambda: longue_periode.demander(compte, foyer, voulu))
    assert len(depot.retenus) == apercu.retenues
    yield dire("demander", *mesure)
    _, *mesure = chronometre(lambda: lire_la_suite(regard, depot.demande.id, voulu))
    yield dire("ce qu’il en est", *mesure)
    Activite.update(automatique=False).where(Activite.id.in_([a.id for a in deux])).execute()
    absents = SouhaitLong(w.NATURE_ABSENCE, voulu.enfants, voulu.activites, DEMAIN, FIN)
    depot, *mesure = chronometre(lambda: longue_periode.demander(compte, foyer, absents))
    yield dire("déclarer absents", *mesure)
    _, *mesure = chronometre(lambda: demandes.annuler_demande(compte, foyer, depot.demande.id))
    yield dire("annuler le tout", *mesure)


def main() -> None:
    rangees: list[tuple[object, ...]] = []
    with moteurs() as tous, clock.figer(JOUR):
        for nom, moteur in tous.items():
            moteur.ville(FAMILLES)
            rangees += mesurer(nom, Chronometre())
    quoi = f"{ENFANTS} enfants, 2 activités, une année ; plancher : la moitié des lignes insérées"
    entetes = ("moteur", "acte", "ms", "requêtes", "rapport")
    tableau(f"Une longue période ({quoi})", entetes, rangees)


if __name__ == "__main__":
    main()
