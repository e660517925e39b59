"""Remises of direct debits: made and announced, given to the bank, collected on the day; what is rejected.

Until its file is taken away a remise follows what happens: what was paid meanwhile is not debited. From then
on it is what the bank was given: it is collected whole, and what is over is a credit of the payeur.

Locked in this order: the remise, the payeurs, what is left to pay, the debits. A mandate comes after its
payeur.
"""

import datetime as dt

import workflows as w
from models import (
    Compte,
    Facture,
    FactureDuPaiement,
    Mandat,
    Prelevement,
    Reglement,
    Remise,
    Responsable,
    SessionOuverte,
    Solde,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import (
    champs,
    comptes,
    courriels_de_prelevement,
    creancier,
    ecriture,
    encaissement,
    pain008,
    perimetre,
    preparation_de_remise,
)
from portail.domain.droits import exiger_une_autre_famille
from portail.domain.encaissement import Recette
from portail.domain.pain008 import Debit
from portail.domain.preparation_de_remise import Candidate, Preparation
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, ecrites, franchir, journaliser, journaliser_ensemble

CREER, EMPORTER, ENCAISSER = "remise_creee", "remise_emportee", "remise_encaissee"
PREVOIR = "prelevement_prevu"
"""What the journal calls these acts."""
LOT = 100
"""Debits collected in one transaction: nobody waits for a whole remise."""
MOTIF_MAX = 300
INCONNUE, INCONNU = "Cette remise n’existe pas.", "Ce prélèvement n’existe pas."
REGLE_ENTRE_TEMPS = "La facture a été réglée autrement."
EN_LIGNE = "Un paiement en ligne est en cours."
REVOQUE = "Le mandat ne tient plus."


def creer(agent: Compte, jour: dt.date, marque: str) -> Remise:
    """Debit on that day what `preparation_de_remise.preparer` shows, and tell every payeur now.

    `marque`: of what was shown; :class:`DejaChange` when it is no more what stands.
    """
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville = creancier.exiger()
        preparation_de_remise.exiger_un_jour(jour)
        avant = preparation_de_remise.preparer(jour)
        verrouiller(Responsable, {une.payeur_id for une in avant.retenues})
        verrouiller(Mandat, {une.mandat_id for une in avant.retenues})
        verrouiller(Solde, _soldes([une.facture_id for une in avant.retenues]))
        prete = preparation_de_remise.preparer(jour)
        if prete.marque != marque or avant.marque != marque:
            raise DejaChange("Des factures ont été réglées entre-temps : relisez la remise, puis confirmez.")
        if not prete.retenues:
            raise Refus("Il n’y a rien à prélever.")
        remise = Remise.create(jour=jour, creee_le=clock.maintenant(), creee_par=agent)
        _ecrire(agent, remise, prete)
        courriels_de_prelevement.prevenir(remise.id, jour, prete.retenues, ville)
        return remise


def emporter(session: SessionOuverte, remise_id: int) -> tuple[str, bytes]:
    """The file for the bank, and its name; the password given of late. Each time is journalled.

    The first time, what was paid since is left out, or debited for what is left of it.
    """
    agent = session.compte
    with write_transaction():
        comptes.exiger_la_confirmation(session)
        remise = _prendre(agent, remise_id)
        ville = creancier.exiger()
        if remise.emportee_le is None:
            _arreter(agent, remise)
        debits = _debits(remise)
        if not debits:
            raise Refus("Tout a été réglé autrement : il ne reste rien à prélever.")
        journaliser(
            remise, EMPORTER, Acteur(agent, w.AGENT), detail=f"{mots.pluriel(len(debits), 'prélèvement')}"
        )
        faite_le = remise.emportee_le
    nom = f"prelevements-{remise.id}-{remise.jour}.xml"
    return nom, pain008.composer(ville, remise.id, remise.jour, faite_le, debits)


def encaisser(agent: Compte, remise_id: int) -> int:
    """The accounts have been debited: each debit that stands is a receipt of that day. Gives how many.

    A hundred at a time: stopped half way, it is called again and goes on.
    """
    combien = 0
    while faits := _encaisser_un_lot(agent, remise_id):
        combien += faits
    return combien


def annuler(agent: Compte, prelevement_id: int, motif: str) -> Prelevement:
    """It will not be debited after all: as long as the bank was not given it."""
    with write_transaction():
        prelevement = _le_prelevement(agent, prelevement_id, motif)
        if prelevement.remise.emportee_le:
            raise Refus(
                "La banque a déjà ce prélèvement : demandez-lui de le rejeter, puis notez le rejet ici."
            )
        franchir(
            prelevement, w.ANNULER, Acteur(agent, w.AGENT), famille_id=_famille(prelevement), motif=motif
        )
        Prelevement.update(motif=motif).where(Prelevement.id == prelevement.id).execute()
        courriels_de_prelevement.annoncer_l_annulation(prelevement, motif)
        return prelevement


def rejeter(agent: Compte, prelevement_id: int, motif: str) -> Prelevement:
    """The bank sent it back, before or after the day: what it had paid is due again."""
    with write_transaction():
        prelevement = _le_prelevement(agent, prelevement_id, motif)
        if not prelevement.remise.emportee_le:
            raise Refus("La banque n’a pas encore ce prélèvement : annulez-le.")
        acteur = Acteur(agent, w.AGENT)
        recu = Reglement.get_or_none(Reglement.cle == cle(prelevement.id))
        if recu is not None and prelevement.statut == w.ENCAISSE:
            encaissement.contrepasser(acteur, recu.id, motif, clock.aujourdhui())
            encaissement.imputer_les_credits(recu.payeur_id)
        franchir(prelevement, w.REJETER, acteur, famille_id=_famille(prelevement), motif=motif)
        Prelevement.update(motif=motif).where(Prelevement.id == prelevement.id).execute()
        courriels_de_prelevement.annoncer_le_rejet(prelevement, motif)
        return prelevement


def cle(prelevement_id: int) -> str:
    """Of the receipt of a debit: the same money is counted once."""
    return f"prelevement:{prelevement_id}"


# ——— inside ———


def _prendre(agent: Compte, remise_id: int) -> Remise:
    perimetre.exiger_toute_la_ville(agent)
    remise = verrouiller(Remise, [remise_id]).get(remise_id)
    if remise is None:
        raise Introuvable(INCONNUE)
    return remise


def _soldes(factures: list[int]) -> list[int]:
    return [s.id for s in Solde.select(Solde.id).where(Solde.facture.in_(factures or [0]))]


def _ecrire(agent: Compte, remise: Remise, prete: Preparation) -> None:
    acteur = Acteur(agent, w.AGENT)
    retenues = prete.retenues
    ids = ecriture.reserver_les_ids(Prelevement, len(retenues))
    ecriture.inserer(
        Prelevement,
        ("id", "remise", "mandat", "facture", "montant", "premier"),
        (
            (ident, remise.id, une.mandat_id, une.facture_id, une.montant, une.premier)
            for ident, une in zip(ids, retenues, strict=True)
        ),
    )
    familles: dict[int, Candidate] = dict(zip(ids, retenues, strict=True))
    dit = f"{mots.pluriel(len(retenues), 'prélèvement')}, {mots.euros(prete.total)}, le {remise.jour}"
    journaliser(remise, CREER, acteur, detail=dit)
    journaliser_ensemble(
        [(Prelevement(id=ident), PREVOIR) for ident in ids],
        acteur,
        vers=w.PREVU,
        famille_id=lambda prelevement: familles[prelevement.id].famille_id,
        demande_id=None,
    )


def _arreter(agent: Compte, remise: Remise) -> None:
    """What the bank will be given, from now on: no more than is owed at this moment."""
    if remise.jour <= clock.aujourdhui():
        raise Refus("Le jour de cette remise est passé : annulez ses prélèvements, et faites-en une autre.")
    prevus = {p.id: p for p in _prevus(remise)}
    verrouiller(Responsable, {p.facture.payeur_id for p in prevus.values()})
    soldes = verrouiller(Solde, _soldes([p.facture_id for p in prevus.values()]))
    restes = {solde.facture_id: solde.reste for solde in soldes.values()}
    ouvertes = FactureDuPaiement.select(FactureDuPaiement.facture).where(
        FactureDuPaiement.facture.in_(list(restes) or [0]), FactureDuPaiement.ouverte
    )
    en_ligne = {facture for (facture,) in ouvertes.tuples()}
    finis = Mandat.select(Mandat.id).where(
        Mandat.id.in_([p.mandat_id for p in prevus.values()] or [0]), Mandat.statut != w.ACTIF
    )
    revoques = {mandat for (mandat,) in finis.tuples()}  # two files became one: of two mandates, one stands
    acteur = Acteur(agent, w.AGENT)
    for prelevement in verrouiller(Prelevement, prevus).values():
        reste, motif = restes[prelevement.facture_id], ""
        if prelevement.mandat_id in revoques:
            motif = REVOQUE
        elif reste == 0 or prelevement.facture_id in en_ligne:
            motif = EN_LIGNE if reste else REGLE_ENTRE_TEMPS
        if motif:
            franchir(prelevement, w.ANNULER, acteur, famille_id=_famille(prevus[prelevement.id]), motif=motif)
            Prelevement.update(motif=motif).where(Prelevement.id == prelevement.id).execute()
        elif reste < prelevement.montant:
            Prelevement.update(montant=reste).where(Prelevement.id == prelevement.id).execute()
    maintenant = clock.maintenant()
    Remise.update(emportee_le=maintenant).where(Remise.id == remise.id).execute()
    ecrites(remise, emportee_le=maintenant)


def _prevus(remise: Remise):
    siens = Prelevement.select(Prelevement, Facture).join(Facture)
    return siens.where(Prelevement.remise == remise, Prelevement.statut == w.PREVU).order_by(Prelevement.id)


def _debits(remise: Remise) -> list[Debit]:
    """Whatever was not called off: what has been collected, or rejected, since is in the file too."""
    lus = (
        Prelevement.select(Prelevement, Mandat, Facture)
        .join(Mandat)
        .join_from(Prelevement, Facture)
        .where(Prelevement.remise == remise, Prelevement.statut != w.ANNULEE)
        .order_by(Prelevement.id)
    )
    debits = []
    for p in lus:
        banque = champs.ouvrir(p.mandat.banque)
        debits.append(
            Debit(
                p.id,
                banque["titulaire"],
                banque["iban"],
                banque.get("bic", ""),
                p.mandat.rum,
                p.mandat.signe_le,
                p.montant,
                p.premier,
                f"Facture {p.facture.numero}",
            )
        )
    return debits


def _encaisser_un_lot(agent: Compte, remise_id: int) -> int:
    with write_transaction():
        remise = _prendre(agent, remise_id)
        if not remise.emportee_le:
            raise Refus("La banque n’a pas encore ces prélèvements : emportez d’abord le fichier.")
        if remise.jour > clock.aujourdhui():
            raise Refus(f"Les comptes seront débités le {mots.jour_annee(remise.jour)} : attendez ce jour.")
        prevus = list(_prevus(remise).limit(LOT))
        # payeurs in the order of their ids, as every act that counts money locks them
        verrouiller(Responsable, [p.facture.payeur_id for p in prevus])
        for prelevement in prevus:
            _encaisser(agent, remise, prelevement)
        if not prevus and remise.encaissee_le is None:
            Remise.update(encaissee_le=clock.maintenant()).where(Remise.id == remise.id).execute()
            journaliser(remise, ENCAISSER, Acteur(agent, w.AGENT))
        return len(prevus)


def _encaisser(agent: Compte, remise: Remise, prelevement: Prelevement) -> None:
    acteur, facture = Acteur(agent, w.AGENT), prelevement.facture
    recette = Recette(
        "prelevement",
        prelevement.montant,
        remise.jour,
        cle(prelevement.id),
        f"Remise {remise.id}",
    )
    encaissement.encaisser(acteur, facture.payeur, recette, [facture.id])
    franchir(prelevement, w.ENCAISSER, acteur, famille_id=facture.famille_id)
    Mandat.update(collecte_le=remise.jour).where(Mandat.id == prelevement.mandat_id).execute()


def _le_prelevement(agent: Compte, prelevement_id: int, motif: str) -> Prelevement:
    perimetre.exiger_toute_la_ville(agent)
    vise = Prelevement.get_or_none(Prelevement.id == prelevement_id)
    if vise is None:
        raise Introuvable(INCONNU)
    exiger_une_autre_famille(
        agent, vise.facture.famille_id, "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."
    )
    if not motif.strip():
        raise Refus("Dites pourquoi : la famille le lira.", champ="motif")
    if len(motif) > MOTIF_MAX:
        raise Refus(f"{MOTIF_MAX} caractères au plus.", champ="motif")
    verrouiller(Remise, [vise.remise_id])
    return verrouiller(Prelevement, [prelevement_id])[prelevement_id]


def _famille(prelevement: Prelevement) -> int:
    return prelevement.facture.famille_id
