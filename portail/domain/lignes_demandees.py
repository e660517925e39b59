"""One demande, line by line: each créneau with its answer; of many, by activity and child, month by month."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from peewee import Case, fn

import workflows as w
from models import Activite, Compte, Enfant, Famille, Ligne, Reservation, Seance
from portail import mots
from portail.domain import droits, lecture_demandes
from portail.domain.demande_vue import ContestationVue, DemandeVue, ModificationVue, Part
from portail.domain.droits import Regard

BEAUCOUP = 30
"""Lines above which a demande is told by groups; the table is a click away."""
D_UN_COUP = 200
"""Lines above which the table is shown a month at a time."""


@dataclass(frozen=True)
class LigneVue:
    """One créneau of a demande, as the family reads it."""

    id: int
    prenom: str
    activite: str
    jour: dt.date
    debut: dt.time
    fin: dt.time
    statut: str
    statut_creneau: str
    motif: str
    rang: int | None
    """Place in the waiting list, 1 for the first; None elsewhere."""
    facturee: bool | None
    """Of an absence, as the family was told when it declared it."""

    @property
    def facturation(self) -> str:
        """« Facturée », « Non facturée »; empty where there is nothing to say of it."""
        if self.facturee is None or self.statut in (w.REFUSEE, w.ANNULEE):
            return ""
        return "Facturée" if self.facturee else "Non facturée"

    @property
    def en_liste(self) -> bool:
        """Accepted, but no place is left yet."""
        return self.statut == w.ACCEPTEE and self.statut_creneau == w.LISTE_ATTENTE

    @property
    def etat(self) -> w.Etat:
        return w.LIGNE.etats[self.statut]

    @property
    def mois(self) -> dt.date:
        return self.jour.replace(day=1)

    @property
    def texte(self) -> str:
        """« Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 »."""
        return (
            f"{self.prenom}, {self.activite}, {mots.jour_long(self.jour)}, {mots.plage(self.debut, self.fin)}"
        )


@dataclass(frozen=True)
class Issue:
    """The days of a group that became the same thing, for the same reason."""

    etat: w.Etat
    motif: str
    facturation: str
    lignes: list[LigneVue]

    @property
    def par_mois(self) -> list[tuple[dt.date, str]]:
        """Month by month: « mar. 1er, jeu. 3 (rang 2) », with the hours of a day that comes twice."""
        mois: dict[dt.date, list[str]] = {}
        fois = Counter(ligne.jour for ligne in self.lignes)
        for ligne in self.lignes:
            dit = mots.jour_du_mois(ligne.jour)
            if fois[ligne.jour] > 1:
                dit += f", {mots.plage(ligne.debut, ligne.fin)}"
            mois.setdefault(ligne.mois, []).append(f"{dit} (rang {ligne.rang})" if ligne.rang else dit)
        return [(m, ", ".join(dits)) for m, dits in mois.items()]


@dataclass(frozen=True)
class Groupe:
    """A child in an activity, with those who have the same answers on the same days."""

    activite: str
    prenoms: list[str]
    issues: list[Issue]
    """Those of the first child."""

    @property
    def nom(self) -> str:
        """« Cantine, Léa et Noé »."""
        return f"{self.activite}, {mots.enumeration(self.prenoms)}"

    @property
    def combien(self) -> str:
        """« 12 créneaux », « 12 créneaux par enfant »."""
        nombre = sum(len(issue.lignes) for issue in self.issues)
        chacun = " par enfant" if len(self.prenoms) > 1 else ""
        return f"{mots.pluriel(nombre, 'créneau', 'créneaux')}{chacun}"


@dataclass(frozen=True)
class Detail:
    """A demande with its lines, of which all are asked for or not, or those of a month."""

    demande: DemandeVue
    creneaux: list[LigneVue]
    toutes: bool = False
    mois_voulu: dt.date | None = None

    @property
    def nombreuses(self) -> bool:
        return len(self.creneaux) > BEAUCOUP

    @property
    def resume(self) -> bool:
        """Whether it is told by groups."""
        return self.nombreuses and not self.toutes

    @cached_property
    def groupes(self) -> list[Groupe]:
        groupes: dict[tuple[str, str], dict[tuple, Issue]] = {}
        for ligne in self.creneaux:
            etat = w.CRENEAU.etats[w.LISTE_ATTENTE] if ligne.en_liste else ligne.etat
            issues = groupes.setdefault((ligne.activite, ligne.prenom), {})
            dite = (ligne.motif, ligne.facturation)
            issues.setdefault((etat.code, *dite), Issue(etat, *dite, [])).lignes.append(ligne)
        pareils: dict[tuple, Groupe] = {}
        for (activite, prenom), issues in groupes.items():
            dites = tuple((*cle, *issue.par_mois) for cle, issue in issues.items())
            groupe = Groupe(activite, [], list(issues.values()))
            pareils.setdefault((activite, dites), groupe).prenoms.append(prenom)
        return list(pareils.values())

    @cached_property
    def mois(self) -> list[tuple[dt.date, int]]:
        """The months between which the table is cut, and their lines; none when it is short."""
        if len(self.creneaux) <= D_UN_COUP:
            return []
        return list(Counter(ligne.mois for ligne in self.creneaux).items())

    @property
    def mois_montre(self) -> dt.date | None:
        """The month asked for, else the first one."""
        siens = [mois for mois, _ in self.mois]
        return self.mois_voulu if self.mois_voulu in siens else next(iter(siens), None)

    @property
    def lignes(self) -> list[LigneVue] | list[Part | ModificationVue | ContestationVue]:
        """What the table shows: the créneaux, or the children, the changes of the file, what is contested."""
        if not self.creneaux:
            return self.demande.reponses
        return [ligne for ligne in self.creneaux if self.mois_montre in (None, ligne.mois)]

    @property
    def requete(self) -> dict[str, str]:
        """The parameters of the address that shows this."""
        if not self.toutes:
            return {}
        mois = {"mois": f"{self.mois_voulu:%Y-%m}"} if self.mois_voulu else {}
        return {"lignes": "toutes"} | mois


def detailler(
    compte: Compte, famille: Famille, demande_id: int, toutes: bool = False, mois: dt.date | None = None
) -> Detail | None:
    """One demande of the family; None when the family has no such demande. A constant number of queries."""
    regard = droits.regard(compte, famille)
    vue = lecture_demandes.lire(regard, demande_id)
    if vue is None:
        return None
    de_creneaux = vue.nature in (w.NATURE_RESERVATION, w.NATURE_ABSENCE)
    return Detail(vue, _creneaux(regard, demande_id) if de_creneaux else [], toutes, mois)


# ——— inside ———


def _creneaux(regard: Regard, demande_id: int) -> list[LigneVue]:
    """Those of the children whom the account follows, in the order of time."""
    autre = Reservation.alias()
    devant = autre.select(fn.COUNT(autre.id)).where(
        autre.seance == Reservation.seance, autre.statut == w.LISTE_ATTENTE, autre.ordre <= Reservation.ordre
    )
    accepte = (Reservation.statut == w.LISTE_ATTENTE) & (Ligne.statut == w.ACCEPTEE)
    requete = (
        Ligne.select(
            Ligne.id,
            Enfant.prenom,
            Activite.nom,
            Seance.jour,
            Seance.debut,
            Seance.fin,
            Ligne.statut,
            Reservation.statut,
            Ligne.motif,
            Case(None, [(accepte, devant)], None),
            Ligne.facturee,
        )
        .join(Reservation)
        .join(Enfant)
        .switch(Reservation)
        .join(Seance)
        .join(Activite)
        .where(Ligne.demande == demande_id, Enfant.id.in_(list(regard.suit) or [0]))
        .order_by(Seance.jour, Seance.debut, Enfant.rang, Ligne.id)
    )
    return [LigneVue(*rangee) for rangee in requete.tuples()]
