"""The same long demande before an agent: its row in the queue, opened, accepted whole in one act.

The floor is that of `longue_periode.py`: a transaction that inserts half as many rows, and nothing else. On
some of the days there is a single place, so that two children of three go to the waiting list.
"""

from collections.abc import Iterator

import workflows as w
from bench.commun import JOUR, moteurs, tableau
from bench.longue_periode import DEMAIN, FAMILLES, FIN, JOURS, activite, famille
from bench.preinscriptions import Chronometre, plancher
from models import Activite, Compte, Seance
from portail import clock
from portail.domain import lecture_demande, lecture_moderation, longue_periode, moderation
from portail.domain.lecture_moderation import Filtres
from portail.domain.souhait_long import SouhaitLong

PLEINES = 25


def mesurer(nom: str, chronometre: Chronometre) -> Iterator[tuple[object, ...]]:
    compte, foyer, enfants = famille()
    deux = [activite("Avant la classe", enfants, 7), activite("Après la classe", enfants, 17)]
    vide = activite("Plancher", [], 20)
    ids = [a.id for a in deux]
    Activite.update(automatique=False).where(Activite.id.in_(ids)).execute()
    voulu = SouhaitLong(
        w.NATURE_RESERVATION, frozenset(e.id for e in enfants), frozenset(ids), DEMAIN, FIN, JOURS
    )
    demande = longue_periode.demander(compte, foyer, voulu).demande
    assert demande
    pleines = Seance.select(Seance.id).where(Seance.activite == ids[0]).order_by(Seance.jour).limit(PLEINES)
    Seance.update(places=1).where(Seance.id.in_([s.id for s in pleines])).execute()
    agent = Compte.select().where(Compte.role == "agent").order_by(Compte.id).first()
    _, sol, ordres = chronometre(lambda: plancher(enfants, vide))

    def dire(acte: str, secondes: float, ordres: int) -> tuple[object, ...]:
        return nom, acte, f"{secondes * 1000:.0f}", ordres, f"× {secondes / sol:.1f}"

    yield dire("plancher", sol, ordres)
    _, *mesure = chronometre(lambda: lecture_moderation.file(Filtres()))
    yield dire("la file", *mesure)
    vue, *mesure = chronometre(lambda: lecture_demande.lire(demande.id, agent))
    yield dire(f"ouvrir {len(vue.lignes)} créneaux", *mesure)
    _, *mesure = chronometre(lambda: moderation.accepter(agent, demande.id))
    yield dire("accepter le tout", *mesure)


def main() -> None:
    rangees: list[tuple[object, ...]] = []
    with moteurs() as tous, clock.figer(JOUR):
        for nom, moteur in tous.items():
            moteur.ville(FAMILLES)
            rangees += mesurer(nom, Chronometre())
    entetes = ("moteur", "acte", "ms", "requêtes", "rapport")
    tableau("Une longue demande devant un agent (3 enfants, 2 activités, une année)", entetes, rangees)


if __name__ == "__main__":
    main()
