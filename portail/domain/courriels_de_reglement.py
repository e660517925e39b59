"""The mails about money received: to the accounts that read every invoice that it pays."""

from collections.abc import Iterable

from peewee import fn

from models import Compte, Facture, Imputation, Reglement
from portail import mots
from portail.domain import courriels, payeurs

DITS = {
    "especes": "en espèces",
    "cheque": "par chèque",
    "cesu": "en CESU",
    "carte": "par carte",
    "virement": "par virement",
    "prelevement": "par prélèvement",
    "payfip": "en ligne",
}
ESPACE = "/facturation"


def accuser(reglement: Reglement) -> None:
    """A receipt: what came, how, what it paid."""
    payees = _payees(reglement)
    lignes = [f"– facture n° {f.numero} : {mots.euros(montant)}" for f, montant in payees]
    avance = reglement.montant - sum(montant for _, montant in payees)
    if avance:
        lignes.append(f"– en avance, pour vos prochaines factures : {mots.euros(avance)}")
    for compte in _lecteurs(reglement, [facture for facture, _ in payees]):
        courriels.ecrire(
            cle=f"reglement:{reglement.id}:{compte.id}",
            destinataire=compte.email,
            sujet="Votre règlement est bien arrivé",
            corps=courriels.lettre(
                compte,
                f"La mairie a reçu {mots.euros(reglement.montant)} {DITS[reglement.moyen]}, le"
                f" {mots.jour_annee(reglement.recu_le)} (reçu n° {reglement.id}). Ce règlement paie :",
                "\n".join(lignes),
                f"Vos factures et vos reçus :\n{courriels.lien(ESPACE)}",
            ),
            famille_id=reglement.famille_id,
        )


def annoncer_la_contrepartie(contrepartie: Reglement) -> None:
    """It did not hold: why, and what is due again."""
    reglement = contrepartie.contrepartie_de
    dues = _payees(contrepartie)
    lignes = [f"– facture n° {facture.numero} : {mots.euros(-montant)}" for facture, montant in dues]
    for compte in _lecteurs(reglement, [facture for facture, _ in dues]):
        courriels.ecrire(
            cle=f"contrepartie:{contrepartie.id}:{compte.id}",
            destinataire=compte.email,
            sujet="Un règlement n’a pas abouti",
            corps=courriels.lettre(
                compte,
                f"Le règlement de {mots.euros(reglement.montant)} reçu {DITS[reglement.moyen]} le"
                f" {mots.jour_annee(reglement.recu_le)} n’a pas abouti : {mots.phrase(contrepartie.motif)}",
                "Est de nouveau à payer :\n" + "\n".join(lignes)
                if lignes
                else "Il n’avait encore rien payé.",
                f"Voir vos factures, et les payer :\n{courriels.lien(ESPACE)}",
                "Une difficulté pour payer ? Parlez-nous-en : nous chercherons une solution avec vous.",
            ),
            famille_id=reglement.famille_id,
        )


def _payees(reglement: Reglement) -> list[tuple[Facture, int]]:
    """The invoices that it went to, with how much; those that it did not are left out."""
    requete = (
        Imputation.select(Imputation.facture, fn.SUM(Imputation.montant))
        .where(Imputation.reglement == reglement)
        .group_by(Imputation.facture)
        .order_by(Imputation.facture)
        .tuples()
    )
    sommes = {facture: int(montant) for facture, montant in requete}
    factures = Facture.select().where(Facture.id.in_(list(sommes) or [0])).order_by(Facture.id)
    return [(facture, sommes[facture.id]) for facture in factures]


def _lecteurs(reglement: Reglement, factures: Iterable[Facture]) -> list[Compte]:
    """Whoever reads all these invoices; of money that pays none, the payeur alone."""
    famille, payeur = reglement.famille_id, reglement.payeur_id
    foyer = all([facture.foyer for facture in factures] or [False])
    return payeurs.lecteurs([(famille, payeur, foyer)])[famille, payeur, foyer]
