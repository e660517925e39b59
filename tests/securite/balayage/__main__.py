"""`make securite`: wapiti and sqlmap against a small town, signed in as everybody in turn; one table.

Leaves with 1 when something of medium severity or more is found, when an address answered 5xx, when an
attack was signed out on its way, when fewer than 95 % of the routes that are read were reached by wapiti, or
when a tool does not see the fault made on purpose that it is shown first.
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
from tests.securite.balayage.service import FAILLE
from tests.securite.balayage.servie import RACINE, servir
from tests.securite.balayage.tri import Lieu, une_fois_par_salle
from tests.securite.balayage.ville import COMPTES, VISITEUR, Adresse, Compte, Plan, batir, lever_le_plan

RAPPORTS = RACINE / "instance" / "securite"
SECONDES = {
    "wapiti": int(os.environ.get("PORTAIL_SECURITE_WAPITI", "1800")),
    "sqlmap": int(os.environ.get("PORTAIL_SECURITE_SQLMAP", "90")),
}
"""At most: for one module of wapiti and one account, for one field given to sqlmap."""
VOIES = 4
"""How many attacks go on at once, each on a town of its own: whoever asks waits for whoever answers."""
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
        if not self.connecte:
            dites.append("la session n’a pas tenu jusqu’au bout")
        return [f"{self.outil}, {self.compte.nom} – {dite}" for dite in dites]


def passer(outil: str, compte: Compte, siennes: list[Adresse], modele: Path, lieu: Lieu) -> Passage:
    debut = time.monotonic()
    ou = RAPPORTS / f"{outil}-{compte.nom}"
    with servir(modele, compte, ou.with_suffix(".service.txt")) as ville:
        bilan = getattr(attaquants, outil)(ville, Attaque(siennes, SECONDES[outil], ou, lieu))
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


def eprouver(modele: Path) -> list[str]:
    """The control, a fault made on purpose: whoever does not see it proves nothing by finding nothing."""
    aveugles = []
    for outil, quoi in (("wapiti", "Reflected Cross Site Scripting"), ("sqlmap", "injection SQL")):
        ou = RAPPORTS / f"{outil}-temoin"
        siennes = [Adresse("faillible", f"{FAILLE}?q=ici&nom=Cantine", ("nom",))]
        with servir(modele, VISITEUR, ou.with_suffix(".service.txt"), faille=True) as ville:
            attaque = Attaque(
                siennes, SECONDES[outil], ou, lambda _, url: "faillible" if FAILLE in url else ""
            )
            bilan = getattr(attaquants, outil)(ville, attaque)
        vues = sorted(
            {quoi for gravite, quoi, ou, _ in bilan.trouvailles if FAILLE in ou and gravite in GRAVES}
        )
        print(f"  témoin, {outil} : {', '.join(vues) or 'rien'}", flush=True)
        if quoi not in vues:
            aveugles.append(f"{outil} ne voit pas la faille posée exprès")
    return aveugles


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


def attaquer(modele: Path, plan: Plan) -> list[Passage]:
    """Everybody, with both: those who have most to attack first."""

    def lancer(outil: str, compte: Compte) -> Passage | None:
        siennes = plan.adresses[compte.nom]
        if outil == "sqlmap":
            siennes = list(une_fois_par_salle(siennes))
        lieu = plan.lieu(compte)
        return passer(outil, compte, siennes, modele, lieu) if siennes else None

    longs = [(outil, compte) for outil in ("wapiti", "sqlmap") for compte in COMPTES[:3]]
    ordre = longs + [(outil, compte) for outil in ("wapiti", "sqlmap") for compte in COMPTES[3:]]
    with ThreadPoolExecutor(VOIES) as voies:
        faits = [voies.submit(lancer, o, c) for o, c in ordre]
        return [passage for fait in faits if (passage := fait.result())]


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended, then too
    RAPPORTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as dossier:
        modele = batir(Path(dossier))
        aveugles = eprouver(modele)
        plan = lever_le_plan(modele)
        passages = attaquer(modele, plan)
    tenu = montrer(passages, plan.endpoints("GET"))
    envoyees = plan.endpoints("POST") & set().union(*(p.envoyees for p in passages))
    print(f"  Routes POST dont une vue a lu un envoi : {len(envoyees)} sur {len(plan.endpoints('POST'))}.")
    for faute in aveugles:
        print(f"  À VOIR : {faute}")
    return 0 if tenu and not aveugles else 1


if __name__ == "__main__":
    sys.exit(main())
