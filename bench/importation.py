"""A town taken over from its former software: 20,000 lines looked at, written; then again, for nothing.

Promised: under a minute. python bench/importation.py [lignes]
"""

import os
import sys
import time
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(RACINE))

import models  # noqa: E402
from bench.commun import moteurs, tableau  # noqa: E402
from models import Evenement, Importation, db  # noqa: E402
from outils.exemples_import import colonnes, en_classeur, en_csv, ville  # noqa: E402
from portail.base import tout_fermer  # noqa: E402
from portail.domain import importation  # noqa: E402
from portail.domain.importation_fichiers import Fichier  # noqa: E402
from portail.domain.verification import verifier  # noqa: E402
from tests.importation.conftest import poser_les_ecoles  # noqa: E402


def une_ville(lignes: int) -> dict:
    """As many families as make so many lines."""
    par_famille = sum(map(len, ville(200).values())) / 200
    return ville(round(lignes / par_famille))


def mesurer(fichiers: list[Fichier]) -> tuple[float, float, float, int]:
    """Seconds to look at them, to write them, and how long the transaction that writes lasted; lines read."""
    deposee = importation.deposer(None, fichiers)
    debut = time.perf_counter()
    assert importation.servir()
    controle = time.perf_counter() - debut
    prete = Importation.get_by_id(deposee.id)
    rapport = importation.rapport_de(prete)
    assert prete.statut == "prete", rapport and [d.phrase for d in rapport.dits[:5]]
    importation.lancer(None, prete.id, prete.marque)
    tenues: list[float] = []
    ecrire = importation._importer

    def chronometrer(*args):
        depart = time.perf_counter()
        ecrire(*args)
        tenues.append(time.perf_counter() - depart)

    importation._importer = chronometrer
    debut = time.perf_counter()
    assert importation.servir()
    ecriture = time.perf_counter() - debut
    importation._importer = ecrire
    assert Importation.get_by_id(deposee.id).statut == "importee"
    return controle, ecriture, tenues[0], sum(sum(c.values()) for c in rapport.comptes.values())


def main() -> None:
    lignes = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    tables = une_ville(lignes)
    csv = [Fichier(f"{t}.csv", en_csv(r, colonnes(r, t))) for t, r in tables.items()]
    classeur = [Fichier("reprise.xlsx", en_classeur(tables))]
    rangees = []
    with moteurs() as lesquels:
        for nom, moteur in lesquels.items():
            moteur.ville(1)
            db.connect(reuse_if_open=True)
            poser_les_ecoles(places=lignes)
            for quoi, fichiers in (("CSV", csv), ("again, nothing new", csv), ("again, XLSX", classeur)):
                avant = Evenement.select().count()
                controle, ecriture, tenue, lues = mesurer(fichiers)
                faits = Evenement.select().count() - avant
                rangees.append(
                    (
                        f"{nom}, {quoi}",
                        lues,
                        f"{controle:.1f} s",
                        f"{ecriture:.1f} s",
                        f"{tenue:.1f} s",
                        faits,
                    )
                )
            debut = time.perf_counter()
            ruptures = list(verifier())
            rangees.append(
                (f"{nom}, verifier", len(ruptures), f"{time.perf_counter() - debut:.1f} s", "", "", "")
            )
            models.db.close()
            tout_fermer()
    tableau(
        f"{lignes} lines, load {os.getloadavg()[0]:.1f}",
        ("", "lines", "look at", "write", "of which locked", "journal"),
        rangees,
    )


if __name__ == "__main__":
    main()
