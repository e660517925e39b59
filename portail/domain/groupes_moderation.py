"""Similar demandes of the agents' queue put together: by activity and week, or by family.

A group stands where its oldest demande would; in it, a family's own demandes stand together. A page holds
whole groups: one tick selects what is under the eyes, and nothing else.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, attrgetter
from typing import NamedTuple

from peewee import JOIN, Expression, fn

import workflows as w
from models import Demande, Famille, Ligne, Preinscription, Reservation, Seance
from portail import mots
from portail.domain.filtres_moderation import PAR_FAMILLE, Activites, Filtres, sous
from portail.domain.perimetre import Perimetre

PAR_PAGE = 25
"""How many demandes a page has before another group is put on the next one."""
TRANCHE = 50
"""Of a larger group, how many are shown at once: half of what one selection may answer."""


@dataclass(frozen=True)
class Groupe:
    """Demandes that are shown together, the oldest family first."""

    titre: str
    """« Réservation : Cantine, Groupe scolaire Jean-Zay, semaine du 7 décembre »."""
    ids: list[int]
    sur: int
    """How many the whole group has: more than its ids when it is shown in several times."""


class _Membre(NamedTuple):
    """What a demande is put in a group by."""

    id: int
    nature: str
    deposee_le: dt.datetime
    famille: int
    nom: str
    activite: int | None
    """The least of its activities, the greatest."""
    activite_max: int | None
    premier: dt.date | None
    """First and last day of its créneaux."""
    dernier: dt.date | None


def grouper(
    filtres: Filtres,
    restriction: Iterable[Expression],
    activites: Activites,
    vu: Perimetre,
    en_plus: int = 0,
) -> list[Groupe]:
    """The groups of the tab, in their order. One query.

    `en_plus`: a demande that no longer waits, in the place that it had.
    """
    membres: dict[tuple, list[_Membre]] = {}
    for membre in _membres(sous(filtres.etat, vu), restriction, en_plus):
        membres.setdefault(_cle(filtres.par, membre), []).append(membre)
    noms = {ident: nom for nom, ids in activites for ident in ids}
    return [
        Groupe(_titre(filtres.par, siens[0], noms), [m.id for m in _par_famille(siens)], len(siens))
        for siens in membres.values()
    ]


def pages(groupes: Sequence[Groupe]) -> list[list[Groupe]]:
    """These groups, page by page; one that is too large is shown in several times."""
    pages: list[list[Groupe]] = []
    for groupe in groupes:
        for debut in range(0, len(groupe.ids), TRANCHE):
            tranche = replace(groupe, ids=groupe.ids[debut : debut + TRANCHE])
            if pages and sum(len(g.ids) for g in pages[-1]) + len(tranche.ids) <= PAR_PAGE:
                pages[-1].append(tranche)
            else:
                pages.append([tranche])
    return pages


def suivante(groupes: Sequence[Groupe], apres: int) -> int | None:
    """What comes after this demande: the rest of its group, then the next groups, then the first."""
    rang = next(n for n, groupe in enumerate(groupes) if apres in groupe.ids)
    place = groupes[rang].ids.index(apres)
    du_groupe = groupes[rang].ids[place + 1 :] + groupes[rang].ids[:place]
    autres = [ident for groupe in (*groupes[rang + 1 :], *groupes[:rang]) for ident in groupe.ids]
    return next(iter(du_groupe + autres), None)


# ——— inside ———


def _membres(de_l_onglet: Expression, restriction: Iterable[Expression], en_plus: int) -> Iterable[_Membre]:
    """The demandes of the tab, the oldest first, with what each is about."""
    de_l_onglet = reduce(and_, restriction, de_l_onglet)
    requete = (
        Demande.select(
            Demande.id,
            Demande.nature,
            Demande.deposee_le,
            Famille.id,
            Famille.nom,
            fn.MIN(fn.COALESCE(Seance.activite, Preinscription.activite)),
            fn.MAX(fn.COALESCE(Seance.activite, Preinscription.activite)),
            fn.MIN(Seance.jour).converter(Seance.jour.python_value),
            fn.MAX(Seance.jour).converter(Seance.jour.python_value),
        )
        .join(Famille)
        .join_from(Demande, Ligne, JOIN.LEFT_OUTER)
        .join(Reservation, JOIN.LEFT_OUTER)
        .join(Seance, JOIN.LEFT_OUTER)
        .join_from(Ligne, Preinscription, JOIN.LEFT_OUTER)
        .where((de_l_onglet | (Demande.id == en_plus)) if en_plus else de_l_onglet)
        .group_by(Demande.id, Famille.id)
        .order_by(Demande.deposee_le, Demande.id)
    )
    return (_Membre(*ligne) for ligne in requete.tuples())


def _cle(groupe: str, m: _Membre) -> tuple:
    if groupe == PAR_FAMILLE:
        return (m.famille,)
    return (m.nature, m.activite if m.activite == m.activite_max else None, _semaine(m))


def _semaine(m: _Membre) -> dt.date | None:
    """The Monday of the week that holds all its days; None when there are several, or none."""
    if m.premier is None or m.dernier is None:
        return None
    lundi = m.premier - dt.timedelta(days=m.premier.weekday())
    return lundi if m.dernier < lundi + dt.timedelta(days=7) else None


def _titre(groupe: str, m: _Membre, noms: dict[int, str]) -> str:
    if groupe == PAR_FAMILLE:
        return f"Famille {m.nom}"
    nature = w.NATURES[m.nature]
    if m.nature == w.NATURE_DOSSIER:
        return f"{nature} famille"
    if m.nature == w.NATURE_CONTESTATION:
        return f"{nature}s de factures"
    activite = noms.get(m.activite or 0) if m.activite == m.activite_max else None
    quoi = f"{nature} : {activite or 'plusieurs activités'}"
    if m.nature == w.NATURE_PREINSCRIPTION:
        return quoi
    lundi = _semaine(m)
    return f"{quoi}, {f'semaine du {mots.jour_mois(lundi)}' if lundi else 'sur plusieurs semaines'}"


def _par_famille(membres: Iterable[_Membre]) -> list[_Membre]:
    """Those of a family one after the other, the family that asked first before the others."""
    familles: dict[int, list[_Membre]] = {}
    for membre in sorted(membres, key=attrgetter("deposee_le", "id")):
        familles.setdefault(membre.famille, []).append(membre)
    return [membre for siens in familles.values() for membre in siens]
