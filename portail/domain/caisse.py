"""Money brought to the counter: cash, cheque, CESU, card, transfer; and what did not hold after all."""

import datetime as dt
import re
from dataclasses import dataclass

import workflows as w
from models import Compte, Facture, Reglement, Responsable, Solde, write_transaction
from portail import clock, mots
from portail.domain import courriels_de_reglement, encaissement, familles, perimetre
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.encaissement import Recette
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur

MOYENS = {
    "especes": "Espèces",
    "cheque": "Chèque",
    "cesu": "CESU",
    "carte": "Carte, au guichet",
    "virement": "Virement",
}
"""How money comes to the counter; the other means are counted where they come from."""
TOUS_LES_MOYENS = MOYENS | {"payfip": "Paiement en ligne", "prelevement": "Prélèvement"}
MONTANT_MAX = 100_000_00
REFERENCE_MAX, MOTIF_MAX = 80, 300
ANCIENNETE_MAX = dt.timedelta(days=366)
CLE = r"[A-Za-z0-9_-]{16,40}"
INCONNU = "Ce règlement n’existe pas."
AUTRE_AGENT = "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."


@dataclass(frozen=True)
class Apport:
    """What an agent takes down: who pays, how much, how, for which invoices first."""

    payeur_id: int
    montant: int
    """In cents."""
    moyen: str
    recu_le: dt.date
    reference: str
    factures: tuple[int, ...]
    cle: str
    """Drawn by the form: sent twice, it is one receipt."""
    avance: int = 0
    """What the agent has agreed to keep for the next invoices."""


class Avance(Refus):
    """More than is owed: what would be kept is said first."""

    def __init__(self, du: int, trop: int) -> None:
        doit = f"doit {mots.euros(du)} en tout" if du else "ne doit rien"
        super().__init__(
            f"Cette personne {doit} : {mots.euros(trop)} seraient gardés en avance, pour ses prochaines"
            " factures. Corrigez le montant, ou confirmez l’avance.",
            champ="avance",
        )
        self.trop = trop


# ——— the acts ———


def encaisser(agent: Compte, famille_id: int, apport: Apport) -> Reglement:
    """Count this money, and write to whoever reads the invoices that it pays.

    :class:`Avance` when it is more than is owed, until the agent has agreed to that very amount.
    """
    _exiger_une_recette(apport)
    with write_transaction():
        famille = familles.exiger(agent, famille_id)
        perimetre.exiger_tous_les_lieux(agent)
        payeur = Responsable.get_or_none(Responsable.id == apport.payeur_id, Responsable.famille == famille)
        if payeur is None:
            raise Introuvable("Cette personne n’est pas au dossier de la famille.")
        cle = f"guichet:{apport.cle}"
        dus = encaissement.verrouiller_les_dus(payeur.id)
        if deja := Reglement.get_or_none(Reglement.cle == cle):
            return _le_meme(deja, apport)
        _exiger_des_factures_dues(apport, dus)
        du = sum(solde.reste for solde in dus)
        trop = max(apport.montant - du, 0)
        if trop and trop != apport.avance:
            raise Avance(du, trop)
        recette = Recette(apport.moyen, apport.montant, apport.recu_le, cle, apport.reference)
        rangs = {solde.facture_id: rang for rang, solde in enumerate(dus)}
        voulues = sorted(apport.factures, key=rangs.__getitem__)
        reglement = encaissement.encaisser(Acteur(agent, w.AGENT), payeur, recette, voulues)
        courriels_de_reglement.accuser(reglement)
        return reglement


def contrepasser(agent: Compte, reglement_id: int, motif: str) -> Reglement:
    """« Chèque sans provision »: what it paid is due again, and is told to whoever read the receipt."""
    with write_transaction():
        reglement = exiger(agent, reglement_id)
        exiger_une_autre_famille(agent, reglement.famille_id, AUTRE_AGENT)
        if reglement.moyen not in MOYENS:
            raise Refus(
                "Seul ce qui est venu au guichet s’annule ici : un prélèvement est rejeté par sa remise."
            )
        if len(motif) > MOTIF_MAX:
            raise Refus(f"{MOTIF_MAX} caractères au plus.", champ="motif")
        contrepartie = encaissement.contrepasser(
            Acteur(agent, w.AGENT), reglement.id, motif, clock.aujourdhui()
        )
        courriels_de_reglement.annoncer_la_contrepartie(contrepartie)
        encaissement.imputer_les_credits(reglement.payeur_id)
        return contrepartie


def exiger(agent: Compte, reglement_id: int) -> Reglement:
    """This receipt, for whoever takes money or reads what came; :class:`Introuvable` otherwise."""
    exiger_un_agent(agent, "Seuls les agents de la mairie lisent les règlements.")
    perimetre.exiger_tous_les_lieux(agent)
    reglement = Reglement.get_or_none(Reglement.id == reglement_id)
    if reglement is None:
        raise Introuvable(INCONNU)
    return reglement


# ——— inside ———


def _exiger_une_recette(apport: Apport) -> None:
    aujourdhui = clock.aujourdhui()
    if apport.moyen not in MOYENS:
        raise Refus("Choisissez comment la personne a payé.", champ="moyen")
    if not 0 < apport.montant <= MONTANT_MAX:
        raise Refus(f"Indiquez un montant entre 0,01 et {mots.euros(MONTANT_MAX)}.", champ="montant")
    if not aujourdhui - ANCIENNETE_MAX <= apport.recu_le <= aujourdhui:
        raise Refus("La date est celle du jour, ou d’un jour de l’année passée.", champ="recu_le")
    if len(apport.reference) > REFERENCE_MAX:
        raise Refus(f"{REFERENCE_MAX} caractères au plus.", champ="reference")
    if not re.fullmatch(CLE, apport.cle):
        raise Refus("Ce formulaire est abîmé : rouvrez la page.", champ="cle")


def _le_meme(deja: Reglement, apport: Apport) -> Reglement:
    if (deja.payeur_id, deja.montant, deja.moyen) != (apport.payeur_id, apport.montant, apport.moyen):
        raise DejaChange("Ce formulaire a déjà servi à un autre règlement : rouvrez la page.")
    return deja


def _exiger_des_factures_dues(apport: Apport, dus: list[Solde]) -> None:
    """Whatever was ticked is this adult's, and still owed."""
    cochees = set(apport.factures)
    siennes = Facture.id.in_(list(cochees) or [0]) & (Facture.payeur == apport.payeur_id)
    if Facture.select().where(siennes).count() != len(cochees):
        raise Introuvable("Cette facture n’est pas à cette personne.")
    if not cochees <= {solde.facture_id for solde in dus}:
        raise DejaChange("L’une des factures cochées vient d’être réglée : regardez à nouveau.")
