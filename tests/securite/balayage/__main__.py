"""`make securite`: wapiti and sqlmap against a small town, signed in as everybody in turn; one table.

Leaves with 1 when something of medium severity or more is found, when an address answered 5xx, when an
attack was signed out on its way, when fewer than 95 % of the routes that are read were reached, or when a
tool does not see the fault made on purpose that it is shown first.
"""

import os
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.commun import tableau
from tests.securite.balayage import attaquants
from tests.securite.balayage.attaquants import GRAVITES, Bilan
from tests.securite.balayage.service import FAILLE
from tests.securite.balayage.ville import COMPTES, RACINE, Adresse, Compte, adresses, batir, reconnu, servir

RAPPORTS = RACINE / "instance" / "securite"
SECONDES = int(os.environ.get("PORTAIL_SECURITE_SECONDES", "600"))
"""For one tool and one account; wapiti has as many again to read the addresses first."""
SQLMAP_ADRESSES = int(os.environ.get("PORTAIL_SECURITE_ADRESSES", "6"))
"""How many addresses sqlmap is given for one account: those that carry the most fields."""
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


def passer(outil: str, compte: Compte, siennes: list[Adresse], modele: Path) -> Passage:
    debut = time.monotonic()
    with servir(modele, compte) as ville:
        attaque = getattr(attaquants, outil)
        bilan = attaque(ville, siennes, SECONDES, RAPPORTS / f"{outil}-{compte.nom}")
        reponses = ville.reponses()
        connecte = not compte.email or reconnu(ville.url, ville.temoins)
    lues = {endpoint for endpoint, methode, statut in reponses if methode == "GET" and statut == 200}
    envois = sum(methode == "POST" and statut in ENTENDUES for _, methode, statut in reponses)
    pannes = Counter(endpoint for endpoint, _, statut in reponses if statut >= 500)
    duree = time.monotonic() - debut
    return Passage(
        *(outil, compte, bilan, len(siennes), frozenset(lues), len(reponses), envois, pannes, duree, connecte)
    )


def eprouver(modele: Path) -> list[str]:
    """The control, a fault made on purpose: whoever does not see it proves nothing by finding nothing."""
    aveugles = []
    for outil, quoi in (("wapiti", "Reflected Cross Site Scripting"), ("sqlmap", "injection SQL")):
        with servir(modele, COMPTES[0], "faille") as ville:
            attaque = getattr(attaquants, outil)
            siennes = [Adresse("faillible", f"{FAILLE}?q=ici&nom=Cantine", ("nom",))]
            bilan = attaque(ville, siennes, SECONDES, RAPPORTS / f"{outil}-temoin")
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
    lues = routes & set().union(*(p.lues for p in passages))
    part = 100 * len(lues) / len(routes)
    print(f"\n  Routes lues avec 200 : {len(lues)} sur {len(routes)}, soit {int(part * 10) / 10} %.")
    for endpoint in sorted(routes - lues):
        print(f"  non lue : {endpoint}")
    fautes = [faute for p in passages for faute in p.fautes]
    for faute in fautes:
        print(f"  À VOIR : {faute}")
    return not fautes and part >= PART_EXIGEE


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended, then too
    RAPPORTS.mkdir(parents=True, exist_ok=True)
    passages = []
    with tempfile.TemporaryDirectory() as dossier:
        modele = batir(Path(dossier))
        aveugles = eprouver(modele)
        par_compte, routes = adresses(modele)
        for compte in COMPTES:
            siennes = par_compte[compte.nom]
            riches = sorted((a for a in siennes if a.champs), key=lambda a: -len(a.champs))
            for outil, les_siennes in (("wapiti", siennes), ("sqlmap", riches[:SQLMAP_ADRESSES])):
                if les_siennes:
                    print(f"{outil}, {compte.nom} : {len(les_siennes)} adresses…", flush=True)
                    passages.append(passer(outil, compte, les_siennes, modele))
                    print("  ", *passages[-1].rangee(), flush=True)
    tenu = montrer(passages, {route.endpoint for route in routes})
    for faute in aveugles:
        print(f"  À VOIR : {faute}")
    return 0 if tenu and not aveugles else 1


if __name__ == "__main__":
    sys.exit(main())
