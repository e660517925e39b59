"""The opening of the registrations: the whole town comes in the same minutes, and there is not room for all.

The profile is that of a town of 20,000 inhabitants (2,000 families that know the portal): 660 people come in
one minute, each with a gesture every five seconds in that minute and every ten afterwards: sign in, look at
the month, open a day, ask for it. The client runs on the same processors as the portal. Then five times as
many people.

    python -m bench.rentree                   # ten minutes, then two of five times the crowd
    python -m bench.rentree --duree 60        # a short one

What must hold is printed with what was measured: no error but a deliberate 503; p95 under 800 ms; nothing
that was acknowledged is missing from the database; `verifier` finds nothing; the portal answers again at once
afterwards.
"""

import argparse
import asyncio
import collections
import dataclasses
import os
import time
from dataclasses import dataclass
from pathlib import Path

import models
from bench.commun import JOUR, tableau
from bench.foule import DEMANDER, ENTRER, GESTES, Journal, Mesure, presser
from bench.navigateur import Navigateur
from bench.serveurs import Service, servir
from bench.villes import CACHE, Villes
from models import Abonnement, Compte, Demande, Ligne, Reservation
from portail import clock
from portail.base import tout_fermer
from portail.domain import reglages
from portail.domain.verification import verifier

FAMILLES = 2_000
GENS, MONTEE = 660, 60.0
PAUSES = (5.0, 10.0)
FOIS = 5
PATIENCE, PRET = 30.0, 0.8
"""After the crowd: in how many seconds the portal must answer again in so many seconds."""


@dataclass(frozen=True)
class Bilan:
    """What a crowd was answered, and what the database says of it."""

    journal: Journal
    duree: float
    processeur: float
    """Seconds of processor that the server took."""
    remise: float
    """Seconds after the last gesture until three answers running came in time."""
    perdus: int
    """Requests that were acknowledged and that the database does not have."""
    deja: int
    """Requests that were acknowledged, the other parent having made them."""
    rompus: list[str]
    """What `verifier` found."""

    def reussies(self) -> list[Mesure]:
        return [mesure for mesure in self.journal.mesures if 0 < mesure.statut < 500]

    def statuts(self, geste: str) -> collections.Counter[int]:
        return collections.Counter(m.statut for m in self.journal.mesures if m.geste == geste)


def emails() -> list[str]:
    """Of the families that have an account and a file, in an order that never changes."""
    abonnes = (
        Compte.select(Compte.id, Compte.email)
        .join(Abonnement)
        .where(Compte.role == "famille", Abonnement.statut == "actif")
    )
    return [compte.email for compte in abonnes.order_by(Compte.id).distinct()]


def mesurer(villes: Villes, moteur: str, gens: int, duree: float, pauses: tuple[float, float]) -> Bilan:
    with villes.copie(moteur, FAMILLES) as url:
        models.db.initialize(models.ouvrir(url))
        venus = emails()
        tout_fermer()
        base = villes.pid_du_serveur() if moteur == "postgresql" else None
        with servir("portail", url, villes.cle, base) as service:
            Navigateur(service.port).jeton("/connexion")  # the workers are there
            avant, debut = service.processeur(), time.perf_counter()
            journal = asyncio.run(presser(service.port, venus, gens, MONTEE, duree, pauses))
            temps, processeur = time.perf_counter() - debut, service.processeur() - avant
            remise = se_remettre(service)
        models.db.initialize(models.ouvrir(url))
        with clock.figer(JOUR):
            reglages.poser(dataclasses.replace(reglages.lire(), cles=(villes.cle,)))
            rompus = [un.phrase for un in verifier()]
            bilan = Bilan(journal, temps, processeur, remise, *perdus(journal), rompus)
        tout_fermer()
        return bilan


def se_remettre(service: Service) -> float:
    """How long until three answers running come in time; `PATIENCE` when they do not."""
    debut, de_suite = time.perf_counter(), 0
    while time.perf_counter() - debut < PATIENCE:
        recue = Navigateur(service.port).demander("GET", "/connexion")
        de_suite = de_suite + 1 if recue.statut == 200 and recue.duree < PRET else 0
        if de_suite == 3:
            return time.perf_counter() - debut
        time.sleep(0.2)
    return PATIENCE


def perdus(journal: Journal) -> tuple[int, int]:
    """Of the acknowledged requests, how many left no line in the database; and how many left the line of the
    other parent alone: who asks for what is asked for already is told that it is.
    """
    lignes = Ligne.select(Compte.email, Reservation.enfant, Reservation.seance).join(Reservation)
    ecrites = set(lignes.switch(Ligne).join(Demande).join(Compte, on=Demande.auteur).tuples())
    creneaux = {(enfant, seance) for _, enfant, seance in ecrites}
    sans_la_sienne = [promis[1:] for promis in journal.promis if promis not in ecrites]
    perdues = sum(creneau not in creneaux for creneau in sans_la_sienne)
    return perdues, len(sans_la_sienne) - perdues


def montrer(titre: str, bilan: Bilan) -> None:
    rangees = []
    for geste in GESTES:
        statuts = bilan.statuts(geste)
        durees = sorted(m.duree for m in bilan.reussies() if m.geste == geste)
        fautes = sum(n for statut, n in statuts.items() if statut >= 500 and statut != 503)
        rangees.append((geste, len(durees), *quantiles(durees), statuts[503], fautes, statuts[0]))
    refusees = sorted(m.duree for m in bilan.journal.mesures if m.statut == 503)
    rangees.append(("(503 : temps de la réponse)", len(refusees), *quantiles(refusees), "", "", ""))
    entetes = ("geste", "servis", "p50, ms", "p95, ms", "p99, ms", "503", "autres 5xx", "sans réponse")
    tableau(titre, entetes, rangees)
    debit = len(bilan.reussies()) / bilan.duree
    print(f"  {debit:.0f} réponses par seconde en moyenne, {pointe(bilan)} au plus en dix secondes")
    print(f"  processeur du serveur : {bilan.processeur / bilan.duree:.2f} cœur en moyenne")
    accusees = f"demandes accusées : {len(bilan.journal.promis)}, perdues : {bilan.perdus}"
    print(f"  {accusees}, déjà faites par l’autre parent : {bilan.deja}", end="")
    refus = ", ".join(f"{n} × {statut}" for statut, n in sorted(bilan.journal.refus.items()))
    print(f" ; refusées avec une phrase : {refus or 'aucune'}")
    p50, p95, p99 = quantiles(sorted(bilan.journal.retards))
    print(f"  retard de la foule elle-même, compris dans chaque durée : p50 {p50}, p95 {p95}, p99 {p99} ms")
    print(f"  de nouveau à l’heure après {bilan.remise:.1f} s")
    print(f"  verifier : {'rien à signaler' if not bilan.rompus else bilan.rompus}")


def pointe(bilan: Bilan) -> int:
    """The most answers a second, on average over ten seconds."""
    par_dizaine = collections.Counter(int(mesure.fin // 10) for mesure in bilan.reussies())
    return max(par_dizaine.values(), default=0) // 10


def quantiles(durees: list[float]) -> tuple[str, ...]:
    """p50, p95 and p99 of sorted durations, in milliseconds."""
    if not durees:
        return ("–",) * 3
    return tuple(
        f"{durees[min(int(len(durees) * q), len(durees) - 1)] * 1000:.0f}" for q in (0.5, 0.95, 0.99)
    )


def tient(bilan: Bilan) -> list[str]:
    """What the ordinary opening does not hold, a sentence each."""
    durees = sorted(mesure.duree for mesure in bilan.reussies())
    p95 = durees[int(len(durees) * 0.95)] * 1000
    autres = [m for m in bilan.journal.mesures if m.statut == 0 or (m.statut >= 500 and m.statut != 503)]
    constats = {
        f"p95 : {p95:.0f} ms, 800 au plus": p95 > 800,
        f"{len(autres)} réponse(s) en panne": bool(autres),
        f"{bilan.perdus} demande(s) perdue(s)": bilan.perdus > 0,
        f"verifier : {bilan.rompus}": bool(bilan.rompus),
        f"personne n’a rien demandé ({DEMANDER})": not bilan.journal.promis,
        f"personne n’est entré ({ENTRER})": not bilan.statuts(ENTRER)[303],
    }
    return [phrase for phrase, faux in constats.items() if faux]


def main() -> None:
    lecteur = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    lecteur.add_argument("--moteur", default="sqlite", choices=("sqlite", "postgresql"))
    lecteur.add_argument("--gens", type=int, default=GENS)
    lecteur.add_argument("--duree", type=float, default=600.0, help="secondes, arrivées comprises")
    lecteur.add_argument("--sans-foule", action="store_true", help=f"sans les {FOIS} fois plus de gens")
    lecteur.add_argument("--cache", type=Path, default=CACHE)
    voulu = lecteur.parse_args()
    with Villes(voulu.cache) as villes:
        bilan = mesurer(villes, voulu.moteur, voulu.gens, voulu.duree, PAUSES)
        combien = f"{voulu.gens} personnes, {voulu.duree:.0f} s, {os.cpu_count()} cœurs, client compris"
        montrer(f"La rentrée, {voulu.moteur} : {combien}", bilan)
        manques = tient(bilan)
        print("  tout tient" if not manques else f"  ne tient pas : {' ; '.join(manques)}")
        if not voulu.sans_foule:
            foule = mesurer(villes, voulu.moteur, voulu.gens * FOIS, min(voulu.duree, 120.0), PAUSES)
            montrer(f"{FOIS} fois plus de gens", foule)
    raise SystemExit(1 if manques else 0)


if __name__ == "__main__":
    main()
