"""What this machine has answered since its service started: how many, how, how fast; the page that tells it.

The processes of a service count in one table of integers, whose memory is taken before they are forked: each
writes on a line of its own, whoever reads adds the lines up. Nothing is locked between processes, and one
that is killed takes nothing away.
"""

import datetime as dt
import mmap
import threading
import time
from collections.abc import Iterator
from itertools import accumulate

from flask import Flask, Response, current_app, g, request

import workflows as w
from portail.domain.surveillance import EtatDeLaBase
from portail.frontiere import SANS_EFFET

CLASSES = ("fichiers", "public", "connecte", "famille", "personnel", "jeton", "inconnue", "porte")
"""The routes, by who may call them; an address that leads nowhere; those who found the line full."""
METHODES = ("lecture", "ecriture")
STATUTS = (200, 204, 302, 303, 304, 308, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
AUTRE = "autre"
BORNES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 0.8, 1.0, 2.0, 5.0)
"""Seconds: the upper ends of the histogram."""

LIGNES = 64
SERIE = len(STATUTS) + 1 + len(BORNES) + 1 + 1
"""Of one class and method: the statuses, any other; the durations, the longer ones, their sum in µs."""
LARGEUR = SERIE * len(CLASSES) * len(METHODES)


class Compteurs:
    """The table, and the line of this process in it."""

    def __init__(self) -> None:
        self.table = memoryview(mmap.mmap(-1, LIGNES * LARGEUR * 8)).cast("Q")
        self.ligne = 0
        self._verrou = threading.Lock()

    def prendre_la_ligne(self, rang: int) -> None:
        """The line of the worker of this rank. One that comes after it goes on counting there."""
        self.ligne = rang % LIGNES

    def compter(self, classe: str, methode: str, statut: int, secondes: float) -> None:
        serie = self._serie(self.ligne, classe, methode)
        rang = STATUTS.index(statut) if statut in STATUTS else len(STATUTS)
        durees = serie + len(STATUTS) + 1
        tranche = next((i for i, borne in enumerate(BORNES) if secondes <= borne), len(BORNES))
        with self._verrou:
            self.table[serie + rang] += 1
            self.table[durees + tranche] += 1
            self.table[serie + SERIE - 1] += round(secondes * 1_000_000)

    def lire(self, classe: str, methode: str) -> list[int]:
        """The whole series of a class and a method, all processes together."""
        debuts = [self._serie(ligne, classe, methode) for ligne in range(LIGNES)]
        return [sum(self.table[debut + i] for debut in debuts) for i in range(SERIE)]

    @staticmethod
    def _serie(ligne: int, classe: str, methode: str) -> int:
        rang = CLASSES.index(classe) * len(METHODES) + METHODES.index(methode)
        return ligne * LARGEUR + rang * SERIE


COMPTEURS = Compteurs()


def installer(app: Flask) -> None:
    """Count every request. To be called before anything that may stop one."""

    @app.before_request
    def partir() -> None:
        g.depart = time.perf_counter()

    @app.after_request
    def arriver(reponse: Response) -> Response:
        classe = _classe()
        if classe is not None and "depart" in g:
            methode = "lecture" if request.method in SANS_EFFET else "ecriture"
            COMPTEURS.compter(classe, methode, reponse.status_code, time.perf_counter() - g.depart)
        return reponse


def _classe() -> str | None:
    """None for whoever watches: what they ask is no visit."""
    if request.endpoint == "static":
        return "fichiers"
    acces = getattr(current_app.view_functions.get(request.endpoint or ""), "acces", None)
    if acces is None:
        return "inconnue"
    if acces.qui == "roles":
        if w.FAMILLE not in acces.roles:
            return "personnel"
        return "famille" if acces.roles == {w.FAMILLE} else "connecte"
    classes = {"sonde": None, "par_jeton": "jeton", "connecte": "connecte"}
    return classes.get(acces.qui, "public")


# ——— the page, in Prometheus' text format ———


def ecrire(etat: EtatDeLaBase) -> str:
    return "".join(f"{ligne}\n" for ligne in (*_de_la_machine(), *_de_la_ville(etat)))


def _de_la_machine() -> Iterator[str]:
    series = {
        f'classe="{classe}",methode="{methode}"': COMPTEURS.lire(classe, methode)
        for classe in CLASSES
        for methode in METHODES
    }
    series = {noms: serie for noms, serie in series.items() if any(serie)}
    ou = "par cette machine, depuis le démarrage du service"
    yield from _entete("portail_requetes_total", "counter", f"Réponses données {ou}.")
    for noms, serie in series.items():
        for statut, nombre in zip((*STATUTS, AUTRE), serie[: len(STATUTS) + 1], strict=True):
            if nombre:
                yield f'portail_requetes_total{{{noms},statut="{statut}"}} {nombre}'
    yield from _entete("portail_duree_secondes", "histogram", f"Temps mis à répondre {ou}.")
    for noms, serie in series.items():
        cumul = list(accumulate(serie[len(STATUTS) + 1 : -1]))
        for borne, nombre in zip((*BORNES, "+Inf"), cumul, strict=True):
            yield f'portail_duree_secondes_bucket{{{noms},le="{borne}"}} {nombre}'
        yield f"portail_duree_secondes_sum{{{noms}}} {serie[-1] / 1_000_000:.6f}"
        yield f"portail_duree_secondes_count{{{noms}}} {cumul[-1]}"


def _de_la_ville(etat: EtatDeLaBase) -> Iterator[str]:
    partout = "Le même nombre sur toutes les machines."
    simples = (
        ("portail_courriels_en_attente", etat.courriels, f"Courriels à envoyer. {partout}"),
        (
            "portail_courriel_plus_ancien_secondes",
            _secondes(etat.plus_ancien_courriel),
            f"Âge du plus ancien courriel à envoyer. {partout}",
        ),
        ("portail_demandes_en_attente", etat.demandes, f"Demandes sans réponse. {partout}"),
        (
            "portail_demande_plus_ancienne_secondes",
            _secondes(etat.plus_ancienne_demande),
            f"Âge de la plus ancienne demande sans réponse. {partout}",
        ),
        ("portail_base_octets", etat.octets, f"Taille de la base. {partout}"),
    )
    for nom, valeur, aide in simples:
        yield from _entete(nom, "gauge", aide)
        yield f"{nom} {valeur}"
    nom = "portail_tache_faite_le_secondes"
    yield from _entete(nom, "gauge", f"Instant Unix où elle a été menée à bien. {partout}")
    for tache, faite_le in etat.taches.items():
        yield f'{nom}{{tache="{tache}"}} {faite_le.timestamp():.0f}'


def _entete(nom: str, genre: str, aide: str) -> Iterator[str]:
    yield f"# HELP {nom} {aide}"
    yield f"# TYPE {nom} {genre}"


def _secondes(duree: dt.timedelta) -> int:
    return round(duree.total_seconds())
