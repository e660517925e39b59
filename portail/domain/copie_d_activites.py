"""Activities taken over from another school year: one, or all those of a place; shown, then made at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import workflows as w
from models import Activite, CapaciteActivite, Compte, Horaire, Lieu, write_transaction
from portail import clock, mots
from portail.domain import activites, effet_d_activite
from portail.domain.activites import RESERVE_A
from portail.domain.annee_suivante import deplaceur
from portail.domain.calendrier import REMONTEE, annee_scolaire, jours_particuliers
from portail.domain.droits import exiger_la_gestion
from portail.domain.effet_d_activite import Effet
from portail.domain.effet_sur_les_seances import calculer
from portail.domain.perimetre import Perimetre
from portail.domain.projet_d_activite import Projet
from portail.domain.refus import Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

COPIEE = "activite_copiee"
COURTE = dt.timedelta(21)
"""A course that lasts less keeps its length."""
COPIES_MAX = 60
"""How many activities are taken over at once."""


@dataclass(frozen=True)
class Voulue:
    """One copy as it was typed: from which activity, and what it changes."""

    source: int
    nom: str
    debut: dt.date
    fin: dt.date


@dataclass(frozen=True)
class Proposition:
    """One activity that may be taken over, and what it would be."""

    source: Activite
    projet: Projet
    seances: int
    deja: bool
    """Whether the place has it already at these dates."""

    @property
    def dates_d_avant(self) -> str:
        return mots.du_au(self.source.debut, self.source.fin)

    @property
    def ouverture(self) -> str:
        """« pré-inscriptions du 1er juin 2027 au 20 août 2027 »; empty when they have no dates."""
        du, au = self.projet.preinscription_du, self.projet.preinscription_au
        dits = [f"du {mots.jour_annee(du)}" if du else "", f"jusqu’au {mots.jour_annee(au)}" if au else ""]
        dates = " ".join(filter(None, dits))
        return f"pré-inscriptions {dates}" if dates else ""


@dataclass(frozen=True)
class Propositions:
    """What a place did in a school year, moved to another one."""

    de: int
    vers: int
    lieu: int
    lieux: list[tuple[int, str]]
    annees: list[int]
    """The school years that have activities; the present one when there is none."""
    lignes: list[Proposition]


def proposer(
    vues: Perimetre, lieu_id: int = 0, de: int | None = None, vers: int | None = None, activite_id: int = 0
) -> Propositions:
    """The activities of a year, of a place or all, or one alone, as the year `vers` would have them.

    `de`: by default the last year that has some, else the present one. Some queries, whatever their number.
    """
    requete = Activite.select(Activite, Lieu).join(Lieu)
    ordre = (Lieu.nom, Activite.rang, Activite.nom, Activite.debut, Activite.id)
    toutes = [a for a in requete.order_by(*ordre) if vues.voit_le_lieu(a.lieu_id)]
    seule = next((a for a in toutes if a.id == activite_id), None)
    present = annee_scolaire(clock.aujourdhui())[0].year
    annees = sorted({_annee(a) for a in toutes}, reverse=True) or [present]
    de = _annee(seule) if seule else de or annees[0]
    vers = vers if vers and vers > de else de + 1
    lieux = sorted({a.lieu_id: a.lieu.nom for a in toutes}.items(), key=lambda lieu: lieu[1])
    gardees = [
        a
        for a in toutes
        if (a is seule if seule else _annee(a) == de and (not lieu_id or a.lieu_id == lieu_id))
        and a.lieu.retire_le is None
    ][:COPIES_MAX]
    lignes = _proposer(gardees, toutes, vers) if gardees else []
    return Propositions(de, vers, lieu_id, lieux, annees, lignes)


def copier(agent: Compte, voulues: Collection[Voulue]) -> tuple[int, int]:
    """Make these copies, all or none; gives how many activities, and how many séances.

    What each has is taken over: ages, deadlines, hours, places, documents, shared places. The
    pre-registrations open and close as long before the first day as they did.
    """
    if not voulues:
        raise Refus("Cochez au moins une activité à copier.", champ="garde")
    if len(voulues) > COPIES_MAX:
        raise Refus(f"{COPIES_MAX} activités au plus à la fois.", champ="garde")
    with write_transaction():
        exiger_la_gestion(agent, RESERVE_A)
        seances = 0
        for voulue in voulues:
            source, horaires = activites.charger(agent, voulue.source)
            projet = _projet(source, horaires, voulue.nom, voulue.debut, voulue.fin)
            try:
                effet = activites.prevoir(agent, None, projet)
            except Introuvable:
                raise
            except Refus as refus:
                raise Refus(f"{voulue.nom or source.nom} : {refus.phrase}", champ="garde") from refus
            seances += len(effet.seances.creees)
            _ecrire(agent, source, effet)
        return len(voulues), seances


# ——— inside ———


def _annee(activite: Activite) -> int:
    """The school year that it belongs to: a summer that begins in July is of the year before."""
    return annee_scolaire(activite.debut)[0].year


def _proposer(gardees: Sequence[Activite], toutes: Sequence[Activite], vers: int) -> list[Proposition]:
    horaires: dict[int, list[Horaire]] = defaultdict(list)
    for horaire in Horaire.select().where(Horaire.activite.in_([a.id for a in gardees])):
        horaires[horaire.activite_id].append(horaire)
    deplacer = deplaceur(sorted({_annee(a) for a in gardees} | {vers}))
    projets = []
    for a in gardees:
        combien = vers - _annee(a)
        debut, duree = deplacer(a.debut, combien), a.fin - a.debut
        fin = debut + duree if duree < COURTE else max(debut, deplacer(a.fin, combien))
        projets.append((a, _projet(a, horaires[a.id], a.nom, debut, fin)))
    premier, dernier = min(p.debut for _, p in projets), max(p.fin for _, p in projets)
    particuliers = jours_particuliers(premier - REMONTEE, dernier)
    depuis = effet_d_activite.premier_jour()
    return [
        Proposition(
            a,
            p,
            len(calculer(None, (), p, (), particuliers, depuis).creees),
            any(_se_ressemblent(autre, p) for autre in toutes),
        )
        for a, p in projets
    ]


def _se_ressemblent(autre: Activite, p: Projet) -> bool:
    return (autre.nom, autre.lieu_id) == (p.nom, p.lieu_id) and autre.debut <= p.fin and autre.fin >= p.debut


def _projet(source: Activite, horaires: Sequence[Horaire], nom: str, debut: dt.date, fin: dt.date) -> Projet:
    """The same under this name, at these dates."""
    ecart = debut - source.debut
    projet = Projet.de(source, horaires)
    return replace(
        projet,
        nom=nom,
        debut=debut,
        fin=fin,
        preinscription_du=source.preinscription_du and source.preinscription_du + ecart,
        preinscription_au=source.preinscription_au and source.preinscription_au + ecart,
        plages=tuple(replace(plage, origine=frozenset()) for plage in projet.plages),
    )


def _ecrire(agent: Compte, source: Activite, effet: Effet) -> None:
    neuve = activites.ecrire(agent, effet)
    partages = CapaciteActivite.select(CapaciteActivite.capacite).where(CapaciteActivite.activite == source)
    rangees = [{"capacite": ident, "activite": neuve.id} for (ident,) in partages.tuples()]
    if rangees:
        CapaciteActivite.insert_many(rangees).execute()
    journaliser(
        neuve, COPIEE, Acteur(agent, w.AGENT), detail=f"{source.nom}, {mots.du_au(source.debut, source.fin)}"
    )
