"""Paying online: an operation is opened with PayFiP for invoices of one adult, one at a time for an invoice.

The row stands before PayFiP is asked, and is given up if it does not answer: what PayFiP knows, we know. The
network is never inside a transaction. What becomes of the operation: `suite_des_paiements.py`.
"""

import datetime as dt
import secrets
import string
from collections.abc import Collection
from dataclasses import dataclass

from peewee import IntegrityError

import workflows as w
from models import (
    Compte,
    Facture,
    FactureDuPaiement,
    Famille,
    Paiement,
    Prelevement,
    ReglagesDeFacturation,
    Remise,
    Solde,
    write_transaction,
)
from portail import clock, mots
from portail.domain import courriels, droits, encaissement, payeurs, payfip, suite_des_paiements
from portail.domain.payfip import Ordre, Service
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

OUVRIR = "ouvrir_un_paiement"
"""What the journal calls it."""
REPRISE = dt.timedelta(minutes=30)
"""When one may begin again what was left on the page of PayFiP: it opens for fifteen minutes, and a card,
with the code of the bank, may take as long again."""
NOTIFICATION, RETOUR = "/facturation/payfip/notification", "/facturation/payfip/retour"
"""Where PayFiP tells that there is a result, and where it sends the person back."""
PAS_EN_LIGNE = "Le paiement en ligne n’est pas ouvert : vos factures disent comment les régler."
INDISPONIBLE = (
    "PayFiP, le service de paiement, ne répond pas pour le moment. Rien n’a été débité :"
    " réessayez dans quelques minutes."
)
ALPHABET = string.ascii_uppercase + string.digits


@dataclass(frozen=True)
class Ouverte:
    """An operation that waits for the person, and the address at which to pay."""

    paiement: Paiement
    adresse: str


def est_en_ligne(service: Service | None) -> bool:
    """Whether this town takes payments online."""
    reglages = ReglagesDeFacturation.get_or_none()
    return service is not None and reglages is not None and bool(reglages.payfip)


def en_essai() -> bool:
    """Whether PayFiP debits nothing: the town tries it out."""
    reglages = ReglagesDeFacturation.get_or_none()
    return reglages is not None and reglages.payfip_saisie == "T"


def ouvrir(
    compte: Compte, famille: Famille, factures: Collection[int], vu: int, service: Service | None
) -> Ouverte:
    """Open an operation for what is left to pay of these invoices; `vu`: the total that the person saw.

    Asked again by the same person while PayFiP still waits for them, it is the same one. :class:`Introuvable`
    for an invoice that is not theirs, :class:`DejaChange` when another operation is open or the total has
    changed, :class:`Refus` when PayFiP cannot take it.
    """
    _les_siennes(compte, famille, sorted(set(factures)))  # before anything else is told of them
    if service is None or not est_en_ligne(service):
        raise Refus(PAS_EN_LIGNE)
    for ancien in _laisses(compte, famille, factures):
        suite_des_paiements.relacher(ancien, service)
    paiement, ordre = _preparer(compte, famille, sorted(set(factures)), vu)
    if ordre is not None:
        paiement = _commander(paiement, ordre, service)
    return Ouverte(paiement, service.page(paiement.idop))


# ——— before PayFiP is asked ———


def _laisses(compte: Compte, famille: Famille, factures: Collection[int]) -> list[Paiement]:
    """The operations about these invoices that were left where they stood, long enough ago."""
    maintenant = clock.maintenant()
    return list(
        Paiement.select()
        .join(FactureDuPaiement)
        .join(Facture)
        .where(
            Facture.id.in_(list(factures) or [0]),
            payeurs.lisibles(droits.regard(compte, famille)),
            FactureDuPaiement.ouverte,
            (Paiement.cree_le <= maintenant - REPRISE)
            | (Paiement.idop.is_null() & (Paiement.cree_le <= maintenant - suite_des_paiements.SANS_NUMERO)),
            Paiement.anomalie == "",
        )
        .distinct()
        .order_by(Paiement.id)
    )


def _preparer(compte: Compte, famille: Famille, ids: list[int], vu: int) -> tuple[Paiement, Ordre | None]:
    """The row of a new operation with what to ask of PayFiP; or the one that still waits for this person."""
    with write_transaction():
        factures = _les_siennes(compte, famille, ids)
        payeur = factures[0].payeur_id
        dus = {s.facture_id: s for s in encaissement.verrouiller_les_dus(payeur) if s.facture_id in ids}
        if meme := _en_cours(compte, ids, dus):
            return meme, None
        _exiger_qu_elles_soient_dues(factures, dus)
        total = sum(solde.reste for solde in dus.values())
        if total != vu:
            raise DejaChange(f"Ce qui reste à payer a changé : {mots.euros(total)}. Vérifiez, puis payez.")
        _exiger_que_payfip_la_prenne(total, compte)
        paiement = Paiement.create(
            famille=famille,
            payeur=payeur,
            compte=compte,
            refdet=_reference(factures[0]),
            montant=total,
            cree_le=clock.maintenant(),
        )
        for facture in factures:
            FactureDuPaiement.create(paiement=paiement, facture=facture, montant=dus[facture.id].reste)
        journaliser(
            paiement,
            OUVRIR,
            Acteur(compte, w.FAMILLE),
            vers=w.OUVERT,
            famille_id=famille.id,
            detail=f"{mots.euros(total)}, {mots.enumeration([f.numero for f in factures])}",
        )
        return paiement, _ordre(paiement, factures, compte)


def _les_siennes(compte: Compte, famille: Famille, ids: list[int]) -> list[Facture]:
    """These invoices, of one adult, if the account reads them all."""
    siennes = Facture.id.in_(ids or [0]) & payeurs.lisibles(droits.regard(compte, famille))
    factures = list(Facture.select().where(siennes, Facture.total > 0).order_by(Facture.id))
    if not ids:
        raise Refus("Choisissez au moins une facture.", champ="factures")
    if len(factures) != len(ids):
        raise Introuvable("Cette facture n’existe pas.")
    if len({facture.payeur_id for facture in factures}) > 1:
        raise Refus("Ces factures ne sont pas au même nom : payez-les séparément.", champ="factures")
    return factures


def _en_cours(compte: Compte, ids: list[int], dus: dict[int, Solde]) -> Paiement | None:
    """The operation that this person has open for exactly this; :class:`DejaChange` for any other."""
    tenues = list(
        FactureDuPaiement.select(FactureDuPaiement, Paiement, Compte)
        .join(Paiement)
        .join(Compte)
        .where(FactureDuPaiement.facture.in_(ids), FactureDuPaiement.ouverte)
        .order_by(Paiement.id)
    )
    if not tenues:
        return None
    paiement = tenues[0].paiement
    siennes = {
        t.facture_id: t.montant
        for t in FactureDuPaiement.select().where(FactureDuPaiement.paiement == paiement)
    }
    le_meme = (
        paiement.compte_id == compte.id
        and paiement.idop is not None
        and not paiement.anomalie
        and clock.maintenant() < paiement.cree_le + payfip.VALIDITE
        and siennes == {ident: dus[ident].reste for ident in ids if ident in dus}
    )
    if le_meme:
        return paiement
    raise DejaChange(_dire_qui_paie(paiement, compte))


def _dire_qui_paie(paiement: Paiement, compte: Compte) -> str:
    if paiement.anomalie:
        return "Un paiement de cette facture est à vérifier par la mairie : ne payez pas une seconde fois."
    qui = "Vous avez" if paiement.compte_id == compte.id else f"{paiement.compte.nom_complet} a"
    ouvert_le: dt.datetime = paiement.cree_le
    debut = mots.heure(clock.a_paris(ouvert_le).time())
    reprise = ouvert_le + REPRISE + dt.timedelta(seconds=59)
    return (
        f"{qui} commencé à payer cette facture à {debut}. Si ce paiement n’aboutit pas, vous pourrez"
        f" recommencer à {mots.heure(clock.a_paris(reprise).time())}."
    )


def _exiger_qu_elles_soient_dues(factures: list[Facture], dus: dict[int, Solde]) -> None:
    for facture in factures:
        if facture.id not in dus:
            raise DejaChange(f"La facture {facture.numero} est déjà réglée : il n’y a plus rien à payer.")
    prevu = (
        Prelevement.select(Prelevement, Remise)
        .join(Remise)
        .where(Prelevement.facture.in_([f.id for f in factures]), Prelevement.statut == w.PREVU)
        .first()
    )
    if prevu:
        raise Refus(f"Un prélèvement est prévu le {mots.jour_annee(prevu.remise.jour)} : rien à payer ici.")


def _exiger_que_payfip_la_prenne(total: int, compte: Compte) -> None:
    if total < payfip.MONTANT_MIN:
        raise Refus(
            "PayFiP ne prend pas de paiement de moins de 1 € : ajoutez une facture, ou réglez au guichet."
        )
    if total > payfip.MONTANT_MAX:
        raise Refus("PayFiP ne prend pas plus de 100 000 € à la fois : choisissez moins de factures.")
    if not payfip.mel_possible(compte.email):
        raise Refus(
            "PayFiP n’accepte pas votre adresse e-mail : sans accent, 80 caractères au plus."
            " Changez-la dans Mon Espace Citoyen, ou réglez au guichet."
        )


def _reference(facture: Facture) -> str:
    """Never twice the same, and the treasury reads the number of the invoice in it."""
    hasard = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{facture.exercice}{facture.rang:06}P{hasard}"


def _ordre(paiement: Paiement, factures: list[Facture], compte: Compte) -> Ordre:
    reglages = ReglagesDeFacturation.get()
    premiere, autres = factures[0].numero, len(factures) - 1
    objet = f"Facture {premiere}" if not autres else f"Factures {premiere} et {mots.pluriel(autres, 'autre')}"
    return Ordre(
        numcli=reglages.payfip,
        saisie=reglages.payfip_saisie,
        exer=clock.aujourdhui().year,
        refdet=paiement.refdet,
        objet=payfip.en_objet(objet),
        montant=paiement.montant,
        mel=compte.email,
        urlnotif=courriels.lien(NOTIFICATION),
        urlredirect=courriels.lien(f"{RETOUR}/{paiement.refdet}"),
    )


# ——— PayFiP ———


def _commander(paiement: Paiement, ordre: Ordre, service: Service) -> Paiement:
    """Ask PayFiP for the operation; the row is given up when it is not to be had."""
    try:
        idop = service.creer(ordre)
    except payfip.Echec as echec:
        suite_des_paiements.renoncer(paiement.id, echec.motif)
        raise Refus(INDISPONIBLE) from echec
    try:
        return _numeroter(paiement.id, idop)
    except IntegrityError as double:
        suite_des_paiements.renoncer(paiement.id, "numéro d’opération déjà donné")
        raise Refus(INDISPONIBLE) from double


def _numeroter(paiement_id: int, idop: str) -> Paiement:
    with write_transaction():
        attend = (Paiement.id == paiement_id) & Paiement.idop.is_null() & (Paiement.statut == w.OUVERT)
        if Paiement.update(idop=idop).where(attend).execute() != 1:
            raise DejaChange("Ce paiement a été abandonné entre-temps : recommencez.")
        return Paiement.get_by_id(paiement_id)
