"""What becomes of an operation with PayFiP: asked of PayFiP, concluded once, never lost.

What notifies, what the browser brings back, what a colleague clicks on says nothing but that it is time to
ask. The money is counted under the locks of the payeur and of what is left to pay, once by operation.
"""

import datetime as dt
import itertools

import workflows as w
from models import (
    Compte,
    Facture,
    FactureDuPaiement,
    Paiement,
    Solde,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import courriels, encaissement, payfip
from portail.domain.encaissement import Recette
from portail.domain.payfip import IDOP, Resultat, Service
from portail.domain.refus import Introuvable
from portail.domain.transitions import SYSTEME, Acteur, franchir, journaliser

INTERVALLE = dt.timedelta(seconds=2)
"""Between two questions about the same operation, whoever asks."""
SANS_NUMERO = dt.timedelta(minutes=5)
"""After that, whoever was to ask PayFiP for an operation did not come back: it was never opened."""
RYTHME = (
    (dt.timedelta(minutes=30), dt.timedelta(minutes=1)),
    (dt.timedelta(hours=3), dt.timedelta(minutes=10)),
    (dt.timedelta(days=2), dt.timedelta(hours=1)),
    (dt.timedelta(days=400), dt.timedelta(hours=12)),
)
"""Until what age an open operation is asked about, and how often: a notification may never come."""
PAR_TOUR = 10
"""Operations asked about in one round."""
SIGNALER, RELACHER = "signaler_un_paiement", "relacher_un_paiement"
"""What the journal calls an operation that an agent must look at, and one that is no longer waited for."""
A_DEMANDER = (w.OUVERT, w.EXPIRE)
"""Where the result may still come: PayFiP has the last word, even after we gave up."""
ISSUES = {
    **dict.fromkeys(payfip.PAYES, w.PAYER),
    **dict.fromkeys(payfip.REFUSES, w.REFUSER),
    payfip.ABANDONNE: w.ANNULER,
}


# ——— asking ———


def recevoir_une_notification(idop: str, service: Service | None) -> Paiement:
    """Somebody says that there is a result. :class:`Introuvable` for an operation that is none of ours."""
    connu = Paiement.get_or_none(Paiement.idop == idop) if IDOP.fullmatch(idop) else None
    if connu is None:
        raise Introuvable("Cette opération n’existe pas.")
    return demander_le_resultat(connu, service)


def demander_le_resultat(
    paiement: Paiement, service: Service | None, intervalle: dt.timedelta = INTERVALLE
) -> Paiement:
    """Ask PayFiP, and draw the conclusion; gives the operation as it then stands.

    Nothing is asked when it is over, or when somebody has just asked.
    """
    a_demander = paiement.statut in A_DEMANDER and paiement.idop is not None
    if service is None or not a_demander or not _prendre(paiement.id, intervalle):
        return Paiement.get_by_id(paiement.id)
    try:
        resultat = service.detail(paiement.idop)
    except payfip.Inconnue as inconnue:
        if clock.maintenant() - paiement.cree_le >= payfip.OUBLI:
            return renoncer(paiement.id, inconnue.motif)
        return _noter(paiement.id, inconnue.motif)
    except payfip.Echec as echec:
        return _noter(paiement.id, echec.motif)
    return conclure(paiement.id, resultat)


def relancer(service: Service | None) -> int:
    """Ask about the operations that are due for it; gives how many. The round of whoever sends the mails."""
    faites = 0
    for paiement, intervalle in itertools.islice(_dus(), PAR_TOUR):
        faites += 1
        if paiement.idop is None:
            renoncer(paiement.id, "PayFiP n’a pas ouvert l’opération")
            continue
        suivi = demander_le_resultat(paiement, service, intervalle)
        if suivi.reponse.startswith(payfip.PAS_DE_REPONSE):
            break  # the others would wait as long for nothing, and the mails behind them
    return faites


def relacher(paiement: Paiement, service: Service) -> None:
    """Its invoices may be paid by another operation, if PayFiP does not say that they are paid.

    It goes on being asked about: should it be paid after all, that will be seen, and told to an agent.
    """
    if paiement.idop is None:
        renoncer(paiement.id, "PayFiP n’a pas ouvert l’opération")
        return
    suivi = demander_le_resultat(paiement, service, dt.timedelta(0))
    if suivi.statut != w.OUVERT or suivi.anomalie or suivi.reponse.startswith(payfip.PAS_DE_REPONSE):
        return
    with write_transaction():
        liberees = _liberer(paiement.id)
        if liberees:
            journaliser(paiement, RELACHER, SYSTEME, famille_id=paiement.famille_id, detail=suivi.reponse)


def _prendre(paiement_id: int, intervalle: dt.timedelta) -> bool:
    """Be the one who asks now: fifty notifications at once make one question."""
    maintenant = clock.maintenant()
    libre = Paiement.verifie_le.is_null() | (Paiement.verifie_le <= maintenant - intervalle)
    with write_transaction(prealable=True):
        pris = Paiement.update(verifie_le=maintenant).where(Paiement.id == paiement_id, libre).execute()
    return pris == 1


def _dus():
    """The open operations to ask about now, the oldest first, each with its rhythm."""
    maintenant = clock.maintenant()
    ouverts = (Paiement.statut == w.OUVERT) & (Paiement.anomalie == "")
    for paiement in Paiement.select().where(ouverts).order_by(Paiement.cree_le).limit(500):
        age = maintenant - paiement.cree_le
        intervalle = next((pause for limite, pause in RYTHME if age < limite), None)
        verifie = paiement.verifie_le or paiement.cree_le
        if paiement.idop is None:
            if age >= SANS_NUMERO:
                yield paiement, SANS_NUMERO
        elif intervalle and maintenant - verifie >= intervalle:
            yield paiement, intervalle


# ——— concluding ———


def conclure(paiement_id: int, resultat: Resultat) -> Paiement:
    """What PayFiP says of it, written once: the money is counted, the payeur told, or an agent warned."""
    with write_transaction():
        payeur = Paiement.get_by_id(paiement_id).payeur_id
        dus = encaissement.verrouiller_les_dus(payeur)
        paiement = verrouiller(Paiement, [paiement_id])[paiement_id]
        if paiement.statut not in A_DEMANDER:
            return paiement
        if ecart := _ecart(paiement, resultat):
            _signaler(paiement, ecart, _recu(paiement, resultat))
        elif resultat.paye:
            compter(SYSTEME, paiement, dus, resultat.montant, resultat)
        elif paiement.statut == w.OUVERT:
            franchir(paiement, ISSUES[resultat.resultrans], SYSTEME, famille_id=paiement.famille_id)
            clore(paiement, reponse="")
        return Paiement.get_by_id(paiement_id)


def renoncer(paiement_id: int, motif: str) -> Paiement:
    """Nothing came of it, or it was never opened: its invoices are to be paid again."""
    with write_transaction():
        paiement = verrouiller(Paiement, [paiement_id])[paiement_id]
        if paiement.statut == w.OUVERT:
            franchir(paiement, w.EXPIRER, SYSTEME, famille_id=paiement.famille_id, motif=motif)
            clore(paiement, reponse=motif[:250])
        return Paiement.get_by_id(paiement_id)


def compter(
    acteur: Acteur, paiement: Paiement, dus: list[Solde], montant: int, resultat: Resultat | None = None
) -> None:
    """Count the money of an operation, in the transaction of the act that has locked what is due."""
    voulues = factures_de(paiement.id)
    restes = {solde.facture_id: solde.reste for solde in dus}
    surplus = max(montant - sum(restes.get(facture.id, 0) for facture in voulues), 0)
    franchir(paiement, w.PAYER, acteur, famille_id=paiement.famille_id)
    quand = resultat and resultat.quand or clock.maintenant()
    autorisation = resultat.numauto if resultat else ""
    recette = Recette(
        moyen="payfip",
        montant=montant,
        recu_le=clock.a_paris(quand).date(),
        cle=f"payfip:{paiement.idop}",
        reference=autorisation or paiement.refdet,
    )
    encaissement.encaisser(acteur, paiement.payeur, recette, [facture.id for facture in voulues])
    clore(paiement, reponse="", autorisation=autorisation)
    if surplus:
        _signaler(paiement, _dire_le_surplus(surplus), None)
    _remercier(paiement, voulues, montant, surplus, autorisation)


def factures_de(paiement_id: int) -> list[Facture]:
    """The invoices that an operation is for, the oldest first."""
    return list(
        Facture.select()
        .join(FactureDuPaiement, on=FactureDuPaiement.facture == Facture.id)
        .where(FactureDuPaiement.paiement == paiement_id)
        .order_by(Facture.echeance, Facture.id)
    )


def _ecart(paiement: Paiement, resultat: Resultat) -> str:
    """What does not match between what was asked and what PayFiP says, in words for an agent."""
    if resultat.refdet != paiement.refdet:
        return "PayFiP donne le résultat d’une autre opération : sa référence n’est pas la nôtre."
    if resultat.montant != paiement.montant:
        return (
            f"PayFiP annonce {mots.euros(resultat.montant)} au lieu de {mots.euros(paiement.montant)}."
            " Rien n’a été compté."
        )
    return ""


def _recu(paiement: Paiement, resultat: Resultat) -> int | None:
    """What may be counted after all, once an agent has checked it."""
    notre = resultat.refdet == paiement.refdet and resultat.paye and resultat.montant > 0
    return resultat.montant if notre else None


def _signaler(paiement: Paiement, anomalie: str, recu: int | None) -> None:
    """An agent must look at it: written, and journalled, once."""
    if paiement.anomalie == anomalie:
        return
    Paiement.update(anomalie=anomalie, recu=recu, traitee_le=None).where(Paiement.id == paiement.id).execute()
    journaliser(paiement, SIGNALER, SYSTEME, famille_id=paiement.famille_id, detail=anomalie)


def clore(paiement: Paiement, **valeurs: str) -> None:
    """It is over: its invoices are in no operation any more. In the transaction of the act."""
    _liberer(paiement.id)
    Paiement.update(conclu_le=clock.maintenant(), **valeurs).where(Paiement.id == paiement.id).execute()


def _liberer(paiement_id: int) -> int:
    tenues = (FactureDuPaiement.paiement == paiement_id) & FactureDuPaiement.ouverte
    return FactureDuPaiement.update(ouverte=False).where(tenues).execute()


def _noter(paiement_id: int, reponse: str) -> Paiement:
    """What was answered, for whoever looks at the operation."""
    with write_transaction():
        Paiement.update(reponse=reponse[:250]).where(
            Paiement.id == paiement_id, Paiement.statut.in_(A_DEMANDER)
        ).execute()
    return Paiement.get_by_id(paiement_id)


# ——— the words ———


def _dire_le_surplus(surplus: int) -> str:
    return (
        f"{mots.euros(surplus)} de plus que ce qui restait dû : ces factures ont été réglées, en tout ou en"
        " partie, pendant le paiement. Ce surplus paie les autres factures dues, puis reste en crédit."
    )


def _remercier(
    paiement: Paiement, factures: list[Facture], montant: int, surplus: int, autorisation: str
) -> None:
    """The receipt, by mail, to whoever paid."""
    compte: Compte = paiement.compte
    numeros = [facture.numero for facture in factures]
    faits = [
        f"Montant : {mots.euros(montant)}",
        f"{'Facture' if len(numeros) == 1 else 'Factures'} : {mots.enumeration(numeros)}",
        f"Référence : {paiement.refdet}",
    ]
    if autorisation:
        faits.append(f"Autorisation : {autorisation}")
    de_trop = (
        f"C’est {mots.euros(surplus)} de plus que ce qui restait dû : ce surplus est gardé pour vous, et la"
        " mairie en est prévenue."
    )
    courriels.ecrire(
        cle=f"paiement:{paiement.id}",
        destinataire=compte.email,
        sujet=f"Votre paiement de {mots.euros(montant)} est reçu",
        corps=courriels.lettre(
            compte,
            "La mairie a bien reçu votre paiement par PayFiP. Ce message est votre accusé de réception.",
            "\n".join(f"– {fait}" for fait in faits),
            *([de_trop] if surplus else []),
            f"Vos factures :\n{courriels.lien('/facturation')}",
        ),
        famille_id=paiement.famille_id,
    )
