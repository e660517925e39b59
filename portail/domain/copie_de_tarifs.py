"""Tariffs taken over by the activities of another school year: shown, then made at once.

What held on the last day of an activity holds on all the days of the one that follows it: that of the same
name, at the same place. The prices are the same, so nothing changes for anybody.
"""

from collections.abc import Collection
from dataclasses import dataclass

import workflows as w
from models import Activite, Compte, Lieu, Tarif, verrouiller, write_transaction
from portail import clock
from portail.domain import effet_de_tarif, perimetre, tarifs
from portail.domain.calendrier import annee_scolaire
from portail.domain.effet_de_tarif import Pose
from portail.domain.projet_de_tarif import ACTIVITES_MAX, Projet
from portail.domain.refus import DejaChange, Refus
from portail.domain.transitions import Acteur, journaliser

COPIE = "tarif_copie"
CHANGE = "Une de ces activités a reçu un tarif entre-temps : relisez la liste. Rien n’a été copié."


@dataclass(frozen=True)
class Proposition:
    """One tariff that may be taken over, and by which activity."""

    source: Pose
    activite: Activite
    """The one that follows."""
    deja: bool
    """Whether it has a tariff already, that would be in the way."""

    @property
    def projet(self) -> Projet:
        a, source = self.activite, self.source
        return Projet((a.id,), a.debut, a.fin, source.categorie, source.bareme)

    @property
    def pose(self) -> Pose:
        """The copy, as it would stand."""
        p = self.projet
        return Pose(0, self.activite.id, p.debut, p.fin, p.categorie, p.bareme)


@dataclass(frozen=True)
class Propositions:
    """The tariffs of a school year, moved to another one."""

    de: int
    vers: int
    annees: list[int]
    """The school years that have tariffs; the present one when there is none."""
    lignes: list[Proposition]
    sans_suite: list[str]
    """The activities that have a tariff, and nothing that follows them."""


def proposer(agent: Compte, de: int | None = None, vers: int | None = None) -> Propositions:
    """The tariffs of the year `de` (by default the last that has some), as those of `vers` would be."""
    perimetre.exiger_toute_la_ville(agent)
    toutes = list(Activite.select(Activite, Lieu).join(Lieu).order_by(Lieu.nom, Activite.rang, Activite.nom))
    avec = {ident for (ident,) in Tarif.select(Tarif.activite).distinct().tuples()}
    present = annee_scolaire(clock.aujourdhui())[0].year
    annees = sorted({_annee(a) for a in toutes if a.id in avec}, reverse=True) or [present]
    de = de or annees[0]
    vers = vers if vers and vers > de else de + 1
    suites = {(a.nom, a.lieu_id): a for a in toutes if _annee(a) == vers}
    partantes = [a for a in toutes if a.id in avec and _annee(a) == de]
    concernees = {suite.id for a in partantes if (suite := suites.get((a.nom, a.lieu_id)))}
    etats = effet_de_tarif.etats_de([a.id for a in partantes] + list(concernees))
    lignes, sans_suite = [], []
    for a in partantes:
        suite = suites.get((a.nom, a.lieu_id))
        if suite is None:
            sans_suite.append(f"{a.nom}, {a.lieu.nom}")
            continue
        for pose in etats[a.id].poses:
            if pose.debut <= a.fin <= pose.fin:
                ligne = Proposition(pose, suite, False)
                deja = any(autre.heurte(ligne.projet) for autre in etats[suite.id].poses)
                lignes.append(Proposition(pose, suite, deja))
    return Propositions(de, vers, annees, lignes, sans_suite)


def copier(agent: Compte, voulus: Collection[int], de: int | None, vers: int | None) -> int:
    """Take these tariffs over, all or none; gives how many."""
    if not voulus:
        raise Refus("Cochez au moins un tarif à copier.", champ="garde")
    if len(voulus) > ACTIVITES_MAX:
        raise Refus(f"{ACTIVITES_MAX} tarifs au plus à la fois.", champ="garde")
    with write_transaction():
        lignes = _choisies(agent, voulus, de, vers)
        verrouiller(Activite, [ligne.activite.id for ligne in lignes])
        lignes = _choisies(agent, voulus, de, vers)  # as they stand under the lock
        if len(lignes) < len(set(voulus)) or any(ligne.deja for ligne in lignes):
            raise DejaChange(CHANGE)
        for ligne in lignes:
            tarif = tarifs.ecrire(ligne.projet, ligne.activite.id)
            nom = f"{ligne.activite.nom}, {ligne.activite.lieu.nom}"
            journaliser(tarif, COPIE, Acteur(agent, w.AGENT), detail=f"{nom} ; {tarifs.dire(ligne.projet)}")
        return len(lignes)


# ——— inside ———


def _annee(activite: Activite) -> int:
    return annee_scolaire(activite.debut)[0].year


def _choisies(agent: Compte, voulus: Collection[int], de: int | None, vers: int | None) -> list[Proposition]:
    return [ligne for ligne in proposer(agent, de, vers).lignes if ligne.source.id in voulus]
