"""Five hundred pending demandes answered in one gesture: each its journal lines and its mail, lot by lot.

The floor is a transaction that inserts as many journal lines and as many mails, and nothing else. What others
wait meanwhile is measured too: an agent answers one other demande again and again, on its own connection.
The processor's time is that of the portal's own process: PostgreSQL's server has its own besides.
"""

import datetime as dt
import itertools
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import workflows as w
from bench.commun import JOUR, moteurs, tableau
from bench.preinscriptions import Chronometre
from bench.reservations import souhaits
from models import Activite, Compte, Courriel, Demande, Evenement, Seance, write_transaction
from portail import clock
from portail.base import rendre_la_connexion
from portail.domain import apercu_du_lot, moderation, planning, retour

FAMILLES = 1000
DEMANDES, AUTRES = 500, 40
CRENEAUX = 2
"""Of each demande."""


def deposer(nombre: int) -> list[int]:
    """So many demandes that wait, of as many families as there are."""
    Activite.update(automatique=False).execute()
    par_famille: dict[int, list] = {}
    for souhait in souhaits():
        par_famille.setdefault(souhait.famille.id, []).append(souhait)
    faites: list[int] = []
    for tour in itertools.count():
        for siens in par_famille.values():
            voulus = siens[tour * CRENEAUX : (tour + 1) * CRENEAUX]
            if len(voulus) == CRENEAUX and len(faites) < nombre:
                voeux = [(s.enfant_id, s.seance_id) for s in voulus]
                demande = planning.demander_reservation(voulus[0].compte, voulus[0].famille, voeux).demande
                if demande and demande.statut == w.EN_ATTENTE:
                    faites.append(demande.id)
        if len(faites) == nombre:
            return faites
    raise AssertionError


def plancher(lignes: int, courriels: int) -> None:
    """As many rows, and nothing else."""
    maintenant = clock.maintenant()
    with write_transaction():
        for _ in range(0, lignes, 500):
            evenement = {"quand": maintenant, "acte": "mesure", "objet": "mesure", "objet_id": 1}
            Evenement.insert_many([evenement] * 500).execute()
        for _ in range(0, courriels, 250):
            Courriel.insert_many(
                {
                    "cle": uuid.uuid4().hex,
                    "destinataire": "mesure@example.org",
                    "sujet": "Votre demande est acceptée",
                    "corps": "x" * 800,
                    "message_id": uuid.uuid4().hex,
                    "cree_le": maintenant,
                    "prochain_essai": maintenant,
                }
                for _ in range(250)
            ).execute()


@dataclass
class Voisin:
    """Another agent, who answers one demande at a time meanwhile, and how long each answer took."""

    agent: Compte
    demandes: list[int]
    attentes: list[float] = field(default_factory=list)
    pannes: list[BaseException] = field(default_factory=list)
    arret: threading.Event = field(default_factory=threading.Event)

    def travailler(self) -> None:
        for ident in self.demandes:
            if self.arret.is_set():
                break
            debut = time.perf_counter()
            try:
                moderation.accepter(self.agent, ident)
            except BaseException as panne:
                self.pannes.append(panne)
            self.attentes.append(time.perf_counter() - debut)
            time.sleep(0.02)
        rendre_la_connexion()


def mesurer(nom: str, chronometre: Chronometre) -> Iterator[tuple[object, ...]]:
    ids = deposer(DEMANDES * 2 + AUTRES)
    premieres, secondes, autres = ids[:DEMANDES], ids[DEMANDES : 2 * DEMANDES], ids[2 * DEMANDES :]
    sophie, marc = Compte.select().where(Compte.role == "agent").order_by(Compte.id).limit(2)
    lignes, courriels = Evenement.select().count(), Courriel.select().count()

    def mesurer_un(acte: Callable[[], Any]) -> tuple[Any, tuple[float, int, float]]:
        """What the act gave; its seconds, its statements, the processor's seconds."""
        debut = time.process_time()
        rendu, secondes, ordres = chronometre(acte)
        return rendu, (secondes, ordres, time.process_time() - debut)

    def dire(acte: str, mesure: tuple[float, int, float]) -> tuple[object, ...]:
        secondes, ordres, processeur = mesure
        rapport = f"× {secondes / sol[0]:.1f}"
        return nom, acte, f"{secondes * 1000:.0f}", ordres, rapport, f"{processeur * 1000:.0f}"

    apercu, mesure_apercu = mesurer_un(lambda: apercu_du_lot.prevoir(sophie, premieres, w.ACCEPTER))
    bilan, mesure = mesurer_un(lambda: moderation.repondre_a_la_selection(sophie, premieres, w.ACCEPTER))
    assert len(bilan.repondues) == DEMANDES - len(bilan.ecartees) == apercu.repondues, bilan.ecartees[:3]
    assert not Demande.select().where(Demande.id.in_(premieres), Demande.statut == w.EN_ATTENTE).count()
    ecrites, ecrits = Evenement.select().count() - lignes, Courriel.select().count() - courriels
    _, sol = mesurer_un(lambda: plancher(ecrites, ecrits))
    yield dire(f"plancher ({ecrites} lignes, {ecrits} courriels)", sol)
    yield dire(f"aperçu de {DEMANDES} demandes", mesure_apercu)
    yield dire(f"accepter {DEMANDES} demandes, par lots de {moderation.LOT}", mesure)
    retiree, mesure = mesurer_un(lambda: retour.revenir(sophie, bilan.lot))
    assert len(retiree.repondues) == DEMANDES, retiree.ecartees[:3]
    yield dire("revenir sur le tout", mesure)

    voisin = Voisin(marc, autres)
    fil = threading.Thread(target=voisin.travailler)
    fil.start()
    _, mesure = mesurer_un(lambda: moderation.repondre_a_la_selection(sophie, secondes, w.ACCEPTER))
    voisin.arret.set()
    fil.join()
    assert not voisin.pannes, voisin.pannes[0]
    yield dire("accepter, un autre agent répondant aussi", mesure)
    yield nom, "l’autre agent : sa plus longue réponse", f"{max(voisin.attentes) * 1000:.0f}", "", "", ""
    assert not Seance.select().where(Seance.prises > Seance.places).exists()


def main() -> None:
    rangees: list[tuple[object, ...]] = []
    with moteurs() as tous, clock.figer(JOUR):
        for nom, moteur in tous.items():
            moteur.ville(FAMILLES)
            with clock.figer(JOUR + dt.timedelta(seconds=1)):
                rangees += mesurer(nom, Chronometre())
    entetes = ("moteur", "acte", "ms", "requêtes", "rapport", "processeur, ms")
    tableau(f"Répondre à {DEMANDES} demandes d’un geste ({CRENEAUX} créneaux chacune)", entetes, rangees)


if __name__ == "__main__":
    main()
