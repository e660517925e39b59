"""Taking back an answer within its minute: everything stands as it did before, or nothing changes.

Only whoever answered may: they know what they did, and a minute leaves nobody else the time to judge it. Only
as long as nothing that the answer touched has moved since: a place given to another child, a new demande, a
field of the file. The mails of the answer wait out that minute, and go with it: one that has begun to leave
makes the answer final. A promotion from the waiting list stands: the family that waits is told at once, and
the place that it took is no longer there to be taken back.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from peewee import OperationalError

import workflows as w
from models import Compte, Demande, Reponse, write_transaction
from portail import clock
from portail.domain import perimetre
from portail.domain.droits import exiger_un_agent
from portail.domain.ecriture_du_lot import DELAI
from portail.domain.moderation import AGENTS_SEULS, LOT, Bilan, souffler
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.reprise import defaire, examiner, verrouiller
from portail.domain.transitions import Acteur

PASSEE = "La minute est passée : la réponse est définitive, et la famille en est prévenue."
GARDE = dt.timedelta(hours=1)
"""How long the rows are kept, that serve for a minute."""


@dataclass(frozen=True)
class Offre:
    """What may still be taken back."""

    lot: str
    demande: int | None
    """One demande; None: the whole gesture."""
    combien: int
    secondes: int
    """How long, from now on."""


def revenir(agent: Compte, lot: str, demande_id: int | None = None) -> Bilan:
    """Take back what this agent answered in this gesture, or of it one demande.

    Those that cannot be taken back any more are told one by one; :class:`DejaChange` when that is all.
    """
    exiger_un_agent(agent, AGENTS_SEULS)
    reponses = _reponses(agent, lot, demande_id)
    if not reponses:
        raise Introuvable("Il n’y a plus rien à annuler ici.")
    if not _a_temps(reponses[0]):
        raise DejaChange(PASSEE)
    bilan = Bilan(lot=lot)
    for rang in range(0, len(reponses), LOT):
        souffler(rang)
        _revenir_sur(agent, reponses[rang : rang + LOT], bilan)
    if not bilan.repondues:
        raise DejaChange(bilan.ecartees[0][1])
    return bilan


def offrir(agent: Compte, lot: str, demande_id: int | None = None) -> Offre | None:
    """What this agent may still take back of this gesture; None when the minute is past. One query."""
    return _offre(_reponses(agent, lot, demande_id), lot, demande_id)


def de_la_demande(agent: Compte, demande_id: int) -> Offre | None:
    """Whether the last answer to this demande may still be taken back by this agent. One query."""
    reponses = list(
        Reponse.select()
        .where(Reponse.demande == demande_id, Reponse.donnee_le > clock.maintenant() - DELAI)
        .order_by(Reponse.id.desc())
        .limit(1)
    )
    siennes = [reponse for reponse in reponses if reponse.agent_id == agent.id]
    return _offre(siennes, siennes[0].lot, demande_id) if siennes else None


def faire_le_menage() -> int:
    """Forget what no longer serves; gives how many answers."""
    with write_transaction():
        return Reponse.delete().where(Reponse.donnee_le < clock.maintenant() - GARDE).execute()


# ——— inside ———


def _reponses(agent: Compte, lot: str, demande_id: int | None) -> list[Reponse]:
    """The last one first: those who were put on a list leave it before a place frees there."""
    siennes = (Reponse.lot == lot, Reponse.agent == agent, *perimetre.du_compte(agent).demandes())
    requete = Reponse.select(Reponse, Demande).join(Demande).where(*siennes)
    if demande_id is not None:
        requete = requete.where(Reponse.demande == demande_id)
    return list(requete.order_by(Reponse.id.desc()))


def _a_temps(reponse: Reponse) -> bool:
    return clock.maintenant() < _fin(reponse)


def _fin(reponse: Reponse) -> dt.datetime:
    donnee_le: dt.datetime = reponse.donnee_le
    return donnee_le + DELAI


def _offre(reponses: Collection[Reponse], lot: str, demande_id: int | None) -> Offre | None:
    restantes = [r for r in reponses if _a_temps(r)]
    if not restantes:
        return None
    secondes = (min(map(_fin, restantes)) - clock.maintenant()).total_seconds()
    return Offre(lot, demande_id, len(restantes), max(round(secondes), 1))


def _revenir_sur(agent: Compte, reponses: list[Reponse], bilan: Bilan) -> None:
    """One transaction, or one for each where something of one of them has just moved."""
    try:
        _defaire(agent, reponses, bilan)
    except DejaChange as deja:
        if len(reponses) == 1:
            bilan.ecartees.append((reponses[0].demande, deja.phrase))
            return
        for reponse in reponses:
            _revenir_sur(agent, [reponse], bilan)
    except OperationalError:
        if not bilan.repondues:
            raise
        occupe = "Le portail était occupé : recommencez pour celle-ci."
        bilan.ecartees += [(reponse.demande, occupe) for reponse in reponses]


def _defaire(agent: Compte, reponses: list[Reponse], bilan: Bilan) -> None:
    with write_transaction():
        reprises = verrouiller(reponses)
        for reprise in reprises:
            if not _a_temps(reprise.reponse):
                reprise.refus = reprise.refus or DejaChange(PASSEE)
        examiner(reprises)
        defaire(reprises, Acteur(agent, w.AGENT))
    _raconter(reprises, bilan)


def _raconter(reprises: Iterable, bilan: Bilan) -> None:
    for reprise in reprises:
        refus: Refus | None = reprise.refus
        if refus is None:
            bilan.repondues.append(reprise.demande)
        else:
            bilan.ecartees.append((reprise.demande, refus.phrase))
