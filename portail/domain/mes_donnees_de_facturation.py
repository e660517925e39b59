"""What « Mes données » says of billing: the invoices that the account reads, its own receipts and mandates.

Another adult's money is not there, nor an account number in full: the bank's own letters have it.
"""

from collections.abc import Iterable
from typing import Any

import workflows as w
from models import LigneDeFacture, Mandat, Reglement
from portail import clock
from portail.domain import champs, lecture_factures
from portail.domain.droits import Regard
from portail.domain.lecture_factures_de_la_ville import MOYENS

Rangees = list[dict[str, Any]]


def factures(regards: Iterable[Regard]) -> dict[int, Rangees]:
    """By family: each invoice and avoir, line by line."""
    lues = {regard.famille.id: lecture_factures.factures(regard) for regard in regards}
    ids = [f.id for siennes in lues.values() for f in siennes]
    lignes: dict[int, Rangees] = {ident: [] for ident in ids}
    requete = LigneDeFacture.select().where(LigneDeFacture.facture.in_(ids or [0]))
    for li in requete.order_by(LigneDeFacture.facture, LigneDeFacture.rang):
        dite = {
            "jour": li.jour,
            "quoi": li.libelle,
            "pourquoi": li.explication,
            "montant": _euros(li.montant),
        }
        lignes[li.facture_id].append(dite)
    return {
        famille: [
            {
                "numero": f.numero,
                "mois": f.mois,
                "emise_le": clock.a_paris(f.emise_le),
                "echeance": f.echeance,
                "payeur": f.payeur,
                "total": _euros(f.total),
                "reste": _euros(f.reste),
                "etat": f.etat.libelle,
                "lignes": lignes[f.id],
            }
            for f in siennes
        ]
        for famille, siennes in lues.items()
    }


def reglements(regards: Iterable[Regard]) -> dict[int, Rangees]:
    """By family: what the adult that the account is has paid."""
    trouves: dict[int, Rangees] = {}
    for regard in regards:
        requete = Reglement.select().where(Reglement.payeur == (regard.moi or 0))
        trouves[regard.famille.id] = [
            {
                "recu_le": r.recu_le,
                "moyen": MOYENS[r.moyen],
                "reference": r.reference,
                "montant": _euros(r.montant),
                "motif": r.motif,
            }
            for r in requete.order_by(Reglement.recu_le.desc(), Reglement.id.desc())
        ]
    return trouves


def mandats(regards: Iterable[Regard]) -> dict[int, Rangees]:
    """By family: the mandates of that adult, their account masked."""
    trouves: dict[int, Rangees] = {}
    for regard in regards:
        requete = Mandat.select().where(Mandat.responsable == (regard.moi or 0)).order_by(Mandat.id.desc())
        trouves[regard.famille.id] = [
            {
                "rum": m.rum,
                "signe_le": m.signe_le,
                "etat": w.MANDAT.etats[m.statut].libelle,
                "compte": champs.masquer(champs.ouvrir(m.banque).get("iban", "")),
            }
            for m in requete
        ]
    return trouves


def _euros(cents: int) -> float:
    """An amount as a number of euros: what whoever takes the file away can count with."""
    return cents / 100
