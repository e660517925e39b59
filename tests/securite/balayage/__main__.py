"""`make securite`: wapiti and sqlmap against a small town, signed in as everybody in turn; one table.

Leaves with 1 when something of medium severity or more is found, when an address answered 5xx, when an
attack was signed out or cut short on its way, when fewer than 95 % of the routes that are read were reached
by wapiti, or when a tool does not see the fault made on purpose that it is shown too.
"""

import os
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.commun import tableau
from tests.securite.balayage import attaquants
from tests.securite.balayage.attaquants import GRAVITES, Attaque, Bilan
from tests.securite.balayage.processus import tout_arreter
from tests.securite.balayage.service import FAILLE
from tests.securite.balayage.servie import RACINE, servir
from tests.securite.balayage.tri import Lieu, une_fois_par_salle
from tests.securite.balayage.ville import COMPTES, VISITEUR, Adresse, Compte, Plan, batir, lever_le_plan

RAPPORTS = RACINE / "instance" / "securite"
MINUTES = int(os.environ.get("PORTAIL_SECURITE_MINUTES", "75"))
"""For everything: what has not ended by then is told as such."""
SECONDES = {"wapiti": 900, "sqlmap": 180}
"""At most: for what wapiti reads before it attacks, for each field given to sqlmap."""
VOIES = 8
"""How many attacks go on at once, each on a town of its own: whoever asks waits for whoever answers."""
A_VOIR = {"wapiti": "Reflected Cross Site Scripting", "sqlmap": "injection SQL"}
"""The tools, and what each is to see of the fault made on purpose."""
PART_EXIGEE = 95
ENTENDUES = (200, 303, 403, 404, 409, 422)
GRAVES = GRAVITES[2:]


@dataclass(frozen=True)
class Passage:
    """One tool, one account."""

    outil: str
    compte: Compte
    bilan: Bilan
    donnees: int
    """Addresses that the tool was given."""
    lues: frozenset[str]
    """Endpoints that answered a GET of the tool with 200."""
    requetes: int
    envois: int
    """Requests that send something and that went past the token of the forms: a view has read them."""
    envoyees: frozenset[str]
    """Endpoints that have read one of them."""
    pannes: Counter[str]
    """Endpoints that answered 5xx."""
    secondes: float
    connecte: bool
    """Whether whoever attacked was still signed in at the end."""

    def rangee(self) -> tuple[object, ...]:
        gravites = Counter()
        for (gravite, *_), fois in self.bilan.trouvailles.items():
            gravites[gravite] += fois
        return (
            *(
                self.outil,
                self.compte.nom,
                self.donnees,
                len(self.lues),
                self.requetes,
                self.envois,
                self.bilan.acheve,
            ),
            *(gravites[gravite] for gravite in GRAVITES),
            *(sum(self.pannes.values()), f"{self.secondes:.0f}"),
        )

    @property
    def fautes(self) -> list[str]:
        dites = [
            f"{gravite} : {quoi}, {ou} {champ}".rstrip() + (f" ({fois} fois)" if fois > 1 else "")
            for (gravite, quoi, ou, champ), fois in sorted(self.bilan.trouvailles.items())
            if gravite in GRAVES
        ]
        dites += [f"erreur du serveur : {endpoint} ({fois} fois)" for endpoint, fois in self.pannes.items()]
        if not self.bilan.entier:
            dites.append(f"n’est pas allé au bout : {self.bilan.acheve}")
        if not self.connecte:
            dites.append("la session n’a pas tenu jusqu’au bout")
        return [f"{self.outil}, {self.compte.nom} – {dite}" for dite in dites]


def passer(
    outil: str, compte: Compte, siennes: list[Adresse], modele: Path, lieu: Lieu, fin: float
) -> Passage:
    debut = time.monotonic()
    ou = RAPPORTS / f"{outil}-{compte.nom}"
    with servir(modele, compte, ou.with_suffix(".service.txt")) as ville:
        bilan = getattr(attaquants, outil)(ville, Attaque(siennes, SECONDES[outil], fin, ou, lieu))
        reponses = ville.reponses()
    lues = {endpoint for endpoint, methode, statut in reponses if methode == "GET" and statut == 200}
    envois = [endpoint for endpoint, methode, statut in reponses if methode == "POST" and statut in ENTENDUES]
    pannes = Counter(endpoint for endpoint, _, statut in reponses if statut >= 500)
    duree = time.monotonic() - debut
    passage = Passage(
        *(outil, compte, bilan, len(siennes), frozenset(lues), len(reponses), len(envois), frozenset(envois)),
        *(pannes, duree, ville.connectee),
    )
    print("  ", *passage.rangee(), flush=True)
    return passage


def eprouver(outil: str, modele: Path, fin: float) -> str:
    """The control, a fault made on purpose: whoever does not see it proves nothing by finding nothing."""
    ou = RAPPORTS / f"{outil}-temoin"
    siennes = [Adresse("faillible", f"{FAILLE}?q=ici&nom=Cantine", ("nom",))]
    lieu = lambda _, url: "faillible" if FAILLE in url else ""  # noqa: E731
    with servir(modele, VISITEUR, ou.with_suffix(".service.txt"), faille=True) as ville:
        bilan = getattr(attaquants, outil)(ville, Attaque(siennes, SECONDES[outil], fin, ou, lieu))
    vues = sorted({quoi for gravite, quoi, ou, _ in bilan.trouvailles if FAILLE in ou and gravite in GRAVES})
    print(f"  témoin, {outil} : {', '.join(vues) or 'rien'}", flush=True)
    return "" if A_VOIR[outil] in vues else f"{outil} ne voit pas la faille posée exprès"


def montrer(passages: list[Passage], routes: set[str]) -> bool:
    entetes = (
        "outil",
        "compte",
        "adresses",
        "routes lues",
        "requêtes",
        "envois lus",
        "menés au bout",
        *GRAVITES,
    )
    titre = "Ce que l’on a tenté, et ce que l’on a trouvé"
    tableau(titre, (*entetes, "erreurs 5xx", "secondes"), (p.rangee() for p in passages))
    legeres = sorted(
        {
            (gravite, quoi, ou, champ)
            for p in passages
            for gravite, quoi, ou, champ in p.bilan.trouvailles
            if gravite not in GRAVES
        }
    )
    for gravite, quoi, ou, champ in legeres:
        print(f"  {gravite} : {quoi}, {ou} {champ}".rstrip())
    lues = routes & set().union(*(p.lues for p in passages if p.outil == "wapiti"))
    part = 100 * len(lues) / len(routes)
    print(f"\n  Routes GET lues par wapiti : {len(lues)} sur {len(routes)}, soit {int(part * 10) / 10} %.")
    for endpoint in sorted(routes - lues):
        print(f"  non lue : {endpoint}")
    fautes = [faute for p in passages for faute in p.fautes]
    for faute in fautes:
        print(f"  À VOIR : {faute}")
    return not fautes and part >= PART_EXIGEE


def attaquer(modele: Path, plan: Plan, fin: float) -> tuple[list[Passage], list[str]]:
    """Everybody, those who have most to attack first; and which tool has not seen the fault."""

    def lancer(outil: str, compte: Compte) -> Passage | None:
        siennes = plan.adresses[compte.nom]
        if outil == "sqlmap":
            siennes = list(une_fois_par_salle(siennes))
        return passer(outil, compte, siennes, modele, plan.lieu(compte), fin) if siennes else None

    with ThreadPoolExecutor(VOIES) as voies:
        faits = [voies.submit(lancer, "wapiti", compte) for compte in COMPTES]
        temoins = [voies.submit(eprouver, outil, modele, fin) for outil in A_VOIR]
        faits += [voies.submit(lancer, "sqlmap", compte) for compte in COMPTES]
        passages = [passage for fait in faits if (passage := fait.result())]
        return passages, [aveugle for temoin in temoins if (aveugle := temoin.result())]


def main() -> int:
    for signe in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signe, tout_arreter)
    fin = time.monotonic() + 60 * MINUTES
    RAPPORTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as dossier:
        modele = batir(Path(dossier))
        plan = lever_le_plan(modele)
        passages, aveugles = attaquer(modele, plan, fin)
    tenu = montrer(passages, plan.endpoints("GET"))
    envoyees = plan.endpoints("POST") & set().union(*(p.envoyees for p in passages))
    print(f"  Routes POST dont une vue a lu un envoi : {len(envoyees)} sur {len(plan.endpoints('POST'))}.")
    for faute in aveugles:
        print(f"  À VOIR : {faute}")
    return 0 if tenu and not aveugles else 1


if __name__ == "__main__":
    sys.exit(main())
