"""Money, put to what is due: under the locks of the payeur and of what is left to pay, to the cent, once.

A receipt, and an avoir, pay the invoices they are for, then the oldest that are due; what is left over is a
credit, that pays the next ones. Nothing is rewritten: a receipt that does not hold has its counterpart.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import fn

from models import Facture, Imputation, Reglement, Responsable, Solde, db, verrouiller
from portail import clock
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

ENCAISSER, REJETER = "encaisser", "contrepasser"
"""What the journal calls a receipt, and its counterpart."""
REUNIS = "Ce dossier vient d’être réuni à un autre : regardez à nouveau, puis recommencez."
MOYENS = {
    "payfip": "Paiement en ligne",
    "prelevement": "Prélèvement",
    "especes": "Espèces",
    "cheque": "Chèque",
    "cesu": "CESU",
    "carte": "Carte, au guichet",
    "virement": "Virement",
}
"""How money comes (`MOYENS_DE_REGLEMENT`), in words."""


@dataclass(frozen=True)
class Recette:
    """Money that came, as whoever takes it tells it."""

    moyen: str
    """One of `MOYENS_DE_REGLEMENT`."""
    montant: int
    """In cents."""
    recu_le: dt.date
    cle: str
    """The same money has the same: it is counted once."""
    reference: str = ""


@dataclass(frozen=True)
class Credit:
    """What is left of a receipt, or of an avoir, that pays nothing yet."""

    source: Reglement | Facture
    reste: int


def encaisser(acteur: Acteur, payeur: Responsable, recette: Recette, factures: Iterable[int]) -> Reglement:
    """Count this money, in the transaction of the act: to `factures` first, in their order, then the oldest.

    Told again with the same key, it is the receipt that was written the first time.
    """
    dus = verrouiller_les_dus(payeur.id)
    if deja := Reglement.get_or_none(Reglement.cle == recette.cle):
        return deja
    if recette.montant <= 0:
        raise Refus("Indiquez un montant au-dessus de zéro.", champ="montant")
    reglement = Reglement.create(
        famille=payeur.famille_id,
        payeur=payeur,
        moyen=recette.moyen,
        montant=recette.montant,
        recu_le=recette.recu_le,
        cle=recette.cle,
        reference=recette.reference,
        saisi_par=acteur.compte,
        saisi_le=clock.maintenant(),
    )
    voulues = {facture: rang for rang, facture in enumerate(factures)}
    dus.sort(key=lambda s: voulues.get(s.facture_id, len(voulues)))
    imputer(Credit(reglement, recette.montant), dus)
    journaliser(reglement, ENCAISSER, acteur, famille_id=payeur.famille_id, detail=recette.moyen)
    return reglement


def contrepasser(acteur: Acteur, reglement_id: int, motif: str, le: dt.date) -> Reglement:
    """This receipt did not hold after all: what it paid is due again. In the transaction of the act.

    :class:`DejaChange` when it had its counterpart already; the amount, and whatever it paid, stay readable.
    """
    reglement = Reglement.get_or_none(Reglement.id == reglement_id, Reglement.contrepartie_de.is_null())
    if reglement is None:
        raise Introuvable("Ce règlement n’existe pas.")
    if not motif.strip():
        raise Refus("Dites pourquoi ce règlement ne tient pas.", champ="motif")
    if not verrouiller(Responsable, [reglement.payeur_id]):
        raise DejaChange(REUNIS)
    if Reglement.select().where(Reglement.contrepartie_de == reglement).exists():
        raise DejaChange("Ce règlement a déjà été annulé.")
    payees = (
        Imputation.select(Imputation.facture, fn.SUM(Imputation.montant))
        .where(Imputation.reglement == reglement)
        .group_by(Imputation.facture)
        .tuples()
    )
    contrepartie = Reglement.create(
        famille=reglement.famille_id,
        payeur=reglement.payeur_id,
        moyen=reglement.moyen,
        montant=-reglement.montant,
        recu_le=le,
        cle=f"contre:{reglement.id}",
        reference=reglement.reference,
        saisi_par=acteur.compte,
        saisi_le=clock.maintenant(),
        contrepartie_de=reglement,
        motif=motif,
    )
    par_facture = dict(payees)
    soldes = Solde.select(Solde.id).where(Solde.facture.in_(list(par_facture) or [0]))
    for solde in verrouiller(Solde, [s.id for s in soldes]).values():
        _ecrire(contrepartie, solde, -par_facture[solde.facture_id])
    journaliser(contrepartie, REJETER, acteur, famille_id=reglement.famille_id, detail=motif)
    return contrepartie


def verrouiller_les_dus(payeur_id: int) -> list[Solde]:
    """What an adult still owes, the oldest first: locked, and the adult too, until the end of the act.

    :class:`DejaChange` when the adult has just become another one: the files of one family were put together.
    """
    if not db.in_transaction():
        raise RuntimeError("money is counted inside the transaction of an act")
    if not verrouiller(Responsable, [payeur_id]):
        raise DejaChange(REUNIS)
    ids = [s.id for s in Solde.select(Solde.id).where(Solde.payeur == payeur_id, Solde.reste > 0)]
    dus = verrouiller(Solde, ids).values()
    return sorted((s for s in dus if s.reste), key=lambda s: (s.echeance, s.facture_id))


def imputer(credit: Credit, dus: Sequence[Solde]) -> int:
    """Put this to what is due, in that order, as far as it goes. Gives what is left of it, in cents."""
    reste = credit.reste
    for solde in dus:
        montant = min(reste, solde.reste)
        if montant:
            _ecrire(credit.source, solde, montant)
            reste -= montant
    return reste


def imputer_les_credits(payeur_id: int) -> None:
    """Whatever is left over of what the adult paid, or got back, goes to what is due."""
    dus = verrouiller_les_dus(payeur_id)
    for credit in credits_de([payeur_id]).get(payeur_id, ()):
        imputer(credit, dus)


def credits_de(payeurs: Iterable[int]) -> dict[int, list[Credit]]:
    """By adult: each receipt and each avoir of which something is left, the oldest first. Two queries."""
    ids = sorted(set(payeurs)) or [0]
    par_payeur: dict[int, list[Credit]] = {}
    mis = fn.COALESCE(
        Imputation.select(fn.SUM(Imputation.montant)).where(Imputation.reglement == Reglement.id), 0
    )
    # a counterpart below zero cancels the receipt that it is of: neither is left over
    contrepasses = Reglement.alias()
    tenus = ~fn.EXISTS(
        contrepasses.select(contrepasses.id).where(contrepasses.contrepartie_de == Reglement.id)
    )
    reglements = Reglement.select(Reglement, mis.alias("mis")).where(
        Reglement.payeur.in_(ids), Reglement.montant > mis, Reglement.contrepartie_de.is_null(), tenus
    )
    for reglement in reglements.order_by(Reglement.id):
        par_payeur.setdefault(reglement.payeur_id, []).append(
            Credit(reglement, reglement.montant - reglement.mis)
        )
    mis = fn.COALESCE(Imputation.select(fn.SUM(Imputation.montant)).where(Imputation.avoir == Facture.id), 0)
    avoirs = Facture.select(Facture, mis.alias("mis")).where(
        Facture.payeur.in_(ids), Facture.total < 0, Facture.total + mis < 0
    )
    for avoir in avoirs.order_by(Facture.id):
        par_payeur.setdefault(avoir.payeur_id, []).append(Credit(avoir, -avoir.total - avoir.mis))
    return par_payeur


# ——— inside ———


def _ecrire(source: Reglement | Facture, solde: Solde, montant: int) -> None:
    """So much of `source` goes to that invoice; below zero, it comes off again."""
    encore = (Solde.id == solde.id) & (Solde.reste >= montant)
    tenues = Solde.update(reste=Solde.reste - montant).where(encore).execute()
    if tenues != 1:
        raise DejaChange("Ce qui reste à payer vient de changer : regardez à nouveau.")
    solde.reste -= montant
    Imputation.create(
        facture=solde.facture_id,
        reglement=source if isinstance(source, Reglement) else None,
        avoir=source if isinstance(source, Facture) else None,
        montant=montant,
        quand=clock.maintenant(),
    )
