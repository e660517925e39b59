"""The family's demandes as read: what was asked, who acts next, the answer and its reason.

A demande may have a thousand lines: what is told of it is added up by the database, never line by line.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from peewee import JOIN, fn

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Evenement,
    Famille,
    Ligne,
    Modification,
    Preinscription,
    Reservation,
    Seance,
    numero_de_demande,
)
from portail.domain import champs, dossier, droits, lecture_contestations
from portail.domain.demande_vue import DemandeVue, ModificationVue, Part
from portail.domain.droits import Regard
from portail.domain.filtres_demandes import ETATS, TOUTES, Filtres, choisies, compter, dans_l_etat, lisibles

PAR_PAGE = 20
D_UN_COUP = 500
"""How many are shown on the page that holds them all."""


@dataclass(frozen=True)
class Feuille:
    """One page of the list, and what it is a page of."""

    demandes: list[DemandeVue]
    filtres: Filtres
    comptes: dict[str, int]
    """How many in each state, and in all (""), with the other filters."""
    enfants: dict[int, str]
    """The children who may be asked for: first names, by id."""
    dernier: int
    """Number of the last page."""

    ETATS = ETATS

    @property
    def nombre(self) -> int:
        return self.comptes[self.filtres.etat]

    @property
    def montrees(self) -> int:
        """How many of them are on the page that holds them all: the latest ones, beyond `D_UN_COUP`."""
        return min(self.nombre, D_UN_COUP)

    @property
    def dite(self) -> str:
        """What is left of the list, in words; empty when it is whole."""
        return self.filtres.dire(self.enfants)


def feuilleter(compte: Compte, famille: Famille, filtres: Filtres) -> Feuille | None:
    """The family's demandes, newest first, `PAR_PAGE` a page; a page that is none is the nearest one.

    None when the filters name a child whom the account may not follow. A constant number of queries.
    """
    regard = droits.regard(compte, famille)
    if not filtres.enfants <= regard.suit:
        return None
    comptes = compter(regard, filtres)
    nombre = comptes[filtres.etat]
    par_page = D_UN_COUP if filtres.page == TOUTES else PAR_PAGE
    dernier = max(-(-nombre // PAR_PAGE), 1)
    filtres = filtres.a_la_page(min(filtres.page, dernier))
    condition = choisies(regard, filtres)
    if filtres.etat:
        condition &= dans_l_etat(regard, filtres.etat)
    demandes = _lire(regard, condition, max(filtres.page, 1), par_page) if nombre else []
    enfants = Enfant.select(Enfant.id, Enfant.prenom).where(Enfant.id.in_(list(regard.suit) or [0]))
    prenoms = dict(enfants.order_by(Enfant.rang, Enfant.id).tuples())
    return Feuille(demandes, filtres, comptes, prenoms, dernier)


def lire(regard: Regard, demande_id: int) -> DemandeVue | None:
    """One demande of the family; None when the family has no such demande."""
    return next(iter(_lire(regard, lisibles(regard) & (Demande.id == demande_id))), None)


def actuelles(regard: Regard, depuis: dt.datetime) -> list[DemandeVue]:
    """What the home tells: the demandes that wait, and those answered after `depuis`."""
    repondues = (Demande.statut != w.ANNULEE) & (Demande.repondue_le > depuis)
    en_cours = (Demande.statut == w.EN_ATTENTE) | repondues
    lues = _lire(regard, lisibles(regard) & en_cours, par_page=100)
    return [vue for vue in lues if vue.statut == w.EN_ATTENTE or (vue.repondue_le or depuis) > depuis]


def statut_des_lignes(statuts: Iterable[str]) -> str:
    """The state of a demande by the lines that are read: its own would tell what became of the others."""
    acte = w.acte_concluant(statuts)
    return w.DEMANDE.transition(w.EN_ATTENTE, acte, w.SYSTEME).vers[0] if acte else w.EN_ATTENTE


# ——— inside ———


def _lire(regard: Regard, condition, page: int = 1, par_page: int = PAR_PAGE) -> list[DemandeVue]:
    """The demandes of a page: one query, and those of the file's changes, of what is contested, if any."""
    vues: dict[int, DemandeVue] = {}
    tronquees: set[int] = set()
    for demande, enfant_id, *part in _rangees(regard, condition, page, par_page):
        ident, nature, statut, depot, reponse, piece, auteur, role, prenom, nom = demande
        vue = vues.setdefault(
            ident,
            DemandeVue(
                ident,
                numero_de_demande(ident, depot),
                nature,
                statut,
                depot,
                reponse,
                f"{prenom} {nom}{'' if role == w.FAMILLE else ', pour la mairie'}",
                auteur == regard.compte.id,
                piece,
            ),
        )
        if enfant_id in regard.suit:
            vue.parts.append(Part(*(enfant_id, *part, enfant_id in regard.decide)))
        elif nature not in (w.NATURE_DOSSIER, w.NATURE_CONTESTATION):
            tronquees.add(ident)
    du_dossier = [vue.id for vue in vues.values() if vue.nature == w.NATURE_DOSSIER]
    for demande_id, modification in _modifications(regard, du_dossier) if du_dossier else ():
        vues[demande_id].modifications.append(modification)
    contestent = [vue.id for vue in vues.values() if vue.nature == w.NATURE_CONTESTATION]
    for demande_id, contestee in lecture_contestations.lire(regard, contestent) if contestent else ():
        vues[demande_id].contestations.append(contestee)
    repondues = _repondues(regard, tronquees) if tronquees else {}
    for ident in tronquees:
        lus = statut_des_lignes(partie.statut for partie in vues[ident].reponses)
        repondue = repondues.get(ident) if lus != w.EN_ATTENTE else None
        # what the town asks for may be about a child whom one may not follow
        vues[ident] = replace(vues[ident], statut=lus, repondue_le=repondue, piece_attendue="")
    return list(vues.values())


def _repondues(regard: Regard, demandes: Iterable[int]) -> dict[int, dt.datetime]:
    """When what may be read of these demandes was answered last: their own date would tell of the others."""
    requete = (
        Evenement.select(Ligne.demande, fn.MAX(Evenement.quand))
        .join(Ligne, on=(Evenement.objet == "ligne") & (Evenement.objet_id == Ligne.id))
        .join(Reservation, JOIN.LEFT_OUTER)
        .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
        .where(
            Ligne.demande.in_(sorted(demandes)),
            Evenement.acte.in_((w.ACCEPTER, w.REFUSER)),
            fn.COALESCE(Reservation.enfant, Preinscription.enfant).in_(list(regard.suit)),
        )
        .group_by(Ligne.demande)
    )
    return dict(requete.tuples())


def _rangees(regard: Regard, condition, page: int, par_page: int) -> Iterator[tuple]:
    """(demande, what a `Part` holds), the newest demande first: a row a part, at least one."""
    ordre = Demande.deposee_le.desc(), Demande.id.desc()
    choix = Demande.select(Demande.id).where(condition).order_by(*ordre).paginate(page, par_page)
    # joined first, not looked for with IN: past eight joins PostgreSQL would add up the lines of all the town
    de_la_page = choix.alias("de_la_page")
    premier = fn.MIN(fn.COALESCE(Seance.jour, Preinscription.debut))
    enfant = fn.COALESCE(Reservation.enfant, Preinscription.enfant)
    activite = fn.COALESCE(Seance.activite, Preinscription.activite)
    requete = (
        Demande.select(
            Demande.id,
            Demande.nature,
            Demande.statut,
            Demande.deposee_le,
            Demande.repondue_le,
            Demande.piece_attendue,
            Compte.id,
            Compte.role,
            Compte.prenom,
            Compte.nom,
            Enfant.id,
            Enfant.prenom,
            Activite.nom,
            Ligne.statut,
            Reservation.statut,
            Ligne.motif,
            fn.COUNT(Ligne.id),
            premier.converter(Seance.jour.python_value),
            fn.MAX(fn.COALESCE(Seance.jour, Preinscription.fin)).converter(Seance.jour.python_value),
            fn.MIN(Seance.debut),
            fn.MAX(Seance.fin),
        )
        .join(de_la_page, on=Demande.id == de_la_page.c.id)
        .join_from(Demande, Compte, on=Demande.auteur)
        .join_from(Demande, Ligne, JOIN.LEFT_OUTER)
        .join(Reservation, JOIN.LEFT_OUTER)
        .join(Seance, JOIN.LEFT_OUTER)
        .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
        .join_from(Demande, Enfant, JOIN.LEFT_OUTER, on=Enfant.id == enfant)
        .join_from(Demande, Activite, JOIN.LEFT_OUTER, on=Activite.id == activite)
        .where(Demande.famille == regard.famille)
        .group_by(
            Demande.id, Compte.id, Enfant.id, Activite.id, Ligne.statut, Reservation.statut, Ligne.motif
        )
        .order_by(*ordre, premier, fn.MIN(Seance.debut), Enfant.rang, fn.MIN(Ligne.id))
    )
    for rangee in requete.tuples():
        yield (rangee[:10], *rangee[10:])


def _modifications(regard: Regard, demandes: list[int]) -> Iterator[tuple[int, ModificationVue]]:
    """The changes of these demandes, without those of a part of a sheet that the account may not read."""
    permis, noms = droits.fiches(regard), dossier.noms(regard.famille)
    for m in Modification.select().where(Modification.demande.in_(demandes)).order_by(Modification.id):
        droit = droits.sur(permis, m)
        if champs.LIRE not in droit:
            continue
        qui, quoi = noms[m.objet, m.objet_id], dossier.nommer(m.objet, m.champ)
        yield m.demande_id, ModificationVue(m.id, qui, quoi, m.statut, m.motif, champs.MODIFIER in droit)
