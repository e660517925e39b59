"""The families that an agent looks for: by name, child, number, e-mail, phone. Three queries a page.

Names are compared without accents, on both engines (`models.normaliser`).
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from peewee import fn

import workflows as w
from models import Abonnement, Compte, Enfant, Famille, Responsable
from portail import clock, mots
from portail.domain.filtres_moderation import mots_cherches
from portail.domain.perimetre import LA_VILLE, Perimetre

PAR_PAGE = 25


@dataclass(frozen=True)
class Recherche:
    """What is looked for, as the address says it."""

    q: str = ""
    page: int = 1

    def a_la_page(self, page: int) -> dict[str, Any]:
        """The fields of the address of this page: only those that say something."""
        return {"q": self.q or None, "page": page if page > 1 else None}


@dataclass(frozen=True)
class Rangee:
    """One family of the list."""

    id: int
    nom: str
    code_abonne: str
    enfants: list[str]
    """« Léa, 8 ans »."""
    abonnes: list[str]
    """The accounts subscribed: « Claire Moreau, famille@example.org »."""


@dataclass(frozen=True)
class Trouvees:
    """One page of the families that were found."""

    recherche: Recherche
    combien: int
    pages: int
    rangees: list[Rangee]

    @property
    def etendue(self) -> str:
        """« 26 à 50 sur 112 »."""
        avant = (self.recherche.page - 1) * PAR_PAGE
        return f"{avant + 1} à {avant + len(self.rangees)} sur {mots.nombre(self.combien)}"


CHIFFRES_D_UN_TELEPHONE = 6
"""Digits of a search from which it may be a phone."""


def _mots(q: str) -> list[str]:
    """The words of a search; what is written as a phone, « 06 12 34 56 78 », is one word."""
    serree = re.sub(r"[\s.\-]+", "", q)
    if serree.isascii() and serree.isdigit() and len(serree) >= CHIFFRES_D_UN_TELEPHONE:
        return [serree]
    return mots_cherches(q)


def chercher(q: str = "", page: int = 1, vu: Perimetre = LA_VILLE) -> Trouvees:
    """The families in sight that every word of `q` names, in the order of names; all without a word.

    Past the last page, the last one.
    """
    nommees = Famille.select(Famille.id, Famille.nom, Famille.code_abonne, fn.COUNT(Famille.id).over())
    nommees = nommees.where(Famille.fusionnee_dans.is_null(), *vu.familles())
    for mot in _mots(q):
        nommees = nommees.where(_nommee(mot))
    choisies = list(nommees.order_by(Famille.recherche, Famille.id).paginate(page, PAR_PAGE).tuples())
    if not choisies and page > 1:
        return chercher(q, max(-(-nommees.count() // PAR_PAGE), 1), vu)
    combien = choisies[0][3] if choisies else 0
    ids = [ident for ident, *_ in choisies] or [0]
    enfants, abonnes = _enfants_de(ids), _abonnes_de(ids)
    rangees = [Rangee(i, nom, code, enfants[i], abonnes[i]) for i, nom, code, _ in choisies]
    return Trouvees(Recherche(q, page), combien, max(-(-combien // PAR_PAGE), 1), rangees)


def _nommee(mot: str):
    """The families whose name or child holds this word, whose code, adult's or subscribed e-mail begins with
    it, or an adult's phone holds it. The number of a file that was merged leads to where it went.
    """
    parents = Enfant.select(Enfant.famille).where(Enfant.recherche.contains(mot))
    adultes = Responsable.select(Responsable.famille).where(_adulte_nomme(mot))
    videes = Famille.alias()
    suivies = videes.select(videes.fusionnee_dans).where(
        videes.code_abonne.startswith(mot), videes.fusionnee_dans.is_null(False)
    )
    abonnees = (
        Abonnement.select(Abonnement.famille)
        .join(Compte)
        .where(Compte.email.startswith(mot), Abonnement.statut != w.RESILIE)
    )
    par_le_dossier = Famille.recherche.contains(mot) | Famille.code_abonne.startswith(mot)
    autrement = [Famille.id.in_(ids) for ids in (parents, abonnees, adultes, suivies)]
    return reduce(or_, autrement, par_le_dossier)


def _adulte_nomme(mot: str):
    """Their e-mail begins with it; of digits, one of their phones holds them, however it was typed."""
    par_email = Responsable.email.startswith(mot)
    if not mot.isdigit() or len(mot) < CHIFFRES_D_UN_TELEPHONE:
        return par_email
    numeros = (Responsable.telephone, Responsable.telephone_travail)
    serres = [reduce(lambda texte, c: fn.REPLACE(texte, c, ""), " .-", numero) for numero in numeros]
    return par_email | serres[0].contains(mot) | serres[1].contains(mot)


def _enfants_de(ids: list[int]) -> dict[int, list[str]]:
    requete = Enfant.select(Enfant.famille, Enfant.prenom, Enfant.naissance).where(Enfant.famille.in_(ids))
    dits, jour = defaultdict(list), clock.aujourdhui()
    for famille, prenom, naissance in requete.order_by(Enfant.rang, Enfant.id).tuples():
        dits[famille].append(f"{prenom}, {mots.age(naissance, jour)}")
    return dits


def _abonnes_de(ids: list[int]) -> dict[int, list[str]]:
    requete = (
        Abonnement.select(Abonnement.famille, Compte.prenom, Compte.nom, Compte.email)
        .join(Compte)
        .where(Abonnement.famille.in_(ids), Abonnement.statut != w.RESILIE)
        .order_by(Abonnement.id)
    )
    dits = defaultdict(list)
    for famille, prenom, nom, email in requete.tuples():
        dits[famille].append(f"{prenom} {nom}, {email}")
    return dits
