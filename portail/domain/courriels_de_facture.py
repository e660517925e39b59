"""The mails about invoices that were issued: to the accounts that read them, and to nobody else."""

from collections.abc import Iterable

from models import Compte, Facture, Solde
from portail import mots
from portail.domain import payeurs
from portail.domain.courriels import Lettre, ecrire_ensemble, lettre, lien


def annoncer(factures: Iterable[int]) -> None:
    """An invoice has come: how much, until when. In the transaction that issues it; five queries."""
    ids = list(factures)
    requete = (
        Solde.select(Solde, Facture).join(Facture).where(Solde.facture.in_(ids or [0])).order_by(Facture.id)
    )
    soldes = list(requete)
    dus = {s.id: (s.facture.famille_id, s.facture.payeur_id, s.facture.foyer) for s in soldes}
    lecteurs = payeurs.lecteurs(dus.values())
    ecrire_ensemble(_emission(s, compte) for s in soldes for compte in lecteurs[dus[s.id]])


def annoncer_un_avoir(avoir: Facture, facture: Facture) -> None:
    """Some of an invoice was taken back: how much, and why. In the transaction that does it."""
    du = (avoir.famille_id, avoir.payeur_id, avoir.foyer)
    ecrire_ensemble(_avoir(avoir, facture, compte) for compte in payeurs.lecteurs([du])[du])


# ——— the words ———


def _emission(solde: Solde, compte: Compte) -> Lettre:
    facture = solde.facture
    mois = mots.mois_annee(facture.mois)
    du = f"Votre facture {mots.de(mois)} est en ligne : n° {facture.numero}, {mots.euros(facture.total)}."
    deja = facture.total - solde.reste
    compte_deja = [f"Votre avance de {mots.euros(deja)} a été déduite."] if deja else []
    a_payer = (
        f"Il reste {mots.euros(solde.reste)} à payer, avant le {mots.jour_annee(solde.echeance)} inclus."
        if solde.reste
        else "Il ne reste rien à payer."
    )
    return Lettre(
        cle=f"facture:{facture.id}:{compte.id}",
        destinataire=compte.email,
        sujet=f"Votre facture {mots.de(mois)} : {mots.euros(facture.total)}",
        corps=lettre(
            compte,
            du,
            *compte_deja,
            a_payer,
            f"La lire, séance par séance, et la payer :\n{lien(f'/facturation/factures/{facture.id}')}",
            "Une ligne vous étonne ? Vous pouvez la contester depuis la facture : un agent vous répondra.",
        ),
        famille_id=facture.famille_id,
    )


def _avoir(avoir: Facture, facture: Facture, compte: Compte) -> Lettre:
    mois = mots.mois_annee(facture.mois)
    return Lettre(
        cle=f"facture:{avoir.id}:{compte.id}",
        destinataire=compte.email,
        sujet=f"Un avoir de {mots.euros(-avoir.total)} sur votre facture {mots.de(mois)}",
        corps=lettre(
            compte,
            f"La mairie a corrigé votre facture n° {facture.numero} : l’avoir n° {avoir.numero} vous rend"
            f" {mots.euros(-avoir.total)}.",
            f"Motif : {avoir.motif}",
            "Ce montant est déduit de ce qu’il vous reste à payer ; s’il ne reste rien, il le sera de vos"
            " prochaines factures.",
            f"Voir vos factures :\n{lien('/facturation')}",
        ),
        famille_id=avoir.famille_id,
    )
