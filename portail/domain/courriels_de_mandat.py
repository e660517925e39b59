"""The mails about a mandate: to the adult whose account is debited, and to nobody else of the family."""

from collections.abc import Mapping, Sequence

from models import Compte, Famille, Mandat, Prelevement, Responsable
from portail import mots
from portail.domain import champs, courriels, droits
from portail.domain.creancier import Creancier

MES_PRELEVEMENTS = "/facturation/prelevements"
REMBOURSEMENT = (
    "Vous pouvez demander à votre banque le remboursement d’un prélèvement pendant 8 semaines, et le"
    " contester pendant 13 mois si vous ne l’aviez pas autorisé."
)


def annoncer(
    famille: Famille, adulte: Responsable, mandat: Mandat, banque: Mapping[str, str], creancier: Creancier
) -> None:
    """A mandate was written down: whoever did not sign it hears of it at once."""
    for destinataire in _lui_meme(famille, adulte):
        courriels.ecrire(
            cle=f"mandat:{mandat.id}:{courriels.marque(destinataire)}",
            destinataire=destinataire.email,
            sujet="Votre mandat de prélèvement est enregistré",
            corps=courriels.lettre(
                destinataire,
                f"La mairie a enregistré le mandat de prélèvement que vous avez signé le"
                f" {mots.jour_annee(mandat.signe_le)}. Vos factures seront prélevées sur votre compte"
                f" {champs.masquer(banque['iban'])} ; vous serez prévenu au moins 14 jours avant chaque"
                " prélèvement.",
                f"Référence du mandat : {mandat.rum}\n"
                f"Créancier : {creancier.nom}, identifiant {creancier.ics}",
                REMBOURSEMENT,
                f"Voir ce mandat, ou le révoquer :\n{courriels.lien(MES_PRELEVEMENTS)}",
                "Vous n’avez rien signé ? Appelez-nous tout de suite.",
            ),
            famille_id=famille.id,
        )


def annoncer_la_revocation(
    famille: Famille, adulte: Responsable, mandat: Mandat, partis: Sequence[Prelevement]
) -> None:
    """It is taken back; `partis`: what the bank was given already, and will debit all the same."""
    suite = "Vos prochaines factures sont à payer autrement : en ligne, ou au guichet."
    if partis:
        somme = mots.euros(sum(prelevement.montant for prelevement in partis))
        jour = mots.jour_annee(min(prelevement.remise.jour for prelevement in partis))
        suite = (
            f"Un prélèvement de {somme} était déjà parti à la banque, pour le {jour} : il aura lieu, sauf si"
            f" vous demandez à votre banque de s’y opposer. {suite}"
        )
    for destinataire in _lui_meme(famille, adulte):
        courriels.ecrire(
            cle=f"mandat_revoque:{mandat.id}:{courriels.marque(destinataire)}",
            destinataire=destinataire.email,
            sujet="Votre mandat de prélèvement est révoqué",
            corps=courriels.lettre(
                destinataire,
                f"Le mandat de prélèvement {mandat.rum} est révoqué : plus rien ne sera prélevé avec lui.",
                suite,
                "Vous n’avez rien demandé ? Appelez-nous.",
            ),
            famille_id=famille.id,
        )


def _lui_meme(famille: Famille, adulte: Responsable) -> list[Compte | Responsable]:
    """The account that this adult is; without one, the address on the sheet."""
    regard_de = droits.regards(famille)
    siens = [c for c in courriels.destinataires(famille.id) if regard_de(c).moi == adulte.id]
    return siens or ([adulte] if adulte.email else [])
