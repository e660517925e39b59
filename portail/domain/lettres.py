"""The letters that hold the codes abonnés, in batches: for the adults who have neither account nor letter.

After an import nobody has any. A batch is one act: its codes are made, or read again, at once; each has its
line in the journal, as a letter printed alone has.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import Expression, fn

import workflows as w
from models import (
    Abonnement,
    CodeAbonne,
    Compte,
    Evenement,
    Famille,
    Responsable,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain import codes, coffre, courriels, familles, importation
from portail.domain.ecriture import inserer, reserver_les_ids
from portail.domain.familles import Lettre
from portail.domain.refus import Introuvable, Refus

PAR_LOT = 200
"""Letters of one page: a browser prints them without losing its breath."""
LOTS_MONTRES = 10


@dataclass(frozen=True)
class Lot:
    """Letters made together, of which some codes still wait."""

    id: int
    """The first of its codes."""
    quand: dt.datetime
    par: str
    combien: int


@dataclass(frozen=True)
class Lettres:
    """Where the letters are."""

    a_faire: int
    """How many adults wait for theirs."""
    lots: Sequence[Lot]

    @property
    def du_prochain_lot(self) -> int:
        return min(self.a_faire, PAR_LOT)


# ——— the acts ———


def emettre_un_lot(agent: Compte) -> list[Lettre]:
    """The letters of the next adults who have none, in the order of the families' names, each with a code."""
    with write_transaction():
        importation.exiger(agent)
        choisis = [adulte.id for adulte in _a_faire(agent).limit(PAR_LOT)]
        adultes = _tenus(agent, choisis)
        if not adultes:
            raise Refus("Tous les adultes ont un compte, ou une lettre : il n’y en a pas à imprimer.")
        return _emettre(agent, adultes)


def reimprimer_un_lot(agent: Compte, code_id: int) -> list[Lettre]:
    """The letters of a batch whose codes still wait, once more: the printer ran out of paper."""
    with write_transaction():
        importation.exiger(agent)
        siens = _du_lot(agent, code_id)
        if not siens:
            raise Introuvable("Ce lot de lettres n’existe pas, ou toutes ont servi.")
        _journaliser(agent, familles.IMPRIMEE, ((code.id, code.famille_id) for code in siens))
        return [_lettre(code.famille, code.responsable, _relire(code), code.expire_le) for code in siens]


# ——— what the page shows ———


def voir(agent: Compte) -> Lettres:
    """How many wait, and the last batches. Two queries."""
    importation.exiger(agent)
    requete = (
        CodeAbonne.select(
            fn.MIN(CodeAbonne.id), CodeAbonne.cree_le, Compte.prenom, Compte.nom, fn.COUNT(CodeAbonne.id)
        )
        .join(Compte, on=CodeAbonne.agent == Compte.id)
        .where(familles.en_cours(), CodeAbonne.responsable.is_null(False))
        .group_by(CodeAbonne.cree_le, Compte.id, Compte.prenom, Compte.nom)
        .having(fn.COUNT(CodeAbonne.id) > 1)
        .order_by(CodeAbonne.cree_le.desc())
        .limit(LOTS_MONTRES)
    )
    lots = [Lot(i, quand, f"{prenom} {nom}", n) for i, quand, prenom, nom, n in requete.tuples()]
    return Lettres(_a_faire(agent).count(), lots)


# ——— inside ———


def _sans_rien(agent: Compte) -> list[Expression]:
    """Conditions on `Responsable`: without account nor code, not of the agent's own families."""
    ouverts = (
        Abonnement.select(Abonnement.id)
        .join(Compte)
        .where(
            Abonnement.famille == Responsable.famille,
            Abonnement.statut != w.RESILIE,
            (Abonnement.responsable == Responsable.id)
            | (Abonnement.responsable.is_null() & (Compte.email == Responsable.email)),
        )
    )
    attendus = CodeAbonne.select(CodeAbonne.id).where(
        CodeAbonne.responsable == Responsable.id, familles.en_cours()
    )
    return [~fn.EXISTS(ouverts), ~fn.EXISTS(attendus), Responsable.famille.not_in(_les_siennes(agent))]


def _les_siennes(agent: Compte):
    return Abonnement.select(Abonnement.famille).where(Abonnement.compte == agent)


def _a_faire(agent: Compte):
    return (
        Responsable.select(Responsable, Famille)
        .join(Famille)
        .where(*_sans_rien(agent))
        .order_by(Famille.recherche, Famille.id, Responsable.rang, Responsable.id)
    )


def _tenus(agent: Compte, choisis: Sequence[int]) -> list[Responsable]:
    """Those of them who still have nothing, now that nobody else makes a letter for their families."""
    siens = Responsable.select(Responsable.famille).where(Responsable.id.in_(list(choisis) or [0]))
    verrouiller(Famille, {famille for (famille,) in siens.tuples()})
    return list(_a_faire(agent).where(Responsable.id.in_(list(choisis) or [0])))


def _emettre(agent: Compte, adultes: Sequence[Responsable]) -> list[Lettre]:
    maintenant, fin = clock.maintenant(), clock.instant(clock.aujourdhui() + familles.VALIDITE, dt.time())
    clairs = [codes.tirer() for _ in adultes]
    ids = reserver_les_ids(CodeAbonne, len(adultes))
    inserer(
        CodeAbonne,
        ("id", "famille", "responsable", "empreinte", "scelle", "cree_le", "expire_le", "agent"),
        (
            (
                *(ident, adulte.famille_id, adulte.id, codes.empreinte(clair), coffre.sceller(clair)),
                *(maintenant, fin, agent.id),
            )
            for ident, adulte, clair in zip(ids, adultes, clairs, strict=True)
        ),
    )
    _journaliser(
        agent,
        familles.EMIS,
        ((ident, adulte.famille_id) for ident, adulte in zip(ids, adultes, strict=True)),
    )
    return [
        _lettre(adulte.famille, adulte, clair, fin) for adulte, clair in zip(adultes, clairs, strict=True)
    ]


def _du_lot(agent: Compte, code_id: int) -> list[CodeAbonne]:
    """The codes made in the same batch as this one, that still open; not of the agent's own families."""
    code = CodeAbonne.get_or_none(CodeAbonne.id == code_id)
    if code is None:
        return []
    requete = (
        CodeAbonne.select(CodeAbonne, Responsable, Famille)
        .join(Responsable)
        .join_from(CodeAbonne, Famille)
        .where(
            familles.en_cours(),
            CodeAbonne.cree_le == code.cree_le,
            CodeAbonne.agent == code.agent_id,
            CodeAbonne.famille.not_in(_les_siennes(agent)),
        )
    )
    return list(requete.order_by(CodeAbonne.id).limit(PAR_LOT))


def _relire(code: CodeAbonne) -> str:
    try:
        return coffre.desceller(code.scelle)
    except coffre.Illisible as illisible:
        raise Refus(
            "Ces lettres ne peuvent pas être réimprimées : la clé qui protégeait leurs codes n’est plus là."
        ) from illisible


def _lettre(famille: Famille, adulte: Responsable, clair: str, fin: dt.datetime) -> Lettre:
    jour = familles.dernier_jour(fin)
    return Lettre(famille, adulte.nom_complet, codes.presenter(clair), jour, courriels.lien(""))


def _journaliser(agent: Compte, acte: str, faits: Iterable[tuple[int, int]]) -> None:
    quand = clock.maintenant()
    inserer(
        Evenement,
        ("quand", "auteur", "acte", "objet", "objet_id", "famille"),
        ((quand, agent.id, acte, "code_abonne", code_id, famille_id) for code_id, famille_id in faits),
    )
