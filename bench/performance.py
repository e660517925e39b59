"""How fast the portal is, against a floor, and what that becomes in a larger town: docs/performance.md.

.venv/bin/python -m bench.performance                    # both engines, up to 20,000 families
.venv/bin/python -m bench.performance --villes 200,2000  # a quick look
"""

import argparse
import datetime as dt
import os
import platform
import subprocess
from pathlib import Path

from bench import page, rapport
from bench.page import Page
from bench.parcours import ADRESSE_DU_MOIS, Ville, villes_servies
from bench.villes import CACHE, MOTEURS, Villes

DOCS = Path(__file__).resolve().parents[1] / "docs"
TOURS = 15


def mesurer(villes: Villes, moteur: str, tailles: list[int], tours: int) -> tuple[list[Ville], Page]:
    """All the ways of all these towns, in turn; and the page, in a real browser."""
    with villes_servies(villes, moteur, tailles) as servies:
        for ville in servies:
            ville.un_tour(compter=False)
        for _ in range(tours):
            for ville in servies:
                ville.un_tour()
        for ville in servies:
            ville.peser_les_processus()
        portail = servies[-1].portail
        return servies, page.peser(portail.service.port, portail.famille, ADRESSE_DU_MOIS)


def machine() -> str:
    """Where it was measured."""
    lignes = Path("/proc/cpuinfo").read_text().splitlines()
    modeles = (ligne.partition(": ")[2] for ligne in lignes if ligne.startswith("model name"))
    processeur = next(modeles, platform.machine())
    return f"{os.cpu_count()} cœurs ({processeur}), Python {platform.python_version()}"


def revision() -> str:
    dite = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=DOCS)
    return dite.stdout.strip()


def main() -> None:
    lecteur = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    lecteur.add_argument("--villes", default="200,2000,20000", help="combien de familles a chacune")
    lecteur.add_argument("--faites", action="store_true", help="seulement celles qui sont déjà faites")
    lecteur.add_argument("--moteurs", default=",".join(MOTEURS))
    lecteur.add_argument("--tours", type=int, default=TOURS)
    lecteur.add_argument("--cache", type=Path, default=CACHE, help="où les villes sont gardées")
    lecteur.add_argument("--docs", type=Path, default=DOCS, help="où écrire performance.md")
    voulu = lecteur.parse_args()
    tailles = sorted(map(int, voulu.villes.split(",")))
    debut, charge = dt.datetime.now(), [os.getloadavg()[0]]
    toutes: list[Ville] = []
    pages: dict[str, Page] = {}
    with Villes(voulu.cache) as villes:
        for moteur in voulu.moteurs.split(","):
            la = [n for n in tailles if not voulu.faites or villes.est_faite(moteur, n)]
            servies, pages[moteur] = mesurer(villes, moteur, la, voulu.tours)
            toutes += servies
            charge.append(os.getloadavg()[0])
    duree = (dt.datetime.now() - debut).total_seconds() / 60
    conditions = rapport.Conditions(
        debut.date(), machine(), revision(), voulu.tours, duree, min(charge), max(charge)
    )
    texte = rapport.ecrire(voulu.docs, conditions, toutes, pages)
    print(texte)


if __name__ == "__main__":
    main()
