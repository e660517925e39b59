"""The agents' queue with five hundred demandes that wait: each way to look at it, time, bytes, queries.

The floor is the page of the saved filters, that has next to nothing, asked by the same agent.
"""

import itertools
import re
import time
from collections.abc import Iterator

import brotli
from cryptography.fernet import Fernet
from playhouse.test_utils import count_queries

import workflows as w
from bench.commun import JOUR, moteurs, tableau
from models import Compte, Demande, Enfant, Ligne, Reservation, Seance
from portail import clock, create_app
from portail.config import Config
from portail.demo import MOT_DE_PASSE

FAMILLES = 500
VUES = {
    "socle": "/agents/filtres",
    "la file": "/agents",
    "par activité": "/agents?par=activite",
    "par famille": "/agents?par=famille",
    "nature et âge": "/agents?nature=reservation&age=jour",
    "à personne": "/agents?suivi=personne",
    "une recherche": "/agents?q=mar",
    "la page 15": "/agents?page=15",
}
FOIS = 9


def remplir(combien: int) -> None:
    """So many demandes wait, of as many children, on the séances to come."""
    attendent = Demande.select().where(Demande.statut == w.EN_ATTENTE).count()
    enfants = list(Enfant.select().order_by(Enfant.id))
    seances = list(Seance.select().where(Seance.jour > JOUR.date()).order_by(Seance.id).limit(400))
    auteur = Compte.get(Compte.role == "famille")
    couples = itertools.product(seances, enfants)
    pris = set(Reservation.select(Reservation.enfant, Reservation.seance).tuples())
    for seance, enfant in itertools.islice(
        (c for c in couples if (c[1].id, c[0].id) not in pris), max(combien - attendent, 0)
    ):
        reservation = Reservation.create(enfant=enfant, seance=seance, statut=w.RESERVATION_ATTENTE)
        demande = Demande.create(
            famille=enfant.famille_id, auteur=auteur, nature=w.NATURE_RESERVATION, deposee_le=JOUR,
            a_traiter_avant=seance.limite_reservation,
        )  # fmt: skip
        Ligne.create(demande=demande, reservation=reservation)


def mesurer(nom: str, url: str) -> Iterator[tuple[object, ...]]:
    cles = (Fernet.generate_key().decode(),)
    client = create_app(Config("http://localhost", "k" * 32, cles, url, None, demo=True)).test_client()
    jeton = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/connexion").text)[1]  # type: ignore[index]
    qui = {"csrf_token": jeton, "email": "agent@example.org", "mot_de_passe": MOT_DE_PASSE}
    assert client.post("/connexion", data=qui).status_code == 303
    sol = 0.0
    for vue, adresse in VUES.items():
        client.get(adresse)
        temps, page = [], None
        for _ in range(FOIS):
            avant = time.perf_counter()
            page = client.get(adresse)
            temps.append(time.perf_counter() - avant)
        assert page is not None and page.status_code == 200, adresse
        with count_queries() as compteur:
            client.get(adresse)
        meilleur = min(temps)
        sol = sol or meilleur
        octets = len(page.data), len(brotli.compress(page.data, quality=5))
        yield nom, vue, f"{meilleur * 1000:.0f}", f"× {meilleur / sol:.1f}", *octets, compteur.count


def main() -> None:
    rangees: list[tuple[object, ...]] = []
    with moteurs() as tous, clock.figer(JOUR):
        for nom, moteur in tous.items():
            url = moteur.ville(FAMILLES)
            remplir(500)
            rangees += mesurer(
                f"{nom}, {Demande.select().where(Demande.statut == w.EN_ATTENTE).count()}", url
            )
    entetes = ("moteur, en attente", "vue", "ms", "rapport", "octets", "envoyés", "requêtes")
    tableau("La file des agents", entetes, rangees)


if __name__ == "__main__":
    main()
