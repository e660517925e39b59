"""A month of a town billed: what it would be, then issued, slice after slice.

The floor is a transaction that inserts as many lines of invoices, and of the journal, straight to the driver.

    .venv/bin/python -m bench.facturation [families] [engine]
"""

import dataclasses
import datetime as dt
import sys
import time

import models
from bench.commun import JOUR, tableau
from bench.villes import MOTEURS, Villes
from models import (
    ApercuDeCampagne,
    Campagne,
    Courriel,
    Evenement,
    Facture,
    LigneDeFacture,
    db,
    write_transaction,
)
from portail import clock
from portail.base import tout_fermer
from portail.domain import campagnes, reglages
from portail.domain.ecriture import inserer

MOIS = dt.date(2026, 9, 1)
"""A month that the demonstration has not billed."""
PROMIS = 20_000
"""Families in less than two minutes."""


def chronometrer(faire) -> tuple[float, float]:
    """Seconds of the clock, and of the processor of this process."""
    debut, processeur = time.perf_counter(), time.process_time()
    faire()
    return time.perf_counter() - debut, time.process_time() - processeur


def aller_au_bout() -> None:
    while campagnes.servir():
        pass


def plancher(campagne: Campagne) -> None:
    """As many rows as the run wrote, written again in one transaction that is then taken back."""
    siennes = Facture.select(Facture.id).where(Facture.campagne == campagne)
    champs = tuple(c.name for c in LigneDeFacture._meta.sorted_fields if c.name != "id")
    lignes = [
        (*rangee[:1], rang, f"p:{rang}", *rangee[3:])
        for rang, rangee in enumerate(
            LigneDeFacture.select(*(getattr(LigneDeFacture, nom) for nom in champs))
            .where(LigneDeFacture.facture.in_(siennes))
            .tuples()
        )
    ]
    faits = [(JOUR, "plancher", "facture", rang, "") for rang in range(campagne.factures)]
    try:
        with write_transaction():
            decales = ((ligne[0], 1000 + ligne[1] % 30_000, *ligne[2:]) for ligne in lignes)
            inserer(LigneDeFacture, champs, decales)
            inserer(Evenement, ("quand", "acte", "objet", "objet_id", "detail"), faits)
            raise InterruptedError
    except InterruptedError:
        pass


def mesurer(nom: str, url: str, familles: int) -> list[tuple]:
    models.db.initialize(models.ouvrir(url))
    with db.connection_context():
        campagnes.apercevoir(None, MOIS)
        apercu = chronometrer(aller_au_bout)
        avant = Courriel.select().count()
        campagne = campagnes.lancer(None, MOIS, ApercuDeCampagne.get().marque)
        emission = chronometrer(aller_au_bout)
        campagne = Campagne.get_by_id(campagne.id)
        lignes = LigneDeFacture.select().join(Facture).where(Facture.campagne == campagne).count()
        lettres = Courriel.select().count() - avant
        sol = chronometrer(lambda: plancher(campagne))
    tout_fermer()
    return [
        (
            *(nom, familles, quoi, f"{duree:.1f}", f"{cpu:.1f}", f"× {duree / sol[0]:.1f}"),
            f"{familles / duree:.0f}",
        )
        for quoi, (duree, cpu) in {
            f"plancher ({lignes} lignes)": sol,
            "aperçu": apercu,
            f"émission ({campagne.factures} factures, {lettres} courriels)": emission,
        }.items()
    ]


def main() -> None:
    familles = int(sys.argv[1]) if len(sys.argv) > 1 else PROMIS
    voulus = sys.argv[2:] or MOTEURS
    entetes = ("moteur", "familles", "quoi", "s", "processeur, s", "rapport", "familles/s")
    rangees: list[tuple] = []
    with Villes() as villes, clock.figer(JOUR):
        reglages.poser(dataclasses.replace(reglages.lire(), cles=(villes.cle,)))
        for nom in voulus:
            with villes.copie(nom, familles) as url:
                rangees += mesurer(nom, url, familles)
    tableau(f"Facturer un mois ({PROMIS} familles promises en deux minutes)", entetes, rangees)


if __name__ == "__main__":
    main()
