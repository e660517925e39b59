"""What was billed to a duplicate, and paid, goes to the file that is kept: whose it is, nothing else."""

import workflows as w
from models import (
    Enfant,
    Entente,
    Facture,
    Famille,
    FamilleAFacturer,
    LigneDeFacture,
    Mandat,
    Paiement,
    Reglement,
    Responsable,
    Solde,
)
from portail.domain import encaissement
from portail.domain.transitions import Acteur, franchir

EN_DOUBLE = "Réunion de deux dossiers : un mandat est déjà actif dans l’autre."


def d_un_adulte(acteur: Acteur, adulte: Responsable, pareil: Responsable) -> None:
    """What this adult owes and has paid is the other’s; of two mandates that stand, the kept file’s does."""
    actif = Mandat.statut == w.ACTIF
    if Mandat.select().where(Mandat.responsable == pareil, actif).exists():
        for mandat in Mandat.select().where(Mandat.responsable == adulte, actif):
            franchir(mandat, w.REVOQUER, acteur, famille_id=adulte.famille_id, motif=EN_DOUBLE)
    Mandat.update(responsable=pareil).where(Mandat.responsable == adulte).execute()
    for table in (Facture, Solde, Reglement, Paiement, Entente):
        table.update(payeur=pareil).where(table.payeur == adulte).execute()
    encaissement.imputer_les_credits(pareil.id)  # what was paid too much in one file goes to the other's


def d_un_enfant(enfant: Enfant, pareil: Enfant) -> None:
    """What this child was billed is the other’s."""
    LigneDeFacture.update(enfant=pareil).where(LigneDeFacture.enfant == enfant).execute()


def de_la_famille(vide: Famille, garde: Famille) -> None:
    """The invoices and the money; what a preview said of the emptied file is worked out again."""
    for table in (Facture, Reglement, Paiement):
        table.update(famille=garde).where(table.famille == vide).execute()
    FamilleAFacturer.delete().where(FamilleAFacturer.famille == vide).execute()
