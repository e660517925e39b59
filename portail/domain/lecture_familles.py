"""A family file as agents read it, whole: a number of queries that does not follow what it holds.

A code is never among what is read here: only for whom it was made, when, by whom, and until when it is good.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import JOIN, fn

import workflows as w
from models import (
    Abonnement,
    CodeAbonne,
    Compte,
    Enfant,
    Evenement,
    Famille,
    Lieu,
    Responsable,
)
from portail import clock, mots
from portail.domain import familles, perimetre
from portail.domain.perimetre import Perimetre
from portail.domain.refus import Introuvable

MOUVEMENTS = 12
"""How many lines of the journal a file shows."""

DITS = {
    familles.EMIS: "Lettre faite pour {}",
    familles.IMPRIMEE: "Lettre réimprimée pour {}",
    familles.REMPLACE: "Code remplacé pour {}",
    familles.ANNULE: "Code annulé pour {}",
}


@dataclass(frozen=True)
class AdulteVu:
    id: int
    nom: str
    email: str
    telephone: str


@dataclass(frozen=True)
class EnfantVu:
    id: int
    nom: str
    age: str
    ecole: str
    """« Groupe scolaire Jean-Zay, CE2 »."""


@dataclass(frozen=True)
class AbonnementVu:
    """An account that sees the file, or saw it."""

    id: int
    nom: str
    email: str
    etat: w.Etat
    depuis: dt.date
    adulte_id: int | None
    adulte: str
    """Which adult of the family it is; empty when nobody said."""
    lettre: "CodeVu | None"
    """A letter that the same adult has not used."""

    @property
    def ouvert(self) -> bool:
        return self.etat.code != w.RESILIE


@dataclass(frozen=True)
class CodeVu:
    """A code that opens, without the code."""

    id: int
    adulte_id: int | None
    fait_le: dt.date
    dernier_jour: dt.date
    agent: str


@dataclass(frozen=True)
class LettreVue:
    """The letter of one adult: made already, or still to make."""

    responsable_id: int | None
    pour: str
    abonne: bool
    code: CodeVu | None


@dataclass(frozen=True)
class Mouvement:
    quand: dt.datetime
    phrase: str


@dataclass(frozen=True)
class Fiche:
    """A family file, as an agent reads it."""

    id: int
    nom: str
    code_abonne: str
    a_moi: bool
    """Whether it is the agent's own family: another one acts on it."""
    adultes: list[AdulteVu]
    enfants: list[EnfantVu]
    abonnements: list[AbonnementVu]
    lettres: list[LettreVue]
    mouvements: list[Mouvement]

    @property
    def premiere_lettre(self) -> LettreVue | None:
        """The first that somebody is waiting for: neither subscribed, nor with a letter."""
        return next((lettre for lettre in self.lettres if not lettre.abonne and not lettre.code), None)


def famille(famille_id: int, agent: Compte) -> Famille:
    """This family, for this agent. :class:`Introuvable` when there is none in sight."""
    ici = (Famille.id == famille_id) & Famille.fusionnee_dans.is_null()
    trouvee = Famille.get_or_none(ici, *perimetre.du_compte(agent).familles())
    if trouvee is None:
        raise Introuvable("Cette famille n’existe pas.")
    return trouvee


def fiche(famille_id: int, agent: Compte, vu: Perimetre | None = None) -> Fiche:
    """The file of this family, for this agent. :class:`Introuvable` when there is none in sight.

    `vu`: how far the agent sees, when it was read already.
    """
    vu = vu or perimetre.du_compte(agent)
    a_eux = Abonnement.select(fn.COUNT(Abonnement.id)).where(
        Abonnement.famille == Famille.id, Abonnement.compte == agent
    )
    dossier = Famille.select(Famille.nom, Famille.code_abonne, a_eux).where(
        Famille.id == famille_id, Famille.fusionnee_dans.is_null(), *vu.familles()
    )
    for nom, code_abonne, a_moi in dossier.tuples():
        adultes, codes = _adultes(famille_id), _codes(famille_id)
        abonnements = _abonnements(famille_id, codes)
        return Fiche(
            id=famille_id,
            nom=nom,
            code_abonne=code_abonne,
            a_moi=a_moi > 0,
            adultes=adultes,
            enfants=_enfants(famille_id),
            abonnements=abonnements,
            lettres=_lettres(nom, adultes, codes, abonnements),
            mouvements=_mouvements(famille_id),
        )
    raise Introuvable("Cette famille n’existe pas.")


def _adultes(famille_id: int) -> list[AdulteVu]:
    requete = Responsable.select().where(Responsable.famille == famille_id)
    return [
        AdulteVu(r.id, f"{r.prenom} {r.nom}", r.email, r.telephone)
        for r in requete.order_by(Responsable.rang, Responsable.id)
    ]


def _enfants(famille_id: int) -> list[EnfantVu]:
    requete = (
        Enfant.select(Enfant.id, Enfant.prenom, Enfant.nom, Enfant.naissance, Enfant.classe, Lieu.nom)
        .join(Lieu, JOIN.LEFT_OUTER)
        .where(Enfant.famille == famille_id)
        .order_by(Enfant.rang, Enfant.id)
    )
    jour = clock.aujourdhui()
    return [
        EnfantVu(i, f"{prenom} {nom}", mots.age(naissance, jour), ", ".join(filter(None, (ecole, classe))))
        for i, prenom, nom, naissance, classe, ecole in requete.tuples()
    ]


def _abonnements(famille_id: int, codes: dict[int | None, CodeVu]) -> list[AbonnementVu]:
    """Those that are open first, the oldest first."""
    requete = (
        Abonnement.select(
            *(Abonnement.id, Abonnement.statut, Abonnement.cree_le, Abonnement.responsable),
            *(Compte.prenom, Compte.nom, Compte.email, Responsable.prenom, Responsable.nom),
        )
        .join(Compte)
        .join_from(Abonnement, Responsable, JOIN.LEFT_OUTER)
        .where(Abonnement.famille == famille_id)
        .order_by(Abonnement.statut == w.RESILIE, Abonnement.cree_le, Abonnement.id)
    )
    return [
        AbonnementVu(
            id=ident,
            nom=f"{prenom} {nom}",
            email=email,
            etat=w.ABONNEMENT.etats[statut],
            depuis=clock.a_paris(cree_le).date(),
            adulte_id=adulte_id,
            adulte=" ".join(filter(None, noms)),
            lettre=codes.get(adulte_id) if adulte_id else None,
        )
        for ident, statut, cree_le, adulte_id, prenom, nom, email, *noms in requete.tuples()
    ]


def _codes(famille_id: int) -> dict[int | None, CodeVu]:
    """The codes that open, by the adult whom they are made out to."""
    requete = (
        CodeAbonne.select(
            *(CodeAbonne.id, CodeAbonne.responsable, CodeAbonne.cree_le, CodeAbonne.expire_le),
            *(Compte.prenom, Compte.nom),
        )
        .join(Compte, JOIN.LEFT_OUTER)
        .where(CodeAbonne.famille == famille_id, familles.en_cours())
        .order_by(CodeAbonne.id)
    )
    return {
        adulte: CodeVu(
            ident,
            adulte,
            clock.a_paris(cree_le).date(),
            familles.dernier_jour(expire_le),
            f"{prenom} {nom}" if prenom else "",
        )
        for ident, adulte, cree_le, expire_le, prenom, nom in requete.tuples()
    }


def _lettres(
    nom: str,
    adultes: Iterable[AdulteVu],
    codes: dict[int | None, CodeVu],
    abonnements: Iterable[AbonnementVu],
) -> list[LettreVue]:
    """One an adult; one made out to nobody in particular where there is no adult, or where it was made."""
    ouverts = [abonnement for abonnement in abonnements if abonnement.ouvert]
    # A subscription that was taken over does not always say which adult it is of: the e-mail does.
    abonnes = {a.adulte_id for a in ouverts} | {a.email for a in ouverts if a.adulte_id is None}
    lettres = [
        LettreVue(a.id, a.nom, not abonnes.isdisjoint({a.id, a.email.casefold()}), codes.get(a.id))
        for a in adultes
    ]
    if not lettres or None in codes:
        lettres.append(LettreVue(None, f"Famille {nom}", False, codes.get(None)))
    return lettres


def _mouvements(famille_id: int) -> list[Mouvement]:
    """What happened lately to the subscriptions and the codes, the last first."""
    auteur, abonne = Compte.alias(), Compte.alias()
    code = (Evenement.objet == "code_abonne") & Evenement.acte.in_(list(DITS))
    abonnement = (Evenement.objet == "abonnement") & (Evenement.vers != "")
    requete = (
        Evenement.select(
            *(Evenement.quand, Evenement.acte, Evenement.vers, Famille.nom, auteur.prenom, auteur.nom),
            *(Responsable.prenom, Responsable.nom, abonne.prenom, abonne.nom),
        )
        .join(Famille)
        .join_from(Evenement, auteur, JOIN.LEFT_OUTER, on=Evenement.auteur == auteur.id)
        .join_from(Evenement, CodeAbonne, JOIN.LEFT_OUTER, on=code & (CodeAbonne.id == Evenement.objet_id))
        .join(Responsable, JOIN.LEFT_OUTER, on=CodeAbonne.responsable == Responsable.id)
        .join_from(
            Evenement, Abonnement, JOIN.LEFT_OUTER, on=abonnement & (Abonnement.id == Evenement.objet_id)
        )
        .join(abonne, JOIN.LEFT_OUTER, on=Abonnement.compte == abonne.id)
        .where(Evenement.famille.in_(et_les_videes(famille_id)), code | abonnement)
        .order_by(Evenement.id.desc())
        .limit(MOUVEMENTS)
    )
    return [Mouvement(quand, _dire(*reste)) for quand, *reste in requete.tuples()]


def et_les_videes(famille_id: int) -> list[int]:
    """This file and those that were merged into it: the journal of each stays its own."""
    videes = Famille.select(Famille.id).where(Famille.fusionnee_dans == famille_id)
    return [famille_id, *(ident for (ident,) in videes.tuples())]


def du_code(code: str, agent: Compte) -> Famille | None:
    """The file in sight that has this number, however it was typed."""
    ici = (Famille.code_abonne == code.replace(" ", "")) & Famille.fusionnee_dans.is_null()
    return Famille.get_or_none(ici, *perimetre.du_compte(agent).familles())


def menee_a(famille_id: int) -> int | None:
    """Where a file that was merged has gone; None when it has not."""
    return Famille.select(Famille.fusionnee_dans).where(Famille.id == famille_id).scalar()


def _dire(acte, vers, famille, prenom_auteur, nom_auteur, prenom, nom, prenom_abonne, nom_abonne) -> str:
    """« Lettre faite pour Claire Moreau, par Sophie Garnier »."""
    abonne = f"{prenom_abonne} {nom_abonne}" if prenom_abonne else ""
    auteur = f"{prenom_auteur} {nom_auteur}" if prenom_auteur else ""
    if vers:
        quoi = f"Abonnement {mots.de(abonne)} : {w.ABONNEMENT.etats[vers].libelle.lower()}"
    else:
        quoi = DITS[acte].format(f"{prenom} {nom}" if prenom else f"la famille {famille}")
    return quoi if auteur in ("", abonne) else f"{quoi}, par {auteur}"
