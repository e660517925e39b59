"""Who looks after a demande: « Je m’en occupe », « Libérer ». It tells the other agents, and stops nobody."""

import datetime as dt
from dataclasses import dataclass

import workflows as w
from models import Compte, Demande, PriseEnCharge, write_transaction
from portail import clock, mots
from portail.domain.refus import DejaChange
from portail.domain.reponse import DejaRepondu, dire_la_reponse, verrouiller_la_demande
from portail.domain.transitions import Acteur, journaliser

PRENDRE, REPRENDRE, LIBERER = "prendre_en_charge", "reprendre_en_charge", "liberer"
"""What the journal calls them."""


@dataclass(frozen=True)
class Prise:
    """Who looks after a demande, as the agent who reads it sees it."""

    agent_id: int
    nom: str
    """« Marc Tessier »."""
    depuis: dt.datetime
    a_moi: bool

    @property
    def phrase(self) -> str:
        """« Marc Tessier s’en occupe depuis 10 h 12. »"""
        qui = "Vous vous en occupez" if self.a_moi else f"{self.nom} s’en occupe"
        return mots.phrase(f"{qui} depuis {_depuis(self.depuis)}")


def prendre(agent: Compte, demande_id: int, vue: int | None = None) -> Demande:
    """This agent looks after the demande from now on.

    When another one does, `vue` must say so: the id of whom the agent saw, and wants to take it over from;
    else :class:`DejaChange`, with who it is.
    """
    with write_transaction():
        demande = _la_demande(agent, demande_id)
        prise = _prise(demande)
        if prise is None:
            PriseEnCharge.create(demande=demande, agent=agent, depuis=clock.maintenant())
            _tracer(demande, PRENDRE, agent)
        elif prise.agent_id != agent.id:
            if prise.agent_id != vue:
                raise DejaChange(f"{prise.agent.nom_complet} s’en occupe depuis {_depuis(prise.depuis)}.")
            PriseEnCharge.update(agent=agent, depuis=clock.maintenant()).where(
                PriseEnCharge.id == prise.id
            ).execute()
            _tracer(demande, REPRENDRE, agent, prise.agent.nom_complet)
        return demande


def liberer(agent: Compte, demande_id: int) -> Demande:
    """Nobody looks after it any more; :class:`DejaChange` when another agent has taken it over."""
    with write_transaction():
        demande = _la_demande(agent, demande_id)
        prise = _prise(demande)
        if prise is not None:
            if prise.agent_id != agent.id:
                raise DejaChange(f"{prise.agent.nom_complet} s’en occupe depuis {_depuis(prise.depuis)}.")
            PriseEnCharge.delete().where(PriseEnCharge.id == prise.id).execute()
            _tracer(demande, LIBERER, agent)
        return demande


# ——— inside ———


def _la_demande(agent: Compte, demande_id: int) -> Demande:
    """The demande, locked, that waits and that this agent may answer."""
    demande = verrouiller_la_demande(
        agent, demande_id, "Seuls les agents de la mairie s’occupent des demandes."
    )
    if demande.statut != w.EN_ATTENTE:
        raise DejaRepondu(demande, dire_la_reponse(demande))
    return demande


def _prise(demande: Demande) -> PriseEnCharge | None:
    requete = PriseEnCharge.select(PriseEnCharge, Compte).join(Compte)
    return requete.where(PriseEnCharge.demande == demande).first()


def _tracer(demande: Demande, acte: str, agent: Compte, detail: str = "") -> None:
    journaliser(
        demande,
        acte,
        Acteur(agent, w.AGENT),
        famille_id=demande.famille_id,
        demande_id=demande.id,
        detail=detail,
    )


def _depuis(quand: dt.datetime) -> str:
    """« 10 h 12 », « mar. 1er déc., 10 h 12 »."""
    return mots.moment_court(quand)
