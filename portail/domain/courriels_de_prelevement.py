"""The mails about debits: told 14 days before, called off, sent back by the bank."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from models import Compte, Prelevement, Responsable
from portail import mots
from portail.domain import courriels, payeurs
from portail.domain.courriels_de_mandat import MES_PRELEVEMENTS, REMBOURSEMENT
from portail.domain.creancier import Creancier
from portail.domain.preparation_de_remise import Candidate

OPPOSITION = (
    "Si ce montant vous étonne, appelez-nous avant cette date. Vous pouvez aussi payer autrement d’ici là :"
    " le prélèvement n’aura lieu que pour ce qui reste à payer."
)
ESPACE = "/facturation"


def prevenir(remise_id: int, jour: dt.date, candidates: Sequence[Candidate], ville: Creancier) -> None:
    """The amount, the day, the mandate, the creditor: one mail an adult, at least 14 days before."""
    par_payeur: dict[tuple[int, int, bool], list[Candidate]] = {}
    for une in candidates:
        par_payeur.setdefault((une.famille_id, une.payeur_id, une.foyer), []).append(une)
    destinataires = _destinataires(par_payeur)
    courriels.ecrire_ensemble(
        courriels.Lettre(
            cle=f"prelevement:{remise_id}:{du[1]}:{du[2]:d}:{courriels.marque(qui)}",
            destinataire=qui.email,
            sujet=f"Prélèvement du {mots.jour_mois(jour)} : {mots.euros(sum(c.montant for c in siennes))}",
            corps=_l_annonce(qui, jour, siennes, ville),
            famille_id=du[0],
        )
        for du, siennes in par_payeur.items()
        for qui in destinataires[du]
    )


def annoncer_l_annulation(prelevement: Prelevement, motif: str) -> None:
    """It was announced, and will not be."""
    _ecrire(
        prelevement,
        "annule",
        "Un prélèvement n’aura pas lieu",
        f"Le prélèvement de {mots.euros(prelevement.montant)} annoncé pour le"
        f" {mots.jour_annee(prelevement.remise.jour)} n’aura pas lieu : {mots.phrase(motif)}",
        f"Ce qui reste dû se paie autrement :\n{courriels.lien(ESPACE)}",
    )


def annoncer_le_rejet(prelevement: Prelevement, motif: str) -> None:
    """The bank sent it back: what it paid is due."""
    _ecrire(
        prelevement,
        "rejet",
        "Un prélèvement a été rejeté par votre banque",
        f"Votre banque a rejeté le prélèvement de {mots.euros(prelevement.montant)} du"
        f" {mots.jour_annee(prelevement.remise.jour)} (facture n° {prelevement.facture.numero}) :"
        f" {mots.phrase(motif)}",
        f"Cette somme est à payer autrement, en ligne ou au guichet :\n{courriels.lien(ESPACE)}",
        "Une difficulté pour payer ? Parlez-nous-en : nous chercherons une solution avec vous.",
    )


# ——— inside ———


def _l_annonce(
    qui: Compte | Responsable, jour: dt.date, siennes: Sequence[Candidate], ville: Creancier
) -> str:
    somme = mots.euros(sum(une.montant for une in siennes))
    return courriels.lettre(
        qui,
        f"{somme} seront prélevés le {mots.jour_annee(jour)}, pour :",
        "\n".join(f"– facture n° {une.numero} : {mots.euros(une.montant)}" for une in siennes),
        f"Compte débité : celui du mandat {siennes[0].rum}, {mots.de(siennes[0].payeur)}.\n"
        f"Créancier : {ville.nom}, identifiant {ville.ics}.",
        OPPOSITION,
        REMBOURSEMENT,
        f"Voir vos prélèvements :\n{courriels.lien(MES_PRELEVEMENTS)}",
    )


def _ecrire(prelevement: Prelevement, quoi: str, sujet: str, *paragraphes: str) -> None:
    facture = prelevement.facture
    du = (facture.famille_id, facture.payeur_id, facture.foyer)
    for qui in _destinataires([du])[du]:
        courriels.ecrire(
            cle=f"prelevement_{quoi}:{prelevement.id}:{courriels.marque(qui)}",
            destinataire=qui.email,
            sujet=sujet,
            corps=courriels.lettre(qui, *paragraphes),
            famille_id=facture.famille_id,
        )


def _destinataires(
    dus: Iterable[tuple[int, int, bool]],
) -> Mapping[tuple[int, int, bool], Sequence[Compte | Responsable]]:
    """Whoever reads these invoices; where nobody does, the payeur at the address of the file, if any."""
    lecteurs = payeurs.lecteurs(dus)
    muets = [payeur for (_, payeur, _), comptes in lecteurs.items() if not comptes]
    seuls = Responsable.select().where(Responsable.id.in_(muets or [0]), Responsable.email != "")
    adresses = {adulte.id: adulte for adulte in seuls}
    return {
        du: comptes or ([adresses[du[1]]] if du[1] in adresses else []) for du, comptes in lecteurs.items()
    }
