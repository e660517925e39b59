"""The agents' answers: accept, put on the waiting list, refuse with a reason; a part, a demande, a selection.

An answer is final. Two agents on one demande: what it bears on then the demande are locked, the second is
told who answered what (`reponse.DejaRepondu`), and nothing changes twice. What answering does to a séance, to
a registration, to the family file: the modules `reponse_…`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from peewee import OperationalError

import workflows as w
from models import Compte, Demande, write_transaction
from portail.domain import perimetre, reponse_creneaux, reponse_dossier, reponse_preinscription
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.refus import Interdit, Introuvable, Refus

SANS_LISTE = {
    w.NATURE_DOSSIER: "Une modification du dossier",
    w.NATURE_PREINSCRIPTION: "Une pré-inscription",
}
"""The natures that no waiting list takes, in words: the days asked for go there by themselves."""
SELECTION_MAX = 100
"""How many demandes may be answered at once: four pages of the queue, each demande in its own transaction."""


@dataclass
class Bilan:
    """What came of a selection: the demandes answered, and for each other one the sentence that tells why."""

    repondues: list[Demande] = field(default_factory=list)
    ecartees: list[tuple[Demande, str]] = field(default_factory=list)


def accepter(
    agent: Compte,
    demande_id: int,
    lignes: Collection[int] | None = None,
    malgre: Mapping[int, str] | None = None,
) -> Demande:
    """Accept these parts (all in sight that wait when None): booked while places last, then the waiting list.

    A change of the file is written, unless the file no longer holds what the family saw: `malgre` gives, by
    change, the fingerprint of the present value that the agent saw and wants replaced all the same.
    """
    with write_transaction():
        nature = _nature(agent, demande_id)
        if nature == w.NATURE_DOSSIER:
            return reponse_dossier.accepter(agent, demande_id, lignes, malgre or {})
        if nature == w.NATURE_PREINSCRIPTION:
            return reponse_preinscription.accepter(agent, demande_id, lignes)
        return reponse_creneaux.repondre(agent, demande_id, lignes, w.ACCEPTER)


def mettre_en_attente(agent: Compte, demande_id: int, lignes: Collection[int] | None = None) -> Demande:
    """Put these bookings on the waiting list even where places remain."""
    with write_transaction():
        nature = _nature(agent, demande_id)
        if nature in SANS_LISTE:
            raise Refus(f"{SANS_LISTE[nature]} ne se met pas en liste d’attente : acceptez-la ou refusez-la.")
        return reponse_creneaux.repondre(agent, demande_id, lignes, w.METTRE_EN_ATTENTE)


def refuser(agent: Compte, demande_id: int, motif: str, lignes: Collection[int] | None = None) -> Demande:
    """Refuse these parts (all that wait when None). The reason is required: the family reads it."""
    motif = " ".join(motif.split())
    if not motif:
        raise Refus("Indiquez le motif du refus : la famille le lira.", champ="motif")
    with write_transaction():
        nature = _nature(agent, demande_id)
        if nature == w.NATURE_DOSSIER:
            return reponse_dossier.refuser(agent, demande_id, lignes, motif)
        if nature == w.NATURE_PREINSCRIPTION:
            return reponse_preinscription.refuser(agent, demande_id, lignes, motif)
        return reponse_creneaux.repondre(agent, demande_id, lignes, w.REFUSER, motif)


def repondre_a_la_selection(agent: Compte, demandes: Iterable[int], acte: str, motif: str = "") -> Bilan:
    """Accept or refuse several demandes, the oldest first, each in its own transaction.

    One that somebody else answered meanwhile does not hold back the others: it is set aside, and why is said.
    """
    if acte not in (w.ACCEPTER, w.REFUSER):
        raise Refus("Choisissez d’accepter ou de refuser les demandes.", champ="acte")
    if acte == w.REFUSER and not motif.strip():
        raise Refus("Indiquez le motif du refus : les familles le liront.", champ="motif")
    bilan, voulues = Bilan(), set(demandes)
    if len(voulues) > SELECTION_MAX:
        raise Refus(f"Une sélection compte {SELECTION_MAX} demandes au plus.", champ="demande")
    choisies = list(
        Demande.select()
        .where(Demande.id.in_(sorted(voulues)), *perimetre.du_compte(agent).demandes())
        .order_by(Demande.deposee_le, Demande.id)
    )
    if not choisies:
        raise Refus("Sélectionnez au moins une demande.", champ="demande")
    for demande in choisies:
        try:
            faite = refuser(agent, demande.id, motif) if acte == w.REFUSER else accepter(agent, demande.id)
            bilan.repondues.append(faite)
        except Interdit:
            raise
        except Refus as refus:
            bilan.ecartees.append((Demande.get_by_id(demande.id), refus.phrase))
        except OperationalError:
            # The lock of a séance did not come in time. What is answered already stays, and has to be told.
            if not bilan.repondues:
                raise
            bilan.ecartees.append((demande, "Le portail était occupé : recommencez pour celle-ci."))
    return bilan


def _nature(agent: Compte, demande_id: int) -> str:
    """What the demande is about, for an agent who may answer it: in sight, and not of their own family."""
    exiger_un_agent(agent, "Seuls les agents de la mairie répondent aux demandes.")
    demande = Demande.get_or_none(Demande.id == demande_id, *perimetre.du_compte(agent).demandes())
    if demande is None:
        raise Introuvable("Cette demande n’existe pas.")
    exiger_une_autre_famille(
        agent,
        demande.famille_id,
        "Vous êtes abonné à cette famille : un autre agent doit répondre à sa demande.",
    )
    return demande.nature
