"""How many demandes under each tab of the agents' queue, of each nature, of each age, looked after by whom.

A count under a filter keeps to all the other filters: it says what a click on it would show.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from peewee import JOIN, SQL, Case, Expression, fn

import workflows as w
from models import Compte, Demande, PriseEnCharge
from portail import clock
from portail.domain.filtres_moderation import (
    A_TRAITER,
    AGES,
    AUTRES,
    EN_RETARD,
    MOI,
    PERSONNE,
    SUIVIS,
    TRAITEES,
    Filtres,
    age,
    de_l_age,
    du_suivi,
    sous,
)
from portail.domain.perimetre import Perimetre


@dataclass(frozen=True)
class Choix:
    """One count, and where a click on it leads: there, or back when it is where one is."""

    nom: str
    combien: int
    actif: bool
    filtres: Filtres


@dataclass(frozen=True)
class Facette:
    """The counts of one kind."""

    nom: str
    choix: list[Choix]


@dataclass(frozen=True)
class Comptes:
    """All that is counted for one page of the queue."""

    par_etat: dict[str, int]
    facettes: list[Facette]
    traitees_aujourdhui: int


def compter(filtres: Filtres, fond: list[Expression], vu: Perimetre, agent: Compte | None) -> Comptes:
    """The counts; `fond` is what they all keep to (`filtres_moderation.du_fond`). Three queries."""
    attendent, traitees = _attendent(fond, vu, agent), _traitees(filtres, fond, vu, agent)

    def en_attente(retard: bool, **voulus: str) -> int:
        """How many wait, with the filters of the address but for these."""
        cherche = {nom: getattr(filtres, nom) for nom in ("nature", "age", "suivi")} | voulus
        return sum(
            combien
            for (nature, quand, qui, tard), combien in attendent.items()
            if cherche["nature"] in ("", nature)
            and cherche["age"] in ("", quand)
            and cherche["suivi"] in ("", qui)
            and (tard or not retard)
        )

    par_etat = {
        A_TRAITER: en_attente(False),
        EN_RETARD: en_attente(True),
        TRAITEES: sum(n for nature, n in traitees.items() if filtres.nature in ("", nature)),
    }
    retard = filtres.etat == EN_RETARD
    if filtres.etat == TRAITEES:
        facettes = [_facette("Nature", filtres, "nature", w.NATURES, traitees)]
    else:
        facettes = [
            _facette(
                nom,
                filtres,
                champ,
                libelles,
                Counter({code: en_attente(retard, **{champ: code}) for code in libelles}),
            )
            for nom, champ, libelles in (
                ("Nature", "nature", w.NATURES),
                ("Déposées", "age", AGES),
                ("Suivies", "suivi", SUIVIS),
            )
        ]
    return Comptes(par_etat, facettes, _aujourdhui(vu))


# ——— inside ———


def _facette(
    nom: str, filtres: Filtres, champ: str, libelles: dict[str, str], comptes: Counter[str]
) -> Facette:
    """What is there, and what is chosen even where there is nothing of it any more."""
    choisi = getattr(filtres, champ)
    return Facette(
        nom,
        [
            Choix(
                libelle,
                comptes[code],
                code == choisi,
                filtres.avec(**{champ: "" if code == choisi else code}),
            )
            for code, libelle in libelles.items()
            if comptes[code] or code == choisi
        ],
    )


def _attendent(
    fond: list[Expression], vu: Perimetre, agent: Compte | None
) -> dict[tuple[str, str, str, bool], int]:
    """Those that wait, by nature, age, who looks after them and whether they are late. One query."""
    suivi = Case(
        None,
        [(PriseEnCharge.agent.is_null(), PERSONNE), (PriseEnCharge.agent == (agent.id if agent else 0), MOI)],
        AUTRES,
    )
    tard = Case(None, [(Demande.a_traiter_avant <= clock.maintenant(), 1)], 0)
    requete = (
        Demande.select(
            Demande.nature,
            age().alias("anciennete"),
            suivi.alias("suivie"),
            tard.alias("tardive"),
            fn.COUNT(Demande.id),
        )  # fmt: skip
        .join(PriseEnCharge, JOIN.LEFT_OUTER)
        .where(sous(A_TRAITER, vu), *fond)
        .group_by(Demande.nature, SQL("anciennete"), SQL("suivie"), SQL("tardive"))
    )
    return {(*cle, bool(tardive)): combien for *cle, tardive, combien in requete.tuples()}


def _traitees(filtres: Filtres, fond: list[Expression], vu: Perimetre, agent: Compte | None) -> Counter[str]:
    """Those that were answered, by nature. One query."""
    conditions = [*fond, *de_l_age(filtres.age), *du_suivi(filtres.sur(TRAITEES), agent)]
    requete = Demande.select(Demande.nature, fn.COUNT(Demande.id)).where(sous(TRAITEES, vu), *conditions)
    return Counter(dict(requete.group_by(Demande.nature).tuples()))


def _aujourdhui(vu: Perimetre) -> int:
    """How many were answered today, whatever the filters. One query."""
    minuit = clock.instant(clock.aujourdhui(), dt.time())
    du_jour = (Demande.repondue_le >= minuit) & Demande.agent.is_null(False)
    return Demande.select().where(sous(TRAITEES, vu), du_jour).count()
