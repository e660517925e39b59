"""What an agent does about an operation with PayFiP that went wrong: counted all the same, or not."""

import workflows as w
from models import Compte, Paiement, verrouiller, write_transaction
from portail import clock, mots
from portail.domain import droits, encaissement, perimetre, suite_des_paiements
from portail.domain.payfip import Service
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, franchir, journaliser

TRAITER = "traiter_un_paiement"
"""What the journal calls it."""
MOTIF_MAX = 300


AUTRE_AGENT = "C’est votre famille : un autre agent doit s’en charger."


def redemander(agent: Compte, paiement_id: int, service: Service | None) -> Paiement:
    """Ask PayFiP again, now. :class:`Introuvable` for whoever does not see the money of the town.

    What becomes of a payment of one's own family is another agent's to ask, as it is to settle.
    """
    exiger(agent)
    paiement = Paiement.get_or_none(Paiement.id == paiement_id)
    if paiement is None:
        raise Introuvable("Ce paiement n’existe pas.")
    droits.exiger_une_autre_famille(agent, paiement.famille_id, AUTRE_AGENT)
    return suite_des_paiements.demander_le_resultat(paiement, service)


def traiter(agent: Compte, paiement_id: int, motif: str, *, encaisser: bool) -> Paiement:
    """Somebody looked at it: what PayFiP says it received is counted, or nothing more is, and why.

    :class:`DejaChange` when a colleague was first; never an agent for one's own family.
    """
    with write_transaction():
        exiger(agent)
        paiement = Paiement.get_or_none(Paiement.id == paiement_id)
        if paiement is None:
            raise Introuvable("Ce paiement n’existe pas.")
        droits.exiger_une_autre_famille(agent, paiement.famille_id, AUTRE_AGENT)
        dus = encaissement.verrouiller_les_dus(paiement.payeur_id)
        paiement = verrouiller(Paiement, [paiement_id])[paiement_id]
        if not paiement.anomalie or paiement.traitee_le:
            raise DejaChange("Il n’y a plus rien à vérifier sur ce paiement.")
        if not motif.strip():
            raise Refus("Dites ce que vous avez vérifié, et ce qui a été décidé.", champ="motif")
        if len(motif) > MOTIF_MAX:
            raise Refus(f"{MOTIF_MAX} caractères au plus.", champ="motif")
        _trancher(Acteur(agent, w.AGENT), paiement, dus, motif.strip(), encaisser)
        return Paiement.get_by_id(paiement_id)


def exiger(agent: Compte) -> None:
    """Whoever answers families and sees the whole town."""
    droits.exiger_un_agent(agent, "Seul un agent suit les paiements.")
    perimetre.exiger_tous_les_lieux(agent)


def _trancher(acteur: Acteur, paiement: Paiement, dus: list, motif: str, encaisser: bool) -> None:
    dit = motif
    if encaisser:
        if paiement.recu is None or paiement.statut not in suite_des_paiements.A_DEMANDER:
            raise Refus("PayFiP n’annonce rien à encaisser pour ce paiement.")
        suite_des_paiements.compter(acteur, paiement, dus, paiement.recu)
        dit = f"{mots.euros(paiement.recu)} encaissés : {motif}"
    elif paiement.statut == w.OUVERT:
        franchir(paiement, w.EXPIRER, acteur, famille_id=paiement.famille_id, motif=motif)
        suite_des_paiements.clore(paiement)
    Paiement.update(traitee_le=clock.maintenant()).where(Paiement.id == paiement.id).execute()
    journaliser(paiement, TRAITER, acteur, famille_id=paiement.famille_id, detail=dit)
